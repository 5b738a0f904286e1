"""How much of what there was to look at was looked at, per kind of scanner."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from drawgate.core.attempt import Attempt, Ran, not_assessed_of
from drawgate.core.finding import PACKAGES, Kind
from drawgate.core.manifest import is_manifest
from drawgate.core.scan import Scan
from drawgate.core.target import NotAssessed, answered_by
from drawgate.policy.model import Enforcement, Require
from drawgate.policy.verdict import Coverage, Effect, Requirement

_WEIGHED: Final = answered_by(Kind.CODE)
"""Kinds whose inputs are weighed. For secrets they are not: what is large there is data, and a
secret is small."""
_HEAVIEST: Final = 64 << 10
"""Bytes for which a file counts at most: more than nearly any module that people write."""
_NAMED: Final = 3
"""Manifests in a sentence that counts the rest."""


def measure(scan: Scan, require: Require) -> tuple[Coverage, ...]:
    """Measure each kind of which a scanner ran.

    What one scanner of a kind could not assess and another one did counts as looked at.
    """
    ran = {a.subject.kind for a in scan.attempts if isinstance(a, Ran)}
    return tuple(_measure(scan, kind, require) for kind in Kind if kind in ran)


def uncounted(scan: Scan, require: Require) -> Iterator[Requirement]:
    """Tell the manifests that can't be read: no share says how many packages they hold.

    They fail a pack that bounds the share of packages, and are loudly mentioned by any other.
    """
    items = list(_uncounted(scan))
    if not items:
        return
    bound = Kind.DEPENDENCIES in require.coverage_min
    fails = bound and require.enforcement is Enforcement.HARD
    named = "; ".join(f"{item.subject}: {item.reason}" for item in items[:_NAMED])
    rest = f"; and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    yield Requirement(
        name="manifests",
        met=False,
        effect=Effect.FAIL if fails else Effect.WARNING,
        sentence=f"nobody knows how many packages were not looked at ({named}{rest})",
        hint="mend these manifests, or commit a lock file that can be read",
    )


def _uncounted(scan: Scan) -> Iterator[NotAssessed]:
    """Give each place once, by name."""
    attempts = [a for a in scan.attempts if a.subject.kind is Kind.DEPENDENCIES]
    told = [item for attempt in attempts for item in not_assessed_of(attempt) if item.uncounted]
    if attempts:
        told = [i for i in scan.target.not_assessed if is_manifest(i.subject)] + told
    by_subject = {item.subject: item for item in reversed(told)}
    yield from (by_subject[subject] for subject in sorted(by_subject))


def _measure(scan: Scan, kind: Kind, require: Require) -> Coverage:
    attempts = [attempt for attempt in scan.attempts if attempt.subject.kind is kind]
    looked_at = set(_looked_at(attempts))
    missed = {item.subject for attempt in attempts for item in _countable(scan, attempt)}
    missed |= set(_unread(scan, kind, looked_at | missed))
    missed -= looked_at
    total = len(looked_at) + len(missed)
    # A log from elsewhere lists at most what was missed; no share follows from that.
    told = total and (looked_at or scan.target.form is not None)
    weighed = _by_size(scan.target.sizes, looked_at, missed) if kind in _WEIGHED and told else None
    shares = [len(looked_at) / total] if told else []
    return Coverage(
        kind=kind,
        looked_at=len(looked_at),
        not_assessed=len(missed),
        share=min([*shares, *([] if weighed is None else [weighed])], default=None),
        by_size=weighed,
        minimum=require.coverage_min.get(kind),
        warn_below=require.coverage_warn.get(kind),
        uncounted=len(list(_uncounted(scan))) if kind is Kind.DEPENDENCIES else 0,
    )


def _by_size(sizes: Mapping[str, int], looked_at: set[str], missed: set[str]) -> float | None:
    """Weigh files: hundreds of tiny ones must not outnumber a large one that nobody could read.

    Nor may one large file outweigh all others, so each counts up to a bound. None where a file
    that was looked at has no known size, as in a log from elsewhere, and where all are empty.
    """
    if not looked_at <= sizes.keys():
        return None
    weights = {path: min(size, _HEAVIEST) for path, size in sizes.items()}
    read, unread = (sum(weights.get(path, 0) for path in paths) for paths in (looked_at, missed))
    return read / (read + unread) if read + unread else None


def _countable(scan: Scan, attempt: Attempt) -> Iterator[NotAssessed]:
    """Leave out what a log of another tool notes without a place: no share follows from that."""
    for item in not_assessed_of(attempt):
        if item.path or not item.uncounted or scan.target.form is not None:
            yield item


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
    if kind in PACKAGES:
        return PurePosixPath(subject.partition(": ")[0]).name
    path = PurePosixPath(subject)
    return path.suffix or path.name
