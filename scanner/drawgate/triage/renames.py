"""Which file is which under a new name, guessed from the lines on which both have findings."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    return found | _with_folder(found, gone.keys() - found.keys(), came.keys() - taken)


def _with_folder(
    found: Mapping[str, str], gone: Collection[str], came: Collection[str]
) -> dict[str, str]:
    """Let files that have too little in common go where most of their folder went."""
    went: dict[str, Counter[str]] = {}
    for one, other in found.items():
        (folder, name), (new_folder, new_name) = map(_split, (one, other))
        if name == new_name:
            went.setdefault(folder, Counter())[new_folder] += 1
    rest: dict[str, str] = {}
    for one in sorted(gone):
        folder, name = _split(one)
        if folder in went:
            likely = went[folder].most_common(1)[0][0] + name
            if likely in came:
                rest[one] = likely
    return rest


def _split(path: str) -> tuple[str, str]:
    folder, slash, name = path.rpartition("/")
    return folder + slash, name


def _lines(traces: Iterable[Trace]) -> dict[str, set[object]]:
    lines: dict[str, set[object]] = {}
    for one in traces:
        if one.tokens or one.text:
            lines.setdefault(one.path, set()).add((one.bucket, one.tokens or one.text))
    return lines


def _shares(lines: set[object], holders: dict[object, list[str]]) -> list[tuple[str, float]]:
    shared: Counter[str] = Counter()
    for line in lines:
        paths = holders.get(line, ())
        if len(paths) <= _COMMON:
            shared.update(paths)
    least = max(LEAST, SHARE * len(lines))
    return [(path, number / len(lines)) for path, number in shared.items() if number >= least]
