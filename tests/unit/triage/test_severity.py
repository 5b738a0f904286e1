"""Many words become one severity, and the table decides."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding
from drawgate.core.severity import Severity
from drawgate.triage import severity
from drawgate.triage.severity import with_severity

Maker = Callable[..., Finding]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"tool": "bandit", "reported_severity": "HIGH"}, Severity.HIGH),
        ({"tool": "bandit", "reported_severity": "UNDEFINED"}, Severity.UNKNOWN),
        ({"tool": "Semgrep OSS", "reported_severity": "error"}, Severity.HIGH),
        ({"tool": "semgrep", "reported_severity": "INFO"}, Severity.LOW),
        ({"tool": "hadolint", "reported_severity": "error"}, Severity.LOW),
        ({"tool": "Hadolint", "rule": "DL3002", "reported_severity": "warning"}, Severity.MEDIUM),
        ({"tool": "zizmor", "rule": "unpinned-uses", "reported_severity": "High"}, Severity.MEDIUM),
        ({"tool": "zizmor", "rule": "dependabot-execution"}, Severity.HIGH),
        ({"tool": "ruff", "rule": "S608", "reported_severity": "error"}, Severity.MEDIUM),
        ({"tool": "ruff", "rule": "S602", "reported_severity": "error"}, Severity.HIGH),
        ({"tool": "ruff", "rule": "S602", "confidence": "low"}, Severity.LOW),
        ({"tool": "npm", "reported_severity": "moderate"}, Severity.MEDIUM),
        ({"tool": "zizmor", "reported_severity": "Informational"}, Severity.INFO),
        ({"tool": "somebody", "reported_severity": "note"}, Severity.LOW),
        ({"tool": "somebody", "reported_severity": "Critical"}, Severity.CRITICAL),
        ({"tool": "somebody", "reported_severity": "grave"}, Severity.UNKNOWN),
        ({"tool": "somebody"}, Severity.UNKNOWN),
        ({"tool": "detect-secrets", "rule": "aws-access-key"}, Severity.CRITICAL),
        ({"tool": "detect-secrets", "rule": "secret-keyword"}, Severity.HIGH),
        ({"tool": "detect-secrets", "rule": "a-new-one"}, Severity.UNKNOWN),
        ({"tool": "bandit", "reported_severity": "LOW", "score": 9.8}, Severity.CRITICAL),
        ({"score": 0.0}, Severity.INFO),
        ({"severity": Severity.MEDIUM, "reported_severity": "high"}, Severity.MEDIUM),
        ({"severity": Severity.MEDIUM, "score": 7.0}, Severity.HIGH),
    ],
)
def test_a_score_wins_then_what_is_known_then_the_table(
    finding: Maker, facts: dict[str, Any], expected: Severity
) -> None:
    (told,) = with_severity((finding(**facts),))

    assert expected is told.severity
    assert facts.get("reported_severity", "") == told.reported_severity


@pytest.mark.scanners
@pytest.mark.parametrize("table", ["severity", "weaknesses"])
def test_every_ruff_rule_of_the_tables_is_one_it_has(table: str) -> None:
    """And each security rule of ruff has a weakness, as bandit's have."""
    program = Path(sys.executable).with_name("ruff")
    told = json.loads(subprocess.check_output([program, "rule", "--all", "--output-format=json"]))
    there = {
        rule["code"].lower() for rule in told if rule["code"] and "Removed" not in rule["status"]
    }
    whole = resources.table(table)
    rows = whole["rules" if table == "severity" else table]["ruff"]

    assert rows.keys() <= there
    if table == "weaknesses":
        assert {code for code in there if code[0] == "s" and code[1:].isdigit()} == rows.keys()


def test_every_detect_secrets_type_of_the_table_is_one_it_has() -> None:
    """A rule id with a typing error in the table would silently be unknown."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    from drawgate.adapters.detect_secrets import _finding

    types = get_mapping_from_secret_type_to_class()
    ids = {_finding("x", {"type": name, "line_number": 1}).rule.id for name in types}

    assert ids - {"public-ip-ipv4"} == set(resources.table("severity")["rules"]["detect-secrets"])


@pytest.mark.parametrize(
    "table",
    [{}, {"rules": {}, "words": {"x": {"high": "hihg"}}, "common": {}}, {"rules": []}, None],
)
def test_a_broken_table_is_an_error(monkeypatch: pytest.MonkeyPatch, table: object) -> None:
    monkeypatch.setattr(resources, "table", lambda _: table)

    with pytest.raises(PolicyError, match=r"severity\.yaml: the table has another layout"):
        severity._table.__wrapped__()
