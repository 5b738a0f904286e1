"""How old, and how much, the advisory data was that dependency findings rest on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from drawgate.core.advisory import AUDITED, AdvisoryData
from drawgate.core.attempt import Attempt, Ran
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Kind
from drawgate.core.moment import moment
from drawgate.core.scan import Scan
from drawgate.core.words import count
from drawgate.policy.age import words
from drawgate.policy.model import AdvisoryLimits, Answer
from drawgate.policy.verdict import Effect, Requirement

_RESTS_ON_DATA: Final = (Kind.DEPENDENCIES, Kind.CONTAINER)
_FEW: Final = 1000
"""Fewer records than any real publication of an ecosystem has held for years."""
_REFRESH: Final = "refresh it with `drawgate advisories sync`, or `import PATH`"


def advisory_data(scan: Scan, limits: AdvisoryLimits | None) -> Iterator[Requirement]:
    """Check each body of data that was used; nothing to check where none was."""
    if limits is None:
        return
    seen: set[AdvisoryData | None] = set()
    for attempt in scan.attempts:
        data = _used(attempt)
        if not _needs(attempt) or data in seen:
            continue
        seen.add(data)
        met, effect, sentence = _judge(scan, attempt, data, limits)
        yield Requirement(
            name="advisories",
            met=met,
            effect=effect,
            sentence=sentence,
            hint="" if effect is Effect.NONE else _REFRESH,
        )
        if data and data.ecosystems:
            yield _amount(data)


def _amount(data: AdvisoryData) -> Requirement:
    """Say how much there was to find; fresh data that holds one record proves little."""
    held = data.holds(AUDITED)
    few = held < _FEW
    number = count(held, "record")
    told = f"the advisory data holds {'only ' if few else ''}{number} about {AUDITED}"
    return Requirement(
        name=f"advisories:{AUDITED}",
        met=not few,
        effect=Effect.WARNING if few else Effect.NONE,
        sentence=f"{told}, where thousands are published" if few else told,
        hint="import all of it, as OSV publishes it" if few else "",
    )


def _used(attempt: Attempt) -> AdvisoryData | None:
    return attempt.tool.advisories if isinstance(attempt, Ran) else None


def _needs(attempt: Attempt) -> bool:
    if not isinstance(attempt, Ran):
        return False
    return attempt.tool.advisories is not None or attempt.subject.kind in _RESTS_ON_DATA


def _judge(
    scan: Scan, attempt: Attempt, data: AdvisoryData | None, limits: AdvisoryLimits
) -> tuple[bool, Effect, str]:
    if data is None:
        name = attempt.subject.name
        return _unknown(limits, f"nothing says how old the advisory data of {name} was")
    if not data.records:
        return False, Effect.INCOMPLETE, f"the advisory data ({data.source}) holds no records"
    if any(held.own for held in data.ecosystems if held.ecosystem == AUDITED):
        told = f"the advisory data holds nothing that is published about {AUDITED}"
        return False, Effect.INCOMPLETE, f"{told}, only records of one's own"
    newest = moment(data.newest_of(AUDITED))
    if newest is None:
        return _unknown(limits, f"the advisory data ({data.source}) does not say how old it is")
    now = moment(scan.as_of)
    if now is None:
        raise PolicyError(f"{scan.as_of!r} is no date", hint="write it as 2027-01-31")
    return _aged(now - newest, data, limits)


def _aged(age: timedelta, data: AdvisoryData, limits: AdvisoryLimits) -> tuple[bool, Effect, str]:
    if age < timedelta():
        sentence = f"the advisory data is from the future (newest record {data.newest_of(AUDITED)})"
        return True, Effect.WARNING, sentence
    old = f"the advisory data is {words(age)} old (newest record {data.newest_of(AUDITED)})"
    if age > limits.max_age:
        sentence = f"{old}; the pack allows {words(limits.max_age)}"
        return False, Effect.INCOMPLETE, sentence
    if limits.warn_age is not None and age > limits.warn_age:
        return True, Effect.WARNING, f"{old}; after {words(limits.max_age)} it no longer counts"
    return True, Effect.NONE, old


def _unknown(limits: AdvisoryLimits, sentence: str) -> tuple[bool, Effect, str]:
    effect = Effect.INCOMPLETE if limits.unknown is Answer.BLOCK else Effect.WARNING
    return False, effect, sentence
