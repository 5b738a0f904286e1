"""How much of what there was to look at was looked at, per kind of scanner."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from drawgate.core.attempt import Attempt, Ran, not_assessed_of
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan
from drawgate.policy.model import Require
from drawgate.policy.verdict import Coverage


def measure(scan: Scan, require: Require) -> tuple[Coverage, ...]:
    """Measure each kind of which a scanner ran.

    What one scanner of a kind could not assess and another one did counts as looked at.
    """
    ran = {a.subject.kind for a in scan.attempts if isinstance(a, Ran)}
    return tuple(_measure(scan, kind, require) for kind in Kind if kind in ran)


def _measure(scan: Scan, kind: Kind, require: Require) -> Coverage:
    attempts = [attempt for attempt in scan.attempts if attempt.subject.kind is kind]
    looked_at = set(_looked_at(attempts))
    missed = {item.subject for attempt in attempts for item in not_assessed_of(attempt)}
    missed |= set(_unread(scan, kind, looked_at | missed))
    missed -= looked_at
    total = len(looked_at) + len(missed)
    # A log from elsewhere lists at most what was missed; no share follows from that.
    told = total and (looked_at or scan.target.form is not None)
    return Coverage(
        kind=kind,
        looked_at=len(looked_at),
        not_assessed=len(missed),
        share=len(looked_at) / total if told else None,
        minimum=require.coverage_min.get(kind),
        warn_below=require.coverage_warn.get(kind),
    )


def _looked_at(attempts: Iterable[Attempt]) -> Iterator[str]:
    # The finished parts of a failed attempt prove nothing.
    for attempt in attempts:
        if isinstance(attempt, Ran):
            yield from attempt.report.looked_at


def _unread(scan: Scan, kind: Kind, subjects: set[str]) -> Iterator[str]:
    """Give the target's unreadable files that a scanner of this kind would have been given."""
    sorts = {_sort(kind, subject) for subject in subjects}
    for item in scan.target.not_assessed:
        # A secret can hide in any file.
        if kind is Kind.SECRETS or _sort(kind, item.subject) in sorts:
            yield item.subject


def _sort(kind: Kind, subject: str) -> str:
    """Name the sort of file a subject is or stands in: a manifest's name, else the suffix."""
    if kind is Kind.DEPENDENCIES:
        return PurePosixPath(subject.partition(": ")[0]).name
    path = PurePosixPath(subject)
    return path.suffix or path.name
