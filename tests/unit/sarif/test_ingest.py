"""What a whole foreign log means, and several scans of ours in one."""

import json
from collections.abc import Callable

import pytest

from drawgate.core.attempt import Ran
from drawgate.core.errors import LogError
from drawgate.core.finding import (
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    State,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.severity import Severity
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, at, log, only, read, result, run, severity_of

_GUID = "11111111-1111-4111-8111-111111111111"


def test_a_whole_foreign_result() -> None:
    """Everything a finding can hold is taken from where the standard puts it."""
    rule = {
        "id": "py/sql",
        "name": "SqlInjection",
        "shortDescription": {"text": "short"},
        "fullDescription": {"text": "long"},
        "help": {"text": "use parameters"},
        "helpUri": "https://example.org/",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security", "external/cwe/cwe-089"], "precision": "high"},
    }
    physical = {
        "artifactLocation": {"uri": "src/a%20b.py"},
        "region": {"startLine": 3, "startColumn": 5, "endColumn": 9, "snippet": {"text": "q(x)"}},
    }
    scan = ingest(
        log(
            run(
                {
                    "ruleId": "py/sql",
                    "ruleIndex": 0,
                    "message": {"text": "bad"},
                    "locations": [{"physicalLocation": physical}],
                    "partialFingerprints": {"primaryLocationLineHash": "ab:1"},
                    "correlationGuid": "3b0b3f4a-58a2-4c9c-8e0e-0f6a4d8b6a11",
                    "suppressions": [{"kind": "external", "justification": "why"}],
                    "baselineState": "new",
                    "properties": {"n": 1, "flag": True, "word": "w", "deep": {}},
                },
                driver={"name": "CodeQL", "semanticVersion": "2.1.0", "rules": [rule]},
                columnKind="utf16CodeUnits",
            )
        ),
        "x.sarif",
    )

    region = Region(start_line=3, start_column=5, end_column=9)
    assert only(scan) == Finding(
        kind=Kind.CODE,
        rule=Rule(
            id="py/sql",
            name="SqlInjection",
            description="long",
            help="use parameters",
            help_uri="https://example.org/",
            cwe=(89,),
            tags=("security", "external/cwe/cwe-089"),
        ),
        message="bad",
        location=Location(path="src/a b.py", line=3, column=5, end_column=9, unit=Unit.UTF16_1),
        region=region,
        reported_severity="error",
        confidence="high",
        properties={"flag": "true", "n": "1", "word": "w"},
        state=State.NEW,
        tool="CodeQL",
        snippet="q(x)",
        suppressions=(Suppression(kind=SuppressionKind.EXTERNAL, justification="why"),),
        fingerprints={"primaryLocationLineHash": "ab:1"},
        identity="3b0b3f4a-58a2-4c9c-8e0e-0f6a4d8b6a11",
    )
    (attempt,) = scan.attempts
    assert isinstance(attempt, Ran)
    assert attempt.tool.version == "2.1.0"
    assert attempt.report.looked_at == {"src/a b.py"}
    assert attempt.report.assumed
    assert scan.target.name == "x.sarif"
    assert scan.as_of == ""


def test_an_identity_that_is_none() -> None:
    """Only a GUID is shown as one (§3.27.4)."""
    assert read(result(correlationGuid=_GUID)).identity == _GUID
    assert read(result(correlationGuid="ghp_" + 9 * "q7Zk")).identity == ""


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.678+02:00", "2026-01-02T01:04:05Z"),
        ("2026-01-02", ""),
        ("yesterday", ""),
        ("0001-01-01T00:00:00+23:00", ""),
        (7, ""),
        (["2026-01-02T03:04:05Z"], ""),
        (None, ""),
    ],
)
def test_when_it_was_first_seen(told: object, seen: str) -> None:
    """Any tool may say it (§3.48.3); what is no moment is unknown, and no error."""
    assert read(result(provenance={"firstDetectionTimeUtc": told})).first_seen == seen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("drawgate/direct", "yes"),
        ("drawgate/via", "flask"),
        ("drawgate/via", [1]),
        ("drawgate/scope", "both"),
    ],
)
def test_our_own_facts_of_a_package_are_checked(name: str, value: object) -> None:
    told = result(properties={"drawgate/severity": "high", name: value})
    mine = run(
        driver={"name": "drawgate"},
        properties={
            "drawgate/target": {"name": "x", "files": 1},
            "drawgate/asOf": "2026-01-01T00:00:00Z",
            "drawgate/offline": "not asked for",
        },
    )
    with pytest.raises(LogError) as error:
        ingest(log(mine, run(told, properties={"drawgate/kind": "dependencies"})), "x.sarif")
    assert name in f"{error.value.where} {error.value}"


