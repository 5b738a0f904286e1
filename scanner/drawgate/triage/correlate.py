"""Correlation: what several reports say of one flaw becomes one finding, and nothing is lost.

Every report stays where it is. One of a group, the primary, is counted; the others are folded.
Whatever a log says about groups is forgotten first: a log can't hide a finding by saying so.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from drawgate.core.finding import Finding, Kind, Membership, changed, sort_key
from drawgate.core.severity import Severity
from drawgate.triage.equivalence import Basis, Equivalence, equivalence
from drawgate.triage.identity import LINE_TEXT, uuid5
from drawgate.triage.same_code import same_code
from drawgate.triage.same_package import same_package

_Group = tuple[list[int], tuple[str, ...]]
"""Numbers of findings, the primary first, and what makes the group this one."""


def correlate(
    findings: tuple[Finding, ...],
    table: Equivalence | None = None,
    origins: Sequence[str] = (),
) -> tuple[Finding, ...]:
    """Group the findings that are about one flaw. `table` is ours unless a test has its own.

    `origins` says of each finding which repository it is of. Where there are several, none of one
    is joined with one of another, or of a repository that nobody knows.
    """
    table = table or equivalence()
    alone = separate(findings)
    if len({*origins} - {""}) < 2:  # noqa: PLR2004 - one repository, as far as anybody knows
        return _correlated(alone, table, "")
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for number, origin in enumerate(origins):
        parts[origin].append(number)
    result = list(alone)
    for origin, numbers in parts.items():
        own = _correlated(tuple(alone[number] for number in numbers), table, origin)
        for number, finding in zip(numbers, own, strict=True):
            result[number] = finding
    return tuple(result)


def _correlated(alone: tuple[Finding, ...], table: Equivalence, origin: str) -> tuple[Finding, ...]:
    groups = [
        (_ordered(numbers, alone, table), name)
        for numbers, name in (
            *same_package(alone),
            *_same_secret(alone),
            *same_code(alone, table),
        )
    ]
    result = list(alone)
    for one, group in zip(groups, _identities(groups, alone, origin), strict=True):
        for number, finding in _members(one, alone, group, table):
            result[number] = finding
    return tuple(result)


def separate(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give each finding as it is by itself."""
    if not any(finding.membership for finding in findings):
        return findings
    return tuple(
        changed(finding, severity=_alone(finding), membership=None)
        if finding.membership
        else finding
        for finding in findings
    )


def _alone(finding: Finding) -> Severity:
    """Give a primary its own severity back; the others have kept theirs."""
    place = finding.membership
    return place.alone if place and not place.folded else finding.severity


def _same_secret(findings: Sequence[Finding]) -> Iterator[_Group]:
    """Join the secrets of one line: it is masked as a whole, so nobody can tell them apart.

    What one detector reports twice of a line is two secrets. Lines of two states of a file differ
    in their masked text.
    """
    lines: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        if finding.kind is Kind.SECRETS and finding.path and finding.line:
            lines[finding.path, finding.line].append(number)
    for (path, _), numbers in lines.items():
        if len(numbers) == 1:
            continue
        texts = {findings[number].fingerprints.get(LINE_TEXT, "") for number in numbers} - {""}
        for text in sorted(texts) if len(texts) > 1 else ("",):
            own = [n for n in numbers if text in ("", findings[n].fingerprints.get(LINE_TEXT))]
            for secret in _secrets(own, findings):
                if len(secret) > 1:
                    yield secret, ("secret", path)


def _secrets(numbers: Iterable[int], findings: Sequence[Finding]) -> list[list[int]]:
    """Deal the findings of a line out to secrets: as many as one detector sees at most."""
    seen: Counter[tuple[str, str]] = Counter()
    secrets: list[list[int]] = []
    for number in sorted(numbers, key=lambda n: (sort_key(findings[n]), findings[n].identity)):
        detector = findings[number].tool.lower(), findings[number].rule.id
        if seen[detector] == len(secrets):
            secrets.append([])
        secrets[seen[detector]].append(number)
        seen[detector] += 1
    return secrets


