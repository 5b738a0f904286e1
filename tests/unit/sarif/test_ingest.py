"""What the logs of other tools mean."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.attempt import Failed, Ran
from drawgate.core.errors import LogError
from drawgate.core.finding import (
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.core.target import NotAssessed
from drawgate.sarif.ingest import ingest
from drawgate.triage.severity import with_severity

Json = dict[str, Any]

_GUID = "11111111-1111-4111-8111-111111111111"


def log(*runs: Json, **more: object) -> bytes:
    return json.dumps({"version": "2.1.0", "runs": runs} | more).encode()


def run(*results: Json, driver: Json | None = None, **more: object) -> Json:
    tool = {"driver": {"name": "x"} | (driver or {})}
    return {"tool": tool, "results": results} | more


def result(**more: object) -> Json:
    return {"ruleId": "A", "message": {"text": "m"}} | more


def at(uri: str, line: int = 3, **more: object) -> list[Json]:
    place = {"artifactLocation": {"uri": uri} | more, "region": {"startLine": line}}
    return [{"physicalLocation": place}]


def only(scan: Scan) -> Finding:
    (finding,) = scan.findings
    return finding


def read(one: Json, **more: object) -> Finding:
    return only(ingest(log(run(one, **more)), "x.sarif"))


def severity_of(finding: Finding) -> Severity:
    (rated,) = with_severity((finding,))
    return rated.severity


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
        properties={"drawgate/baselineState": "new", "flag": "true", "n": "1", "word": "w"},
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


@pytest.mark.parametrize(
    ("result_level", "default", "kind", "score", "severity"),
    [
        ("error", "note", None, None, Severity.HIGH),
        (None, "error", None, None, Severity.HIGH),
        (None, "note", "fail", None, Severity.LOW),
        (None, None, None, None, Severity.MEDIUM),
        ("none", "error", None, None, Severity.INFO),
        (None, "error", "informational", None, Severity.INFO),
        (None, "error", "review", None, Severity.UNKNOWN),
        ("none", "error", "open", None, Severity.UNKNOWN),
        ("error", None, "review", None, Severity.HIGH),
        ("note", None, None, "9.8", Severity.CRITICAL),
        ("note", None, None, 7.5, Severity.HIGH),
        ("note", None, None, "0.0", Severity.LOW),
        ("note", None, None, "undefined", Severity.LOW),
        ("note", None, None, "11", Severity.LOW),
        ("note", None, None, [], Severity.LOW),
    ],
)
def test_severity(
    result_level: str | None,
    default: str | None,
    kind: str | None,
    score: object,
    severity: Severity,
) -> None:
    """A score decides; then the result's level, the rule's, and `warning` (§3.27.10)."""
    rule: Json = {"id": "A", "properties": {"security-severity": score} if score else {}}
    if default:
        rule["defaultConfiguration"] = {"level": default}
    one = result(**{k: v for k, v in (("level", result_level), ("kind", kind)) if v})

    assert severity == severity_of(read(one, driver={"rules": [rule]}))


@pytest.mark.parametrize(
    ("tool", "severity"),
    [("hadolint", Severity.LOW), ("Semgrep OSS", Severity.HIGH), ("other", Severity.HIGH)],
)
def test_a_tools_own_words(tool: str, severity: Severity) -> None:
    """`error` means what the severity table says it means in that tool."""
    assert severity == severity_of(read(result(level="error"), driver={"name": tool}))


def test_a_configured_level_overrides() -> None:
    """What the user configured for an invocation counts more than the rule's default."""
    override = {"descriptor": {"index": 0}, "configuration": {"level": "error"}}
    one = result(ruleIndex=0, provenance={"invocationIndex": 0})
    finding = read(
        one,
        driver={"rules": [{"id": "A", "defaultConfiguration": {"level": "note"}}]},
        invocations=[{"executionSuccessful": True, "ruleConfigurationOverrides": [override]}],
    )

    assert finding.reported_severity == "error"


