"""Which finding is which of the baseline: one to one, whatever order they come in."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from drawgate.collector import uncollected
from drawgate.core.finding import Finding
from drawgate.core.lines import CHANGED, UNKNOWN, Around, LineMap, moved_together
from drawgate.triage.alignment import Anchors, Pair, align, moved, on_the_spot
from drawgate.triage.passes import ALIASES, PASSES, STANDING, Key, Pass
from drawgate.triage.renames import guess_renames
from drawgate.triage.traces import Trace, trace

Group = tuple[list[Trace], list[Trace]]
"""Traces of the baseline and of now that have one key."""
_TWO: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A finding of now is one of the baseline; both are given by their place in their list."""

    old: int
    new: int
    words: str
    """By what it is known again."""


def match(
    old: Sequence[Finding],
    new: Sequence[Finding],
    renames: Mapping[str, str],
    lines: LineMap | None = None,
) -> tuple[Link, ...]:
    """Match findings with those of the baseline, in the order of `new`.

    `renames` says what files of the baseline are called now; where nobody knows, it is guessed
    from what the findings of both have in common. `lines` says which line is which; what it
    calls unchanged is the strongest evidence there is.
    """
    with uncollected():
        return _matched(old, new, renames, lines)


def _matched(
    old: Sequence[Finding],
    new: Sequence[Finding],
    renames: Mapping[str, str],
    lines: LineMap | None,
) -> tuple[Link, ...]:
    mine = [trace(n, each, each.path) for n, each in enumerate(new)]
    theirs = [trace(n, f, renames.get(f.path, f.path)) for n, f in enumerate(old)]
    guessed = guess_renames(theirs, mine)
    known = {each.identity for each in old}
    for one in theirs:
        one.path = guessed.get(one.path, one.path)
        one.rank = (False, old[one.index].identity)
    for other in mine:
        # Who has an identity of the baseline already comes first: matching twice changes nothing.
        other.rank = (new[other.index].identity not in known, new[other.index].identity)
    if lines:
        _follow(theirs, old, mine, lines)
    mine.sort(key=_order)
    links = _Links(old=sorted(theirs, key=_order), new=mine)
    for step in (*STANDING, *PASSES):
        links.add(step)
    links.add_aliases()
    return tuple(sorted(links.made, key=lambda link: link.new))


def _follow(old: list[Trace], found: Sequence[Finding], new: list[Trace], lines: LineMap) -> None:
    """Ask the line map about every line; a package is no line, though it stands on one."""
    for one in old:
        if not one.package:
            path = found[one.index].path
            one.now = lines.of_old(path, one.line)
            one.around = lines.around_old.get((path, one.line))
    for other in new:
        if not other.package:
            other.now = lines.of_new(other.path, other.line)
            other.around = lines.around_new.get((other.path, other.line))


def _order(one: Trace) -> tuple[object, ...]:
    return (one.path, one.line, one.nth, one.column, one.rank, one.index)


