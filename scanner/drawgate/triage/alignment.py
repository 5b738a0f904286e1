"""Which of many equal findings is which: where the lines around them went, and in their order."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from drawgate.core.lines import moved_together
from drawgate.triage.traces import Trace

Pair = tuple[Trace, Trace]
"""A trace of the baseline, and one of now."""

CELLS: Final = 250_000
"""Comparisons that one group may take; a larger one is paired in its order."""
_SHARE: Final = 64
"""Comparisons for each member of a group, so that all of them together stay linear."""
_MOVED: Final = 200
"""Equal lines of one group that may have moved; of more, the rest are new."""
_OTHER_SCOPE: Final = 1_000
"""Lines that a finding would rather move than change its function."""


class Anchors:
    """Pairs that are certain; they tell where the lines of each file went."""

    def __init__(self) -> None:
        self._known: dict[str, list[tuple[int, int]]] = {}
        self._sorted: dict[str, list[int]] = {}

    def add(self, pairs: Iterable[Pair]) -> None:
        """Learn from pairs."""
        for old, new in pairs:
            if old.path == new.path and old.line and new.line:
                self._known.setdefault(new.path, []).append((old.line, new.line))
                self._sorted.pop(new.path, None)

    def around(self, old: Trace) -> tuple[int, int]:
        """Give the lines to expect a trace on, by the nearest anchors above and below."""
        known = self._known.get(old.path)
        if not known:
            return old.line, old.line
        if old.path not in self._sorted:
            known.sort()
            self._sorted[old.path] = [before for before, _ in known]
        place = bisect_right(self._sorted[old.path], old.line)
        above, below = known[max(place - 1, 0)], known[min(place, len(known) - 1)]
        return old.line + above[1] - above[0], old.line + below[1] - below[0]


def on_the_spot(old: Iterable[Trace], new: Iterable[Trace], anchors: Anchors) -> Iterator[Pair]:
    """Pair those that stand exactly where the lines around them went.

    Of several at one spot, those first that have one identity: matching twice changes nothing.
    """
    places: dict[tuple[int, int], dict[str, Trace]] = {}
    for other in new:
        places.setdefault((other.line, other.column), {})[other.rank[1]] = other
    left = []
    for one in old:
        spots = [(n, one.column) for n in dict.fromkeys(anchors.around(one))] if one.line else ()
        there = next((places[spot] for spot in spots if one.rank[1] in places.get(spot, ())), None)
        if there:
            yield one, there.pop(one.rank[1])
        else:
            left.append((one, spots))
    for one, spots in left:
        if there := next((places[spot] for spot in spots if places.get(spot)), None):
            yield one, there.pop(next(iter(there)))


def moved(old: Sequence[Trace], new: Sequence[Trace]) -> Iterator[Pair]:
    """Pair those whose neighbours moved with them, in their order."""
    left = list(new[:_MOVED])
    for one in old[:_MOVED]:
        for other in left:
            if one.around and other.around and moved_together(one.around, other.around):
                left.remove(other)
                yield one, other
                break


def align(old: Sequence[Trace], new: Sequence[Trace], anchors: Anchors) -> Iterator[Pair]:
    """Pair two sorted groups without crossing: every member of the smaller one gets a partner."""
    expected = {one.index: anchors.around(one)[0] for one in old}
    if len(old) <= len(new):
        yield from _aligned(old, new, lambda one, other: _cost(one, other, expected[one.index]))
    else:
        swapped = _aligned(new, old, lambda one, other: _cost(other, one, expected[other.index]))
        yield from ((one, other) for other, one in swapped)


def _aligned(
    few: Sequence[Trace], many: Sequence[Trace], cost: Callable[[Trace, Trace], int]
) -> Iterator[Pair]:
    """Find the cheapest way by going through all of `few`, each beside what it can reach."""
    spare = len(many) - len(few) + 1
    if spare == 1 or len(few) * spare > min(CELLS, _SHARE * (len(few) + len(many))):
        yield from zip(few, many, strict=False)
        return
    total = [0] * spare
    best: list[list[int]] = []
    for place, one in enumerate(few):
        costs = [total[at] + cost(one, many[place + at]) for at in range(spare)]
        row, cheapest = [], 0
        for at, value in enumerate(costs):
            cheapest = at if value < costs[cheapest] else cheapest
            row.append(cheapest)
        best.append(row)
        total = [costs[at] for at in row]
    at = spare - 1
    for place in range(len(few) - 1, -1, -1):
        at = best[place][at]
        yield few[place], many[place + at]


def _cost(old: Trace, new: Trace, expected: int) -> int:
    moved = abs(new.line - expected) if old.line and new.line else 0
    return moved + _OTHER_SCOPE * (old.scope != new.scope)
