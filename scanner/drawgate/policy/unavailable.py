"""Scanners that apply to the target and could not run: always told, and asked for by some packs.

Another scanner of the same kind does not speak for them: it has other rules, or reads other files.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from drawgate.core.attempt import Ran, Skipped, Why
from drawgate.core.scan import Scan
from drawgate.policy.model import Answer, Require
from drawgate.policy.verdict import Effect, Requirement

UNAVAILABLE: Final = "unavailable:"
"""With it begin the names of these requirements."""


def unavailable(scan: Scan, require: Require, told: Iterable[Requirement]) -> Iterator[Requirement]:
    """Give a line for each scanner whose reason `told` has not given already."""
    said = "\n".join(each.sentence for each in told if not each.met)
    for attempt in _lacking(scan):
        if attempt.reason in said:
            continue
        kind, name = attempt.subject.kind, scan.label(attempt.subject)
        asked = kind in require.kinds and require.unavailable is Answer.BLOCK
        yield Requirement(
            name=f"{UNAVAILABLE}{name}",
            met=False,
            effect=Effect.INCOMPLETE if asked else Effect.WARNING,
            sentence=f"{name} ({kind}) could not run: {attempt.reason}",
            hint=how_to_get(attempt.reason),
        )


def how_to_get(reason: str) -> str:
    """Say how to get something unavailable, unless its reason names a command already."""
    return "" if "`drawgate " in reason else "`drawgate tools doctor` says how to get it"


def _lacking(scan: Scan) -> Iterator[Skipped]:
    """Leave out what ran elsewhere: of merged logs, one may lack what another one has."""
    ran = {attempt.subject.name for attempt in scan.attempts if isinstance(attempt, Ran)}
    skipped = (attempt for attempt in scan.attempts if isinstance(attempt, Skipped))
    for attempt in skipped:
        subject = attempt.subject
        if attempt.why is Why.UNAVAILABLE and subject.applicable and subject.name not in ran:
            yield attempt