def _ordered(numbers: Iterable[int], findings: Sequence[Finding], table: Equivalence) -> list[int]:
    """Put the primary first.

    One that is suppressed never speaks for one that is not: a comment for one tool must not hide
    what another one says.
    """
    keyed = sorted((_standing(findings[number], table), number) for number in numbers)
    if all(one[0] != other[0] for one, other in pairwise(keyed)):
        return [number for _, number in keyed]
    order = {number: key for key, number in keyed}
    return sorted(order, key=lambda n: (order[n], sort_key(findings[n]), findings[n].identity))


def _standing(finding: Finding, table: Equivalence) -> tuple[object, ...]:
    tool = finding.tool
    return finding.suppressed, table.rank(tool), tool.lower(), tool, table.guess(finding)


def _identities(groups: Sequence[_Group], findings: Sequence[Finding], origin: str) -> list[str]:
    """Name groups by what they are about and no line number; equal ones are numbered by place."""
    of = (origin,) if origin else ()
    alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, (members, name) in enumerate(groups):
        alike[*of, *name, _text(findings[members[0]], name)].append(number)
    given = [""] * len(groups)
    for name, numbers in alike.items():
        if len(numbers) > 1:
            numbers.sort(key=lambda number: sort_key(findings[groups[number][0][0]]))
        for count, number in enumerate(numbers):
            key = "\0".join((*name, str(count)))
            given[number] = uuid5(key.encode("utf-8", "backslashreplace"))
    return given


def _text(primary: Finding, name: tuple[str, ...]) -> str:
    """Give what stays when lines move; a package's group has its name without."""
    if name[0] == "package":
        return ""
    return primary.fingerprints.get(LINE_TEXT) or primary.identity


def _members(
    one: _Group, findings: Sequence[Finding], group: str, table: Equivalence
) -> Iterator[tuple[int, Finding]]:
    numbers, name = one
    members = [findings[number] for number in numbers]
    severity, basis = _severity(members, name[1], table)
    first, *others = members
    spoken = Membership(
        group=group,
        reporters=tuple(sorted({member.tool for member in members})),
        alone=first.severity,
        basis=basis,
    )
    yield numbers[0], changed(first, severity=severity, membership=spoken)
    for number, member in zip(numbers[1:], others, strict=True):
        folded = Membership(group=group, folded=True, alone=member.severity)
        yield number, changed(member, membership=folded)


def _severity(members: Sequence[Finding], name: str, table: Equivalence) -> tuple[Severity, str]:
    """Rate a group by the table's rule; what is suppressed has no say while anything is not.

    `name` is that of the class, for rules of which another tool knows more than who speaks.
    """
    standing = members[0].suppressed  # of the primary, which is suppressed only if all are
    known = [
        (_say(member, name, table), number)
        for number, member in enumerate(members)
        if member.severity is not Severity.UNKNOWN and member.suppressed is standing
    ]
    if not known:
        return Severity.UNKNOWN, ""
    (_, basis, _), number = min(known)
    return members[number].severity, table.severity[basis].value


def _say(member: Finding, name: str, table: Equivalence) -> tuple[bool, int, int]:
    """Tell how much a member has to say, the least first.

    A line of secrets may hold several: a guess rates none that an exact detector found, and of
    exact ones the worst counts.
    """
    basis = min(map(table.severity.index, _grounds(member, table)))
    if member.kind is Kind.SECRETS:
        guess = table.guess(member) > 0
        return guess, basis, 0 if guess else member.severity.order
    rank = table.word_rank(name, member.tool) if name in table.rated_by else 0
    return False, basis, rank


def _grounds(member: Finding, table: Equivalence) -> tuple[Basis, ...]:
    """Say what a member's severity rests on. No score of one secret settles another one's."""
    if table.of_vendor(member):
        return _OF_VENDOR if member.score is None else tuple(Basis)
    return _WORD if member.score is None or member.kind is Kind.SECRETS else _SCORE


_WORD: Final = (Basis.WORD,)
_SCORE: Final = (Basis.SCORE, Basis.WORD)
_OF_VENDOR: Final = (Basis.VENDOR, Basis.WORD)
