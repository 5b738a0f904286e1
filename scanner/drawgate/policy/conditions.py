"""Scope and match of a rule, compiled to closures over findings.

Each condition is a leaf with a name, what it expects and what it found, so that a decision
can be explained condition by condition.
"""

from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate
from functools import cache
from re import compile as compile_expression
from typing import Final

from drawgate.core import finding as core
from drawgate.core import glob
from drawgate.core.exploit import Listed
from drawgate.core.finding import Finding
from drawgate.core.severity import Severity
from drawgate.policy.about_build import of_build
from drawgate.policy.about_package import of_facts, of_names
from drawgate.policy.about_report import of_report
from drawgate.policy.about_time import of_time
from drawgate.policy.condition import UNKNOWN, Condition, either
from drawgate.policy.model import Match, PackRule, Scope
from drawgate.policy.states import since
from drawgate.policy.terms import Terms

_PLAIN: Final = Terms()


def conditions(rule: PackRule, terms: Terms = _PLAIN) -> tuple[Condition, ...]:
    """Give the leaves of a rule, the cheap and selective ones first."""
    return (
        *of_build(rule.scope, terms.given),
        *_scope(rule.scope),
        *of_names(rule.scope),
        *_match(rule.match),
        *of_report(rule.match),
        *of_facts(rule.match),
        *of_time(rule.match, terms),
        *_expression(rule, terms),
    )


def _expression(rule: PackRule, terms: Terms) -> Iterator[Condition]:
    if rule.when:
        from drawgate.policy.when import when  # noqa: PLC0415 - few packs need the library

        yield when(rule, terms)


def excuse(rule: PackRule) -> Callable[[Finding], bool]:
    """Compile the question whether a suppression that the rule honours excuses a finding."""
    refused = {suppressed.kind for suppressed in rule.count_suppressed}

    def excused(finding: Finding) -> bool:
        return finding.suppressed and any(s.kind not in refused for s in finding.suppressions)

    return excused


def _scope(scope: Scope) -> Iterator[Condition]:
    if scope.kind:
        yield _among("scope.kind", scope.kind, lambda finding: finding.kind)
    if scope.roles:
        yield _among("scope.roles", scope.roles, lambda finding: finding.role)
    if scope.roles_not:
        yield _not_among("scope.roles_not", scope.roles_not, lambda finding: finding.role)
    if scope.paths:
        yield _paths("scope.paths", scope.paths, wanted=True)
    if scope.paths_not:
        yield _paths("scope.paths_not", scope.paths_not, wanted=False)
    if scope.tools:
        yield _tools(scope.tools)
    if scope.state:
        yield _among("scope.state", scope.state, since)


def _match(match: Match) -> Iterator[Condition]:
    if match.severity is not None:
        yield _severity(match.severity)
    if match.malicious is not None:
        yield _malicious(wanted=match.malicious)
    if match.kev is not None:
        yield _kev(wanted=match.kev)
    if match.epss is not None:
        yield _epss(match.epss)
    if match.direct is not None:
        yield _direct(wanted=match.direct)
    if match.runtime is not None:
        yield _runtime(wanted=match.runtime)
    if match.cwe:
        yield _cwe(frozenset(match.cwe))
    if match.rule:
        yield _rule(match.rule)


def _among(name: str, words: tuple[str, ...], fact: Callable[[Finding], str]) -> Condition:
    wanted = frozenset(words)
    return Condition(
        name=name,
        expected=either(words),
        test=lambda finding: fact(finding) in wanted,
        actual=lambda finding: fact(finding) or "no role",
        alike=True,
    )


def _tools(words: tuple[str, ...]) -> Condition:
    # A log's driver is called "Bandit" where our adapter is called "bandit".
    wanted = frozenset(word.lower() for word in words)
    return Condition(
        name="scope.tools",
        expected=either(words),
        test=lambda finding: finding.tool.lower() in wanted,
        actual=lambda finding: finding.tool,
        alike=True,
    )


def _not_among(name: str, words: tuple[str, ...], fact: Callable[[Finding], str]) -> Condition:
    refused = frozenset(words)
    return Condition(
        name=name,
        expected=f"not {either(words)}",
        test=lambda finding: fact(finding) not in refused,
        actual=lambda finding: fact(finding) or "no role",
        alike=True,
    )


