"""Reads what a setup.py declares in plain lists, from its syntax tree: it is never run."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from drawgate.core.dependency import Graph
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.limits import affordable
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import Reading, collect, refused, roots_of, unreadable
from drawgate.manifests.setup_certain import surely_calls
from drawgate.manifests.setup_imports import may_install
from drawgate.manifests.setup_names import Names
from drawgate.manifests.text import strict

_KEYWORDS: Final = ("install_requires", "extras_require", "tests_require")
_COMPUTED: Final = "the value is computed by code, and setup.py is never run"
_NO_CALL: Final = "setup.py is never run, and no call of setup() is in plain sight"
_INDIRECT: Final = "setup.py is never run, and it passes setup() on instead of calling it"

_FOREIGN: Final = "setup.py is never run, and its setup() comes from a module of its own"
_DOUBTFUL: Final = "setup.py is never run, and no call of setup() is sure to be reached"

_Found = Iterator[NotAssessed | tuple[str, int]]
"""What can't be read, and requirements with their lines."""


def read(path: str, text: str) -> Reading:
    """Give what the `setup()` call lists; ValueError when the file is not Python.

    A file that hides the call, or what it is called with, is never taken for one without
    dependencies. A file without a statement has none.
    """
    tree = _parsed(text)
    found = _everything(tree, Names(tree), path)
    reading = collect(
        each if isinstance(each, NotAssessed) else declared(each[0], path, each[1])
        for each in affordable(found, lambda e: 0 if isinstance(e, NotAssessed) else len(e[0]))
    )
    named = [pin.name for pin in reading.pins] + [each.name for each in reading.declared]
    roots = roots_of((name, Scope.UNKNOWN) for name in named)
    return replace(reading, graphs=(Graph(manifest=path, roots=roots),))


def is_module(content: bytes) -> bool:
    """Tell whether it is a module that only has the name: it imports nothing that installs.

    Nor does it run text as code, or take a `setup` or all names from elsewhere: whatever may
    lead to a call of setuptools makes it a manifest.
    """
    try:
        nodes = list(ast.walk(_parsed(strict(content))))
    except ValueError:
        return False
    return any(map(_defines, nodes)) and not any(map(may_install, nodes))


def _defines(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _parsed(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            # Old escapes in somebody's setup.py are none of our user's business.
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"it is not Python as this interpreter reads it: {error.msg}") from error
    except (MemoryError, RecursionError) as error:  # CPython's parser says either
        raise ValueError("it is nested too deeply") from error


def _everything(tree: ast.Module, names: Names, path: str) -> _Found:
    calls = names.setup_calls
    for reason, lines in ((_INDIRECT, names.indirect()), (_FOREIGN, names.foreign())):
        for line in lines:
            yield unreadable("setup()", reason, path, line)
    if not calls and not _empty(tree):
        yield unreadable("setup()", _NO_CALL, path, tree.body[0].lineno)
    if calls and not surely_calls(tree, calls):
        yield unreadable("setup()", _DOUBTFUL, path, calls[0].lineno)
    for call in calls:
        if call.args:  # only `*arguments` would ever come here, and they can't be read
            yield _computed("*arguments", path, call.lineno)
        for keyword in call.keywords:
            yield from _keyword(keyword.arg, keyword.value, names, path)


def _computed(what: str, path: str, line: int) -> NotAssessed:
    return replace(refused(what, _COMPUTED, path, line), uncounted=True)


def _empty(tree: ast.Module) -> bool:
    """Tell whether there is nothing but text."""
    return all(isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant) for n in tree.body)


def _keyword(name: str | None, value: ast.expr, names: Names, path: str) -> _Found:
    if name is None:
        yield from _unpacked(names.value(value), names, path)
    elif name in _KEYWORDS:
        yield from _requirements(name, value, names, path)


def _unpacked(value: ast.expr, names: Names, path: str) -> _Found:
    """Read `**{…}` or `**dict(…)`, key by key; anything else is computed."""
    match value:
        case ast.Dict(keys=keys, values=values):
            pairs = [(_text(key), each) for key, each in zip(keys, values, strict=True)]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            pairs = [(keyword.arg, keyword.value) for keyword in keywords]
        case _:
            pairs = [(None, value)]
    for key, each in pairs:
        if key is None:  # a nested `**`, or a key that is no plain text
            yield _computed("**keywords", path, each.lineno)
        elif key in _KEYWORDS:
            yield from _requirements(key, each, names, path)


def _text(key: ast.expr | None) -> str | None:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _requirements(keyword: str, value: ast.expr, names: Names, path: str) -> _Found:
    value = names.value(value)
    lists = [value]
    if isinstance(value, ast.Dict) and keyword != "install_requires":
        # A key that is None stands for `**more`, which is no list and so counts as computed.
        lists = [names.value(v) if k else v for k, v in zip(value.keys, value.values, strict=True)]
    for each in lists:
        for text, line in _texts(each):
            if text is None:
                yield _computed(keyword, path, line)
            else:
                yield text, line


def _texts(node: ast.expr) -> Iterator[tuple[str | None, int]]:
    """Give each literal requirement and its line; None where something is computed."""
    todo = [node]
    while todo:
        match todo.pop():
            case ast.List(elts=children) | ast.Tuple(elts=children) | ast.Set(elts=children):
                todo += reversed(children)
            case ast.Constant(value=str(text), lineno=line):
                stripped = (part.strip() for part in text.splitlines())
                yield from ((part, line) for part in stripped if part[:1] not in {"", "#"})
            case ast.Constant(value=None):
                pass
            case other:
                yield None, other.lineno
