"""How `explain` and `policy test` show conditions: what is asked for, and what is there."""

from drawgate.cli.rows import row
from drawgate.core.finding import Finding, State
from drawgate.core.words import count
from drawgate.policy.explain import Explained, Leaf, Stand, importance, remedies
from drawgate.policy.model import Enforcement, PackRule

_SHOWN = 10
"""Findings of a rule; `-v` shows all."""
_COLUMN = 17


def explain_rule(explained: Explained, *, every: bool) -> None:
    """Print a rule, its conditions, what it counts, and what would turn it green."""
    rule, result = explained.rule, explained.result
    row("rule", f"{rule.id}: {rule.title}")
    state = "broken" if result.broken else "not broken"
    row("state", f"{state}: {result.count:,} counted, {result.limit:,} allowed "
                 f"({importance(result, rule)})")  # fmt: skip
    if rule.enforcement is Enforcement.DISABLED:
        row("", "the pack does not ask it; this is what it would say")
    for condition in result.conditions:
        left = f"leaves out {count(condition.left_out, 'finding')}"
        row("condition", f"{condition.name}: {condition.expected}; {left}")
    if result.left_out_unknown:
        row("", f"{result.left_out_unknown:,} left out, because a fact is missing")
    if result.left_out_suppressed:
        row("", f"{result.left_out_suppressed:,} left out, because they are suppressed")
    for number, text in enumerate(remedies(explained)):
        row("" if number else "to turn it green", text, column=_COLUMN + 1)
    shown = explained.counted if every else explained.counted[:_SHOWN]
    for each in shown:
        _counted(each)
    if rest := len(explained.counted) - len(shown):
        row("", f"and {rest:,} more; -v shows all")


def explain_stand(rule: PackRule, stand: Stand, *, every: bool) -> None:
    """Print what a rule makes of one finding."""
    row(f"rule {rule.id}", _stands(rule, stand), column=26)
    if every or stand.counted:
        for leaf in stand.leaves:
            row("", leaf_line(leaf), column=26)


def leaf_line(leaf: Leaf) -> str:
    """Write one condition: whether it holds, what it asks for, what is there."""
    sign = {True: "+", False: "-", None: "?"}[leaf.holds]
    found = f"; it is {leaf.actual}" if leaf.actual else ""
    return f"{sign} {leaf.name}: {leaf.expected}{found}"


def _counted(stand: Stand) -> None:
    finding = stand.finding
    row("counts", f"{finding.identity[:13]} {_place(finding)} [{finding.severity}] "
                  f"{finding.tool} {finding.rule.id}")  # fmt: skip
    for leaf in stand.leaves:
        row("", leaf_line(leaf))


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}" if finding.line else finding.path or "the target"


def _stands(rule: PackRule, stand: Stand) -> str:
    if stand.finding.state is State.ABSENT:
        return "does not count: it is absent"
    if rule.enforcement is Enforcement.DISABLED:
        return "does not count: the pack has disabled the rule"
    if stand.counted:
        return f"{stand.where} ({rule.enforcement}; more than {rule.allow.max} break the rule)"
    leaf = next((each for each in stand.leaves if each.name == stand.where), None)
    if leaf is None:
        return stand.where
    return f"does not count: {leaf.name} is {leaf.actual}, asked for is {leaf.expected}"
