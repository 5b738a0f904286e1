"""CSV, JUnit and GitLab: all findings are there, and none of their text acts."""

import csv
import io
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from drawgate.core.finding import Rule, Scope
from drawgate.reporting.formats.csv import COLUMNS
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import View

FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def sheet(view: View) -> list[dict[str, str]]:
    text = FORMATS["csv"].render(view).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def junit(view: View) -> ET.Element:
    return ET.fromstring(FORMATS["junit"].render(view))  # noqa: S314 - ours


def gitlab(view: View) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(FORMATS["gitlab"].render(view))
    return issues


def test_csv_has_every_report(red: View) -> None:
    """Those that another one speaks for come last, and say so."""
    rows = sheet(red)
    expected = [*(row.finding for row in red.rows), *red.folded]

    assert [finding.identity for finding in expected] == [row["id"] for row in rows]
    assert ["shop/reports.py:12:S602:"] == [row["id"] for row in rows if row["folded"] == "yes"]
    assert ["ruff S602"] == [row["also"] for row in rows if row["also"]]
    assert all(tuple(row) == COLUMNS for row in rows)
    assert ["no", "yes"] == sorted({row["suppressed"] for row in rows})


def test_csv_says_unknown_of_a_package_and_never_no(view: Any, ran: Any, package: Any) -> None:  # noqa: ANN401 - the fixtures'
    """Of what nobody told, an empty cell could be taken for "no", or for "none"."""
    found = package("x", "1", "A", score=None)
    told = replace(found.dependency, direct=False, via=("y",), scope=Scope.RUNTIME)
    known = replace(found, identity="k", dependency=told, first_seen="2026-01-01T00:00:00Z")
    bare = replace(found, rule=Rule(id="A"))
    first, second = sheet(view(ran("pip-audit", "dependencies", bare, known)))
    facts = ("direct", "via", "scope", "first_seen")
    others = ("fixed", "cwe", "score", "kev", "epss", "epss_percentile", "vector")

    assert ["unknown", "", "unknown", "unknown"] == [first[name] for name in facts]
    assert {"unknown"} == {first[name] for name in others}
    assert ["no", "y > x", "runtime", "2026-01-01T00:00:00Z"] == [second[name] for name in facts]


def test_csv_calculates_nothing(poisoned: View) -> None:
    """No cell begins with what a spreadsheet takes for a formula."""
    rows = sheet(poisoned)

    assert len(poisoned.rows) + len(poisoned.gone) == len(rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1", "|calc"])
def test_a_formula_is_text(view: Any, ran: Any, flaw: Any, cell: str) -> None:  # noqa: ANN401 - the fixtures'
    made = view(ran("bandit", "code", flaw("a.py", 1, "B1", message=cell)))

    (row,) = sheet(made)

    assert row["message"] == f"'{cell.strip()}"


def test_junit_says_what_failed(red: View) -> None:
    """Broken rules are failures, missing evidence and broken scanners errors, the rest passes."""
    root = junit(red)
    suites = {suite.get("name"): suite for suite in root}

    names = ("rules", "requirements", "scanners", "suppressed")
    assert [f"drawgate.{name}" for name in names] == list(suites)
    for suite in root:
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert len(suite.findall(f"testcase/{tag}")) == int(suite.get(key, ""))
    broken = sum(rule.broken for rule in red.verdict.rules)
    assert broken == int(suites["drawgate.rules"].get("failures", ""))
    error = suites["drawgate.scanners"].find("testcase[@name='gitleaks']/error")
    assert error is not None
    assert "failed: it was killed after 900 s raise --timeout" == error.get("message")


def test_junit_passes_what_passed(green: View) -> None:
    root = junit(green)

    assert ("0", "0") == (root.get("failures"), root.get("errors"))
    assert int(root.get("tests", "")) == len(root.findall("*/testcase")) > 0


def test_junit_is_xml_whatever_was_found(poisoned: View) -> None:
    assert "testsuites" == junit(poisoned).tag


def test_gitlab_has_what_counts(red: View) -> None:
    """Suppressed findings are left out, and each fingerprint stands once."""
    issues = gitlab(red)

    counted = [row.finding.identity for row in red.rows if row.breaks or not row.finding.suppressed]
    assert counted == [issue["fingerprint"] for issue in issues]
    assert len(set(counted)) == len(counted)
    assert {"blocker", "critical", "major", "minor", "info"} >= {i["severity"] for i in issues}


def test_gitlab_names_a_place_for_everything(poisoned: View) -> None:
    issues = gitlab(poisoned)

    assert issues
    for issue in issues:
        assert {"description", "check_name", "fingerprint", "severity", "location"} == set(issue)
        assert issue["description"]
        assert issue["location"]["path"]
        assert 1 <= issue["location"]["lines"]["begin"]
