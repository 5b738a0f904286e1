"""Scope and match of a rule, compiled to closures over findings.

Each condition is a leaf with a name, what it expects and what it found, so that a decision
can be explained condition by condition.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from re import compile as compile_expression

from drawgate.core import finding as core
from drawgate.core import glob
from drawgate.core.exploit import Listed
from drawgate.core.finding import Finding, State
from drawgate.core.severity import Severity
from drawgate.policy.model import Match, PackRule, Scope, Since

Test = Callable[[Finding], bool | None]
"""Whether a condition holds; None when the finding lacks the fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One leaf of a rule."""

    name: str
    """Where it stands in the rule: `scope.kind`."""
    expected: str
    test: Test


def conditions(rule: PackRule) -> tuple[Condition, ...]:
    """Give the leaves of a rule, the cheap and selective ones first."""
    return (*_scope(rule.scope), *_match(rule.match))


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
        yield _among("scope.state", scope.state, _since)


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


def _since(finding: Finding) -> str:
    """Say what a change did: what was compared with nothing is new."""
    if finding.state not in (None, State.NEW):
        return Since.EXISTING
    return Since.NEWLY_DISCLOSED if finding.newly_disclosed else Since.NEW


def _among(name: str, words: tuple[str, ...], fact: Callable[[Finding], str]) -> Condition:
    wanted = frozenset(words)
    expected = " or ".join(words)
    return Condition(name=name, expected=expected, test=lambda finding: fact(finding) in wanted)


def _tools(words: tuple[str, ...]) -> Condition:
    # A log's driver is called "Bandit" where our adapter is called "bandit".
    wanted = frozenset(word.lower() for word in words)
    return Condition(
        name="scope.tools",
        expected=" or ".join(words),
        test=lambda finding: finding.tool.lower() in wanted,
    )


def _not_among(name: str, words: tuple[str, ...], fact: Callable[[Finding], str]) -> Condition:
    refused = frozenset(words)
    expected = f"not {' or '.join(words)}"
    return Condition(
        name=name, expected=expected, test=lambda finding: fact(finding) not in refused
    )


def _paths(name: str, patterns: tuple[str, ...], *, wanted: bool) -> Condition:
    """Test all files a finding is in: it is in scope when one of them is."""

    def test(finding: Finding) -> bool:
        return any(glob.matches(path, patterns) is wanted for path in finding.paths)

    expected = ("" if wanted else "not ") + " or ".join(patterns)
    return Condition(
        name=name,
        expected=expected,
        test=test,
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
    )


def _malicious(*, wanted: bool) -> Condition:
    return Condition(
        name="match.malicious",
        expected=str(wanted).lower(),
        test=lambda finding: finding.malicious is wanted,
    )


def _kev(*, wanted: bool) -> Condition:
    """Test what is published about vulnerabilities of packages; other findings have no entry."""

    def test(finding: Finding) -> bool | None:
        listed = finding.dependency.exploit.kev if finding.dependency else Listed.NO
        return None if listed is Listed.UNKNOWN else (listed is Listed.YES) is wanted

    return Condition(name="match.kev", expected=str(wanted).lower(), test=test)


def _direct(*, wanted: bool) -> Condition:
    """Test how a package came in; a finding about no package is neither."""

    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        direct = finding.dependency.direct
        return None if direct is None else direct is wanted

    return Condition(name="match.direct", expected=str(wanted).lower(), test=test)


def _runtime(*, wanted: bool) -> Condition:
    """Test what a package is there for; a finding about no package is there for nothing."""

    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        scope = finding.dependency.scope
        return (scope is core.Scope.RUNTIME) is wanted if scope else None

    return Condition(name="match.runtime", expected=str(wanted).lower(), test=test)


def _epss(threshold: float) -> Condition:
    def test(finding: Finding) -> bool | None:
        if finding.dependency is None:
            return False
        score = finding.dependency.exploit.epss
        return None if score is None else score >= threshold

    return Condition(name="match.epss", expected=f"{threshold:g} or more", test=test)


def _cwe(wanted: frozenset[int]) -> Condition:
    def test(finding: Finding) -> bool | None:
        return not wanted.isdisjoint(finding.rule.cwe) if finding.rule.cwe else None

    expected = " or ".join(f"CWE-{number}" for number in sorted(wanted))
    return Condition(name="match.cwe", expected=expected, test=test)


def _rule(patterns: tuple[str, ...]) -> Condition:
    expression = compile_expression("|".join(translate(pattern) for pattern in patterns))
    return Condition(
        name="match.rule",
        expected=" or ".join(patterns),
        test=lambda finding: expression.match(finding.rule.id) is not None,
    )
