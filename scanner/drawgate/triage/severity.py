"""One severity from many words: policies/tables/severity.yaml says how."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from drawgate import resources
from drawgate.core.finding import Finding, changed
from drawgate.core.severity import Severity, from_score


def with_severity(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give each finding a severity; what the tool said stays beside it.

    A CVSS score decides; then a severity that is already there (from an advisory, or from a
    log of ours); then the table: by rule, by the tool's word, by the words everybody uses. What
    nobody knows is UNKNOWN, which packs judge, and which is never dropped.
    """
    return tuple(_with_severity(finding) for finding in findings)


def _with_severity(finding: Finding) -> Finding:
    severity = derive(finding)
    return finding if severity is finding.severity else changed(finding, severity=severity)


def derive(finding: Finding) -> Severity:
    """Say how bad a finding is, without looking at anything but the finding."""
    if finding.score is not None:
        return from_score(finding.score)
    if finding.severity is not Severity.UNKNOWN:
        return finding.severity
    tool, word = finding.tool.lower(), finding.reported_severity.strip().lower()
    return _told(tool, finding.rule.id.lower(), word, finding.confidence.lower())


@lru_cache(maxsize=4096)  # a scan has few rules and many findings
def _told(tool: str, rule: str, word: str, sure: str) -> Severity:
    known = _table()
    for rows, key in (
        (known.rules.get(tool, {}), f"{rule} {sure}"),
        (known.rules.get(tool, {}), rule),
        (known.words.get(tool, {}), word),
        (known.common, word),
    ):
        if key in rows:
            return rows[key]
    return Severity.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The table, with tools, rules and words in lower case."""

    rules: Mapping[str, Mapping[str, Severity]]
    words: Mapping[str, Mapping[str, Severity]]
    common: Mapping[str, Severity]


@cache
def _table() -> _Table:
    return resources.read_table("severity", _built)


def _built(raw: Any) -> _Table:  # noqa: ANN401 - what YAML holds
    return _Table(
        rules={tool: _rows(rows) for tool, rows in raw["rules"].items()},
        words={tool: _rows(rows) for tool, rows in raw["words"].items()},
        common=_rows(raw["common"]),
    )


def _rows(raw: Mapping[str, Any]) -> dict[str, Severity]:
    rows = {}
    for word, name in raw.items():
        # A row may differ by confidence; what has none, or another one, takes `else`.
        steps = name if isinstance(name, dict) else {"else": name}
        rows[str(word).lower()] = Severity(steps["else"])
        rows |= {f"{word} {sure}".lower(): Severity(each) for sure, each in steps.items()}
    return rows
