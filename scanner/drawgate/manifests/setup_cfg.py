"""Reads what setup.cfg declares (setuptools' declarative configuration)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from drawgate.core.dependency import Graph, Pin
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.ini import sections
from drawgate.manifests.limits import affordable
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import (
    Declared,
    Reading,
    collect,
    name_of,
    roots_of,
    unquoted,
)
from drawgate.manifests.scopes import of_extra

_Named = tuple[str, int, Scope]
"""A requirement, its line, and what the list says of it."""

_OPTIONS: Final = {"install_requires": Scope.RUNTIME, "tests_require": Scope.DEVELOPMENT}
_FILE: Final = "file:"
_ELSEWHERE: Final = "the requirements are in other files; they count if the target holds them"


def read(path: str, text: str) -> Reading:
    """Give what a setup.cfg declares; ValueError when it is malformed."""
    named = list(_requirements(text))
    roots = roots_of((name_of(r), scope) for r, _, scope in named if not r.startswith(_FILE))
    whole = not any(requirement.startswith(_FILE) for requirement, _, _ in named)
    graph = Graph(manifest=path, roots=roots, whole=whole)
    return replace(collect(_found(path, named)), graphs=(graph,))


def files_named(text: str) -> Iterator[str]:
    """Give the files that lists are read from, as they are written; ValueError when malformed."""
    for requirement, _, _ in _requirements(text):
        if requirement.startswith(_FILE):
            yield from (name.strip() for name in requirement.removeprefix(_FILE).split(","))


def _found(path: str, named: Iterable[_Named]) -> Iterator[Pin | Declared | NotAssessed]:
    for requirement, line, _ in affordable(named, lambda each: len(each[0])):
        if requirement.startswith(_FILE):
            yield unquoted(_ELSEWHERE, path, line, uncounted=True)
        else:
            yield declared(requirement, path, line)


def _requirements(text: str) -> Iterator[_Named]:
    """Give the lines of the lists; of several with semicolons nobody could tell the markers."""
    found = sections(text)
    for name, lines in found.get("options", {}).items():
        option = name.replace("-", "_")  # setuptools took dashes for years
        if option in _OPTIONS:
            yield from ((*line, _OPTIONS[option]) for line in lines)
    for extra, lines in found.get("options.extras_require", {}).items():
        yield from ((*line, of_extra(extra)) for line in lines)
