"""What in a list of waivers a person should look at, and why."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from drawgate.core.waiver import SOON, Limits, Standing, Told, Waived, Waiver, Waivers
from drawgate.triage.waiving import expired, refusal

MANY: Final = 50
"""Findings that one waiver may hide before it is called too broad."""
_ANY: Final = frozenset({"*", "**", "/**", "**/*", "/*", "/"})


def reasons(told: Told, waiver: Waiver, today: date) -> Iterator[str]:
    """Say why a waiver needs somebody; nothing for one that does what it should."""
    if told.standing is Standing.EXPIRING:
        days = (date.fromisoformat(told.expires) - today).days
        yield f"ends on {told.expires}, in {days} days" if days else "ends today"
    elif told.standing is Standing.UNMATCHED:
        yield "matches nothing: take it out"
    yield from told.why
    if told.findings > MANY:
        yield f"too broad: it hides {told.findings:,} findings"
    match = waiver.match
    if any("*" in rule for rule in match.rule) and not _ANY.isdisjoint(match.paths):
        yield "too broad: any rule like this, anywhere"
    if match.versions == ("*",):
        yield "too broad: all versions, also those to come"


def without_log(waivers: Waivers, limits: Limits, today: date) -> Waived:
    """Say what is known of waivers alone, without findings."""
    told = tuple(_told(each, limits, today) for each in waivers.waivers)
    return Waived(source=waivers.source, digest=waivers.digest, findings=0, waivers=told)


def _told(waiver: Waiver, limits: Limits, today: date) -> Told:
    refused = refusal(waiver, limits, today)
    if refused:
        late = expired(waiver.expires, today)
        standing = Standing.EXPIRED if late else Standing.REFUSED
    else:
        soon = date.fromisoformat(waiver.expires) - today <= SOON
        standing = Standing.EXPIRING if soon else Standing.UNSEEN
    return Told(
        id=waiver.id,
        about=waiver.match.words,
        type=waiver.type,
        owner=waiver.owner,
        approver=waiver.approver,
        created=waiver.created,
        expires=waiver.expires,
        ticket=waiver.ticket,
        reason=waiver.reason,
        standing=standing,
        findings=0,
        lapsed=0,
        why=(refused.why,) if refused else (),
    )


def listed(waived: Waived, waivers: Sequence[Waiver], today: date) -> list[tuple[Told, list[str]]]:
    """Give each waiver with what is to be said of it, those that need somebody first."""
    pairs = zip(waived.waivers, waivers, strict=True)
    rows = [(told, list(dict.fromkeys(reasons(told, waiver, today)))) for told, waiver in pairs]
    return sorted(rows, key=lambda row: (not row[1], row[0].expires, row[0].id))