class _Links:
    """The links so far, and the traces that have none."""

    def __init__(self, old: list[Trace], new: list[Trace]) -> None:
        self.old = old
        self.new = new
        self.all = (old, new)
        self.made: list[Link] = []
        self.anchors = Anchors()
        self.mapped = any(one.now != UNKNOWN for side in self.all for one in side)

    def add(self, step: Pass) -> None:
        """Pair what a pass can, the lines first that changed.

        A finding on a line that was not there before is never one whose line still stands.
        """
        if not self.mapped:
            self._pair(step, self.old, self.new)
            return
        changed = [one for one in self.old if one.now <= CHANGED]
        self._pair(step, changed, [one for one in self.new if one.now <= CHANGED])
        self._pair(step, self.old, [one for one in self.new if one.now != CHANGED])

    def _pair(self, step: Pass, old: list[Trace], new: list[Trace]) -> None:
        """Pair first what is alone of its kind, then what stands in its place."""
        groups = _groups(step, old, new)
        if not step.unique:
            groups = [part for old, new in groups for part in _by_value(old, new)]
        alone = [(a[0], b[0]) for a, b in groups if len(a) == len(b) == 1]
        alone = [pair for pair in alone if _may_be(*pair) and _may_cross(step, *pair)]
        self._link(self._only(alone, step) if step.alone else alone, step.words)
        if step.unique:
            return
        groups = [part for part in groups if len(part[0]) + len(part[1]) > _TWO]
        if step.crossing and self.mapped:
            groups = list(self._add_moved(groups, step))
        self._add_alike(groups, step)

    def _only(self, pairs: list[Pair], step: Pass) -> list[Pair]:
        """Keep pairs whose key nobody else has, with a partner or without."""
        old, new = (Counter(map(step.key, side)) for side in self.all)
        return [pair for pair in pairs if old[step.key(pair[0])] == new[step.key(pair[1])] == 1]

    def _add_moved(self, groups: list[Group], step: Pass) -> Iterator[Group]:
        """Pair those that moved with their neighbours; give the groups that git knows less of."""
        found: list[Pair] = []
        rest: list[Group] = []
        for group in groups:
            old, new = ([one for one in side if one.now == CHANGED] for side in group)
            if old and new:
                found += moved(old, new)
                unknown = [[one for one in side if one.now != CHANGED] for side in group]
                rest += ((unknown[0], group[1]), (old, unknown[1]))
            else:
                rest.append(group)
        self._link(found, step.words)
        taken = {id(one) for pair in found for one in pair}
        for part in rest:
            old, new = ([one for one in side if id(one) not in taken] for side in part)
            if old and new:
                yield old, new

    def _add_alike(self, groups: list[Group], step: Pass) -> None:
        """Pair those of which there are several."""
        placed = [pair for a, b in groups for pair in on_the_spot(a, b, self.anchors)]
        self._link(placed, step.words)
        old = {one.index for one, _ in placed}
        new = {other.index for _, other in placed}
        found: list[Pair] = []
        for olds, news in groups:
            left = [one for one in olds if one.index not in old]
            right = [other for other in news if other.index not in new]
            if left and right:
                found += align(left, right, self.anchors)
        self._link(found, step.words, certain=False)

    def add_aliases(self) -> None:
        """Pair dependency findings whose advisories name each other, whatever the rule is."""
        known: dict[Key, Trace] = {}
        for one in self.old:
            for name in one.advisories:
                known.setdefault((one.bucket[0], one.package, name), one)
        found: list[Pair] = []
        taken: set[int] = set()
        for other in self.new:
            names = ((other.bucket[0], other.package, name) for name in other.advisories)
            partners = [known[key] for key in names if key in known]
            partner = next((each for each in partners if each.index not in taken), None)
            if partner:
                taken.add(partner.index)
                found.append((partner, other))
        self._link(found, ALIASES)

    def _link(self, pairs: list[Pair], words: str, *, certain: bool = True) -> None:
        if not pairs:
            return
        if certain:
            self.anchors.add(pairs)
        self.made += [Link(old=one.index, new=other.index, words=words) for one, other in pairs]
        old = {one.index for one, _ in pairs}
        new = {other.index for _, other in pairs}
        self.old = [each for each in self.old if each.index not in old]
        self.new = [each for each in self.new if each.index not in new]


def _groups(step: Pass, old: list[Trace], new: list[Trace]) -> list[Group]:
    groups: dict[Key, Group] = {}
    for one in old:
        if key := step.key(one):
            group = groups.get(key)
            if group is None:
                group = groups[key] = ([], [])
            group[0].append(one)
    for other in new:
        if (key := step.key(other)) and (group := groups.get(key)):
            group[1].append(other)
    return [group for group in groups.values() if group[1]]


def _by_value(old: list[Trace], new: list[Trace]) -> Iterator[Group]:
    """Keep secrets apart whose values are known to differ; of others, there is one group."""
    values = {one.value for one in old} | {other.value for other in new}
    if len(values) == 1:
        yield old, new
        return
    for value in sorted(values - {""}):
        same = [one for one in old if one.value == value], [o for o in new if o.value == value]
        if all(same):
            yield same
    known = {o.value for o in old} & {o.value for o in new} - {""}
    rest = [o for o in old if o.value not in known], [o for o in new if o.value not in known]
    for one, other in ((False, True), (True, False), (False, False)):
        part = (
            [o for o in rest[0] if bool(o.value) is one],
            [o for o in rest[1] if bool(o.value) is other],
        )
        if all(part):
            yield part


def _may_be(old: Trace, new: Trace) -> bool:
    return not (old.value and new.value) or old.value == new.value


def _may_cross(step: Pass, old: Trace, new: Trace) -> bool:
    """Tell whether a pass may pair two lines that changed, as far as git knows.

    A flaw that is mended in one function and made in another one is new there. What moves from
    one to the other brings along the lines around it.
    """
    other_file = old.path != new.path and not old.scope
    if not (step.crossing or other_file) or not old.now == new.now == CHANGED:
        return True
    return moved_together(old.around or Around(), new.around or Around())
