"""Tool columns become SARIF regions, and snippets are cut from the masked source."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind, Region, Unit
from drawgate.triage.locate import CHARACTERS, locate, visible
from drawgate.triage.mask import Mask, mask_of, mask_sources

Maker = Callable[..., Finding]


def _located(finding: Finding, text: str) -> Finding:
    sources = {finding.path: text}
    mask = mask_of((finding,), sources)
    (result,) = locate((finding,), sources, mask_sources(mask, (finding,), sources), mask)
    return result


@pytest.mark.parametrize(
    ("unit", "column", "end", "expected"),
    [
        # "é" is two bytes and one unit, "😀" four bytes and two units.
        (Unit.BYTE_0, 0, 2, (1, 2)),
        (Unit.BYTE_0, 2, 6, (2, 4)),
        (Unit.BYTE_0, 3, 6, (2, 4)),
        (Unit.CHARACTER_0, 1, 2, (2, 4)),
        (Unit.CHARACTER_1, 2, 3, (2, 4)),
        (Unit.UTF16_1, 2, 4, (2, 4)),
        (Unit.CHARACTER_1, 90, 99, (6, None)),
        (Unit.UTF16_1, 90, 99, (6, None)),
        (Unit.UTF16_1, -5, 2, (1, 2)),
        (Unit.BYTE_0, -5, -1, (1, None)),
        (Unit.CHARACTER_0, -5, 1, (1, 2)),
        (Unit.CHARACTER_1, 0, 2, (1, 2)),
        (Unit.CHARACTER_1, 3, 2, (4, None)),
        (Unit.CHARACTER_1, None, 2, (None, None)),
        (Unit.CHARACTER_1, 2, None, (2, None)),
    ],
)
def test_columns_count_utf16_units_from_1_within_the_line(
    finding: Maker,
    unit: Unit,
    column: int | None,
    end: int | None,
    expected: tuple[int | None, int | None],
) -> None:
    place = {"column": column, "end_column": end, "unit": unit}

    told = _located(finding("a.py", 1, place=place), "é😀ab\nnext")

    assert told.region == Region(start_line=1, start_column=expected[0], end_column=expected[1])


@pytest.mark.parametrize(
    ("line", "place", "region"),
    [
        (2, {"end_line": 3, "end_column": 2}, Region(start_line=2, end_line=3, end_column=2)),
        (2, {"end_line": 9}, Region(start_line=2, end_line=3)),
        (2, {"end_line": 1}, Region(start_line=2)),
        (4, {}, None),
        (0, {}, None),
        (None, {}, None),
    ],
)
def test_lines_stay_within_the_file(
    finding: Maker, line: int | None, place: dict[str, Any], region: Region | None
) -> None:
    """A line the file does not have gives no region; the finding stays."""
    told = _located(finding("a.py", line, place=place), "a\nb\nc")

    assert (region, "A flaw.") == (told.region, told.message)


def test_a_byte_order_mark_is_no_column(finding: Maker) -> None:
    place = {"column": 0, "end_column": 4, "unit": Unit.BYTE_0}
    told = _located(finding("a.py", 1, place=place), "\ufeffeval('1')")

    expected = Region(start_line=1, start_column=1, end_column=5)
    assert (expected, "eval('1')") == (told.region, told.snippet)


@pytest.mark.parametrize(
    ("line", "end", "region"),
    [
        (3, 5, Region(start_line=3, end_line=5)),
        (3, 2, Region(start_line=3)),
        (3, None, Region(start_line=3)),
        (0, None, None),
    ],
)
def test_a_file_without_text_keeps_the_lines_of_its_tool(
    finding: Maker, line: int, end: int | None, region: Region | None
) -> None:
    (told,) = locate((finding("gone.py", line, place={"end_line": end}),), {}, {}, Mask())

    assert (region, "") == (told.region, told.snippet)


def test_a_finding_without_a_place_is_left_alone(finding: Maker) -> None:
    nowhere = finding(path="")

    assert (nowhere,) == locate((nowhere,), {}, {}, Mask())


@pytest.mark.parametrize(
    ("text", "place", "snippet"),
    [
        ("a\nb\r\nc\nd\ne", {"end_line": 5}, "a\nb\nc"),
        ("a\tb\x1b[31m\u202eb\u2028c\ud800", {}, "a\tb\\x1b[31m\\u202eb\\u2028c\\ud800"),
        ("x" * 300, {}, "x" * 300),
        ("x" * 301, {}, "x" * 298 + "…"),
        (f"{'x' * 400}eval{'y' * 400}", {"column": 401}, f"…{'x' * 100}eval{'y' * 194}…"),
        ("x" * 299 + "\n" + "y" * 9, {"end_line": 2}, "x" * 299 + "…"),
    ],
)
def test_a_snippet_is_three_lines_and_three_hundred_characters_of_plain_text(
    finding: Maker, text: str, place: dict[str, Any], snippet: str
) -> None:
    told = _located(finding("a.txt", 1, place=place), text)

    assert snippet == told.snippet
    assert len(snippet) <= CHARACTERS + len(text) - len(visible(text)) + 30


def test_a_masked_line_is_cut_from_its_start(finding: Maker) -> None:
    """Its columns count what is not there any more."""
    text = f"{'f(' * 200}'secret'{')' * 200}"
    secret = finding("a.py", 1, kind=Kind.SECRETS, place={"column": 400}, masked=True)

    assert _located(secret, text).snippet == f"{'f(' * 149}…"


def test_a_value_known_from_another_file_is_masked_in_a_snippet(finding: Maker) -> None:
    secret, other = finding("a.py", kind=Kind.SECRETS), finding("b.py")
    sources = {"a.py": "p = 'hunter22'", "b.py": "q = 'hunter22'"}
    mask = mask_of((secret, other), sources)
    shown = mask_sources(mask, (secret, other), sources)

    told = locate((secret, other), sources, shown, mask)

    assert ["p = '***'", "q = '***'"] == [each.snippet for each in told]
