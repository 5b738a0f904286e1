"""What GitHub code scanning gets of a scan."""

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Failed, Ran, Skipped, Subject, Why
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Membership,
    Region,
    Rule,
    State,
    Suppression,
    SuppressionKind,
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import NotAssessed
from drawgate.sarif.github import file_name, prepare, with_notes
from drawgate.sarif.github_check import check_upload
from drawgate.sarif.github_limits import RESULTS, RUNS, SIZE
from drawgate.sarif.validate import validate
from samples.findings import SHELL

Json = dict[str, Any]
FINDING = replace(
    SHELL,
    fingerprints={"primaryLocationLineHash": "5e4d5a9cf1294ad9:1"},
    identity="1b671a64-40d5-491e-99b0-da01ff1f3341",
)


def ran(*findings: Finding, name: str = "bandit", category: str = "", **report: Any) -> Ran:  # noqa: ANN401 - a report's fields
    return Ran(
        subject=Subject(name=name, kind=Kind.CODE, category=category),
        report=Report(findings=findings, **report),
    )


def scan(*attempts: Ran | Failed | Skipped, **target: Any) -> Scan:  # noqa: ANN401 - a target's facts
    return Scan(target=TargetFacts(name="t", **target), attempts=attempts, as_of="")


def runs(of: Scan, *, files: int = 1) -> list[Json]:
    """Give the runs of all files, after GitHub's limits have been checked on each."""
    upload = prepare(of)
    assert [file_name(n) for n in range(1, files + 1)] == list(upload.files)
    logs = [json.loads(data) for data in upload.files.values()]
    assert [] == [problem for log in logs for problem in check_upload(log)]
    small = (data for data in upload.files.values() if len(data) < 1 << 20)
    assert [] == [problem for data in small for problem in validate(data)]
    return [run for log in logs for run in log["runs"]]


def results(*findings: Finding, **report: Any) -> list[Json]:  # noqa: ANN401 - as above
    (run,) = runs(scan(ran(*findings, **report)))
    listed: list[Json] = run["results"]
    return listed


