"""Everything that is said of one flaw: a rule of the pack counts it if anybody's word is enough.

Folding must not weaken a gate. A rule about one scanner, rule id or weakness still finds what it is
about where another scanner speaks for the group, and what one tool could not rate stays unrated
as long as only another tool's word stands against that. Each member has its own suppressions: a
comment for one tool excuses nobody else's finding.
"""

from collections.abc import Iterator, Mapping

from drawgate.core.finding import Finding, changed
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity

Said = Mapping[str, tuple[Finding, ...]]
"""By the primary's identity: the group's members as they are judged, in place of the primary."""


def said(scan: Scan) -> Said:
    """Give what the groups of a scan are judged by; any other finding is judged as it is."""
    primaries = (finding for finding in scan.counted if finding.membership)
    return {
        primary.identity: tuple(_said(primary, scan.spoken_for(primary))) for primary in primaries
    }


def _said(primary: Finding, others: tuple[Finding, ...]) -> Iterator[Finding]:
    for member in (primary, *others):
        yield changed(member, severity=_lower(member, primary))
        place = member.membership
        if place and place.alone is Severity.UNKNOWN and not _settled(primary):
            yield changed(member, severity=Severity.UNKNOWN)


def _lower(member: Finding, primary: Finding) -> Severity:
    """Take the group's severity; a member's own where that is lower.

    A flaw that a rule about another kind counts already shall not break a rule about this one.
    """
    own = member.severity
    milder = member.folded and own is not Severity.UNKNOWN and not own.at_least(primary.severity)
    return own if milder else primary.severity


def _settled(primary: Finding) -> bool:
    """Tell whether the group's severity is a fact about the flaw, and not one tool's word."""
    return primary.membership is not None and primary.membership.basis in ("vendor", "score")
