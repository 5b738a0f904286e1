"""Findings by rule, or by package: one line for what one change can mend."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from drawgate.core.exploit import NOTHING, Exploit, Listed, in_words
from drawgate.core.finding import Finding, Kind, State
from drawgate.core.severity import Severity

T = TypeVar("T")

PLACES: Final = 5
"""Places a group keeps; all of them are in the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One place of a group. `path` is empty when the finding is about the target as a whole."""

    path: str
    line: int | None
    message: str
    severity: Severity
    rule: str = ""
    """The rule's id; empty for a package, whose message names the advisory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Findings with one cause."""

    kind: Kind
    tool: str
    name: str
    """The rule's id, or the package with its version."""
    title: str
    severity: Severity
    """The worst in the group."""
    count: int
    blocking: int
    """How many of them count against a broken rule."""
    spots: tuple[Spot, ...]
    """The worst places, blocking ones first, at most `PLACES`."""
    help_uri: str
    exploit: str = ""
    """What is known of attacks on the worst of them, in words."""
    fresh: bool | None = None
    """Whether they are new since the baseline; None where nothing was compared."""
    disclosed: int = 0
    """How many of them are newly disclosed: the package was there, only the advisory is new."""
    updated: int = 0
    """How many of them have changed since the baseline, as code that moved."""

    @property
    def since(self) -> str:
        """What became of its members besides, in words; mostly nothing."""
        told = ((self.disclosed, "newly disclosed"), (self.updated, "changed"))
        return ", ".join(f"{number:,} {words}" for number, words in told if number)


def group(
    findings: Iterable[Finding], blocking: frozenset[str], *, compared: bool = False
) -> tuple[Group, ...]:
    """Group findings: blocking groups first, and of these the worst of each kind at the top.

    Where they were compared with a baseline, all that is new comes first, and one cause may have
    two groups: what is new of it, and what is not.
    """
    parts: dict[bool | None, list[Finding]] = {}
    for finding in findings:
        parts.setdefault(is_fresh(finding) if compared else None, []).append(finding)
    order = sorted(parts, key=lambda fresh: fresh is False)
    return tuple(item for fresh in order for item in _grouped(parts[fresh], blocking, fresh=fresh))


def is_fresh(finding: Finding) -> bool:
    """Tell whether a finding is new; what was compared with nothing is, as in a pack's rules."""
    return finding.state in (None, State.NEW)


def _grouped(
    findings: Iterable[Finding], blocking: frozenset[str], *, fresh: bool | None
) -> Iterator[Group]:
    causes: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        causes.setdefault((finding.tool, cause(finding)), []).append(finding)
    groups = [_group(name, own, blocking, fresh=fresh) for (_, name), own in causes.items()]
    ranked = sorted(groups, key=_rank)
    yield from each_kind_first((item for item in ranked if item.blocking), lambda item: item.kind)
    yield from (item for item in ranked if not item.blocking)


def worst_of_each(findings: Iterable[Finding]) -> tuple[Spot, ...]:
    """Give the worst place of each cause, the worst causes first, at most `PLACES`.

    Of equally bad ones, what is new since the baseline is shown: that is what a change brought.
    """
    worst: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda each: (each.severity.order, not is_fresh(each))):
        worst.setdefault(cause(finding), finding)
    return _spots(worst.values())


def each_kind_first(ranked: Iterable[T], kind: Callable[[T], Kind]) -> list[T]:
    """Move the first item of each kind to the top, in the order they have."""
    items = list(ranked)
    first = {kind(item): index for index, item in reversed(list(enumerate(items)))}
    top = sorted(first.values())
    return [items[index] for index in top] + [
        item for index, item in enumerate(items) if index not in top
    ]


def cause(finding: Finding) -> str:
    """Name what one change can mend: a rule, or a package in one version."""
    if package := finding.dependency:
        return f"{package.name} {package.version}"
    return finding.rule.id


def what(members: Sequence[Finding]) -> str:
    """Say in words what a rule is about.

    Some tools name their rules like variables ("blacklist"), and some describe them with their
    id; what the tool says about the worst place tells more than those.
    """
    rule = members[0].rule
    told = (rule.name, rule.description, members[0].message)
    words = [text for text in told if " " in text.strip()]
    return next(iter((*words, *filter(None, told))), rule.id)


def alike(one: str, other: str) -> bool:
    """Tell whether two texts hold the same letters, as "private-key" and "Private Key" do."""
    return _letters(one) == _letters(other)


def titled(rule: str, words: str) -> str:
    """Write a rule's id and what it is about, without saying one thing twice."""
    return words if not rule or _letters(words).startswith(_letters(rule)) else f"{rule}: {words}"


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def worst_exploit(findings: Iterable[Finding]) -> Exploit:
    """Give what is most urgent of what is known about attacks."""
    known = (f.dependency.exploit for f in findings if f.dependency)
    return min(known, key=lambda exploit: (exploit.rank, not exploit.known), default=NOTHING)


def _group(
    name: str, members: Sequence[Finding], blocking: frozenset[str], *, fresh: bool | None
) -> Group:
    worst = sorted(members, key=lambda f: (f.identity not in blocking, f.severity.order))
    return Group(
        kind=members[0].kind,
        tool=members[0].tool,
        name=name,
        title=_title(worst),
        severity=min((f.severity for f in members), key=lambda severity: severity.order),
        count=len(members),
        blocking=sum(f.identity in blocking for f in members),
        spots=_spots(worst),
        help_uri=worst[0].rule.help_uri,
        exploit=in_words(worst_exploit(members)),
        fresh=fresh,
        disclosed=sum(f.newly_disclosed for f in members),
        updated=sum(f.state is State.UPDATED for f in members),
    )


def _title(members: Sequence[Finding]) -> str:
    first = members[0]
    if first.dependency:
        advisories = list(dict.fromkeys(f.dependency.advisory for f in members if f.dependency))
        named = ", ".join(advisories[:_ADVISORIES])
        rest = len(advisories) - _ADVISORIES
        return f"{named} and {rest} more" if rest > 0 else named
    return what(members)


def _spots(findings: Iterable[Finding]) -> tuple[Spot, ...]:
    """Give the first places; a scanner may report one twice."""
    spots = dict.fromkeys(map(_spot, islice(findings, _LOOKED)))
    return tuple(islice(spots, PLACES))


def _spot(finding: Finding) -> Spot:
    return Spot(
        path=finding.path,
        line=finding.line,
        message=_message(finding),
        severity=finding.severity,
        rule="" if finding.dependency else finding.rule.id,
    )


def _message(finding: Finding) -> str:
    """Say first that a vulnerability is exploited: that decides what is done today."""
    exploit = finding.dependency.exploit if finding.dependency else NOTHING
    listed = exploit.kev is Listed.YES
    return f"{in_words(exploit)}. {finding.message}" if listed else finding.message


def _rank(item: Group) -> tuple[object, ...]:
    return item.severity.order, -item.count, item.tool, item.name


_ADVISORIES: Final = 3
_LOOKED: Final = 1000
"""Findings among which places are looked for: nobody needs those of ten thousand asserts."""
