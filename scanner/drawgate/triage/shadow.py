"""A scan beside what a team's present tools found: both, only theirs, only ours.

It is pure, and decides nothing. What is shown of theirs is what it is and where, never their
message or source: a value that is masked on our side may stand there as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from drawgate.core.attempt import Attempt, Failed, Skipped, not_assessed_of
from drawgate.core.excuse import excuse
from drawgate.core.finding import Dependency, Finding, Location, changed
from drawgate.core.scan import Scan
from drawgate.core.shadow import Both, Flaw, OnlyTheirs, OtherLog, Shadow
from drawgate.core.words import count
from drawgate.triage.correlate import correlate, separate
from drawgate.triage.equivalence import equivalence
from drawgate.triage.roles import with_roles
from drawgate.triage.shadow_match import Known, Members, reach
from drawgate.triage.shadow_paths import fitted
from drawgate.triage.shadow_why import Why, known_files

_Report = tuple[str, str, Location | None, Dependency | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A log of theirs, read and masked."""

    name: str
    digest: str
    scan: Scan


def shadow(scan: Scan, others: Sequence[Other]) -> Shadow:
    """Compare a scan with other logs. One flaw of theirs is one, whoever of them reports it."""
    table, notes = equivalence(), list[str]()
    files = known_files(scan)
    reports: list[Finding] = []
    seen: set[_Report] = set()
    for other in others:
        # What an earlier log has says nothing new; what one log has twice is there twice.
        fresh = [each for each in _fitted(other, files, notes) if _report(each) not in seen]
        seen.update(map(_report, fresh))
        reports += fresh
        notes += _doubts(other)
    placed = with_roles(tuple(reports), scan.target.folders, scan.target.links)
    theirs = _flaws(correlate(separate(placed)))
    ours = [(each, *scan.spoken_for(each)) for each in scan.counted]
    known = Known(ours, table)
    why, most = Why(scan, known, table), reach(len(theirs))
    versions = _versions(others)
    both: list[Both] = []
    missing: list[OnlyTheirs] = []
    met: set[int] = set()
    for members in theirs:
        if found := known.of(members, most):
            met.update(found)
            both.append(_both(members, ours[found[0]]))
        else:
            reason = why.reason(members[0], versions.get(members[0].tool, ""))
            missing.append(OnlyTheirs(flaw=_flaw(members), reason=reason))
    return Shadow(
        logs=tuple(_log(other) for other in others),
        both=tuple(both),
        only_theirs=tuple(sorted(missing, key=lambda each: each.flaw.severity.order)),
        only_ours=tuple(_ranked(_ours(each) for n, each in enumerate(ours) if n not in met)),
        known=len(met),
        notes=tuple(dict.fromkeys(notes)),
    )


def _fitted(other: Other, files: frozenset[str], notes: list[str]) -> Iterator[Finding]:
    """Give the reports of a log with the paths that they have here."""
    found = other.scan.findings
    renamed, sentence = fitted((each.path for each in found), files)
    if sentence:
        notes.append(f"{other.name}: {sentence}")
    for each in found:
        yield _moved(each, renamed)


def _moved(finding: Finding, renamed: Mapping[str, str]) -> Finding:
    """Drop what could tell more than what it is and where, and count from where we count."""
    bare = changed(finding, message="", snippet="", properties={}, elsewhere=(), state=None)
    if finding.location is None or finding.path not in renamed:
        return bare
    return changed(bare, location=replace(finding.location, path=renamed[finding.path]))


def _report(finding: Finding) -> _Report:
    """Say what a report is: two logs may hold the same one."""
    return finding.tool.lower(), finding.rule.id, finding.location, finding.dependency


def _doubts(other: Other) -> Iterator[str]:
    """Say what of their log proves nothing."""
    for attempt in other.scan.attempts:
        if isinstance(attempt, Failed):
            name = attempt.subject.name
            yield f"{other.name}: {name} failed there: what it did not find proves nothing"
        elif gaps := len(not_assessed_of(attempt)):
            name = attempt.subject.name
            yield f"{other.name}: {name} could not assess {count(gaps, 'input')} there"
    if not other.scan.findings:
        yield f"{other.name} has no findings"


def _flaws(findings: Sequence[Finding]) -> list[Members]:
    """Put the reports of one flaw together, who speaks first."""
    folded: dict[str, list[Finding]] = {}
    for each in findings:
        if each.membership and each.folded:
            folded.setdefault(each.membership.group, []).append(each)
    return [
        (each, *(folded.get(each.membership.group, ()) if each.membership else ()))
        for each in findings
        if not each.folded
    ]


def _versions(others: Iterable[Other]) -> Mapping[str, str]:
    """Give the versions of their tools, where all logs agree."""
    found: dict[str, set[str]] = {}
    for other in others:
        for attempt in other.scan.attempts:
            if not isinstance(attempt, Skipped):
                found.setdefault(attempt.subject.name, set()).add(attempt.tool.version)
    return {name: versions.pop() for name, versions in found.items() if len(versions) == 1}


def _both(theirs: Members, ours: Members) -> Both:
    """Say of a flaw that is known why ours does not count, if a suppression is the reason."""
    said = excuse(ours[0]) if ours[0].suppressed else ""
    return Both(theirs=_flaw(theirs), ours=_ours(ours), note=said)


def _ours(members: Members) -> Flaw:
    return replace(_flaw(members), id=members[0].identity)


def _flaw(members: Members) -> Flaw:
    first, *others = members
    package = first.dependency
    return Flaw(
        tool=first.tool,
        rule=first.rule.id,
        title=f"{package.name} {package.version}".strip() if package else first.rule.name,
        kind=first.kind,
        severity=first.severity,
        path=first.path,
        line=first.line,
        also=tuple(sorted({f"{each.tool} {each.rule.id}" for each in others})),
    )


def _ranked(flaws: Iterable[Flaw]) -> list[Flaw]:
    return sorted(flaws, key=lambda flaw: flaw.severity.order)


def _log(other: Other) -> OtherLog:
    return OtherLog(
        name=other.name,
        digest=other.digest,
        tools=tuple(dict.fromkeys(map(_tool, other.scan.attempts))),
        reports=len(other.scan.findings),
    )


def _tool(attempt: Attempt) -> str:
    version = "" if isinstance(attempt, Skipped) else attempt.tool.version
    return f"{attempt.subject.name} {version}".strip()