def test_one_finding() -> None:
    """A result says everything itself: nothing in it is an index."""
    (run,) = runs(scan(ran(FINDING)))

    assert [
        {
            "message": {"text": "a shell is started"},
            "ruleId": "B602",
            "level": "error",
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "shop/a%20b.py"},
                        "region": {
                            "startLine": 3,
                            "startColumn": 5,
                            "endLine": 3,
                            "endColumn": 9,
                        },
                    }
                }
            ],
            "partialFingerprints": {"primaryLocationLineHash": "5e4d5a9cf1294ad9:1"},
            "properties": {"drawgate/severity": "high", "drawgate/kind": "code"},
        }
    ] == run["results"]
    assert {"id": "drawgate/bandit/"} == run["automationDetails"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert {"security-severity": "8.0", "tags": ["security", "external/cwe/cwe-078"]} == (
        rule["properties"]
    )
    assert "A shell is started." == rule["help"]["text"]


def test_a_failed_run_closes_no_alert() -> None:
    """A tool that failed has no run, not even for what it found before; the scan says so."""
    broken = Failed(
        subject=Subject(name="semgrep", kind=Kind.CODE),
        error="killed",
        partial=Report(findings=(FINDING,)),
    )
    absent = Skipped(
        subject=Subject(name="ruff", kind=Kind.CODE), why=Why.UNAVAILABLE, reason="missing"
    )
    whole = scan(ran(FINDING), broken, absent)

    assert ["bandit"] == [run["tool"]["driver"]["name"] for run in runs(whole)]
    said = "github.sarif has no run of semgrep, which failed: its alerts stay as they are"
    assert (said,) == prepare(whole).said == with_notes(whole, prepare(whole)).target.notes


def test_a_clean_run_closes_alerts() -> None:
    """A tool that ran and found nothing has a run without results: they are all mended."""
    (run,) = runs(scan(ran(looked_at=frozenset({"a.py"}))))

    assert [] == run["results"]


def test_a_scanner_that_could_look_at_nothing_closes_no_alert() -> None:
    """One Dockerfile that can't be parsed any more has not lost its flaws."""
    missed = NotAssessed(subject="Dockerfile", path="Dockerfile", reason="can't parse it")
    whole = scan(ran(FINDING), ran(name="hadolint", not_assessed=(missed,)))

    assert ["bandit"] == [run["tool"]["driver"]["name"] for run in runs(whole)]
    (said,) = prepare(whole).said
    assert said.startswith("github.sarif has no run of hadolint, as it could look at nothing: ")


def test_a_list_of_components_is_no_tool_of_code_scanning() -> None:
    components = replace(ran(), subject=Subject(name="cyclonedx-bom", kind=Kind.SBOM))
    whole = scan(ran(FINDING), components)

    assert ["bandit"] == [run["tool"]["driver"]["name"] for run in runs(whole)]
    assert () == prepare(whole).said


@pytest.mark.parametrize("partial", ["--files", "--include", "one file", "--staged", "--diff"])
def test_partial_scans(partial: str) -> None:
    """Of a part of the target nothing is written: it would close the alerts of the rest."""
    upload = prepare(scan(ran(FINDING), partial=partial))

    assert not upload.files
    assert f"only a part of the target was looked at ({partial})" in upload.refusal


def test_nothing_ran() -> None:
    """A log without a run is none."""
    failed = Failed(subject=Subject(name="bandit", kind=Kind.CODE), error="killed")

    assert not prepare(scan(failed)).files
    assert "no scanner ran" in prepare(scan(failed)).refusal


def test_what_is_no_open_alert() -> None:
    """Suppressed and folded findings are left out: GitHub would open alerts for them.

    A property of another tool's by that name folds nothing.
    """
    accepted = Suppression(kind=SuppressionKind.IN_SOURCE)
    rejected = replace(accepted, status="rejected")
    findings = (
        replace(FINDING, message="suppressed", suppressions=(accepted,)),
        replace(FINDING, message="folded", membership=Membership(group="g", folded=True)),
        replace(FINDING, message="says so itself", properties={"drawgate/folded": "true"}),
        replace(FINDING, message="rejected", suppressions=(rejected,)),
    )

    assert ["rejected", "says so itself"] == [
        result["message"]["text"] for result in results(*findings)
    ]


def test_what_is_gone_is_no_alert() -> None:
    """GitHub would open it again."""
    absent = replace(FINDING, message="gone", state=State.ABSENT)

    (run,) = runs(scan(replace(ran(FINDING), absent=(absent,))))

    assert [FINDING.message] == [result["message"]["text"] for result in run["results"]]


def place(result: Json) -> tuple[str, list[int]]:
    """Give path and region of a result."""
    found = result["locations"][0]["physicalLocation"]
    return found["artifactLocation"]["uri"], list(found["region"].values())


@pytest.mark.parametrize(
    ("looked_at", "anchor"),
    [
        (("src/a.py", "README.md", "a.py"), "README.md"),
        (("src/z/a.py", "z.py", "b/c.py"), "z.py"),
        ((), "README.md"),
    ],
)
def test_a_finding_without_a_place(looked_at: tuple[str, ...], anchor: str) -> None:
    """It stands at an anchor that seldom changes: GitHub refuses a file for want of one place."""
    (result,) = results(replace(FINDING, location=None), looked_at=frozenset(looked_at))

    assert (anchor, [1, 1, 1, 2]) == place(result)


def test_a_package_without_a_place() -> None:
    """A flaw of a package stands in the manifest, and is known by itself, not by the line."""
    flaw = replace(
        FINDING,
        kind=Kind.DEPENDENCIES,
        location=None,
        identity="",
        dependency=Dependency(ecosystem="PyPI", name="jinja2", version="2.4", advisory="GHSA-1"),
    )
    other = replace(flaw, dependency=replace(flaw.dependency, version="2.5"))  # type: ignore[type-var]
    whole = scan(
        Ran(
            subject=Subject(name="pip-audit", kind=Kind.DEPENDENCIES),
            report=Report(
                findings=(flaw, other),
                looked_at=frozenset({"requirements.txt: jinja2==2.4", "a/b.txt: jinja2==2.5"}),
            ),
        )
    )

    (run,) = runs(whole)

    assert {"requirements.txt"} == {place(result)[0] for result in run["results"]}
    assert 2 == len({json.dumps(result["partialFingerprints"]) for result in run["results"]})


@pytest.mark.parametrize("path", ["/usr/lib/a.py", "../a.py", "git://x/a.py", "a/../../b.py"])
def test_paths_that_lead_out(path: str) -> None:
    """What lies outside of the repository is told in the message: as a path it is refused."""
    (result,) = results(replace(FINDING, location=Location(path=path, line=3)))

    assert "README.md" == place(result)[0]
    assert f"a shell is started (reported at {path})" == result["message"]["text"]
    assert "5e4d5a9cf1294ad9:1" != result["partialFingerprints"]["primaryLocationLineHash"]


@pytest.mark.parametrize(
    ("region", "line", "snippet", "shown"),
    [
        (None, 7, "", [7, 1, 7, 2]),
        (None, None, "", [1, 1, 1, 2]),
        (Region(start_line=7), 7, "x = '𝄞'", [7, 1, 7, 9]),
        (Region(start_line=7, start_column=3), 7, "x = 1", [7, 3, 7, 6]),
        (Region(start_line=7, start_column=3, end_line=8), 7, "x = (\n1)", [7, 3, 8, 3]),
        (Region(start_line=7, end_line=9), 7, "x = (\n…", [7, 1, 9, 1]),
        (Region(start_line=7, start_column=3, end_line=7, end_column=3), 7, "", [7, 3, 7, 4]),
        (Region(start_line=7, end_line=1 << 40), 7, "", [7, 1, (1 << 31) - 2, 1]),
    ],
)
def test_regions(region: Region | None, line: int | None, snippet: str, shown: list[int]) -> None:
    """A region always has its four numbers, and no line that the tool did not name."""
    at = Location(path="a.py", line=line)
    (result,) = results(replace(FINDING, location=at, region=region, snippet=snippet))

    assert ("a.py", shown) == place(result)


def test_text_is_cut() -> None:
    """Whatever a tool writes, no text is longer than GitHub takes, and none is empty."""
    long = "é𝄞" * 20_000
    rule = Rule(id=long, name=long, description=long, help=long, tags=(long, " ", *"abcdefghijkl"))
    other = replace(rule, id=f"{long}x")
    (run,) = runs(
        scan(ran(replace(FINDING, rule=rule, message=long), replace(FINDING, rule=other)))
    )

    first, second = run["tool"]["driver"]["rules"]
    assert first["id"] != second["id"]
    assert 8 == len(first["properties"]["tags"])
    assert len(run["results"][0]["message"]["text"]) < 2_000


def test_empty_text() -> None:
    """A tool that says nothing gets its rule's id said for it."""
    silent = replace(FINDING, message=" ", rule=Rule(id=""))
    (run,) = runs(scan(ran(silent)))

    assert "(no rule id)" == run["tool"]["driver"]["rules"][0]["help"]["text"]
    assert "(no rule id)" == run["results"][0]["message"]["text"]


def test_messages_make_no_links() -> None:
    """A file of the target can't put a link of its own into an alert."""
    (result,) = results(replace(FINDING, message="see [docs](https://evil.invalid/x)"))

    assert "see [docs] (https://evil.invalid/x)" == result["message"]["text"]


def many(number: int, **changes: Any) -> list[Finding]:  # noqa: ANN401 - a finding's fields
    return [
        replace(
            FINDING,
            location=Location(path=f"src/{n % 97}.py", line=n),
            region=Region(start_line=n + 1, start_column=1),
            **changes,
        )
        for n in range(number)
    ]


def test_the_worst_are_kept() -> None:
    """Of more results than GitHub keeps, the least severe go, and log and scan say how many."""
    low = many(25_000, severity=Severity.LOW)
    worst = many(4_990, severity=Severity.CRITICAL)
    medium = many(10, severity=Severity.MEDIUM, score=6.9)
    less = many(100, severity=Severity.MEDIUM, score=4.0)
    whole = scan(ran(*low, *less, *medium, *worst))

    (run,) = runs(whole)

    assert RESULTS == len(run["results"])
    levels = [result["properties"]["drawgate/severity"] for result in run["results"]]
    assert (4_990, 10, 0) == tuple(map(levels.count, ("critical", "medium", "low")))
    said = (
        "github.sarif leaves out 25,100 of 30,100 findings of bandit, the least severe: "
        "GitHub keeps 5,000 of a tool"
    )
    assert (said,) == prepare(whole).said
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert said == note["message"]["text"]


def test_twenty_one_tools_and_thirty_thousand_results() -> None:
    """More runs than a file may have go to a second one; no tool is lost."""
    tools = [ran(*many(1_430), name=f"tool-{n:02}", category=f"part {n}") for n in range(21)]
    whole = scan(*tools)

    written = runs(whole, files=2)

    assert 30_030 == sum(len(run["results"]) for run in written)
    assert 21 == len({run["automationDetails"]["id"] for run in written})
    first, second = (json.loads(data)["runs"] for data in prepare(whole).files.values())
    assert (RUNS, 1) == (len(first), len(second))
    assert ("github.sarif can't hold all runs: upload github-2.sarif as well",) == (
        prepare(whole).said
    )


def test_no_file_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes are counted as GitHub counts them, compressed: runs move on, and a run is cut.

    With GitHub's own ten megabytes this takes a minute; the same lines decide at fifty kilobytes.
    """
    monkeypatch.setattr("drawgate.sarif.github.SIZE", 50_000)
    numbered = [replace(f, message=f"{n:x}" * 40) for n, f in enumerate(many(4_000))]
    small = [replace(f, message=f"{n:x}" * 40) for n, f in enumerate(many(900))]
    whole = scan(ran(*numbered), ran(*small, name="ruff"), ran(*small, name="semgrep"))

    upload = prepare(whole)

    assert 2 <= len(upload.files)
    assert all(len(gzip.compress(data, 6)) <= 50_000 for data in upload.files.values())
    assert "the least severe: a file can't hold more" in upload.said[0]
    assert SIZE == 10_000_000


def test_the_same_scan_gives_the_same_bytes() -> None:
    """The order in which a tool reports plays no part."""
    findings = many(50)

    assert prepare(scan(ran(*findings))) == prepare(scan(ran(*reversed(findings))))


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        (1, "github.sarif", "github.sarif"),
        (3, "a.b.sarif", "a.b-3.sarif"),
        (2, "log", "log-2"),
        (2, ".sarif", ".sarif-2"),
    ],
)
def test_file_names(number: int, name: str, expected: str) -> None:
    assert expected == file_name(number, name)
