"""What the names in a setup.py stand for: `setup` under any name, and lists given a name."""

import ast
from collections import Counter
from collections.abc import Iterator


class Names:
    """The names of one syntax tree, looked up once."""

    def __init__(self, tree: ast.Module) -> None:
        """Walk the tree once."""
        self._nodes = tuple(ast.walk(tree))
        self._setup = {"setup", *self._aliases()}
        self._assigned = dict(_assignments(tree))
        for name in self._changed():
            self._assigned.pop(name, None)

    def value(self, node: ast.expr) -> ast.expr:
        """Give what a name was assigned, if that is certain; else the node itself."""
        return self._assigned.get(node.id, node) if isinstance(node, ast.Name) else node

    def setup_calls(self) -> Iterator[ast.Call]:
        """Give the calls of `setup(…)` or `ANYTHING.setup(…)`."""
        for node in self._nodes:
            if isinstance(node, ast.Call) and self._is_setup(node.func):
                yield node

    def indirect(self) -> Iterator[int]:
        """Give the lines that mention `setup` other than to call or import it."""
        called = {id(call.func) for call in self.setup_calls()}
        for node in self._nodes:
            named = isinstance(node, ast.expr) and self._is_setup(node)
            asked = isinstance(node, ast.Constant) and node.value == "setup"
            if isinstance(node, ast.expr) and (named or asked) and id(node) not in called:
                yield node.lineno

    def _is_setup(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self._setup
            case ast.Attribute(attr=name):
                return name == "setup"
        return False

    def _aliases(self) -> Iterator[str]:
        for node in self._nodes:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name == "setup" and alias.asname:
                        yield alias.asname

    def _changed(self) -> Iterator[str]:
        """Give names bound twice anywhere, or changed in place: `R += …`, `R.append(…)`, `R[0] =`.

        Reading an attribute or deleting an item counts too: too many cost a note, too few a lie.
        """
        bound: Counter[str] = Counter()
        for node in self._nodes:
            match node:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    bound[name] += 1
                case ast.Attribute(value=ast.Name(id=name)):
                    yield name
                case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                    yield name
        yield from (name for name, times in bound.items() if times > 1)


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Give `NAME = VALUE` and `NAME: TYPE = VALUE` of the module itself."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((t.id, value) for t in targets if isinstance(t, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
