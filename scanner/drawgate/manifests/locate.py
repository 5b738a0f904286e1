"""Finds the lines of names and values in a manifest, which parsers do not tell.

Each function reads the text once, however many names are asked for: a target may have many.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_NAME: Final = re.compile(r"\s*name\s*=")
_QUOTED: Final = re.compile(r""""([^"\\]*)"|'([^']*)'""")


def table_lines(text: str, header: str, count: int) -> Iterator[int | None]:
    """Give for each `[[HEADER]]` table the line of its `name`, in order.

    When the text does not show `count` such tables (inline arrays, say), every line is None:
    a missing line is better than a wrong one.
    """
    found = list(_name_lines(text, f"[[{header}]]"))
    yield from found if len(found) == count else [None] * count


def _name_lines(text: str, header: str) -> Iterator[int | None]:
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() == header:
            if inside:
                yield None
            inside = True
        elif inside and (_NAME.match(line) or line.startswith("[")):
            yield number if _NAME.match(line) else None
            inside = False
    if inside:
        yield None


def key_lines(text: str) -> Mapping[str, int]:
    """Give the line of each `KEY =`, the first where there are several, counted from 1."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        key, equals, _ = line.partition("=")
        if equals:
            lines.setdefault(key.strip().strip("\"'"), number)
    return lines


def quoted_lines(text: str) -> Mapping[str, int]:
    """Give the line of each text in quotes, the first where there are several."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _QUOTED.finditer(line):
            lines.setdefault(match[1] or match[2] or "", number)
    return lines
