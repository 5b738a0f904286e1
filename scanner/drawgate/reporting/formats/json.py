"""The view as JSON for programs; reports/README.md documents the keys."""

from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.finding import Finding
from drawgate.policy.verdict import as_json
from drawgate.reporting.groups import Group
from drawgate.reporting.view import Row, View

FORMAT: Final = "drawgate/report/v1"


def render(view: View) -> bytes:
    """Write verdict, advice and every finding."""
    return as_json(
        {
            "format": FORMAT,
            "status": view.status,
            "headline": view.headline,
            "reasons": view.reasons,
            "warnings": view.warnings,
            "fix_first": view.fix_first,
            "not_run": view.not_run,
            "not_assessed": view.not_assessed,
            "groups": [_group(item) for item in view.groups],
            "suppressed": [_group(item) for item in view.suppressed],
            "verdict": view.verdict,
            "findings": [_finding(row) for row in view.rows],
            "folded": [_finding(Row(finding=each, breaks=())) for each in view.folded],
            "baseline": view.baseline,
            "absent": [_gone(finding) for finding in view.absent],
            "counts": view.counts,
            "since": view.since,
            "shadow": view.shadow,
        }
    )


def _group(item: Group) -> Mapping[str, Any]:
    return {
        "kind": item.kind,
        "tool": item.tool,
        "name": item.name,
        "title": item.title,
        "severity": item.severity,
        "count": item.count,
        "blocking": item.blocking,
        "exploit": item.exploit,
    }


def _finding(row: Row) -> Mapping[str, Any]:
    finding = row.finding
    region = finding.region
    return {
        "id": finding.identity,
        "kind": finding.kind,
        "tool": finding.tool,
        "rule": finding.rule.id,
        "rule_name": finding.rule.name,
        "severity": finding.severity,
        "reported_severity": finding.reported_severity,
        "confidence": finding.confidence,
        "score": finding.score,
        "cwe": finding.rule.cwe,
        "message": finding.message,
        "path": finding.path,
        "line": region.start_line if region else finding.line,
        "column": region.start_column if region else None,
        "end_line": region.end_line if region else None,
        "end_column": region.end_column if region else None,
        "role": finding.role,
        "help": finding.rule.help_uri,
        "dependency": finding.dependency,
        "suppressed": finding.suppressed,
        "suppressions": finding.suppressions,
        "breaks": row.breaks,
        "malicious": finding.malicious,
        "group": finding.membership.group if finding.membership else "",
        "own_severity": finding.membership.alone if finding.membership else finding.severity,
        "also": row.also,
        "state": finding.state,
        "matched_by": finding.matched_by,
        "newly_disclosed": finding.newly_disclosed,
        "first_seen": finding.first_seen or None,
    }


def _gone(finding: Finding) -> Mapping[str, Any]:
    return {
        "id": finding.identity,
        "kind": finding.kind,
        "tool": finding.tool,
        "rule": finding.rule.id,
        "severity": finding.severity,
        "path": finding.path,
        "rule_name": finding.rule.name,
        "dependency": finding.dependency,
        "suppressed": finding.suppressed,
        "folded": finding.folded,
    }