@pytest.mark.parametrize(
    "named",
    [
        {"ruleIndex": 1},
        {"ruleId": "B"},
        {"ruleId": "B/part/deeper"},
        {"rule": {"index": 1}},
        {"rule": {"id": "B"}},
        {"rule": {"guid": "11111111-1111-4111-8111-111111111111"}},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"rule": {"index": 0, "toolComponent": {"guid": "22222222-2222-4222-8222-222222222222"}}},
    ],
)
def test_a_rule_is_found_however_it_is_named(named: Json) -> None:
    """By index, by id, by the id of a part of it, by guid, in the driver or an extension."""
    rule = {"id": "B", "name": "found", "guid": "11111111-1111-4111-8111-111111111111"}
    extension = {
        "name": "pack",
        "guid": "22222222-2222-4222-8222-222222222222",
        "rules": [{"id": "B", "name": "found"}],
    }
    tool = {"driver": {"name": "x", "rules": [{"id": "A"}, rule]}, "extensions": [extension]}
    one = {"message": {"text": "m"}} | named
    scan = ingest(log({"tool": tool, "results": [one]}), "x.sarif")

    assert only(scan).rule.name == "found"


@pytest.mark.parametrize(
    ("named", "identifier"),
    [
        ({}, "no-rule-id"),
        ({"ruleId": "unknown"}, "unknown"),
        ({"rule": {"guid": "11111111-1111-4111-8111-111111111111"}}, "no-rule-id"),
        (
            {"rule": {"toolComponent": {"guid": "11111111-1111-4111-8111-111111111111"}}},
            "no-rule-id",
        ),
    ],
)
def test_a_rule_that_is_not_described(named: Json, identifier: str) -> None:
    """A result counts, whether or not the log describes its rule."""
    finding = read({"message": {"text": "m"}} | named, driver={"rules": [{"id": "A"}]})

    assert Rule(id=identifier) == finding.rule


def test_weaknesses_from_every_place() -> None:
    """CWE numbers come from relationships, tags and the result's taxa, each once."""
    cwe = {"name": "CWE"}
    rule = {
        "id": "A",
        "relationships": [
            {"target": {"id": "79", "toolComponent": cwe}},
            {"target": {"id": "CWE-89"}},
            {"target": {"id": "12", "toolComponent": {"name": "OWASP"}}},
        ],
        "properties": {"tags": ["CWE-22: Path Traversal", "external/cwe/cwe-079", "CWEird", 3]},
    }
    one = result(ruleIndex=0, taxa=[{"id": "0400", "toolComponent": cwe}, {"id": "x"}])

    assert (79, 89, 400, 22) == read(one, driver={"rules": [rule]}).rule.cwe


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "a {0} b"}, "a {0} b"),
        ({"text": "a {0} b {{1}} {7}", "arguments": ["x"]}, "a x b {1} {7}"),
        ({"markdown": "*a*"}, "*a*"),
        ({"id": "own", "arguments": ["x"]}, "own x"),
        ({"id": "shared"}, "for all"),
        ({"id": "nowhere"}, "nowhere"),
    ],
)
def test_messages(message: Json, text: str) -> None:
    """A message may stand in the rule or in the driver, and have arguments (§3.11)."""
    driver = {
        "rules": [{"id": "A", "messageStrings": {"own": {"text": "own {0}"}}}],
        "globalMessageStrings": {"shared": {"text": "for all"}},
    }

    assert text == read(result(message=message), driver=driver).message


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ({"uri": "a.py"}, "a.py"),
        ({"uri": "./a.py"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "ROOT"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "SUB"}, "sub/a.py"),
        ({"uri": "a.py", "uriBaseId": "LOOP"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "UNKNOWN"}, "a.py"),
        ({"uri": "file:///checkout/a.py"}, "a.py"),
        ({"uri": "file:///build/b.py"}, "b.py"),
        ({"uri": "file:///elsewhere/a.py"}, "/elsewhere/a.py"),
        ({"uri": "https://shop.example/login"}, "https://shop.example/login"),
        ({"index": 1}, "second.py"),
        ({"index": 2}, ""),
        ({"uri": "%FF.py"}, "\udcff.py"),
    ],
)
def test_places(place: Json, path: str) -> None:
    """Paths are relative to the target wherever the log lets one know."""
    finding = read(
        result(locations=[{"physicalLocation": {"artifactLocation": place}}]),
        originalUriBaseIds={
            "ROOT": {"uri": "file:///checkout/"},
            "SUB": {"uri": "sub/", "uriBaseId": "ROOT"},
            "LOOP": {"uriBaseId": "LOOP"},
        },
        artifacts=[{"location": {"uri": "first.py"}}, {"location": {"uri": "second.py"}}, {}],
        invocations=[
            {"executionSuccessful": True, "workingDirectory": {"uri": "file:///build"}},
        ],
    )

    assert path == finding.path


