"""How a scan looks as SARIF."""

import json
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Failed, Ran, Subject
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.purl import package_url

Json = dict[str, Any]

FINDING = Finding(
    kind=Kind.CODE,
    rule=Rule(id="B1", description="First. Second."),
    message="m",
    location=Location(path="a.py", line=3, column=5, unit=Unit.UTF16_1),
    region=Region(start_line=3, start_column=5),
    severity=Severity.HIGH,
    tool="bandit",
)


def ran(*findings: Finding, **more: Any) -> Ran:  # noqa: ANN401 - a report's fields
    return Ran(
        subject=Subject(name="bandit", kind=Kind.CODE),
        report=Report(findings=findings, **more),
    )


def written(*attempts: Ran | Failed) -> Json:
    scan = Scan(target=TargetFacts(name="t"), attempts=attempts, as_of="")
    run: Json = json.loads(emit(scan))["runs"][1]
    return run


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "2.0"),
        (Severity.INFO, "note", None),
        (Severity.UNKNOWN, "warning", None),
    ],
)
def test_severities(severity: Severity, level: str, score: str | None) -> None:
    """Each severity has a level, and a number for GitHub unless nothing is known of it."""
    run = written(ran(replace(FINDING, severity=severity)))
    (rule,) = run["tool"]["driver"]["rules"]
    (result,) = run["results"]

    assert level == result["level"] == rule["defaultConfiguration"]["level"]
    assert score == rule["properties"].get("security-severity")
    assert severity == result["properties"]["drawgate/severity"]


@pytest.mark.parametrize(
    ("score", "shown"), [(9.0, "9.1"), (9.04, "9.1"), (9.8, "9.8"), (0.04, "0.1"), (7.0, "7.0")]
)
def test_scores(score: float, shown: str) -> None:
    """A CVSS score is taken as it is; 9.0 means critical and GitHub wants more than that."""
    rule = written(ran(replace(FINDING, score=score)))["tool"]["driver"]["rules"][0]

    assert shown == rule["properties"]["security-severity"]


def test_a_rule_takes_its_worst_finding() -> None:
    """GitHub has one severity a rule; the results keep their own."""
    run = written(
        ran(
            replace(FINDING, severity=Severity.LOW, confidence="HIGH"),
            replace(FINDING, severity=Severity.CRITICAL, confidence="LOW"),
        )
    )
    (rule,) = run["tool"]["driver"]["rules"]

    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["security-severity"] == "9.5"
    assert rule["properties"]["precision"] == "low"
    assert [one["level"] for one in run["results"]] == ["error", "note"]


def test_one_id_described_in_two_ways() -> None:
    """Rule ids are unique in a run, and nobody's `B1/2` is taken."""
    rules = [Rule(id="B1", name="a"), Rule(id="B1", name="b"), Rule(id="B1/2")]
    attempt = ran(*(replace(FINDING, rule=rule) for rule in rules))
    run = written(attempt)

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["B1", "B1/3", "B1/2"]
    assert [one["ruleId"] for one in run["results"]] == ["B1", "B1/3", "B1/2"]


def test_suppressions_all_or_none() -> None:
    """When one result is suppressed, the others say that they are not (§3.27.23)."""
    hidden = Suppression(kind=SuppressionKind.IN_SOURCE, justification="tested")
    run = written(ran(FINDING, replace(FINDING, message="n", suppressions=(hidden,))))

    assert [one["suppressions"] for one in run["results"]] == [
        [],
        [{"kind": "inSource", "status": "accepted", "justification": "tested"}],
    ]


def test_no_finding_is_an_empty_list() -> None:
    """A clean run says so, and says what was looked at."""
    attempt = ran(looked_at=frozenset({"b.py", "a.py", "requirements.txt: x==1"}))
    run = written(replace(attempt, subject=Subject(name="pip-audit", kind=Kind.DEPENDENCIES)))

    assert run["results"] == []
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["a.py", "b.py"]
    assert run["logicalLocations"] == [
        {"fullyQualifiedName": "requirements.txt: x==1", "kind": "package"}
    ]
    assert run["properties"]["drawgate/coverage"] == {
        "lookedAt": 3,
        "notAssessed": 0,
        "assumed": False,
    }


