"""What the names in a setup.py stand for: `setup` under any name, and lists given a name."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import Final

from drawgate.manifests.setup_imports import Imports

_REBINDING: Final = frozenset({"exec", "eval", "globals", "locals", "vars"})
"""What can give a name another value without naming it."""


class Names:
    """The names of one syntax tree, looked up once."""

    def __init__(self, tree: ast.Module) -> None:
        """Walk the tree once."""
        self._nodes = tuple(ast.walk(tree))
        self._imports = Imports(self._nodes)
        self.setup_calls = tuple(self._imports.calls(self._nodes))
        self._assigned = dict(_assignments(tree)) if self._certain() else {}
        for name in self._changed():
            self._assigned.pop(name, None)

    def value(self, node: ast.expr) -> ast.expr:
        """Give what a name was assigned, if that is certain; else the node itself."""
        return self._assigned.get(node.id, node) if isinstance(node, ast.Name) else node

    def indirect(self) -> Iterator[int]:
        """Give the lines that mention `setup` other than to call or import it."""
        yield from self._imports.indirect(self._nodes, self.setup_calls)

    def foreign(self) -> Iterator[int]:
        """Give the lines that import a `setup` which may do more than setuptools' does."""
        yield from self._imports.foreign

    def _certain(self) -> bool:
        names = (node.id for node in self._nodes if isinstance(node, ast.Name))
        return not self._imports.starred and _REBINDING.isdisjoint(names)

    def _changed(self) -> Iterator[str]:
        """Give names bound twice anywhere, or used other than as a value that is only read.

        Whoever gets hold of a list can change it. Too many cost a note, too few a lie.
        """
        read = {id(value) for call in self._keyworded() for value in _values(call)}
        bound: Counter[str] = Counter()
        for node in self._nodes:
            bound.update(_bound(node))
            match node:
                case ast.Name(id=name, ctx=ast.Load()) if id(node) not in read:
                    yield name
        yield from (name for name, times in bound.items() if times > 1)

    def _keyworded(self) -> Iterator[ast.Call | ast.Dict]:
        """Give what only takes values up: dictionaries, and the calls of `setup` and `dict`."""
        yield from self.setup_calls
        for node in self._nodes:
            match node:
                case ast.Dict() | ast.Call(func=ast.Name(id="dict")):
                    yield node


def _values(node: ast.Call | ast.Dict) -> Iterator[ast.expr]:
    if isinstance(node, ast.Dict):
        yield from node.values
    else:
        yield from (keyword.value for keyword in node.keywords)


def _bound(node: ast.AST) -> Iterator[str]:
    """Give the names that a node binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.arg(arg=name):
            yield name
        case ast.alias():
            yield node.asname or node.name.partition(".")[0]
        case (
            ast.FunctionDef(name=str(name))
            | ast.AsyncFunctionDef(name=str(name))
            | ast.ClassDef(name=str(name))
            | ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.MatchMapping(rest=str(name))
        ):
            yield name


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Give `NAME = VALUE` and `NAME: TYPE = VALUE` of the module itself."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