def test_a_suppression_that_stands_twice() -> None:
    """Equal ones are one (§3.27.23)."""
    same = {"kind": "external"}

    assert len(read(result(suppressions=[same, same])).suppressions) == 1


def test_results_that_are_no_findings() -> None:
    """What passed, did not apply, or has gone, is no finding; but its file was looked at."""
    scan = ingest(
        log(
            run(
                result(kind="pass", locations=at("passed.py")),
                result(kind="notApplicable", locations=at("other.py")),
                result(baselineState="absent", locations=at("gone.py")),
                result(kind="review", locations=at("look.py")),
            )
        ),
        "x.sarif",
    )

    assert [finding.path for finding in scan.findings] == ["look.py"]
    assert only(scan).properties == {"drawgate/resultKind": "review"}
    (attempt,) = scan.attempts
    assert isinstance(attempt, Ran)
    assert attempt.report.looked_at == {"passed.py", "other.py", "gone.py", "look.py"}


def test_what_passed_has_no_level() -> None:
    """A result that says both that it passed and that it is an error counts (§3.27.10)."""
    assert read(result(kind="pass", level="error")).reported_severity == "error"
    assert ingest(log(run(result(kind="pass", level="none"))), "x.sarif").findings == ()


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("Trivy", Kind.DEPENDENCIES),
        ("gitleaks", Kind.SECRETS),
        ("Snyk Container", Kind.CONTAINER),
        ("Checkov", Kind.IAC),
        ("ZAP", Kind.DAST),
        ("Semgrep OSS", Kind.CODE),
        ("nobody-knows-it", Kind.CODE),
    ],
)
def test_kinds(tool: str, kind: Kind) -> None:
    """A known tool's kind comes from the table; another tool counts as code."""
    assert kind == read(result(), driver={"name": tool}).kind


@pytest.fixture
def own() -> Callable[..., bytes]:
    """Write a run of ours about a scan."""

    def write(*targets: Json, offline: str = "not asked for") -> bytes:
        runs = [
            run(
                driver={"name": "drawgate"},
                properties={
                    "drawgate/target": target,
                    "drawgate/asOf": f"2026-01-0{day}T00:00:00Z",
                    "drawgate/offline": offline if day == 1 else "enforced by a network namespace",
                },
            )
            for day, target in enumerate(targets, 1)
        ]
        return log(*runs)

    return write


def test_several_scans_in_one_log(own: Callable[..., bytes]) -> None:
    """A merged log of several scans speaks for all: the weakest fence, the latest date."""
    scan = ingest(
        own(
            {"name": "api", "files": 2, "form": "git", "commit": "c", "notes": ["n"]},
            {"name": "web", "files": 3, "form": "git", "commit": "d", "partial": "--files"}
            | {"folders": ["web"]},
            offline="unenforced",
        ),
        "x.sarif",
    )

    assert scan.target.name == "api + web"
    assert (scan.target.files, scan.target.form, scan.target.commit) == (5, "git", "")
    assert (scan.target.notes, scan.target.partial) == (("n",), "--files")
    assert scan.target.folders == ("web",)
    assert (scan.as_of, scan.offline) == ("2026-01-02T00:00:00Z", "unenforced")


def test_a_skipped_tool_that_is_not_described(own: Callable[..., bytes]) -> None:
    """A run of ours that somebody broke is an error, not a shorter list."""
    document = json.loads(own({"name": "x", "files": 0}))
    note = {"message": {"text": "m"}, "descriptor": {"id": "drawgate/skipped"}}
    document["runs"][0]["invocations"] = [
        {"executionSuccessful": True, "toolConfigurationNotifications": [note]}
    ]
    with pytest.raises(LogError, match="a skipped tool is not described in full"):
        ingest(json.dumps(document).encode(), "x.sarif")


def test_another_tools_log_has_no_vote_by_our_names() -> None:
    """It could call a critical result low; only a log with a scan of ours is believed."""
    rule = {"id": "X", "properties": {"security-severity": "9.8"}}
    result = {
        "ruleId": "X",
        "message": {"text": "bad"},
        "properties": {"drawgate/severity": "low", "drawgate/kind": "sbom"},
    }
    run = {
        "tool": {"driver": {"name": "gosec", "rules": [rule]}},
        "results": [result],
        "properties": {"drawgate/kind": "sbom"},
    }
    log = json.dumps({"version": "2.1.0", "runs": [run]}).encode()

    (finding,) = ingest(log, "theirs.sarif").findings
    assert (Severity.CRITICAL, Kind.CODE) == (severity_of(finding), finding.kind)
