"""A tool that knows no carriage return names the line that it means all the same."""

import pytest

from drawgate.core.finding import Finding, Kind, Location, Rule, Unit
from drawgate.triage.lines import split
from drawgate.triage.recount import recounted

TEXT = "/*\ranother\r*/\r\nä = 1;\rä𝄞 = evil(); z\nlast\n"


def found(place: Location, text: str = TEXT) -> Location:
    finding = Finding(kind=Kind.CODE, rule=Rule(id="x"), message="", location=place)
    location = recounted((finding,), {"a.js": text})[0].location
    assert location
    return location


@pytest.mark.parametrize(
    ("unit", "first", "behind"),
    [
        (Unit.BYTE_0, 17, 23),
        (Unit.CHARACTER_0, 12, 18),
        (Unit.CHARACTER_1, 13, 19),
        (Unit.UTF16_1, 14, 20),
    ],
)
def test_a_flaw_stands_where_everybody_else_sees_it(unit: Unit, first: int, behind: int) -> None:
    """Line 2 of line feeds is the lines 4 and 5; the column moves along."""
    told = {"column": first, "end_line": 2, "end_column": behind, "unit": unit, "feeds": True}
    done = found(Location(path="a.js", line=2, **told))  # type: ignore[arg-type]

    column = done.column or 0
    shown = split(TEXT)[(done.line or 0) - 1]
    assert (done.line, done.end_line, done.feeds) == (5, 5, False)
    assert (done.end_column or 0) - column == len("evil()")
    left = {Unit.BYTE_0: 9, Unit.CHARACTER_0: 5, Unit.CHARACTER_1: 6, Unit.UTF16_1: 7}
    assert column == left[unit]
    assert shown[5:11] == "evil()"


def test_a_line_without_columns_is_all_that_it_hides() -> None:
    """What stands behind a return is part of what was reported, and of what a waiver approves."""
    done = found(Location(path="a.js", line=2, feeds=True))

    assert (done.line, done.end_line) == (4, 5)


@pytest.mark.parametrize("line", [0, 1, 2, 99])
def test_other_files_and_tools_are_left_alone(line: int) -> None:
    """Where no return stands alone, or the tool counts it, nothing changes."""
    place = Location(path="a.js", line=line, column=3, end_line=line)

    assert found(place) == place
    assert found(Location(path="a.js", line=line, feeds=True), "a\r\nb\n").line == line
    assert found(Location(path="b.js", line=line, feeds=True)).line == line
