"""Whether a waiver holds: by itself on a day, by a pack's limits, and for one finding."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from drawgate.core.exploit import Listed
from drawgate.core.finding import REJECTED, UNDER_REVIEW, Finding
from drawgate.core.severity import Severity
from drawgate.core.waiver import SOON, Limits, Standing, Told, Waiver
from drawgate.triage.code_key import same_code


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why a waiver excuses nothing, and SARIF's word for it (§3.35.3)."""

    why: str
    status: str = REJECTED


def expired(last: str, today: date) -> bool:
    """Tell whether the last day is over; one that can't be read is no end that anybody set."""
    try:
        return bool(last) and date.fromisoformat(last) < today
    except ValueError:
        return True


def refusal(waiver: Waiver, limits: Limits, today: date) -> Objection | None:
    """Say why it counts for nothing at all."""
    if expired(waiver.expires, today):
        return Objection(why=f"it expired on {waiver.expires}")
    if date.fromisoformat(waiver.created) > today:
        return Objection(why=f"it is dated in the future ({waiver.created})")
    if waiver.type not in limits.types:
        return Objection(why=f"the pack allows no waiver of type {waiver.type}")
    cap = limits.cap(waiver.severity)
    if waiver.lasts > cap:
        span = f"{waiver.lasts.days} days, and the pack allows {cap.days}"
        return Objection(why=f"it lasts {span} for severity {waiver.severity}")
    if limits.four_eyes and not two_people(waiver.owner, waiver.approver):
        return Objection(why="nobody but its owner has approved it", status=UNDER_REVIEW)
    return None


def standing(
    waiver: Waiver, refused: Objection | None, today: date, otherwise: Standing
) -> Standing:
    """Say how it stands by its days and the pack; `otherwise` where these have nothing to say."""
    if refused:
        return Standing.EXPIRED if expired(waiver.expires, today) else Standing.REFUSED
    soon = date.fromisoformat(waiver.expires) - today <= SOON
    return Standing.EXPIRING if soon else otherwise


def told(  # noqa: PLR0913 - all that can come of one
    waiver: Waiver,
    standing: Standing,
    *,
    about: str = "",
    findings: int = 0,
    lapsed: int = 0,
    why: Iterable[str] = (),
) -> Told:
    """Say what came of a waiver, with what its author wrote."""
    return Told(
        id=waiver.id,
        about=about or waiver.match.words,
        type=waiver.type,
        owner=waiver.owner,
        approver=waiver.approver,
        created=waiver.created,
        expires=waiver.expires,
        ticket=waiver.ticket,
        reason=waiver.reason,
        standing=standing,
        findings=findings,
        lapsed=lapsed,
        why=tuple(sorted(set(why))),
    )


def two_people(owner: str, approver: str) -> bool:
    """Tell whether somebody else approved it."""
    names = [_shown(name) for name in (owner, approver)]
    return bool(names[1]) and names[0] != names[1]


def _shown(name: str) -> str:
    """Give a name without its case and spacing, and without what has no width."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def objection(
    waiver: Waiver, finding: Finding, severity: Severity, limits: Limits
) -> Objection | None:
    """Say why it does not excuse a finding that it means; `severity` is that of its group."""
    why = _grown(waiver, finding, severity) or _changed(waiver, finding, limits)
    return Objection(why=why) if why else None


def _grown(waiver: Waiver, finding: Finding, severity: Severity) -> str:
    if finding.malicious:
        return "malware can't be waived"
    if _worse(severity, waiver.severity):
        return f"the severity is {severity}, and {waiver.severity} was approved"
    exploit = finding.dependency.exploit if finding.dependency else None
    if exploit and exploit.kev is Listed.YES and not waiver.kev:
        return "CISA lists the vulnerability as exploited (KEV)"
    return ""


def _changed(waiver: Waiver, finding: Finding, limits: Limits) -> str:
    package = finding.dependency
    if package and package.fixed and (waiver.until_fix or limits.until_fix):
        return f"a version without the flaw is out: {package.name} {package.fixed[0]}"
    if not same_code(waiver.match.code, finding):
        return "the code is not what was approved"
    return ""


def _worse(now: Severity, approved: Severity) -> bool:
    """Compare with what was approved: nothing is worse than critical.

    An unknown severity may be any, so it is like none but itself.
    """
    if now is approved or approved is Severity.CRITICAL:
        return False
    return Severity.UNKNOWN in (now, approved) or not approved.at_least(now)
