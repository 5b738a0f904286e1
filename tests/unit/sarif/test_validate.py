"""What is wrong with a log, and where."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.sarif.checks import Problem
from drawgate.sarif.validate import validate

Json = dict[str, Any]


def run(**more: object) -> Json:
    driver = {"name": "x", "rules": [{"id": "A"}, {"id": "B"}]}
    return {"tool": {"driver": driver}, "results": [result()]} | more


def result(**more: object) -> Json:
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 3}}
    return {
        "ruleId": "A",
        "ruleIndex": 0,
        "message": {"text": "m"},
        "locations": [{"physicalLocation": place}],
    } | more


def at(uri: str = "a.py", **region: object) -> list[Json]:
    where = region or {"startLine": 3}
    return [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": where}}]


def problems(*runs: Json) -> list[Problem]:
    return validate(json.dumps({"version": "2.1.0", "runs": runs}).encode())


def test_a_good_log() -> None:
    """Nothing to say."""
    assert problems(run()) == []
    assert validate(b'{"version": "2.1.0", "runs": null}') == []


@pytest.mark.parametrize(
    ("one", "path", "message"),
    [
        (result(level="critical"), "$.runs[0].results[0].level", "the value is not one of"),
        (
            result(locations=at(startLine=0)),
            "$.runs[0].results[0].locations[0].physicalLocation.region.startLine",
            "the value is less than the minimum, 1",
        ),
        (result(bogus=1), "$.runs[0].results[0]", "the object has properties"),
        (result(guid="x"), "$.runs[0].results[0].guid", "the value does not match"),
        (
            result(taxa=[{"id": "a", "index": 1}] * 2),
            "$.runs[0].results[0].taxa",
            "the array has equal elements, which it must not",
        ),
        (
            result(ruleIndex=9),
            "$.runs[0].results[0].ruleIndex",
            "index 9 points to none of the rules",
        ),
        (
            result(rule={"index": 0, "toolComponent": {"index": 2}}),
            "$.runs[0].results[0].rule.toolComponent.index",
            "index 2 points to none of the extensions",
        ),
        (
            result(ruleIndex=1),
            "$.runs[0].results[0].ruleId",
            "ruleId is 'A', but rule 1 is 'B'",
        ),
        (
            result(locations=[{"physicalLocation": {"artifactLocation": {"index": 0}}}]),
            "$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.index",
            "index 0 points to none of the artifacts",
        ),
        (
            result(locations=at("Package Descriptor")),
            "$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri",
            "this is no URI (RFC 3986)",
        ),
        (
            result(locations=at(startLine=3, endLine=2)),
            "$.runs[0].results[0].locations[0].physicalLocation.region.endLine",
            "it ends in line 2, before 3",
        ),
        (
            result(locations=at(startLine=3, startColumn=5, endColumn=4)),
            "$.runs[0].results[0].locations[0].physicalLocation.region.endColumn",
            "it ends in column 4, before 5",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("$") else "",
)
def test_what_breaks_the_standard(one: Json, path: str, message: str) -> None:
    """Each defect is found where it is, and is serious."""
    (problem,) = problems(run(results=[one]))

    assert problem.path == path
    assert problem.message.startswith(message)
    assert problem.serious


@pytest.mark.parametrize(
    ("one", "path", "message"),
    [
        (result(locations=[]), "$.runs[0].results[0].locations", "the result has no location"),
        ({"message": {"text": "m"}} | {"locations": at()}, "$.runs[0].results[0]", "names no rule"),
        (
            result(locations=at("file:///home/me/a.py")),
            "$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri",
            "on one machine only",
        ),
        (
            result(locations=at("../a.py")),
            "$.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri",
            "climbs out of its folder",
        ),
    ],
)
def test_what_troubles_readers(one: Json, path: str, message: str) -> None:
    """Valid SARIF that GitHub or another reader stumbles over is a warning."""
    (problem,) = problems(run(results=[one]))

    assert problem.path == path
    assert message in problem.message
    assert not problem.serious


@pytest.mark.parametrize("score", ["undefined", "11", "-1", 7.5])
def test_a_score_that_github_refuses(score: object) -> None:
    """One bad number makes GitHub refuse the whole file (codeql-action #2187)."""
    rule = {"id": "A", "properties": {"security-severity": score}}
    (problem,) = problems(run(tool={"driver": {"name": "x", "rules": [rule]}}))

    assert problem.path == "$.runs[0].tool.driver.rules[0].properties['security-severity']"
    assert not problem.serious


def test_a_score_that_nobody_can_read() -> None:
    """Where GitHub does not look, only what Drawgate can't read is worth a word."""
    rules = [
        {"id": "A", "defaultConfiguration": {"properties": {"security-severity": "dire"}}},
        {"id": "B", "defaultConfiguration": {"properties": {"security-severity": 7.5}}},
    ]
    results = [
        result(properties={"security-severity": 98}),
        result(properties={"security-severity": 9.8}),
    ]
    found = problems(run(tool={"driver": {"name": "x", "rules": rules}}, results=results))

    assert [
        "$.runs[0].tool.driver.rules[0].defaultConfiguration.properties",
        "$.runs[0].results[0].properties",
    ] == [problem.path for problem in found]
    assert not any(problem.serious for problem in found)


def test_a_good_score_and_a_part_of_a_rule() -> None:
    """Neither is worth a word."""
    rule = {"id": "A", "properties": {"security-severity": "7.5"}}
    driver = {"name": "x", "rules": [rule]}

    assert problems(run(tool={"driver": driver}, results=[result(ruleId="A/part")])) == []


def test_rules_of_an_extension() -> None:
    """A rule is looked for in the component that the result names."""
    extension = {
        "name": "pack",
        "guid": "22222222-2222-4222-8222-222222222222",
        "rules": [{"id": "E"}],
    }
    tool = {"driver": {"name": "x"}, "extensions": [extension]}
    by_index = {"index": 0, "toolComponent": {"index": 0}}
    by_guid = {"index": 0, "toolComponent": {"guid": extension["guid"]}}
    results = [
        {"message": {"text": "m"}, "ruleId": "E", "rule": rule, "locations": at()}
        for rule in (by_index, by_guid)
    ]

    assert problems(run(tool=tool, results=results)) == []


@pytest.mark.parametrize("name", ["suppressions", "baselineState"])
def test_all_or_none(name: str) -> None:
    """If one result of a run has it, all must."""
    value = [] if name == "suppressions" else "new"
    (problem,) = problems(run(results=[result(**{name: value}), result()]))

    assert problem == Problem(
        path="$.runs[0].results", message=f"1 of 2 results have {name}: all or none must"
    )


def test_two_runs_that_github_takes_for_one() -> None:
    """Same tool and same category: GitHub refuses the file."""
    (problem,) = problems(
        run(automationDetails={"id": "a/1"}), run(automationDetails={"id": "a/2"})
    )

    assert problem == Problem(
        path="$.runs[1].automationDetails.id",
        message="another run of 'x' has the same category 'a'",
        serious=False,
    )


def test_rules_with_one_id() -> None:
    """Legal, and no reader can tell them apart."""
    rules = [{"id": "A", "name": "a"}, {"id": "A", "name": "b"}]
    found = problems(run(tool={"driver": {"name": "x", "rules": rules}}))

    assert [problem.path for problem in found] == [
        "$.runs[0].tool.driver.rules[0].id",
        "$.runs[0].tool.driver.rules[1].id",
    ]


def test_every_object_is_visited() -> None:
    """Objects under names of the file's own choosing are looked at as well."""
    bases = {"ROOT": {"uri": "file:///ok/"}, "BAD": {"uri": "not a uri"}}
    (problem,) = problems(run(originalUriBaseIds=bases))

    assert problem.path == "$.runs[0].originalUriBaseIds['BAD'].uri"


def test_bases_in_a_circle() -> None:
    """Each base that leads into a circle is named; one that ends is none."""
    bases: Json = {
        "A": {"uri": "x/", "uriBaseId": "B"},
        "B": {"uri": "y/", "uriBaseId": "A"},
        "C": {"uri": "z/", "uriBaseId": "C"},
        "D": {"uri": "d/", "uriBaseId": "E"},
        "E": {"uri": "file:///e/"},
    }

    assert ["A", "B", "C"] == [p.path[-3] for p in problems(run(originalUriBaseIds=bases))]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"{", "the document ends in the middle; was it written to its end?"),
        (b'{"version": "2.0.0", "runs": []}', 'the value is not one of ["2.1.0"]'),
        (b"{}", "'version' is a required property"),
        (b"7", "this is a single value; a SARIF log is an object (have the tool write SARIF)"),
    ],
)
def test_what_is_no_log_at_all(data: bytes, message: str) -> None:
    """A file of another kind is a problem, not a crash."""
    found = validate(data)

    assert any(problem.message.startswith(message) and problem.serious for problem in found)


def test_a_missing_file(tmp_path: Path) -> None:
    """A path that can't be read is a problem of that log."""
    (problem,) = validate(tmp_path / "none.sarif")

    assert problem.message == (
        "the log can't be read: No such file or directory (name a SARIF 2.1.0 log)"
    )


def test_long_values_are_cut() -> None:
    """A message does not quote a whole run."""
    (problem,) = problems(run(results={"a": "x" * 5000}))

    assert len(problem.message) <= 310
