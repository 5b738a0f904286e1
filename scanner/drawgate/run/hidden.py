"""Findings that a comment in the source hides: those that a second pass does not report."""

from collections import Counter
from collections.abc import Iterable

from drawgate.core.adapter import Report
from drawgate.core.finding import Finding, Suppression, SuppressionKind, changed

_Key = tuple[object, ...]


def mark(
    findings: Iterable[Finding], second: Report, files: frozenset[str], name: str
) -> tuple[Finding, ...]:
    """Mark the findings of the first pass that are missing in the second.

    `files` are those the second pass was given. One that it could not assess, or for which it
    reports something new, changed between the passes or means something else: nothing of it is
    marked, because a finding that counts too much is seen, and one that is hidden is not.
    """
    first = tuple(findings)
    sure = files - doubtful(first, second)
    missing = _keys(first) - _keys(second.findings)
    comment = Suppression(
        kind=SuppressionKind.IN_SOURCE,
        justification=f"a comment in the source, which {name} obeys",
    )
    return tuple(
        changed(finding, suppressions=(*finding.suppressions, comment))
        if finding.path in sure and _spend(missing, _key(finding))
        else finding
        for finding in first
    )


def doubtful(first: Iterable[Finding], second: Report) -> frozenset[str]:
    """Give the files of which the second pass gave no answer that goes with the first."""
    unseen = {item.path or item.subject for item in second.not_assessed}
    new = _keys(second.findings) - _keys(first)
    return frozenset(unseen | {str(key[0]) for key in new})


def _keys(findings: Iterable[Finding]) -> "Counter[_Key]":
    return Counter(_key(finding) for finding in findings)


def _spend(missing: "Counter[_Key]", key: _Key) -> bool:
    """Count one off; of several equal findings only as many are hidden as are missing."""
    if missing[key] == 0:
        return False
    missing[key] -= 1
    return True


def _key(finding: Finding) -> _Key:
    place = finding.location
    if place is None:
        return ("", finding.rule.id, finding.message)
    span = (place.line, place.column, place.end_line, place.end_column)
    return (place.path, finding.rule.id, *span, finding.message)