def test_a_file_whose_name_looks_like_a_package_stays_a_file() -> None:
    run = written(ran(looked_at=frozenset({"notes: x.py"})))

    assert [one["location"]["uri"] for one in run["artifacts"]] == ["notes%3A%20x.py"]
    assert "logicalLocations" not in run


def test_a_failure_without_results_has_none() -> None:
    """A tool that got nowhere must not look like one that found nothing (§3.14.23)."""
    subject = Subject(name="bandit", kind=Kind.CODE)
    run = written(Failed(subject=subject, error="killed", hint="more memory"))
    (invocation,) = run["invocations"]

    assert "results" not in run
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"] == [
        {
            "message": {"text": "killed"},
            "descriptor": {"id": "drawgate/failed", "index": 0},
            "level": "error",
            "properties": {"drawgate/hint": "more memory"},
        }
    ]


def test_a_failure_keeps_what_it_found() -> None:
    """Partial results are worth reading, and the run still says that it failed."""
    subject = Subject(name="bandit", kind=Kind.CODE)
    run = written(Failed(subject=subject, error="killed", partial=Report(findings=(FINDING,))))

    assert len(run["results"]) == 1
    assert run["invocations"][0]["executionSuccessful"] is False


def test_weaknesses_are_taxa() -> None:
    """A rule points into the CWE taxonomy by guid, and GitHub finds its tag."""
    run = written(ran(replace(FINDING, rule=Rule(id="B1", cwe=(79,)))))
    (rule,) = run["tool"]["driver"]["rules"]
    (taxonomy,) = run["taxonomies"]
    (taxon,) = taxonomy["taxa"]
    (relationship,) = rule["relationships"]

    assert relationship["kinds"] == ["superset"]
    assert relationship["target"] == {
        "id": "CWE-79",
        "guid": taxon["guid"],
        "toolComponent": {"name": "CWE", "guid": taxonomy["guid"]},
    }
    assert run["tool"]["driver"]["supportedTaxonomies"] == [
        {"name": "CWE", "guid": taxonomy["guid"]}
    ]
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-079"]


def test_tags_stay_below_githubs_limit() -> None:
    """GitHub takes fewer than ten tags; all of the tool's own are kept beside them."""
    tags = tuple(f"tag-{number}" for number in range(20))
    (rule,) = written(ran(replace(FINDING, rule=Rule(id="B1", tags=tags))))["tool"]["driver"][
        "rules"
    ]

    assert len(rule["properties"]["tags"]) == 9
    assert rule["properties"]["drawgate/tags"] == list(tags)


def test_descriptions() -> None:
    """The first sentence is the short one, within GitHub's limit; links only to the web."""
    long = Rule(id="B1", description="x" * 2000, help="Do.", help_uri="https://example.org/")
    bad = Rule(id="B2", description="First! Second.", help_uri="javascript:alert(1)")
    rules = written(ran(*(replace(FINDING, rule=rule) for rule in (long, bad))))["tool"]["driver"][
        "rules"
    ]

    assert len(rules[0]["shortDescription"]["text"]) == 1024
    assert rules[0]["help"] == {"text": "Do.", "markdown": "Do.\n\n<https://example.org/>"}
    assert rules[1]["shortDescription"]["text"] == "First!"
    assert "helpUri" not in rules[1]
    assert rules[1]["properties"]["drawgate/helpUri"] == "javascript:alert(1)"


def test_a_finding_without_a_file() -> None:
    """It names the package it is about; no place is made up."""
    package = Dependency(ecosystem="PyPI", name="flask", version="0.12", advisory="X-1")
    about = [
        written(ran(replace(FINDING, location=None, region=None, dependency=one)))
        for one in (package, None)
    ]

    assert [run["results"][0]["locations"] for run in about] == [
        [{"logicalLocations": [{"fullyQualifiedName": "pkg:pypi/flask@0.12", "kind": "package"}]}],
        [{"logicalLocations": [{"fullyQualifiedName": "B1"}]}],
    ]


