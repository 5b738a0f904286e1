"""GitLab's Code Quality report: a JSON array in a subset of Code Climate's format.

https://docs.gitlab.com/ci/testing/code_quality/ names the keys; each fingerprint stands once.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.finding import Finding
from drawgate.core.severity import Severity
from drawgate.reporting.text import line, path, shorten
from drawgate.reporting.view import View

_SEVERITIES: Final = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
    Severity.UNKNOWN: "major",
}
_LONGEST: Final = 1000
_WORDLESS: Final = "The scanner gave no description."
_TARGET: Final = "."
"""The path of what is about the target as a whole: the key must be there."""


def render(view: View) -> bytes:
    """Write the findings that count; GitLab knows no suppressed ones."""
    counted = [_issue(row.finding) for row in view.rows if not row.apart]
    return json.dumps(counted, indent=2).encode() + b"\n"


def _issue(finding: Finding) -> Mapping[str, Any]:
    return {
        "description": shorten(line(finding.message), _LONGEST) or _WORDLESS,
        "check_name": f"{line(finding.tool)}/{line(finding.rule.id)}",
        "fingerprint": finding.identity,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": path(finding.path) or _TARGET,
            "lines": {"begin": finding.line or 1},
        },
    }
