"""Waivers applied: what one excuses does not count; what it excuses no more says why.

The scan keeps the waivers it was judged with, so a log is judged again by another day or pack.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Why, findings_of
from drawgate.core.finding import Finding, Suppression, SuppressionKind, changed
from drawgate.core.moment import moment
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.core.vex import settled
from drawgate.core.waiver import SOON, Limits, Standing, Told, Waived, Waiver, Waivers, WaiverType
from drawgate.triage.correlate import correlate
from drawgate.triage.meant import Meant
from drawgate.triage.waiving import Objection, expired, objection, refusal

_TYPES: Final = frozenset(WaiverType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A scan with its waivers applied, and what each of them did."""

    scan: Scan
    waived: Waived | None


def suppress(scan: Scan, limits: Limits) -> Suppressed:
    """Apply the waivers that the scan is judged with.

    Without any, those that its log was judged with before stand, until they expire.
    """
    now = moment(scan.as_of)
    today = now.date() if now else date.max  # of a day that nobody can read, nothing holds
    findings = tuple(each for attempt in scan.attempts for each in findings_of(attempt))
    if scan.waivers is None:
        kept = tuple(_until_expired(each, today) for each in findings)
        return Suppressed(scan=_with(scan, findings, kept), waived=None)
    bare = _grouped(findings, tuple(map(_without_waivers, findings)))
    applied = _Applied(scan.waivers, limits, today, _severities(bare))
    done = _grouped(bare, tuple(map(applied.to, bare)))
    proposed = _excusable(scan.waivers, limits, today, done)
    waived = applied.told(_excused(done), proposed, whole=_whole(scan))
    return Suppressed(scan=_with(scan, findings, done), waived=waived)


def without_waivers(scan: Scan) -> Scan:
    """Take back what waivers excuse, and forget them."""
    findings = tuple(each for attempt in scan.attempts for each in findings_of(attempt))
    bare = _grouped(findings, tuple(map(_without_waivers, findings)))
    return replace(_with(scan, findings, bare), waivers=None)


def is_waiver(suppression: Suppression) -> bool:
    """Tell whether it comes from a waiver, and not from a comment or another document."""
    return (
        suppression.kind is SuppressionKind.EXTERNAL
        and bool(suppression.by)
        and suppression.type in _TYPES
    )


class _Applied:
    """Waivers at work; counts what each of them does."""

    def __init__(
        self, waivers: Waivers, limits: Limits, today: date, severities: Mapping[str, Severity]
    ) -> None:
        self._waivers, self._limits, self._today = waivers, limits, today
        self._severities = severities
        self._meant = Meant(waivers.waivers)
        self._refused = [refusal(each, limits, today) for each in waivers.waivers]
        self._holds: defaultdict[int, set[str]] = defaultdict(set)
        self._lapsed: defaultdict[int, set[str]] = defaultdict(set)
        self._first: dict[int, Finding] = {}
        self._why: defaultdict[int, dict[str, None]] = defaultdict(dict)

    def to(self, finding: Finding) -> Finding:
        """Give the finding with what its waivers say; one that holds is enough."""
        numbers = self._meant.of(finding)
        if not numbers:
            return finding
        judged = [(number, self._judged(number, finding)) for number in numbers]
        for number, against in judged:
            self._count(number, finding, against)
        number, against = min(judged, key=lambda one: one[1] is not None)
        if against and finding.suppressed:
            return finding  # a second word that is refused must not undo the first
        said = _suppression(self._waivers.waivers[number], self._waivers.source, against)
        return changed(finding, suppressions=settled((*finding.suppressions, said)))

    def _judged(self, number: int, finding: Finding) -> Objection | None:
        waiver, place = self._waivers.waivers[number], finding.membership
        severity = self._severities.get(place.group) if place else None
        refused = self._refused[number]
        return refused or objection(waiver, finding, severity or finding.severity, self._limits)

    def _count(self, number: int, finding: Finding, against: Objection | None) -> None:
        """Count flaws, not reports of them."""
        flaw = finding.membership.group if finding.membership else finding.identity
        self._first.setdefault(number, finding)
        if against is None:
            self._holds[number].add(flaw)
        else:
            self._lapsed[number].add(flaw)
            self._why[number][against.why] = None

    def told(self, excused: int, proposed: int, *, whole: bool) -> Waived:
        """Say what came of each waiver."""
        waivers = self._waivers
        return Waived(
            source=waivers.source,
            digest=waivers.digest,
            findings=excused,
            waivers=tuple(self._told(n, whole=whole) for n in range(len(waivers.waivers))),
            proposed=tuple(each.id for each in waivers.proposed),
            proposed_findings=proposed,
        )

    def _told(self, number: int, *, whole: bool) -> Told:
        waiver, refused = self._waivers.waivers[number], self._refused[number]
        why = dict.fromkeys([*([refused.why] if refused else []), *self._why[number]])
        return Told(
            id=waiver.id,
            about=self._about(number),
            type=waiver.type,
            owner=waiver.owner,
            approver=waiver.approver,
            created=waiver.created,
            expires=waiver.expires,
            ticket=waiver.ticket,
            reason=waiver.reason,
            standing=self._standing(number, whole=whole),
            findings=len(self._holds[number]),
            lapsed=len(self._lapsed[number]),
            why=tuple(sorted(why)),
        )

    def _about(self, number: int) -> str:
        """Say what is meant; an identity tells people nothing, if what has it is at hand."""
        match, first = self._waivers.waivers[number].match, self._first.get(number)
        return f"{first.rule.id} in {first.path}" if match.identity and first else match.words

    def _standing(self, number: int, *, whole: bool) -> Standing:
        waiver, refused = self._waivers.waivers[number], self._refused[number]
        if refused:
            return Standing.EXPIRED if expired(waiver.expires, self._today) else Standing.REFUSED
        if self._lapsed[number] and not self._holds[number]:
            return Standing.LAPSED
        if not self._holds[number]:
            return Standing.UNMATCHED if whole else Standing.UNSEEN
        soon = date.fromisoformat(waiver.expires) - self._today <= SOON
        return Standing.EXPIRING if soon else Standing.IN_FORCE


