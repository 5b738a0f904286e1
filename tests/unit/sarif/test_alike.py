"""Two logs of one commit, one of which has a scanner more, give each finding once."""

import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Finding, Kind, Location, Region, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import Form
from drawgate.sarif.alike import alone
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import MergeSummary, merge
from drawgate.triage.correlate import correlate
from drawgate.triage.merged import masks
from drawgate.triage.steps import triage_log

Log = tuple[str, ...]


def found(tool: str, rule: str, severity: Severity) -> Finding:
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=rule, cwe=(78,)),
        message="a shell is started",
        location=Location(path="app.py", line=3),
        region=Region(start_line=3, start_column=5, end_column=20),
        tool=tool,
        severity=severity,
        identity=f"00000000-0000-5000-8000-{len(tool + rule):012}",
    )


BANDIT = found("bandit", "B602", Severity.LOW)
RUFF = found("ruff", "S602", Severity.HIGH)
SEMGREP = found("semgrep", "drawgate.python.shell-command", Severity.CRITICAL)


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., Path]:
    """Write the log of a scan that has these findings, grouped as a scan groups them."""
    numbers = itertools.count()

    def write(*findings: Finding, name: str = "shop", commit: str = "c1") -> Path:
        grouped = correlate(findings)
        attempts = tuple(
            Ran(
                subject=Subject(name=tool, kind=Kind.CODE),
                report=Report(
                    findings=tuple(each for each in grouped if each.tool == tool),
                    looked_at=frozenset({"app.py"}),
                ),
            )
            for tool in sorted({each.tool for each in findings})
        )
        target = TargetFacts(name=name, form=Form.GIT, commit=commit, files=1)
        scan = Scan(target=target, attempts=attempts, as_of="2026-01-01T00:00:00Z")
        path = tmp_path / f"{next(numbers)}.sarif"
        path.write_bytes(emit(scan))
        return path

    return write


def merged(*logs: Path) -> tuple[Scan, MergeSummary]:
    output = io.BytesIO()
    summary = merge(logs, output, masks())
    return triage_log(ingest(output.getvalue(), "out.sarif")), summary


@pytest.mark.parametrize("turned", [False, True])
def test_a_scanner_more_makes_no_second_finding(log: Callable[..., Path], *, turned: bool) -> None:
    """Bandit's result is one, whether ruff spoke with it, semgrep for it, or nobody."""
    logs = [log(BANDIT), log(BANDIT, RUFF), log(BANDIT, SEMGREP)]
    scan, summary = merged(*(reversed(logs) if turned else logs))

    assert [("bandit", True), ("ruff", True), ("semgrep", False)] == [
        (each.tool, each.folded) for each in sorted(scan.findings, key=lambda each: each.tool)
    ]
    assert (2, 0) == (summary.collapsed, summary.renamed_rules)


def test_the_merged_rule_tells_the_worst(log: Callable[..., Path]) -> None:
    """GitHub reads a result's severity from its rule: what one of the logs says must not sink."""
    low, high = log(BANDIT), log(found("bandit", "B602", Severity.HIGH))
    for logs in ((low, high), (high, low)):
        output = io.BytesIO()
        merge(logs, output, masks())
        runs = json.loads(output.getvalue())["runs"]
        (rule,) = next(r["tool"]["driver"] for r in runs if r["results"])["rules"]

        assert ("8.0", "error") == (
            rule["properties"]["security-severity"],
            rule["defaultConfiguration"]["level"],
        )


def test_what_differs_stays_two(log: Callable[..., Path]) -> None:
    """Only the company is looked past: another severity of its own is another result."""
    scan, summary = merged(log(BANDIT, RUFF), log(found("bandit", "B602", Severity.MEDIUM)))

    assert ["bandit", "bandit", "ruff"] == sorted(each.tool for each in scan.findings)
    assert 0 == summary.collapsed


@pytest.mark.parametrize(
    "bag",
    [
        {"drawgate/group": 1},
        {"drawgate/group": "g", "drawgate/ownSeverity": "awful", "drawgate/severity": "low"},
        {"drawgate/group": "g", "drawgate/ownSeverity": ["low"], "drawgate/severity": "low"},
        ["drawgate/group"],
        None,
    ],
)
def test_a_log_may_say_anything_about_groups(bag: object) -> None:
    """What is none of our words is left as it stands."""
    raw = json.dumps({"properties": bag, "message": {"text": '"drawgate/group"'}}).encode()

    assert raw == alone(raw)


def test_repositories_are_not_joined(log: Callable[..., Path]) -> None:
    """Two repositories may have an `app.py` each: what one scanner says of each is two flaws."""
    scan, _ = merged(log(BANDIT, commit="c1"), log(RUFF, name="other", commit="c2"))
    again, _ = merged(*(log(BANDIT), log(RUFF, SEMGREP, name="other", commit="c2")))

    assert [None, None] == [each.membership for each in scan.findings]
    assert [("bandit", False), ("ruff", True), ("semgrep", False)] == sorted(
        (each.tool, each.folded) for each in again.findings
    )
    assert scan.attempts == ingest(emit(scan), "again.sarif").attempts


def test_a_group_in_each_repository_is_a_group_of_its_own(log: Callable[..., Path]) -> None:
    """Equal lines of two repositories must not speak for each other."""
    scan, _ = merged(log(BANDIT, RUFF), log(BANDIT, RUFF, name="other", commit="c2"))

    primaries = [each for each in scan.findings if not each.folded]
    assert [1, 1] == [len(scan.spoken_for(each)) for each in primaries]


def test_one_commit_is_one_repository(log: Callable[..., Path]) -> None:
    """CI jobs call the folder of one checkout what they like."""
    scan, _ = merged(log(BANDIT, name="src"), log(RUFF, name="work"))

    assert [False, True] == sorted(each.folded for each in scan.findings)


def test_a_merged_log_is_merged_again(log: Callable[..., Path], tmp_path: Path) -> None:
    """What a first merge found out about repositories a second one must not forget."""
    first = tmp_path / "first.sarif"
    merge([log(BANDIT), log(RUFF, name="other", commit="c2")], first, masks())
    scan, _ = merged(first, log(SEMGREP))

    assert [("bandit", True), ("ruff", False), ("semgrep", False)] == sorted(
        (each.tool, each.folded) for each in scan.findings
    )


def test_addresses_of_other_tools_logs_tell_repositories_apart(tmp_path: Path) -> None:
    """A foreign log says by versionControlProvenance what it is about."""

    def run(tool: str, rule: str, uri: str) -> dict[str, object]:
        region = {"startLine": 3, "startColumn": 5, "endColumn": 20}
        place = {"artifactLocation": {"uri": "app.py"}, "region": region}
        result = {
            "ruleId": rule,
            "message": {"text": "m"},
            "locations": [{"physicalLocation": place}],
        }
        said = [{"repositoryUri": uri}]
        return {
            "tool": {"driver": {"name": tool}},
            "results": [result],
            "versionControlProvenance": said,
        }

    def folded(*uris: str) -> int:
        tools = (("bandit", "B602"), ("ruff", "S602"))
        runs = [run(*tool, uri) for tool, uri in zip(tools, uris, strict=True)]
        data = json.dumps({"version": "2.1.0", "runs": runs}).encode()
        return sum(each.folded for each in triage_log(ingest(data, "x")).findings)

    assert 1 == folded("https://git.example/a/shop", "git@git.example:a/shop.git")
    assert 0 == folded("https://git.example/a/shop", "https://git.example/b/shop")
