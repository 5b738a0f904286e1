"""Reads what setup.cfg declares (setuptools' declarative configuration)."""

import configparser
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.locate import value_lines
from drawgate.manifests.pyproject import declared
from drawgate.manifests.reading import Declared, Reading, collect, unquoted

_OPTIONS: Final = ("install_requires", "tests_require")
# The standard library's reader takes quadratic time on them.
_BARE: Final = re.compile(r"^[^\s#;\[=:][^=:\n]*$", re.MULTILINE)
_MANY: Final = 100
_WIDE: Final = re.compile(r"[^\S\n]{200}(?=[^\n])")
_EXTRAS: Final = "options.extras_require"


def read(path: str, text: str) -> Reading:
    """Give what a setup.cfg declares; ValueError when it is malformed."""
    if next(islice(_BARE.finditer(text), _MANY, None), None):
        raise ValueError(f"more than {_MANY} lines of it are no settings")
    if _WIDE.search(text):
        raise ValueError("it has very long runs of spaces")
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # Its text quotes the lines it can't read.
        raise ValueError(f"it is no INI file ({type(error).__name__})") from error
    return collect(_found(parser, path, text))


def _found(
    parser: configparser.ConfigParser, path: str, text: str
) -> Iterator[Pin | Declared | NotAssessed]:
    lines = value_lines(text)
    for requirement in _requirements(parser):
        line = lines.get(requirement)
        if requirement.startswith("file:"):
            reason = "the requirements are in other files; they count if they are manifests"
            yield unquoted(reason, path, line, uncounted=True)
        else:
            yield declared(requirement, path, line)


def _requirements(parser: configparser.ConfigParser) -> Iterator[str]:
    values = [parser.get("options", name, fallback="") for name in _OPTIONS]
    if parser.has_section(_EXTRAS):
        values += [value for _, value in parser.items(_EXTRAS)]
    for value in values:
        # One a line, or several with semicolons would clash with markers: lines only.
        yield from (
            line.strip() for line in value.splitlines() if line.strip()[:1] not in {"", "#"}
        )
