"""Reads what a setup.py declares in plain lists, from its syntax tree: it is never run."""

import ast
import warnings
from collections.abc import Iterator
from typing import Final

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import Declared, Reading, collect, refused

_KEYWORDS: Final = ("install_requires", "extras_require", "tests_require")
_COMPUTED: Final = "the value is computed by code, and setup.py is never run"


def read(path: str, text: str) -> Reading:
    """Give what the `setup()` call lists; ValueError when the file is not Python."""
    try:
        with warnings.catch_warnings():
            # Old escapes in somebody's setup.py are none of our user's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"it is not Python as this interpreter reads it: {error.msg}") from error
    except MemoryError as error:
        raise ValueError("it is nested too deeply") from error  # CPython's parser says it so
    assigned = dict(_assignments(tree))
    return collect(
        found for keyword in _keywords(tree) for found in _requirements(keyword, assigned, path)
    )


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Give module-level `NAME = VALUE`; a name assigned twice keeps no value."""
    seen: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    again = target.id in seen
                    seen.add(target.id)
                    yield target.id, ast.Name(id="") if again else node.value


def _keywords(tree: ast.Module) -> Iterator[ast.keyword]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) == "setup":
            for keyword in node.keywords:
                if keyword.arg is None or keyword.arg in _KEYWORDS:
                    yield keyword


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _requirements(
    keyword: ast.keyword, assigned: dict[str, ast.expr], path: str
) -> Iterator[Pin | Declared | NotAssessed]:
    label = keyword.arg or "**keywords"
    for text, line in _texts(keyword.value, assigned):
        if text is None:
            yield refused(label, _COMPUTED, path, line)
        else:
            yield declared(text, path, line)


def _texts(
    node: ast.expr, assigned: dict[str, ast.expr], depth: int = 0
) -> Iterator[tuple[str | None, int]]:
    """Give each literal requirement and its line; None where something is computed."""
    match node:
        case ast.Name(id=name) if name in assigned and depth == 0:
            yield from _texts(assigned[name], assigned, depth + 1)
        case ast.List(elts=children) | ast.Tuple(elts=children) | ast.Set(elts=children):
            for child in children:
                yield from _texts(child, assigned, depth + 1)
        case ast.Dict(values=children):
            for child in children:
                yield from _texts(child, assigned, depth)
        case ast.Constant(value=str(text)):
            for line in filter(None, (part.strip() for part in text.splitlines())):
                yield line, node.lineno
        case _:
            yield None, getattr(node, "lineno", 1)
