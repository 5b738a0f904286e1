"""Joins what different tools report at one place: 1:1, and never over unrelated lines.

All members of a cluster overlap each other, so there are no chains: a wide finding can't pull two
narrow ones together that have nothing in common.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Final, NamedTuple

from drawgate.core.finding import Finding

_LOOK: Final = 16
"""Clusters that are looked at before and behind a place: so joining stays linear."""


class Span(NamedTuple):
    """What a finding covers. Without columns it covers its lines as a whole."""

    line: int
    column: float
    last: int
    end: float
    strict: bool
    """Whether it takes more than a common line to be at the same place, where columns are known."""


def span(finding: Finding, *, strict: bool) -> Span | None:
    """Give what a finding covers; None where its tool names no line."""
    if region := finding.region:
        last = region.end_line or region.start_line
        if region.end_column is None:
            return Span(region.start_line, 0, last, inf, strict)
        # A region may be empty (§3.30.2); it still is somewhere.
        column = region.start_column or 0
        least = column + 1 if last == region.start_line else 1
        return Span(region.start_line, column, last, max(region.end_column, least), strict)
    place = finding.location
    if place is None or place.line is None:
        return None
    return Span(place.line, 0, max(place.line, place.end_line or 0), inf, strict)


@dataclass(slots=True)
class Cluster:
    """Numbers of findings that overlap each other, at most one of a tool. The first leads."""

    members: list[int]
    spans: list[Span]
    tool: str
    """Of the last member: tools come one after the other."""

    @property
    def lead(self) -> Span:
        """Where the first member is."""
        return self.spans[0]

    def takes(self, place: Span, tool: str) -> bool:
        """Tell whether a finding of a tool may join."""
        return self.tool != tool and all(_overlap(place, other) for other in self.spans)

    def add(self, place: Span, number: int, tool: str) -> None:
        """Take a finding."""
        self.members.append(number)
        self.spans.append(place)
        self.tool = tool


def clusters(tools: Iterable[tuple[str, list[tuple[Span, int]]]]) -> list[Cluster]:
    """Join what tools found; those that come first lead. The order within a tool is no matter."""
    made: list[Cluster] = []
    for tool, found in tools:
        rest = list(_same_start(sorted(found), tool, made)) if made else sorted(found)
        order = sorted(made, key=lambda cluster: cluster.lead)
        starts = [cluster.lead.line for cluster in order]
        for place, number in rest:
            best = _nearest(place, tool, order, starts) if order else None
            if best:
                best.add(place, number, tool)
            else:
                made.append(Cluster([number], [place], tool))
    return made


def _same_start(
    found: Sequence[tuple[Span, int]], tool: str, made: Iterable[Cluster]
) -> Iterator[tuple[Span, int]]:
    """Join what begins exactly where a cluster begins, and give the rest."""
    by_start: dict[tuple[int, float], list[Cluster]] = {}
    for cluster in sorted(made, key=lambda cluster: cluster.lead, reverse=True):
        by_start.setdefault(cluster.lead[:2], []).append(cluster)
    for place, number in found:
        same = by_start.get(place[:2])
        if same and same[-1].takes(place, tool):
            same.pop().add(place, number, tool)
        else:
            yield place, number


def _nearest(
    place: Span, tool: str, order: Sequence[Cluster], starts: Sequence[int]
) -> Cluster | None:
    first, behind = bisect_left(starts, place.line), bisect_right(starts, place.last)
    before = range(max(0, first - _LOOK), first)
    within = range(first, min(behind, first + _LOOK))
    near = [order[n] for n in chain(before, within) if order[n].takes(place, tool)]
    return min(near, key=lambda cluster: _distance(place, cluster.lead), default=None)


def _overlap(one: Span, other: Span) -> bool:
    if (one.strict or other.strict) and one.end is not inf and other.end is not inf:
        return _cross(one, other)
    return one.line <= other.last and other.line <= one.last


def _cross(one: Span, other: Span) -> bool:
    """Compare by columns; the end is exclusive."""
    before = (one.line, one.column) < (other.last, other.end)
    return before and (other.line, other.column) < (one.last, one.end)


def _distance(place: Span, other: Span) -> tuple[float, ...]:
    """Tell how far two places are apart; what overlaps by columns is nearest."""
    apart = 0 if _cross(place, other) else 1
    return apart, abs(place.line - other.line), abs(place.column - other.column)