@pytest.mark.parametrize(
    "region", [{"startLine": 0}, {"startLine": -1}, {"charOffset": 3}, {}], ids=str
)
def test_a_region_without_a_line(region: Json) -> None:
    """Tools without lines write 0; that is a finding about the whole file."""
    physical = {"artifactLocation": {"uri": "a.py"}, "region": region}
    finding = read(result(locations=[{"physicalLocation": physical}]))

    assert finding.location == Location(path="a.py", unit=Unit.CHARACTER_1)
    assert finding.region is None


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ({"startLine": 5, "endLine": 4, "endColumn": 9}, Region(start_line=5)),
        (
            {"startLine": 5, "startColumn": 4, "endColumn": 3},
            Region(start_line=5, start_column=4),
        ),
        (
            {"startLine": 5, "startColumn": -1, "endLine": 6, "endColumn": 0},
            Region(start_line=5, end_line=6),
        ),
        (
            {"startLine": 5, "startColumn": 9, "endLine": 6, "endColumn": 2},
            Region(start_line=5, start_column=9, end_line=6, end_column=2),
        ),
    ],
)
def test_a_region_that_ends_before_it_begins(said: Json, region: Region) -> None:
    """What can't be is left out, so that our own log of it is valid (§3.30)."""
    physical = {"artifactLocation": {"uri": "a.py"}, "region": said}

    assert read(result(locations=[{"physicalLocation": physical}])).region == region


def test_a_tower_of_bases() -> None:
    """Real logs have two or three bases above one another; thousands would fill the memory."""
    bases = {f"b{n}": {"uri": "a/", "uriBaseId": f"b{n + 1}"} for n in range(101)}
    place = {"physicalLocation": {"artifactLocation": {"uri": "x.py", "uriBaseId": "b0"}}}
    with pytest.raises(LogError, match="more than 100 uriBaseIds stand on one another"):
        read(result(locations=[place]), originalUriBaseIds=bases)
    bases.pop("b50")

    assert read(result(locations=[place]), originalUriBaseIds=bases).path == "a/" * 50 + "x.py"


def test_an_identity_that_is_none() -> None:
    """Only a GUID is shown as one (§3.27.4)."""
    assert read(result(correlationGuid=_GUID)).identity == _GUID
    assert read(result(correlationGuid="ghp_" + 9 * "q7Zk")).identity == ""


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


def failed(*runs: Json) -> Failed:
    (attempt,) = ingest(log(*runs), "x.sarif").attempts
    assert isinstance(attempt, Failed)
    return attempt


def broken(**more: object) -> Json:
    return run(result(), invocations=[{"executionSuccessful": False} | more])


