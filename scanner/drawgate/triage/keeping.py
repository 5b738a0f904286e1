"""Findings as they may be kept for the next scan: masked by themselves alone."""

from dataclasses import replace

from drawgate.core.finding import Finding
from drawgate.triage.mask import Mask
from drawgate.triage.redact import redact


def keepable(
    reported: tuple[Finding, ...], redacted: tuple[Finding, ...]
) -> tuple[Finding | None, ...]:
    """Give each reported finding as it may be written down, or None where it may not be.

    What a finding's own rule and words have masked is masked again in the same way by every
    later scan. Where the scan as a whole masks more (another scanner named a secret that the
    message repeats), only that scan can, so nothing of it is kept. Both in the same order.
    """
    pairs = zip(reported, redacted, strict=True)
    # What the scan's mask leaves as it is, no smaller mask changes.
    return tuple(told if done is told else _alone(told, done) for told, done in pairs)


def _alone(told: Finding, done: Finding) -> Finding | None:
    (shown,) = redact((told,), Mask())
    return _as_reported(shown) if _says(shown) == _says(done) else None


def _as_reported(finding: Finding) -> Finding:
    """Take off what triage adds: it is added anew, to what the file then holds."""
    return replace(finding, masked=False, fingerprints={})


def _says(finding: Finding) -> tuple[object, ...]:
    return finding.message, finding.properties, finding.rule, finding.suppressions
