"""What reports say of waivers: of each finding that is set apart, and of waivers that need care."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from drawgate.core.finding import Finding, Suppression, SuppressionKind
from drawgate.core.moment import moment
from drawgate.core.waiver import Standing, Told, Waived
from drawgate.core.words import count
from drawgate.reporting.text import shorten
from drawgate.triage.suppress import is_waiver

_SHOWN: Final = 10
"""Waivers that are told one by one."""
_NAMED: Final = 3
_LONGEST: Final = 200
_NAME: Final = 80
"""Characters; what a log brings may have more."""


def terms(told: Told) -> str:
    """Say on which terms a waiver stands."""
    approved = f", approved by {told.approver}" if told.approver else ""
    return f"{told.type}, until {told.expires}, owner {told.owner}{approved}"


def in_force(waived: Waived | None) -> Iterator[str]:
    """Say of each waiver that excuses something how much, on which terms and why."""
    holding = [told for told in waived.waivers if told.findings] if waived else []
    for told in holding[:_SHOWN]:
        found = count(told.findings, "finding")
        facts = shorten(f"{terms(told)}: {told.reason}", _LONGEST)
        yield f"{_short(told.id)}: {found}, {facts}"
    if (rest := len(holding) - _SHOWN) > 0:
        yield f"… and {count(rest, 'more waiver')}"


def of_waiver(finding: Finding) -> Suppression | None:
    """Give the waiver of a finding, be it that it does not count any more."""
    return next(filter(is_waiver, finding.suppressions), None)


def set_apart(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Count what does not count, by who said so: those who waive most first."""
    numbers = Counter(map(_origin, findings))
    ranked = sorted(numbers.items(), key=lambda pair: (pair[0].startswith("s"), -pair[1], pair[0]))
    return tuple(f"{count(number, 'finding')} {origin}" for origin, number in ranked)


def _origin(finding: Finding) -> str:
    if waiver := of_waiver(finding):
        return f"waived by {_short(waiver.source) or 'a waiver'}"
    if all(said.kind is SuppressionKind.IN_SOURCE for said in finding.suppressions):
        return "suppressed by comments in the source"
    named = next((said.source for said in finding.suppressions if said.source), "another tool")
    return f"suppressed by {_short(named)}"


def cares(waived: Waived | None, as_of: str) -> Iterator[tuple[str, str]]:
    """Give sentences about waivers that need somebody, and what to do."""
    if waived is None:
        return
    if waived.proposed:
        yield _proposed(waived)
    broken = [told for told in waived.waivers if told.lapsed]
    for told in broken[:_SHOWN]:
        yield _lapsed(told)
    if (rest := len(broken) - _SHOWN) > 0:
        yield f"{count(rest, 'more waiver')} excuse less than they did, or nothing", _SEE
    ending = [told for told in waived.waivers if told.standing is Standing.EXPIRING]
    yield from (_ending(told, as_of) for told in ending[:_SHOWN])
    yield from _idle(waived.waivers)


_SEE: Final = "`drawgate waivers` lists them"


def _proposed(waived: Waived) -> tuple[str, str]:
    number = count(waived.proposed_findings, "finding")
    named = _names(waived.proposed)
    text = f"this change would newly waive {number} ({named}); its own waivers have no say"
    return text, "they count once the change is merged"


def _lapsed(told: Told) -> tuple[str, str]:
    some = f"{told.lapsed:,} of {told.lapsed + told.findings:,}" if told.findings else ""
    number = f"{some} findings" if some else count(told.lapsed, "finding")
    verb = "counts" if told.lapsed == 1 and not some else "count"
    why = shorten("; ".join(told.why), _LONGEST)
    text = f"waiver {_short(told.id)}: {why}, so {number} {verb} again"
    return text, f"ask {_short(told.owner)} whether it shall be approved anew, or mend what it hid"


def _ending(told: Told, as_of: str) -> tuple[str, str]:
    now = moment(as_of)
    days = (date.fromisoformat(told.expires) - now.date()).days if now else 0
    when = f"in {count(days, 'day')}" if days else "today"
    number = count(told.findings, "finding")
    verb = "counts" if told.findings == 1 else "count"
    text = f"waiver {_short(told.id)} ends on {told.expires}, {when}; then {number} {verb} again"
    return text, f"its owner is {_short(told.owner)}"


def _idle(waivers: Iterable[Told]) -> Iterator[tuple[str, str]]:
    idle = [told for told in waivers if not told.findings and not told.lapsed]
    for standing, verb in _IDLE.items():
        if names := [told.id for told in idle if told.standing is standing]:
            one, several = verb
            said = one if len(names) == 1 else several
            yield f"{count(len(names), 'waiver')} {said}: {_names(names)}", _SEE


_IDLE: Final = {
    Standing.EXPIRED: ("has expired, and matches nothing", "have expired, and match nothing"),
    Standing.REFUSED: ("is refused by the pack", "are refused by the pack"),
    Standing.UNMATCHED: ("matches nothing", "match nothing"),
}


def _short(name: str) -> str:
    return shorten(name, _NAME)


def _names(ids: Sequence[str]) -> str:
    rest = len(ids) - _NAMED
    return ", ".join(map(_short, ids[:_NAMED])) + (f" and {rest} more" if rest > 0 else "")
