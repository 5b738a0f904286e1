"""Finds the line of a name in the text of a lock file, which parsers do not tell."""

import re
from collections.abc import Iterator
from typing import Final

_NAME: Final = re.compile(r"\s*name\s*=")


def table_lines(text: str, header: str, count: int) -> Iterator[int | None]:
    """Give for each `[[HEADER]]` table the line of its `name`, in order.

    When the text does not show `count` such tables (inline arrays, say), every line is None:
    a missing line is better than a wrong one.
    """
    found = list(_name_lines(text, f"[[{header}]]"))
    yield from found if len(found) == count else [None] * count


def _name_lines(text: str, header: str) -> Iterator[int | None]:
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == header:
            if inside:
                yield None
            inside = True
        elif inside and (_NAME.match(line) or line.startswith("[")):
            yield number if _NAME.match(line) else None
            inside = False
    if inside:
        yield None


def first_line(text: str, pattern: str) -> int | None:
    """Give the line of the first match of a pattern, counted from 1."""
    match = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, match.start()) + 1 if match else None
