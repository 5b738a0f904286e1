"""From a tool's own columns to a SARIF region and a snippet that we cut ourselves."""

import re
from collections.abc import Mapping
from typing import Final

from drawgate.core.finding import Finding, Location, Region, Unit, changed
from drawgate.triage.lines import split
from drawgate.triage.mask import Mask

LINES: Final = 3
"""A snippet has at most so many lines."""
CHARACTERS: Final = 300
"""A snippet has at most so many characters."""
_LEAD: Final = 100
"""Characters kept before the flaw where a line is too long to show."""
_BOM: Final = "\ufeff"
"""Tools and editors do not count it; only GitHub's line hash does."""
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""What steers a terminal or reorders text (CVE-2021-42574): shown as an escape."""


def locate(
    findings: tuple[Finding, ...], sources: Mapping[str, str], masked: Mapping[str, str], mask: Mask
) -> tuple[Finding, ...]:
    """Give each finding its region and snippet.

    `masked` holds what `mask_sources` made of the same files: what is shown comes from there,
    what is counted from `sources`. A finding in a file without text keeps the lines that its
    tool named; one on a line the file does not have keeps no region.
    """
    texts = {path: split(text.removeprefix(_BOM)) for path, text in sources.items()}
    shown = {path: split(text.removeprefix(_BOM)) for path, text in masked.items()}
    return tuple(_located(finding, texts, shown, mask) for finding in findings)


def visible(text: str) -> str:
    """Write control characters, and those that reorder or hide text, as escapes."""
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)


def _located(
    finding: Finding, texts: Mapping[str, list[str]], shown: Mapping[str, list[str]], mask: Mask
) -> Finding:
    place = finding.location
    if place is None or place.line is None:
        return finding
    if place.path not in texts:
        return changed(finding, region=_lines_only(place.line, place.end_line))
    region = _region(place, place.line, texts[place.path])
    if region is None:
        return finding
    snippet = _snippet(region, shown[place.path], whole=finding.masked)
    return changed(finding, region=region, snippet=visible(mask.values(snippet)))


def _lines_only(line: int, end: int | None) -> Region | None:
    return (
        Region(start_line=line, end_line=end if end and end > line else None) if line > 0 else None
    )


def _region(place: Location, line: int, lines: list[str]) -> Region | None:
    if not 0 < line <= len(lines):
        return None
    last = min(max(place.end_line or line, line), len(lines))
    start = _column(place.column, lines[line - 1], place.unit)
    end = _column(place.end_column, lines[last - 1], place.unit)
    if end is not None and last == line and end <= (start or 1):
        end = None
    if start is None and last == line:
        end = None  # an end without a start would claim the line's beginning
    return Region(
        start_line=line,
        start_column=start,
        end_line=last if last > line else None,
        end_column=end,
    )


def _column(column: int | None, line: str, unit: Unit) -> int | None:
    """Count in UTF-16 units from 1, not past the line's end (SARIF §3.30.6)."""
    if column is None:
        return None
    match unit:
        case Unit.BYTE_0:
            before = line.encode("utf-8", "surrogatepass")[: max(column, 0)]
            return _units(before.decode("utf-8", "ignore")) + 1
        case Unit.CHARACTER_0:
            return _units(line[: max(column, 0)]) + 1
        case Unit.CHARACTER_1:
            return _units(line[: max(column - 1, 0)]) + 1
        case Unit.UTF16_1:
            return max(1, min(column, _units(line) + 1))


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text) + sum(c > "\uffff" for c in text)


def _snippet(region: Region, lines: list[str], *, whole: bool) -> str:
    """Cut a few lines; a line too long to show is cut around the flaw.

    On masked lines columns mean nothing any more, so those are cut from their start.
    """
    last = min(region.end_line or region.start_line, region.start_line + LINES - 1)
    first_line = lines[region.start_line - 1]
    if len(first_line) > CHARACTERS:
        start = 0 if whole else max(0, (region.start_column or 1) - 1 - _LEAD)
        return f"{'…' if start else ''}{first_line[start : start + CHARACTERS - 2]}…"
    text = "\n".join(lines[region.start_line - 1 : last])
    return text if len(text) <= CHARACTERS else f"{text[: CHARACTERS - 1]}…"
