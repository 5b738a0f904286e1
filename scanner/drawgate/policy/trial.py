"""Tries a pack on the cases that it brings: what was expected, and what happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import (
    PACKAGES,
    Dependency,
    Finding,
    Location,
    Rule,
    Scope,
    State,
    Suppression,
)
from drawgate.core.moment import moment
from drawgate.policy.case import Around, Case, Decision, Facts
from drawgate.policy.explain import Stand, stand
from drawgate.policy.model import Enforcement, Pack, PackRule, Since, Suppressed
from drawgate.policy.tally import pending
from drawgate.policy.terms import Given, Terms
from drawgate.roles import role_of

_DAY: Final = "2026-01-01"
"""The day of a test that names none: no test may depend on when it is run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One case, and what the pack made of it."""

    case: Case
    decision: Decision
    counting: tuple[str, ...]
    """Rules that count a finding, in the pack's order."""
    stands: dict[str, tuple[Stand, ...]] = field(default_factory=dict)
    """By rule, where each finding stands."""

    @property
    def passed(self) -> bool:
        """Whether it is as expected."""
        expect = self.case.expect
        return self.decision is expect.decision and set(self.counting) == set(expect.rules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Untested:
    """A rule for which a case is missing."""

    rule: str
    missing: tuple[str, ...]
    """"positive": none that it counts; "negative": none of its kind that it leaves out."""


def try_all(pack: Pack) -> tuple[Tried, ...]:
    """Try each case of a pack."""
    return tuple(_try(pack, case) for case in pack.tests)


def untested(rules: Iterable[PackRule], tried: Iterable[Tried]) -> Iterator[Untested]:
    """Give the rules that no case counts for, or that no case of their kind is left out by."""
    done = tuple(tried)
    for rule in rules:
        if rule.enforcement is Enforcement.DISABLED:
            continue
        stands = [each for one in done for each in one.stands.get(rule.id, ())]
        near = (each for each in stands if each.where != "scope.kind")
        missing = {
            "positive": not any(each.counted for each in stands),
            "negative": all(each.counted for each in near),
        }
        if any(missing.values()):
            yield Untested(rule=rule.id, missing=tuple(n for n, lacks in missing.items() if lacks))


def _try(pack: Pack, case: Case) -> Tried:
    terms = _terms(pack, case.around)
    findings = [_finding(facts, number, terms) for number, facts in enumerate(case.given)]
    asked = [rule for rule in pack.rules if rule.enforcement is not Enforcement.DISABLED]
    stands = {rule.id: tuple(stand(rule, each, terms) for each in findings) for rule in asked}
    numbers = {name: sum(each.counted for each in its) for name, its in stands.items()}
    failing = [r for r in asked if r.enforcement.fails and not pending(r, terms)]
    broken = any(numbers[rule.id] > rule.allow.max for rule in failing)
    return Tried(
        case=case,
        decision=Decision.FAIL if broken else Decision.PASS,
        counting=tuple(name for name, number in numbers.items() if number),
        stands=stands,
    )


def _terms(pack: Pack, around: Around) -> Terms:
    given = Given(branch=around.branch, environment=around.environment)
    return Terms(as_of=moment(around.as_of or _DAY), sla=pack.sla, given=given)


def _finding(facts: Facts, number: int, terms: Terms) -> Finding:
    return Finding(
        kind=facts.kind,
        rule=Rule(id=facts.rule or "a-rule", cwe=facts.cwe),
        message="a test's finding",
        location=Location(path=facts.path, line=facts.line) if facts.path else None,
        confidence=facts.confidence,
        dependency=_dependency(facts) if facts.package or facts.kind in PACKAGES else None,
        properties=_properties(facts),
        tool=facts.tool or "a-scanner",
        severity=facts.severity,
        role=role_of(facts.path) if facts.role is None else facts.role,
        suppressions=_suppressions(facts),
        identity=f"{number}",
        state=State.UNCHANGED if facts.state == Since.EXISTING else State.NEW,
        newly_disclosed=facts.state == Since.NEWLY_DISCLOSED,
        first_seen=_first_seen(facts.age, terms),
    )


def _dependency(facts: Facts) -> Dependency:
    ecosystem, _, name = facts.package.partition("/")
    listed = {True: Listed.YES, False: Listed.NO, None: Listed.UNKNOWN}[facts.kev]
    return Dependency(
        ecosystem=ecosystem or "PyPI",
        name=name or "a-package",
        version=facts.version or "1.0",
        advisory=facts.rule or "CVE-2099-0001",
        fixed=facts.fixed_version,
        malicious=facts.malicious,
        exploit=Exploit(kev=listed, epss=facts.epss),
        direct=facts.direct,
        scope=_SCOPES[facts.runtime],
    )


_SCOPES: Final = {True: Scope.RUNTIME, False: Scope.DEVELOPMENT, None: Scope.UNKNOWN}


def _properties(facts: Facts) -> dict[str, str]:
    known = {"licence": facts.licence}
    if facts.verified is not None:
        known["verified"] = str(facts.verified).lower()
    return {name: value for name, value in known.items() if value}


def _suppressions(facts: Facts) -> tuple[Suppression, ...]:
    if not facts.suppressed:
        return ()
    return (Suppression(kind=Suppressed(facts.suppressed).kind),)


def _first_seen(age: timedelta | None, terms: Terms) -> str:
    if age is None or terms.as_of is None:
        return ""
    return (terms.as_of - age).isoformat().replace("+00:00", "Z")