@pytest.mark.parametrize(
    ("one", "error"),
    [
        (broken(), "the log says that the tool failed"),
        (broken(exitCodeDescription="out of memory"), "out of memory"),
        (broken(processStartFailureMessage="no such file"), "no such file"),
        (
            broken(
                toolExecutionNotifications=[{"level": "error", "message": {"text": "it broke"}}]
            ),
            "it broke",
        ),
        (
            {"tool": {"driver": {"name": "x"}}},
            "the log has no results for this run: the tool did not get as far as looking",
        ),
        (
            run(externalPropertyFileReferences={"results": [{"location": {"uri": "r.sarif"}}]}),
            "the log keeps results of this run in other files, which are not read",
        ),
    ],
)
def test_failed_runs(one: Json, error: str) -> None:
    """A run that failed, or whose results are not here, is no clean run."""
    attempt = failed(one)

    assert error == attempt.error


def test_failed_runs_keep_what_they_found() -> None:
    """What a failed run did report is worth reading."""
    assert len(failed(broken()).partial.findings) == 1


def test_runs_of_one_tool_and_category_are_one_attempt() -> None:
    """When one of them failed, together they prove nothing."""
    attempt = failed(run(result(locations=at("a.py"))), broken(), broken())

    assert len(attempt.partial.findings) == 3
    assert attempt.error == "the log says that the tool failed"


def test_equal_runs_that_ran_are_one_attempt() -> None:
    """Two clean halves are one whole."""
    halves = [run(result(locations=at(name))) for name in ("a.py", "b.py")]
    (attempt,) = ingest(log(*halves), "x.sarif").attempts

    assert isinstance(attempt, Ran)
    assert attempt.report.looked_at == {"a.py", "b.py"}


def test_categories_tell_runs_apart() -> None:
    """A foreign category is kept only where the log has several runs of the tool."""
    two = ingest(
        log(
            run(automationDetails={"id": "web/1"}),
            run(automationDetails={"id": "api/1"}),
            run(automationDetails={"id": "solo/1"}, driver={"name": "y"}),
        ),
        "x.sarif",
    )

    names = [(one.subject.name, one.subject.category) for one in two.attempts]
    assert names == [("x", "api"), ("x", "web"), ("y", "")]


def test_gaps_that_a_tool_notes() -> None:
    """A warning about the run or about a place is something that was not assessed."""
    notes: list[Json] = [
        {"level": "warning", "message": {"text": "no parse"}, "locations": at("bad.py", 7)},
        {"message": {"text": "skipped"}, "locations": at("big.py", 0)},
        {"message": {"text": "b.py: no parse"}, "descriptor": {"id": "SyntaxError"}},
        {"level": "note", "message": {"text": "fine"}, "locations": at("fine.py")},
        {"message": {"text": "out of scope"}, "locations": [{"logicalLocations": [{"index": 0}]}]},
    ]
    scan = ingest(
        log(
            run(
                invocations=[
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": notes,
                        "toolConfigurationNotifications": [
                            {"level": "warning", "message": {"text": "deprecated option"}}
                        ],
                    }
                ],
                logicalLocations=[{"fullyQualifiedName": "pkg:pypi/x"}],
            )
        ),
        "x.sarif",
    )

    assert isinstance(scan.attempts[0], Ran)
    assert scan.not_assessed == (
        NotAssessed(subject="bad.py", reason="no parse", path="bad.py", line=7),
        NotAssessed(subject="big.py", reason="skipped", path="big.py"),
        NotAssessed(subject="SyntaxError", reason="b.py: no parse", uncounted=True),
        NotAssessed(subject="pkg:pypi/x", reason="out of scope"),
    )


def noted(
    name: str = "toolExecutionNotifications", driver: Json | None = None, **more: object
) -> Json:
    invocation = {"executionSuccessful": True} | more
    invocation.setdefault(name, [{"level": "error", "message": {"text": "it broke"}}])
    return run(result(), invocations=[invocation], driver=driver)


