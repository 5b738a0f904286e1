"""Groups on the command line: found in any log, believed of none, and shown by every format."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


def drawgate(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from drawgate.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, text=True)


def result(rule: str, uri: str, message: str = "m", **more: object) -> Json:
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 3}}}
    return {"ruleId": rule, "message": {"text": message}, "locations": [place]} | more


def log(path: Path, **tools: list[Json]) -> Path:
    runs = [
        {
            "tool": {"driver": {"name": name.replace("_", "-")}},
            "invocations": [{"executionSuccessful": True}],
            "results": results,
        }
        for name, results in tools.items()
    ]
    path.write_text(json.dumps({"version": "2.1.0", "runs": runs}))
    return path


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """Merge logs of tools that found the same package, the same call and the same secret."""
    sentence = (
        "Package 'django@2.2.3' is vulnerable to 'CVE-2099-1' "
        "(also known as 'GHSA-2222-3333-4444')."
    )
    flaw = (
        "A high vulnerability in python package: django, version 2.2.3 "
        "was found at: /requirements.txt"
    )
    installed = "Package: django\nInstalled Version: 2.2.3\nFixed Version: 2.2.4\n"
    logs = (
        log(tmp_path / "1.sarif",
            osv_scanner=[result("CVE-2099-1", "requirements.txt", sentence, level="error")],
            bandit=[result("B602", "a.py", level="warning")]),
        log(tmp_path / "2.sarif",
            grype=[result("GHSA-2222-3333-4444-django", "requirements.txt", flaw)],
            ruff=[result("S602", "a.py", level="error"), result("S101", "a.py")]),
        log(tmp_path / "3.sarif", Trivy=[result("CVE-2099-1", "requirements.txt", installed)],
            gitleaks=[result("aws-access-token", "keys.py")],
            detect_secrets=[result("aws-access-key", "keys.py")]),
    )  # fmt: skip
    assert drawgate("merge", *logs, "-o", tmp_path / "all.sarif").returncode == 0
    return tmp_path / "all.sarif"


def report(path: Path, *words: str) -> Json:
    document: Json = json.loads(drawgate("report", path, "-f", "json", *words).stdout)
    return document


def test_logs_of_many_tools(merged: Path) -> None:
    """One CVE of three scanners, one call of two and one secret of two are one finding each."""
    document = report(merged)

    found = {(each["tool"], each["rule"], *each["also"]) for each in document["findings"]}
    assert found == {
        ("osv-scanner", "CVE-2099-1", "Trivy CVE-2099-1", "grype GHSA-2222-3333-4444-django"),
        ("bandit", "B602", "ruff S602"),
        ("ruff", "S101"),
        ("detect-secrets", "aws-access-key", "gitleaks aws-access-token"),
    }
    totals = document["verdict"]["totals"]
    assert (8, 4, 0, 4) == tuple(totals[k] for k in ("raw", "findings", "suppressed", "folded"))
    assert 4 == len(document["folded"])


def test_advice_takes_the_fix_from_who_knows_it(merged: Path) -> None:
    """osv-scanner speaks and names no fixed version; Trivy does."""
    assert "Upgrade django 2.2.3 to 2.2.4" in [fix["text"] for fix in report(merged)["fix_first"]]


def test_no_correlate_shows_the_raw_list(merged: Path) -> None:
    document = report(merged, "--no-correlate")

    totals = document["verdict"]["totals"]
    assert (8, 8, 0) == tuple(totals[key] for key in ("raw", "findings", "folded"))
    assert 8 == len(document["findings"])
    assert [] == document["folded"]


def test_our_own_log_is_correlated_again(merged: Path, tmp_path: Path) -> None:
    """Written, read and written again it is the same, and raw it is what it was."""
    ours, again = tmp_path / "ours.sarif", tmp_path / "again.sarif"
    drawgate("report", merged, "-f", "sarif", "-o", ours)
    drawgate("report", ours, "-f", "sarif", "-o", again)

    assert ours.read_bytes() == again.read_bytes()
    raw, first = report(ours, "--no-correlate"), report(merged, "--no-correlate")
    severities = [
        sorted((each["id"], each["severity"]) for each in document["findings"])
        for document in (raw, first)
    ]
    assert severities[0] == severities[1]


def ours(folder: Path, bag: Json) -> Path:
    """Write a log of ours, and change a result's properties in it."""
    path = folder / "ours.sarif"
    foreign = log(folder / "a.sarif", bandit=[result("B602", "a.py", level="error")])
    assert drawgate("report", foreign, "-f", "sarif", "-o", path).returncode == 0
    document = json.loads(path.read_text())
    document["runs"][1]["results"][0]["properties"] |= bag
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    "lie",
    [
        {"drawgate/folded": True},
        {"drawgate/folded": True, "drawgate/group": "g"},
        {"drawgate/folded": True, "drawgate/group": "g", "drawgate/reporters": ["x"],
         "drawgate/ownSeverity": "info"},
    ],
)  # fmt: skip
def test_a_log_can_fold_nothing(tmp_path: Path, lie: Json) -> None:
    """A finding that calls itself folded fails the gate all the same, and GitHub sees it."""
    bad = result("B602", "a.py", level="error", properties=lie)

    for path in (log(tmp_path / "b.sarif", bandit=[bad]), ours(tmp_path, lie)):
        assert drawgate("gate", path).returncode == 1
        upload = json.loads(drawgate("report", path, "-f", "github-sarif").stdout)
        assert ["B602"] == [each["ruleId"] for each in upload["runs"][0]["results"]]


@pytest.mark.parametrize(
    ("name", "value"),
    [("group", 5), ("folded", "yes"), ("reporters", "bandit"), ("ownSeverity", "dreadful")],
)
def test_a_hostile_property_is_an_error_with_its_place(
    tmp_path: Path, name: str, value: object
) -> None:
    done = drawgate("gate", ours(tmp_path, {f"drawgate/{name}": value}))

    assert done.returncode == 2
    assert f"$.runs[1].results[0].drawgate/{name}: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["terminal", "markdown", "html", "github"])
def test_every_format_reconciles(merged: Path, name: str) -> None:
    shown = " ".join(drawgate("report", merged, "-f", name).stdout.split())

    assert "8 reports: 4 findings, and 4 that repeat another" in shown
