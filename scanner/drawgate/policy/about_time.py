"""Conditions on how long a finding has been there."""

from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache

from drawgate.core.finding import Finding
from drawgate.core.moment import moment
from drawgate.core.severity import Severity
from drawgate.policy.age import words
from drawgate.policy.condition import UNKNOWN, Condition, constant
from drawgate.policy.model import Match
from drawgate.policy.sla import Sla
from drawgate.policy.terms import Terms


def of_time(match: Match, terms: Terms) -> Iterator[Condition]:
    """Give the conditions on age and on the time that the pack allows."""
    if match.age is not None:
        yield _age(match.age, terms)
    if match.sla is not None:
        yield _sla(terms.sla, terms) if terms.sla else constant("match.sla", "breached", None, "")


def age(finding: Finding, terms: Terms) -> timedelta | None:
    """Count from the first scan that found it; None where nobody knows of one."""
    seen = _moment(finding.first_seen) if finding.first_seen else None
    return terms.as_of - seen if seen and terms.as_of else None


def breached(finding: Finding, sla: Sla, terms: Terms) -> bool | None:
    """Tell whether the time of a finding is over; None where nobody knows how long it has been.

    What nobody rated may have the shortest time of all, so it is unknown whether that is over.
    """
    limit = sla.limit(finding)
    if limit is None:
        return None if finding.severity is Severity.UNKNOWN else False
    known = age(finding, terms)
    if known is None:
        return None
    over = known > limit
    return over if over or finding.severity is not Severity.UNKNOWN else None


# A scan knows few moments, and a pack may ask for them a hundred thousand times.
_moment = lru_cache(maxsize=4096)(moment)


def _age(least: timedelta, terms: Terms) -> Condition:
    def test(finding: Finding) -> bool | None:
        known = age(finding, terms)
        return None if known is None else known > least

    return Condition(
        name="match.age",
        expected=f"more than {words(least)}",
        test=test,
        actual=lambda finding: _in_words(age(finding, terms)),
    )


def _sla(sla: Sla, terms: Terms) -> Condition:
    def actual(finding: Finding) -> str:
        limit = sla.limit(finding)
        allowed = words(limit) if limit else "no end"
        return f"{_in_words(age(finding, terms))} since it was first seen, allowed: {allowed}"

    return Condition(
        name="match.sla",
        expected="breached",
        test=lambda finding: breached(finding, sla, terms),
        actual=actual,
    )


def _in_words(age: timedelta | None) -> str:
    if age is None:
        return UNKNOWN
    return words(age) if age > timedelta() else "no time"