def _paths(name: str, patterns: tuple[str, ...], *, wanted: bool) -> Condition:
    """Test all files a finding is in: it is in scope when one of them is."""

    @cache  # many findings are in one file
    def fits(path: str) -> bool:
        return glob.matches(path, patterns) is wanted

    def test(finding: Finding) -> bool:
        if finding.elsewhere:
            return any(map(fits, finding.paths))
        return fits(finding.location.path if finding.location else "")

    expected = ("" if wanted else "not ") + either(patterns)
    return Condition(
        name=name,
        expected=expected,
        test=test,
        actual=lambda finding: " and ".join(finding.paths) or "no path",
    )


def _severity(threshold: Severity) -> Condition:
    # Looked up once per rule instead of compared once per finding.
    answers = {
        severity: None if severity is Severity.UNKNOWN else severity.at_least(threshold)
        for severity in Severity
    }
    return Condition(
        name="match.severity",
        expected=f"{threshold} or worse",
        test=lambda finding: answers[finding.severity],
        actual=lambda finding: finding.severity,
        alike=True,
    )


def _malicious(*, wanted: bool) -> Condition:
    return Condition(
        name="match.malicious",
        expected=str(wanted).lower(),
        test=lambda finding: finding.malicious is wanted,
        actual=lambda finding: str(finding.malicious).lower(),
    )


def _kev(*, wanted: bool) -> Condition:
    """Test what is published about vulnerabilities of packages; other findings have no entry."""

    def test(finding: Finding) -> bool | None:
        listed = finding.dependency.exploit.kev if finding.dependency else Listed.NO
        return None if listed is Listed.UNKNOWN else (listed is Listed.YES) is wanted

    def actual(finding: Finding) -> str:
        return finding.dependency.exploit.kev if finding.dependency else "no package"

    return Condition(name="match.kev", expected=str(wanted).lower(), test=test, actual=actual)


def _direct(*, wanted: bool) -> Condition:
    """Test how a package came in; a finding about no package is neither."""

    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        direct = finding.dependency.direct
        return None if direct is None else direct is wanted

    def actual(finding: Finding) -> str:
        if finding.dependency is None:
            return "no package"
        direct = finding.dependency.direct
        return UNKNOWN if direct is None else str(direct).lower()

    return Condition(name="match.direct", expected=str(wanted).lower(), test=test, actual=actual)


def _runtime(*, wanted: bool) -> Condition:
    """Test what a package is there for; a finding about no package is there for nothing."""

    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        scope = finding.dependency.scope
        return (scope is core.Scope.RUNTIME) is wanted if scope else None

    def actual(finding: Finding) -> str:
        return (finding.dependency.scope or UNKNOWN) if finding.dependency else "no package"

    return Condition(name="match.runtime", expected=str(wanted).lower(), test=test, actual=actual)


def _epss(threshold: float) -> Condition:
    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        score = finding.dependency.exploit.epss
        return None if score is None else score >= threshold

    def actual(finding: Finding) -> str:
        if finding.dependency is None:
            return "no package"
        score = finding.dependency.exploit.epss
        return UNKNOWN if score is None else f"{score:g}"

    return Condition(name="match.epss", expected=f"{threshold:g} or more", test=test, actual=actual)


def _cwe(wanted: frozenset[int]) -> Condition:
    def test(finding: Finding) -> bool | None:
        return not wanted.isdisjoint(finding.rule.cwe) if finding.rule.cwe else None

    return Condition(
        name="match.cwe",
        expected=_weaknesses(wanted),
        test=test,
        actual=lambda finding: _weaknesses(finding.rule.cwe) or UNKNOWN,
    )


def _weaknesses(numbers: Iterable[int]) -> str:
    return either(f"CWE-{number}" for number in sorted(numbers))


def _rule(patterns: tuple[str, ...]) -> Condition:
    expression = compile_expression("|".join(translate(pattern) for pattern in patterns))
    return Condition(
        name="match.rule",
        expected=either(patterns),
        test=lambda finding: expression.match(finding.rule.id) is not None,
        actual=lambda finding: finding.rule.id,
    )
