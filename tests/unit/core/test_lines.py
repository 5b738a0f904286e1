"""A line is followed through what was put in and taken out around it."""

import pytest

from drawgate.core.lines import CHANGED, UNKNOWN, Around, Hunk, LineMap, moved_together

HUNKS = (Hunk(2, 1, 2, 3), Hunk(5, 2, 7, 0), Hunk(9, 0, 9, 1))
"""Line 2 became three; 5 and 6 went; one came before 9."""


@pytest.mark.parametrize(
    ("line", "now"),
    [(1, 1), (2, CHANGED), (3, 5), (4, 6), (5, CHANGED), (6, CHANGED), (7, 7), (8, 8), (9, 10)],
)
def test_a_line_of_the_baseline_is_found_now_or_gone(line: int, now: int) -> None:
    assert now == LineMap(before={"a.py": HUNKS}).of_old("a.py", line)


@pytest.mark.parametrize("line", range(1, 12))
def test_a_line_of_now_stood_there_before_or_came(line: int) -> None:
    """What came is what no line of the baseline has become."""
    lines = LineMap(before={"a.py": HUNKS}, after={"a.py": HUNKS})
    became = {lines.of_old("a.py", before) for before in range(1, 20)}

    assert lines.of_new("a.py", line) == (line if line in became else CHANGED)


def test_of_a_file_that_was_not_compared_nothing_is_known() -> None:
    lines = LineMap(before={"a.py": ()}, after={"a.py": ()})

    assert [7, 7] == [lines.of_old("a.py", 7), lines.of_new("a.py", 7)]
    assert {UNKNOWN} == {lines.of_old("b.py", 7), lines.of_new("b.py", 7), lines.of_old("a.py", 0)}


def test_lines_move_together_where_enough_stands_beside_both() -> None:
    """A brace and a `return` are beside everything."""
    brace, call = (1, 0), (2, 25)

    assert moved_together(Around(above=(call,)), Around(above=(call, brace)))
    assert moved_together(Around(below=(brace, call)), Around(below=(brace, call)))
    assert not moved_together(Around(above=(brace,)), Around(above=(brace,)))
    assert not moved_together(Around(above=(call,)), Around(below=(call,)))
    assert not moved_together(Around(), Around())