@pytest.mark.parametrize(
    ("ecosystem", "name", "version", "url"),
    [
        ("PyPI", "flask", "0.12", "pkg:pypi/flask@0.12"),
        ("npm", "@scope/name", "1.0.0", "pkg:npm/%40scope/name@1.0.0"),
        ("Go", "golang.org/x/net", "v0.1", "pkg:golang/golang.org/x/net@v0.1"),
        ("crates.io", "serde", "", "pkg:cargo/serde"),
        ("Maven", "org.a:b", "1+2", "pkg:maven/org.a/b@1%2B2"),
        ("PyPI", "Flask_Login", "0.6", "pkg:pypi/flask-login@0.6"),
        ("Debian:12", "curl", "1:2", "pkg:deb/debian/curl@1%3A2"),
        ("Red Hat", "curl", "1", "pkg:rpm/redhat/curl@1"),
    ],
)
def test_package_urls(ecosystem: str, name: str, version: str, url: str) -> None:
    """Packages are named as other tools name them."""
    assert url == package_url(
        Dependency(ecosystem=ecosystem, name=name, version=version, advisory="X-1")
    )


def test_columns_before_triage() -> None:
    """A tool's own columns are no SARIF columns: only lines are written until they are known."""
    location = Location(path="a.py", line=3, column=4, end_line=4, unit=Unit.BYTE_0)
    (result,) = written(ran(replace(FINDING, location=location, region=None)))["results"]

    physical = result["locations"][0]["physicalLocation"]
    assert physical["region"] == {"startLine": 3, "endLine": 4}
    assert result["properties"]["drawgate/location"] == {
        "line": 3,
        "column": 4,
        "endLine": 4,
        "unit": "UTF-8 bytes from 0",
        "located": False,
    }


def test_bytes_that_are_no_text_are_shown() -> None:
    """A message with a file name that is not UTF-8 does not stop the log."""
    scan = Scan(
        target=TargetFacts(name="\udcff"),
        attempts=(ran(replace(FINDING, message="in \udcff.py")),),
        as_of="",
    )
    back = ingest(emit(scan), "x.sarif")

    assert back.target.name == "\\xff"
    assert back.findings[0].message == "in \\xff.py"


def test_a_scanned_folder_is_written_as_a_uri() -> None:
    """Its name may be any bytes, and a later verdict judges roles by the very same name."""
    facts = TargetFacts(name="t", folders=("a b/\udcff\nc",))
    scan = Scan(target=facts, attempts=(), as_of="")

    log = json.loads(emit(scan))

    assert log["runs"][0]["properties"]["drawgate/target"] == {
        "name": "t",
        "files": 0,
        "folders": ["a%20b/%FF%0Ac"],
    }
    assert scan == ingest(emit(scan), "x.sarif")


def test_the_name_drawgate_is_not_taken() -> None:
    """An adapter that has our name does not become the run about the scan."""
    attempt = replace(ran(), subject=Subject(name="drawgate", kind=Kind.CODE))
    scan = Scan(target=TargetFacts(name="t"), attempts=(attempt,), as_of="")

    assert scan == ingest(emit(scan), "x.sarif")


def test_lone_surrogates_anywhere_in_a_package_are_written_as_text() -> None:
    """Half of a surrogate pair can't be encoded, wherever a tool puts it."""
    half = "\ud800"
    package = Dependency(
        ecosystem=half, name=half, version=half, advisory=half, aliases=(half,), fixed=(half,),
        vector=half,
    )  # fmt: skip
    finding = Finding(
        kind=Kind.DEPENDENCIES, rule=Rule(id="R"), message="m", dependency=package, role=half
    )
    subject = Subject(name="x", kind=Kind.DEPENDENCIES)
    attempt = Ran(subject=subject, report=Report(findings=(finding,)))
    log = emit(Scan(target=TargetFacts(name="t"), attempts=(attempt,), as_of=""))

    (told,) = ingest(log, "x").findings
    shown = "\\ud800"
    assert told.dependency == Dependency(
        ecosystem=shown, name=shown, version=shown, advisory=shown, aliases=(shown,),
        fixed=(shown,), vector=shown,
    )  # fmt: skip