_FATAL = {
    "notifications": [
        {
            "id": "E1",
            "defaultConfiguration": {"level": "error"},
            "messageStrings": {"m": {"text": "no {0}"}},
        }
    ]
}
_LOWERED = {"descriptor": {"id": "E1"}, "configuration": {"level": "note"}}
_RAISED = {"descriptor": {"index": 0}, "configuration": {"level": "error"}}


@pytest.mark.parametrize(
    ("one", "error"),
    [
        (noted(), "it broke"),
        (noted("toolConfigurationNotifications"), "it broke"),
        (
            noted(
                toolExecutionNotifications=[
                    {"level": "error", "message": {"text": "no parse"}, "locations": at("a.py")}
                ]
            ),
            "no parse",
        ),
        (
            noted(
                driver=_FATAL,
                toolExecutionNotifications=[
                    {"descriptor": {"id": "E1"}, "message": {"id": "m", "arguments": ["disk"]}}
                ],
                notificationConfigurationOverrides=[_LOWERED],
            ),
            "no disk",
        ),
        (
            noted(
                driver={"notifications": [{"id": "W"}]},
                toolExecutionNotifications=[
                    {"descriptor": {"index": 0}, "message": {"text": "a rule crashed"}}
                ],
                notificationConfigurationOverrides=[_RAISED],
            ),
            "a rule crashed",
        ),
        (noted(toolExecutionNotifications=[], exitSignalName="SIGKILL"), "ended by SIGKILL"),
        (noted(toolExecutionNotifications=[], exitSignalNumber=9), "ended by signal 9"),
        (noted(toolExecutionNotifications=[], processStartFailureMessage="no"), "no"),
    ],
)
def test_an_error_is_a_failure_whatever_else_the_log_says(one: Json, error: str) -> None:
    """`executionSuccessful: true` beside an error does not make the run a success (§3.20.21)."""
    assert error == failed(one).error


@pytest.mark.parametrize(
    "note",
    [
        {"descriptor": {"id": "W"}, "message": {"text": "m"}},
        {"level": "warning", "descriptor": {"id": "E1"}, "message": {"text": "m"}},
    ],
)
def test_a_notification_that_is_no_error(note: Json) -> None:
    """A warning leaves the run as it is: it says that its results are probably valid (§3.58.6)."""
    one = noted(driver=_FATAL, toolExecutionNotifications=[note])

    assert isinstance(ingest(log(one), "x.sarif").attempts[0], Ran)


def test_results_without_invocations_are_believed() -> None:
    """`invocations` may be absent (§3.14.11), and then an empty list means none (§3.14.23)."""
    for one in (run(), run(invocations=[])):
        (attempt,) = ingest(log(one), "x.sarif").attempts
        assert isinstance(attempt, Ran)


_RULES = {"rules": [{"id": "A"}, {"id": "B"}]}
_MORE = "points to none of the"