def _severities(findings: Iterable[Finding]) -> dict[str, Severity]:
    """Give the severity of each group, which its primary has."""
    primaries = (each for each in findings if each.membership and not each.folded)
    return {each.membership.group: each.severity for each in primaries if each.membership}


def _whole(scan: Scan) -> bool:
    """Tell whether nothing was left out that a waiver may be about."""
    return not scan.target.partial and not any(map(_stopped, scan.attempts))


def _stopped(attempt: Attempt) -> bool:
    return isinstance(attempt, Failed) or (
        isinstance(attempt, Skipped) and attempt.why is Why.UNAVAILABLE
    )


def _excused(findings: Iterable[Finding]) -> int:
    """Count what a reader of the totals sees: groups as one."""
    return sum(
        not each.folded and each.suppressed and any(map(is_waiver, each.suppressions))
        for each in findings
    )


def _excusable(waivers: Waivers, limits: Limits, today: date, findings: Sequence[Finding]) -> int:
    """Count what the judged change would excuse, had it a say."""
    if not waivers.proposed:
        return 0
    proposal = replace(waivers, waivers=waivers.proposed, proposed=())
    applied = _Applied(proposal, limits, today, _severities(findings))
    open_ = (each for each in findings if not each.folded and not each.suppressed)
    return sum(applied.to(_without_waivers(each)).suppressed for each in open_)


def _suppression(waiver: Waiver, source: str, against: Objection | None) -> Suppression:
    return Suppression(
        kind=SuppressionKind.EXTERNAL,
        justification=waiver.reason,
        status=against.status if against else "accepted",
        by=waiver.id,
        source=source,
        type=waiver.type.value,
        owner=waiver.owner,
        approver=waiver.approver,
        expires=waiver.expires,
        why=against.why if against else "",
        label=waiver.justification or "",
    )


def _without_waivers(finding: Finding) -> Finding:
    if not finding.suppressions:
        return finding
    rest = tuple(each for each in finding.suppressions if not is_waiver(each))
    return finding if rest == finding.suppressions else changed(finding, suppressions=rest)


def _until_expired(finding: Finding, today: date) -> Finding:
    if not any(map(is_waiver, finding.suppressions)):
        return finding
    kept = tuple(_still(each, today) for each in finding.suppressions)
    return finding if kept == finding.suppressions else changed(finding, suppressions=kept)


def _still(said: Suppression, today: date) -> Suppression:
    if not is_waiver(said) or said.status != "accepted" or not expired(said.expires, today):
        return said
    return replace(said, status="rejected", why=f"it expired on {said.expires}")


def _grouped(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Choose again who speaks for a group, where a member of one has changed."""
    pairs = zip(before, after, strict=True)
    return correlate(after) if any(b is not a and a.membership for b, a in pairs) else after


def _with(scan: Scan, before: Sequence[Finding], after: Sequence[Finding]) -> Scan:
    if all(old is new for old, new in zip(before, after, strict=True)):
        return scan
    rest = iter(after)
    attempts = tuple(
        _put(attempt, tuple(islice(rest, len(findings_of(attempt))))) for attempt in scan.attempts
    )
    return replace(scan, attempts=attempts)


def _put(attempt: Attempt, findings: tuple[Finding, ...]) -> Attempt:
    match attempt:
        case Ran():
            return replace(attempt, report=replace(attempt.report, findings=findings))
        case Failed():
            return replace(attempt, partial=replace(attempt.partial, findings=findings))
        case Skipped():
            return attempt
