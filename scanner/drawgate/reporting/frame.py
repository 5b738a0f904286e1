"""The source around a finding, line by line, with the flaw marked where that is certain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from drawgate.core.finding import Finding, Region

_CUT: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLine:
    """One line: what stands before the flaw, the flaw, and what stands behind it."""

    number: int
    before: str
    marked: str = ""
    after: str = ""


def frame_of(finding: Finding) -> tuple[FrameLine, ...]:
    """Give the lines of a finding's snippet; none where it has no snippet."""
    region = finding.region
    if not finding.snippet or region is None:
        return ()
    lines = finding.snippet.split("\n")
    if len(lines) == 1 and _certain(finding, region):
        return (_marked(lines[0], region),)
    return tuple(_plain(lines, region.start_line))


def _plain(lines: list[str], first: int) -> Iterator[FrameLine]:
    for number, text in enumerate(lines, start=first):
        yield FrameLine(number=number, before=text)


def _certain(finding: Finding, region: Region) -> bool:
    """Tell whether columns still mean the snippet's own: not if it was masked, cut or escaped."""
    text = finding.snippet
    whole = text.isascii() and text.replace("\t", " ").isprintable() and _CUT not in text
    return whole and not finding.masked and bool(region.start_column and region.end_column)


def _marked(text: str, region: Region) -> FrameLine:
    start, end = (region.start_column or 1) - 1, (region.end_column or 1) - 1
    return FrameLine(
        number=region.start_line, before=text[:start], marked=text[start:end], after=text[end:]
    )
