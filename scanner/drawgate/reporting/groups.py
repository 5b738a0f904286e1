"""Findings by rule, or by package: one line for what one change can mend."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from drawgate.core.exploit import NOTHING, Exploit, Listed, in_words
from drawgate.core.finding import Finding, Kind
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


def group(findings: Iterable[Finding], blocking: frozenset[str]) -> tuple[Group, ...]:
    """Group findings: blocking groups first, and of these the worst of each kind at the top."""
    by_cause: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_cause.setdefault((finding.tool, cause(finding)), []).append(finding)
    groups = [_group(name, members, blocking) for (_, name), members in by_cause.items()]
    ranked = sorted(groups, key=_rank)
    blocks = [item for item in ranked if item.blocking]
    others = [item for item in ranked if not item.blocking]
    return (*each_kind_first(blocks, lambda item: item.kind), *others)


def worst_of_each(findings: Iterable[Finding]) -> tuple[Spot, ...]:
    """Give the worst place of each cause, the worst causes first, at most `PLACES`."""
    worst: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda finding: finding.severity.order):
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


def _group(name: str, members: Sequence[Finding], blocking: frozenset[str]) -> Group:
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