@pytest.mark.parametrize(
    ("one", "more", "message"),
    [
        (result(ruleIndex=2), {}, f".results[0].ruleIndex: index 2 {_MORE} 2 rules"),
        (result(ruleIndex=-2), {}, f".results[0].ruleIndex: index -2 {_MORE} 2 rules"),
        (result(rule={"index": 7}), {}, f".results[0].rule.index: index 7 {_MORE} 2 rules"),
        (
            result(rule={"toolComponent": {"index": 0}}),
            {},
            f".results[0].rule.toolComponent.index: index 0 {_MORE} 0 extensions",
        ),
        (result(ruleIndex=1), {}, ".results[0].ruleId: this and ruleIndex name different rules"),
        (
            result(ruleIndex=0, rule={"index": 1}),
            {},
            ".results[0].ruleIndex: this and rule.index name different rules",
        ),
        (
            result(rule={"id": "B"}),
            {},
            ".results[0].ruleId: this and rule.id name different rules",
        ),
        (
            result(taxa=[{"id": "79"}, {"index": 0}]),
            {},
            f".results[0].taxa[1].index: index 0 {_MORE} 0 taxa",
        ),
        (
            result(provenance={"invocationIndex": 0}),
            {},
            f".results[0].provenance.invocationIndex: index 0 {_MORE} 0 invocations",
        ),
        (
            result(locations=[*at("a.py"), *at("b.py", index=4)]),
            {},
            f".results[0].locations[1].physicalLocation.artifactLocation.index: index 4 {_MORE} 0",
        ),
        (
            result(kind="pass", locations=at("b.py", index=4)),
            {},
            f".results[0].locations[0].physicalLocation.artifactLocation.index: index 4 {_MORE} 0",
        ),
        (
            result(),
            {"artifacts": [{"location": {"uri": "a.py", "index": 1}}]},
            f".artifacts[0].location.index: index 1 {_MORE} 1 artifacts",
        ),
        (
            result(),
            {
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "ruleConfigurationOverrides": [
                            {"descriptor": {"index": 3}, "configuration": {}}
                        ],
                    }
                ]
            },
            f".invocations[0].ruleConfigurationOverrides[0].descriptor.index: index 3 {_MORE} 2",
        ),
        (
            result(),
            {
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"descriptor": {"index": 5}, "message": {"text": "m"}}
                        ],
                    }
                ]
            },
            f".invocations[0].toolExecutionNotifications[0].descriptor.index: index 5 {_MORE} 0",
        ),
    ],
)
def test_an_index_that_leads_nowhere(one: Json, more: Json, message: str) -> None:
    """A log that contradicts itself means nothing one could judge (§3.7.4, §3.27.5-7)."""
    with pytest.raises(LogError) as caught:
        read(one, driver=_RULES, **more)

    assert str(caught.value).startswith(f"x.sarif: $.runs[0]{message}")


def test_weaknesses_by_index_alone() -> None:
    """A taxon may be named by nothing but its place; a hard-coded password is one all the same."""
    taxonomies = [{"name": "CWE", "taxa": [{"id": "259"}, {"id": "CWE-79"}]}]
    rule = {
        "id": "A",
        "relationships": [
            {"target": {"index": 1, "toolComponent": {"name": "CWE", "index": 0}}},
            {"target": {"index": 0}},
        ],
    }
    one = result(taxa=[{"index": 0, "toolComponent": {"index": 0}}])

    assert (79, 259) == read(one, driver={"rules": [rule]}, taxonomies=taxonomies).rule.cwe


def test_a_result_in_several_files() -> None:
    """All of its places are kept: mending it takes a change at each (§3.27.12)."""
    finding = read(
        result(locations=[{"logicalLocations": [{"name": "f"}]}, *at("tests/a.py"), *at("b.py", 9)])
    )

    assert finding.paths == ("tests/a.py", "b.py")
    assert finding.elsewhere == (Location(path="b.py", line=9),)


def test_what_passed_has_no_level() -> None:
    """A result that says both that it passed and that it is an error counts (§3.27.10)."""
    assert read(result(kind="pass", level="error")).reported_severity == "error"
    assert ingest(log(run(result(kind="pass", level="none"))), "x.sarif").findings == ()


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        ({"results": [{"itemCount": 3}]}, "results"),
        ({"driver": {"guid": _GUID}}, "driver"),
        ({"invocations": [{}], "artifacts": [{}]}, "invocations and artifacts"),
    ],
)
def test_parts_of_a_run_in_other_files(kept: Json, names: str) -> None:
    """Who can't see all of a run can't say that it is clean, or what its results mean."""
    attempt = failed(run(result(ruleIndex=5), externalPropertyFileReferences=kept))

    assert attempt.error == f"the log keeps {names} of this run in other files, which are not read"


