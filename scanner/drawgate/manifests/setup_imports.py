"""Which names in a setup.py stand for the `setup` of setuptools, and which only look like it."""

import ast
from collections.abc import Iterable, Iterator
from typing import Final

_ORIGINS: Final = frozenset(
    {"setuptools", "distutils", "distutils.core", "numpy.distutils.core", "skbuild"}
)
"""Modules whose `setup` takes requirements from its arguments and from nowhere else."""
_ROOTS: Final = frozenset({"setuptools", "distutils", "numpy", "skbuild"})


_WAYS: Final = frozenset(
    {"exec", "eval", "compile", "__import__", "importlib", "runpy", "subprocess", "imp"}
)
"""What may run code that nobody reads here."""


def may_install(node: ast.AST) -> bool:
    """Tell whether code may have to do with `setup` of setuptools, by any way that is in sight."""
    match node:
        case ast.Import(names=names):
            return any(n.name.partition(".")[0] in _ROOTS | _WAYS for n in names)
        case ast.ImportFrom(module=module, names=names):
            root = (module or "").partition(".")[0]
            taken = {alias.name for alias in names}
            return root in _ROOTS | _WAYS or not taken.isdisjoint({"setup", "*"})
        case ast.Name(id=name):
            return name in _ROOTS | _WAYS
        case ast.Call(func=ast.Attribute(attr="setup")):
            return True
    return False


class Imports:
    """What is imported, and what `setup` means because of it."""

    def __init__(self, nodes: Iterable[ast.AST]) -> None:
        """Look at all imports and definitions once."""
        self._setup = {"setup"}
        self._modules: set[str] = set()
        self.starred = False
        self.foreign: list[int] = []
        """Lines that import a `setup` from anywhere else."""
        for node in nodes:
            match node:
                case ast.ImportFrom():
                    self._from(node)
                case ast.Import(names=names):
                    self._plain(names)
                case ast.FunctionDef(name="setup") | ast.ClassDef(name="setup"):
                    # Its own calls are looked at; what it is called with goes through it.
                    self._setup.discard("setup")

    def calls(self, nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
        """Give the calls of `setup(…)` or `MODULE.setup(…)`."""
        for node in nodes:
            if isinstance(node, ast.Call) and self._is_setup(node.func):
                yield node

    def indirect(self, nodes: Iterable[ast.AST], calls: Iterable[ast.Call]) -> Iterator[int]:
        """Give the lines that mention `setup`, or its module, other than to call it."""
        called = {id(call.func) for call in calls}
        owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            match node:
                case ast.Constant(value="setup"):
                    yield node.lineno
                case ast.Name(id=name) if name in self._modules and id(node) not in owners:
                    yield node.lineno
                case ast.expr() if self._is_setup(node) and id(node) not in called:
                    yield node.lineno

    def _from(self, node: ast.ImportFrom) -> None:
        known = not node.level and node.module in _ORIGINS
        for alias in node.names:
            if alias.name == "setup":
                self._setup.add(alias.asname or alias.name)
                if not known:
                    self.foreign.append(node.lineno)
            elif alias.name == "*":
                self.starred |= not known
            elif f"{node.module}.{alias.name}" in _ORIGINS:
                self._modules.add(alias.asname or alias.name)

    def _plain(self, names: list[ast.alias]) -> None:
        for alias in names:
            if alias.name.partition(".")[0] in _ROOTS:
                self._modules.add(alias.asname or alias.name.partition(".")[0])

    def _is_setup(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(id=name):
                return name in self._setup
            case ast.Attribute(attr="setup", value=value):
                return _root(value) in self._modules
        return False


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
