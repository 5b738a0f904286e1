"""Folding must not weaken the gate: a group counts where any of its reports would."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind, Membership, Suppression, SuppressionKind
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.policy.gate import judge
from drawgate.policy.verdict import Verdict

Make = Callable[..., Any]
INLINE = (Suppression(kind=SuppressionKind.IN_SOURCE),)
OUTSIDE = (Suppression(kind=SuppressionKind.EXTERNAL),)


@pytest.fixture
def group(finding: Make) -> Make:
    """Make semgrep's finding that speaks for bandit's; facts of each by prefix."""

    def make(basis: str = "word", **given: Any) -> tuple[Finding, Finding]:  # noqa: ANN401 - any field
        spoken = Membership(group="g", reporters=("bandit", "semgrep"), basis=basis)
        folded = Membership(group="g", folded=True)
        first = {"tool": "semgrep", "rule": "sql", "severity": Severity.MEDIUM, "cwe": (89,)}
        second = {"tool": "bandit", "rule": "B608", "severity": Severity.LOW, "cwe": (564,)}
        first |= {
            key[8:]: value
            for key, value in given.items()
            if key.startswith("primary_") and key != "primary_alone"
        }
        second |= {key[7:]: value for key, value in given.items() if key.startswith("folded_")}
        primary, other = finding(**first), finding(**second)
        spoken = replace(spoken, alone=given.get("primary_alone", primary.severity))
        folded = replace(folded, alone=other.severity)
        return replace(primary, membership=spoken), replace(other, membership=folded)

    return make


@pytest.fixture
def counted(scan: Make, ran: Make, pack: Make) -> Make:
    """Count a group by one rule, given in YAML."""

    def make(rule: str, found: tuple[Finding, ...]) -> int:
        verdict = judge(scan(ran("x", Kind.CODE, *found)), pack(f"- {rule}"))
        return verdict.rules[0].count

    return make


RULE = "{{id: a, title: A, {}, allow: {{max: 0}}, enforcement: hard}}"


@pytest.mark.parametrize(
    "condition",
    [
        "scope: {tools: semgrep}",
        "scope: {tools: bandit}",
        "match: {rule: B608}",
        "match: {rule: sql}",
        "match: {cwe: CWE-89}",
        "match: {cwe: CWE-564}",
        "match: {severity: '>=medium'}",
    ],
)
def test_any_report_is_enough(group: Make, counted: Make, condition: str) -> None:
    """A rule about a scanner, an id or a weakness finds it, whoever speaks for the group."""
    assert 1 == counted(RULE.format(condition), group())


def test_a_milder_word_stays_mild(group: Make, counted: Make) -> None:
    """What breaks one rule by who speaks does not break another by who is folded."""
    found = group(primary_severity=Severity.HIGH)

    assert 1 == counted(RULE.format("scope: {tools: semgrep}, match: {severity: '>=high'}"), found)
    assert 0 == counted(RULE.format("scope: {tools: bandit}, match: {severity: '>=high'}"), found)


def test_the_groups_severity_counts(group: Make, counted: Make) -> None:
    """Nobody's higher word fails a build."""
    found = group(folded_severity=Severity.CRITICAL)

    assert 0 == counted(RULE.format("match: {severity: '>=high'}"), found)


@pytest.mark.parametrize(("basis", "number"), [("word", 1), ("score", 0), ("vendor", 0)])
def test_a_word_does_not_answer_for_another_tool(
    group: Make, counted: Make, basis: str, number: int
) -> None:
    """Who could not rate the flaw still can't; a score or the vendor's word settles it."""
    found = group(basis, folded_severity=Severity.UNKNOWN)

    assert number == counted(RULE.format("match: {severity: '>=high', unknown: block}"), found)
    primary = group(basis, primary_alone=Severity.UNKNOWN)
    assert number == counted(RULE.format("match: {severity: '>=high', unknown: block}"), primary)
    assert 1 == counted(RULE.format("match: {severity: '>=medium', unknown: ignore}"), found)


def test_suppressions_are_each_members_own(group: Make, counted: Make) -> None:
    """A pack that refuses one kind of suppression counts the group if any member has only that."""
    rule = RULE.format("match: {rule: '*'}, count_suppressed: inline")
    both = group(primary_suppressions=OUTSIDE, folded_suppressions=INLINE)
    outside = group(primary_suppressions=OUTSIDE, folded_suppressions=OUTSIDE)

    assert [1, 0] == [counted(rule, both), counted(rule, outside)]


def test_counts_reconcile(group: Make, finding: Make, scan: Make, ran: Make, pack: Make) -> None:
    """What scanners reported is what counts, what is suppressed and what is folded."""
    other = finding(rule="B101", suppressions=INLINE)
    whole: Scan = scan(ran("x", Kind.CODE, *group(), other))

    verdict: Verdict = judge(whole, pack("- " + RULE.format("match: {rule: '*'}")))

    totals, rule = verdict.totals, verdict.rules[0]
    assert (3, 1, 1, 1) == (totals.raw, totals.findings, totals.suppressed, totals.folded)
    left_out = sum(each.left_out for each in rule.conditions) + rule.left_out_suppressed
    assert totals.raw - totals.folded == rule.count + left_out + rule.left_out_unknown
