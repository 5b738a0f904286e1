"""The code a finding is about, without its layout: what a formatter leaves as it was."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from drawgate.core.finding import Region

LENGTH: Final = 400
"""Characters that count; more of them would tell no two findings apart."""
_LINES: Final = 40
_LINE: Final = 2_000
"""How much is looked at; what is cut is cut the same way each time."""
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
    """Give the region's text without whitespace, parentheses and commas.

    Of masked lines all is taken: a column would tell how long the secret is.
    """
    first = region.start_line
    last = region.end_line or first
    chosen = [line[:_LINE] for line in text.lines[first - 1 : min(last, first + _LINES - 1)]]
    if not chosen:
        return ""
    if region.end_column and len(chosen) == last - first + 1 and not _hides(text, last, whole):
        chosen[-1] = chosen[-1][: region.end_column - 1]
    if region.start_column and not _hides(text, first, whole):
        chosen[0] = chosen[0][region.start_column - 1 :]
    return _LAYOUT.sub("", "\n".join(chosen))[:LENGTH]


def _hides(text: Cut, line: int, whole: bool) -> bool:  # noqa: FBT001 - one question
    return whole or line in text.masked
