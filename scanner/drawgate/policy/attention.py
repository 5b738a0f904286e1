"""What in a list of waivers a person should look at, and why."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from drawgate.core.waiver import Limits, Standing, Told, Waived, Waiver, Waivers
from drawgate.triage.waiving import refusal, standing, told

MANY: Final = 50
"""Findings that one waiver may hide before it is called too broad."""
_ANY: Final = frozenset({"*", "**", "/**", "**/*", "/*", "/"})


def reasons(one: Told, waiver: Waiver, today: date) -> Iterator[str]:
    """Say why a waiver needs somebody; nothing for one that does what it should."""
    if one.standing is Standing.EXPIRING:
        days = (date.fromisoformat(one.expires) - today).days
        yield f"ends on {one.expires}, in {days} days" if days else "ends today"
    elif one.standing is Standing.UNMATCHED:
        yield "matches nothing: take it out"
    yield from one.why
    if one.findings > MANY:
        yield f"too broad: it hides {one.findings:,} findings"
    match = waiver.match
    if any("*" in rule for rule in match.rule) and not _ANY.isdisjoint(match.paths):
        yield "too broad: any rule like this, anywhere"
    if match.versions == ("*",):
        yield "too broad: all versions, also those to come"


def without_log(waivers: Waivers, limits: Limits, today: date) -> Waived:
    """Say what is known of waivers alone, without findings."""
    listed = tuple(_alone(each, limits, today) for each in waivers.waivers)
    return Waived(source=waivers.source, digest=waivers.digest, findings=0, waivers=listed)


def _alone(waiver: Waiver, limits: Limits, today: date) -> Told:
    refused = refusal(waiver, limits, today)
    stands = standing(waiver, refused, today, Standing.UNSEEN)
    return told(waiver, stands, why=(refused.why,) if refused else ())


def listed(waived: Waived, waivers: Sequence[Waiver], today: date) -> list[tuple[Told, list[str]]]:
    """Give each waiver with what is to be said of it, those that need somebody first."""
    pairs = zip(waived.waivers, waivers, strict=True)
    rows = [(one, list(dict.fromkeys(reasons(one, waiver, today)))) for one, waiver in pairs]
    return sorted(rows, key=lambda row: (not row[1], row[0].expires, row[0].id))
