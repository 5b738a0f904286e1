"""The code a finding is about, without its layout: what a formatter leaves as it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drawgate.core.finding import Region

LENGTH: Final = 400
"""Characters that count; more of them would tell no two findings apart."""
SHORTEST: Final = 24
"""A region with fewer characters (`assert`, a number) goes on to as many as `EXTENDED`: it tells
nothing by itself."""
EXTENDED: Final = 60
_LINES: Final = 40
_LINE: Final = 2_000
"""How much is looked at; what is cut is cut the same way each time."""
_AHEAD: Final = 20
_MOST: Final = 16 << 10
"""Characters of a whole region that are looked at; of a longer one, the file as a whole counts."""
_LAYOUT: Final = re.compile(r"[\s(),]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A file's lines as they may be shown, and those of them where columns mean nothing."""

    lines: Sequence[str]
    masked: frozenset[int]
    """Lines (from 1) that are not what the tool saw."""


def cut(lines: Sequence[str], source: Sequence[str]) -> Cut:
    """Compare masked lines with the source's; no source: none is masked."""
    pairs = enumerate(zip(lines, source, strict=False), 1)
    return Cut(lines=lines, masked=frozenset(n for n, (one, other) in pairs if one != other))


def tokens(text: Cut, region: Region, *, whole: bool) -> str:
    """Give the region's text without its layout.

    Of masked lines all is taken: a column would tell how long the secret is.
    """
    first = region.start_line
    last = region.end_line or first
    start = (region.start_column or 1) - 1 if not _hides(text, first, whole) else 0
    chosen = _lines(text, first, min(last, first + _LINES - 1))
    if region.end_column and len(chosen) == last - first + 1 and not _hides(text, last, whole):
        chosen[-1] = chosen[-1][: region.end_column - 1]
    found = _without_layout(chosen, start)
    if len(found) < SHORTEST:
        return _without_layout(_lines(text, first, first + _AHEAD), start)[:EXTENDED]
    return found[:LENGTH]


def whole(text: Cut, region: Region, *, hidden: bool) -> str | None:
    """Give all of a region that `tokens` takes only the beginning of: somebody approved all of it.

    Empty where `tokens` took all; None where it is too long to look at.
    """
    first, last = region.start_line, region.end_line or region.start_line
    chosen = list(text.lines[first - 1 : last])
    if sum(map(len, chosen)) <= LENGTH and len(chosen) <= _LINES:
        return ""
    if chosen and region.end_column and not _hides(text, last, hidden):
        chosen[-1] = chosen[-1][: region.end_column - 1]
    if chosen and region.start_column and not _hides(text, first, hidden):
        chosen[0] = chosen[0][region.start_column - 1 :]
    if sum(map(len, chosen)) > _MOST:
        return None
    found = _plain(_LAYOUT.sub("", "\n".join(chosen)))
    return found if len(found) > LENGTH or len(chosen) > _LINES else ""


def _lines(text: Cut, first: int, last: int) -> list[str]:
    return [line[:_LINE] for line in text.lines[first - 1 : last]]


def _without_layout(lines: Sequence[str], start: int) -> str:
    return plain("\n".join(lines)[start:])


def plain(code: str) -> str:
    """Take off what a formatter changes: layout, trailing commas, parentheses, the sort of quotes.

    Two strings side by side are one, as a formatter joins them.
    """
    return _plain(_LAYOUT.sub("", code)[: 2 * LENGTH])


def _plain(code: str) -> str:
    for quote in (r"\'", r"\"", "'"):
        code = code.replace(quote, '"')
    return code.replace('""', "")


def _hides(text: Cut, line: int, whole: bool) -> bool:  # noqa: FBT001 - one question
    return whole or line in text.masked
