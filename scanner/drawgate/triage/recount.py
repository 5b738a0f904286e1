"""Lines of tools that end one at a line feed alone, counted as all others count.

A lone carriage return ends a line for Python, JavaScript, editors and our own look at a file. A
tool that does not see it names another line than the one it means: with some of them an approved
line could be made to stand where a new flaw is reported, and excuse it.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Final

from drawgate.core.finding import Finding, Location, Unit, changed

_FROM_0: Final = frozenset({Unit.BYTE_0, Unit.CHARACTER_0})


def recounted(findings: tuple[Finding, ...], sources: Mapping[str, str]) -> tuple[Finding, ...]:
    """Give the findings with lines that end at a carriage return as well."""
    paths = {each.path for each in findings if each.location and each.location.feeds}
    files = {path: _File(sources[path]) for path in paths if _is_odd(sources.get(path, ""))}
    return tuple(_recounted(each, files) for each in findings)


def _is_odd(text: str) -> bool:
    return text.count("\r") > text.count("\r\n")


class _File:
    """The lines of a file as such a tool counts them."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        extra = (line.removesuffix("\r").count("\r") for line in self.lines)
        self.before = list(accumulate(extra, initial=0))
        """Carriage returns above each line that end one."""

    def place(self, line: int, column: int | None, unit: Unit) -> tuple[int, int | None]:
        """Give line and column; without a column, the first line of those that it hides."""
        if not 0 < line <= len(self.lines):
            return line, column
        number = line + self.before[line - 1]
        if column is None:
            return number, None
        *above, rest = _cut(self.lines[line - 1], column, unit).split("\r")
        return number + len(above), _length(rest, unit) + (unit not in _FROM_0)

    def last(self, line: int) -> int:
        """Give the last of the lines that one hides."""
        return line + self.before[line] if 0 < line <= len(self.lines) else line


def _cut(line: str, column: int, unit: Unit) -> str:
    """Give what stands before a column."""
    column = max(column - (unit not in _FROM_0), 0)
    match unit:
        case Unit.BYTE_0:
            return line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore")
        case Unit.UTF16_1:
            return line.encode("utf-16-le", "surrogatepass")[: 2 * column].decode(
                "utf-16-le", "ignore"
            )
        case _:
            return line[:column]


def _length(text: str, unit: Unit) -> int:
    match unit:
        case Unit.BYTE_0:
            return len(text.encode("utf-8", "surrogatepass"))
        case Unit.UTF16_1:
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case _:
            return len(text)


def _recounted(finding: Finding, files: Mapping[str, _File]) -> Finding:
    place = finding.location
    if not place or not place.feeds:
        return finding
    if place.path not in files or not place.line:
        return changed(finding, location=replace(place, feeds=False))
    return changed(finding, location=_place(place, place.line, files[place.path]))


def _place(place: Location, first: int, file: _File) -> Location:
    line, column = file.place(first, place.column, place.unit)
    end, end_column = file.place(place.end_line or first, place.end_column, place.unit)
    if place.end_column is None:
        end = file.last(place.end_line or first)
    return replace(
        place,
        line=line,
        column=column,
        end_line=end if place.end_line or end > line else None,
        end_column=end_column,
        feeds=False,
    )