OURS = {
    "tool": {"driver": {"name": "drawgate"}},
    "properties": {
        "drawgate/target": {"name": "x", "form": "git", "commit": "", "files": 1},
        "drawgate/asOf": "2026-01-01T00:00:00Z",
        "drawgate/offline": "not asked for",
    },
}
"""The run by which a log of ours is known."""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.sarif: the file is empty; no scanner writes that when it worked"),
        (b" \n", "x.sarif: the file is empty; no scanner writes that when it worked"),
        (b"null", "x.sarif: $: Expected `object`, got `null`"),
        (b"[]", "x.sarif: $: Expected `object`, got `array`"),
        (b"{}", "x.sarif: $: Object missing required field `version`"),
        (b"<html>", "x.sarif: this is no UTF-8 JSON document"),
        (b'{"version": "2.1.0", "ru', "x.sarif: this is no UTF-8 JSON document"),
        (b'{"version": "\xff"}', "x.sarif: this is no UTF-8 JSON document"),
        (log(run(), more="@").replace(b"@", b"\xff"), "x.sarif: this is no UTF-8 JSON document"),
        (b"\x1f\x8b\x08\x00", "x.sarif: the file is packed with gzip (unpack it: gunzip)"),
        (b"[" * 200_000, "x.sarif: "),
        ("{}".encode("utf-16"), "x.sarif: the file is UTF-16; SARIF is UTF-8"),
        ("{}".encode("utf-16-be"), "x.sarif: the file is UTF-16; SARIF is UTF-8"),
        (b'{"version": "2.0.0", "runs": 1}', "x.sarif: $.version: this is SARIF version 2.0.0;"),
        (b'{"version": "2.1.0"}', "x.sarif: $: Object missing required field `runs`"),
        (b'{"version": "2.1.0", "runs": null}', "x.sarif: $.runs: runs is null"),
        (
            log(inlineExternalProperties=[{}]),
            "x.sarif: $.inlineExternalProperties: results in inlineExternalProperties",
        ),
        (
            log(run(), run(result(), result(level="critical"))),
            "x.sarif: $.runs[1].results[1].level: Invalid enum value …",
        ),
        (
            log(run(result(properties={"drawgate/severity": "awful"})), OURS),
            "x.sarif: $.runs[0].results[0].drawgate/severity: Invalid enum value …",
        ),
        (
            log(run(properties={"drawgate/kind": 7}), OURS),
            "x.sarif: $.runs[0].properties.drawgate/kind: Expected `str | null`, got `int`",
        ),
    ],
)
def test_broken_logs(data: bytes, message: str) -> None:
    """The error names the file and the JSON path; nothing broken is read as clean."""
    with pytest.raises(LogError) as caught:
        ingest(data, "x.sarif")

    assert str(caught.value).startswith(message)


def test_a_byte_order_mark_is_accepted() -> None:
    """Windows tools write one."""
    assert read(result()) == only(ingest(b"\xef\xbb\xbf" + log(run(result())), "x.sarif"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'{"version": "1", "version": "2.1.0", "runs": []}',
            "x.sarif: $: 'version' stands twice in one object (no reader can tell which of them",
        ),
        (
            log(run(result())).replace(b'"results": [', b'"results": [], "results": ['),
            "x.sarif: $.runs[0]: 'results' stands twice in one object",
        ),
        (
            log(run(result(level="error"))).replace(b'"ruleId"', b'"level": "note", "ruleId"'),
            "x.sarif: $.runs[0].results[0]: 'level' stands twice",
        ),
        (
            log(run(result(properties={"ghp_x": {"a": 1}}))).replace(b'"a"', b'"a": 0, "a"'),
            "x.sarif: $.runs[0].results[0].properties[…]: a name stands twice",
        ),
        (
            log(run(result())).replace(b'"level"', b'"x"').replace(b'"ruleId"', b'"b": 1, "b"'),
            "x.sarif: $.runs[0].results[0]: a name stands twice",
        ),
    ],
)
def test_a_key_that_stands_twice(data: bytes, message: str) -> None:
    """Whichever counts, the other one would vanish; a name that may be a secret is not shown."""
    with pytest.raises(LogError) as caught:
        ingest(data, "x.sarif")

    assert str(caught.value).startswith(message)


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
