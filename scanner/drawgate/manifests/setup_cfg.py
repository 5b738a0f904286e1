"""Reads what setup.cfg declares (setuptools' declarative configuration)."""

from collections.abc import Iterator
from typing import Final

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.ini import sections
from drawgate.manifests.limits import affordable
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import Declared, Reading, collect, unquoted

_OPTIONS: Final = frozenset({"install_requires", "tests_require"})
_ELSEWHERE: Final = "the requirements are in other files; they count if the target holds them"


def read(path: str, text: str) -> Reading:
    """Give what a setup.cfg declares; ValueError when it is malformed."""
    return collect(_found(path, text))


def files_named(text: str) -> Iterator[str]:
    """Give the files that lists are read from, as they are written; ValueError when malformed."""
    for requirement, _ in _requirements(text):
        if requirement.startswith("file:"):
            yield from (name.strip() for name in requirement.removeprefix("file:").split(","))


def _found(path: str, text: str) -> Iterator[Pin | Declared | NotAssessed]:
    for requirement, line in affordable(_requirements(text), lambda pair: len(pair[0])):
        if requirement.startswith("file:"):
            yield unquoted(_ELSEWHERE, path, line, uncounted=True)
        else:
            yield declared(requirement, path, line)


def _requirements(text: str) -> Iterator[tuple[str, int]]:
    """Give the lines of the lists; of several with semicolons nobody could tell the markers."""
    found = sections(text)
    for name, lines in found.get("options", {}).items():
        if name.replace("-", "_") in _OPTIONS:  # setuptools took dashes for years
            yield from lines
    for lines in found.get("options.extras_require", {}).values():
        yield from lines
