"""Which file is which under a new name, guessed from the lines on which both have findings."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from drawgate.triage.traces import Trace

SHARE: Final = 0.6
"""Least share of a file's lines with findings that the new one must have, too."""
LEAST: Final = 2
"""Least number of such lines: one alone proves nothing, and later passes look for it anyway."""
_COMMON: Final = 20
"""A line that so many files have tells none of them apart."""


def guess_renames(old: Sequence[Trace], new: Sequence[Trace]) -> dict[str, str]:
    """Give the new name of each file of `old` that has none of its findings left, if any."""
    now, before = {one.path for one in new}, {one.path for one in old}
    gone = _lines(one for one in old if one.path not in now)
    came = _lines(one for one in new if one.path not in before)
    holders: dict[object, list[str]] = {}
    for path in sorted(came):
        for line in came[path]:
            holders.setdefault(line, []).append(path)
    likely = sorted(
        (-share, one, other)
        for one, lines in gone.items()
        for other, share in _shares(lines, holders)
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, one, other in likely:
        if one not in found and other not in taken:
            found[one] = other
            taken.add(other)
    return found


def _lines(traces: Iterable[Trace]) -> dict[str, set[object]]:
    lines: dict[str, set[object]] = {}
    for one in traces:
        if one.text:
            lines.setdefault(one.path, set()).add((one.bucket, one.text))
    return lines


def _shares(lines: set[object], holders: dict[object, list[str]]) -> list[tuple[str, float]]:
    shared: Counter[str] = Counter()
    for line in lines:
        paths = holders.get(line, ())
        if len(paths) <= _COMMON:
            shared.update(paths)
    least = max(LEAST, SHARE * len(lines))
    return [(path, number / len(lines)) for path, number in shared.items() if number >= least]
