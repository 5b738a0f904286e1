"""Reads INI files as `configparser` does, with the line of each value, in linear time.

The standard library takes quadratic time on lines it can't read, and tells no lines.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from drawgate.manifests.text import newlines

Lines = tuple[tuple[str, int], ...]
"""The lines of one value, stripped, with their numbers; comments and empty ones are left out."""

_DEFAULT: Final = "DEFAULT"
_SECTION: Final = re.compile(r"\[(.+)\]")
_DELIMITER: Final = re.compile("[=:]")
_NO_INI: Final = "it is no INI file"


@dataclass(slots=True)
class _State:
    """Where the reader is: the open section and option, and how far that one is indented."""

    sections: dict[str, dict[str, list[tuple[str, int]]]] = field(default_factory=dict)
    section: dict[str, list[tuple[str, int]]] | None = None
    value: list[tuple[str, int]] | None = None
    indent: int = 0


def sections(text: str) -> Mapping[str, Mapping[str, Lines]]:
    """Give the options of each section, names in lower case; ValueError when it is no INI file.

    What stands in `[DEFAULT]` counts in every section that does not say otherwise.
    """
    state = _State()
    for number, line in enumerate(newlines(text), start=1):
        bare = line.strip()
        if bare and not bare.startswith(("#", ";")):
            _take(state, bare, len(line) - len(line.lstrip()), number)
    default = state.sections.pop(_DEFAULT, {})
    return {
        name: {option: tuple(lines) for option, lines in {**default, **options}.items()}
        for name, options in state.sections.items()
    }


def _take(state: _State, bare: str, indent: int, number: int) -> None:
    """Add one line to the open value if it is indented more, else see what begins with it."""
    if state.value is not None and indent > state.indent:
        state.value.extend(_parts(bare, number))
        return
    state.indent = indent
    if header := _SECTION.match(bare):
        state.section = state.sections.setdefault(header[1], {})
        state.value = None
    elif state.section is None:
        raise ValueError(f"{_NO_INI}: line {number} is in no section")
    else:
        name, *rest = (part.strip() for part in _DELIMITER.split(bare, maxsplit=1))
        if not name or not rest:
            raise ValueError(f"{_NO_INI}: line {number} is no setting")
        state.value = state.section[name.lower()] = list(_parts(rest[0], number))


def _parts(text: str, number: int) -> Iterator[tuple[str, int]]:
    """Split where Python ends lines and editors don't (a form feed, say)."""
    yield from ((part.strip(), number) for part in text.splitlines() if part.strip())
