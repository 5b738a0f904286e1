"""The weakness behind a rule whose tool names none: policies/tables/weaknesses.yaml says which."""

from dataclasses import replace
from functools import cache
from typing import Any

from drawgate import resources
from drawgate.core.finding import Finding, changed


def with_weakness(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give each finding's rule its weaknesses, where the tool has not done so."""
    return tuple(_with_weakness(finding) for finding in findings)


def _with_weakness(finding: Finding) -> Finding:
    known = _table().get((finding.tool.lower(), finding.rule.id.lower()), ())
    if finding.rule.cwe or not known:
        return finding
    return changed(finding, rule=replace(finding.rule, cwe=known))


@cache
def _table() -> dict[tuple[str, str], tuple[int, ...]]:
    return resources.read_table("weaknesses", _rows)


def _rows(raw: Any) -> dict[tuple[str, str], tuple[int, ...]]:  # noqa: ANN401 - what YAML holds
    return {
        (tool, str(rule).lower()): tuple(map(int, numbers))
        for tool, rules in raw["weaknesses"].items()
        for rule, numbers in rules.items()
    }
