"""How logs become one log."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.errors import LogError, OutputError, UsageError
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import Masks, MergeSummary, merge

Json = dict[str, Any]
Merged = Callable[..., tuple[Json, MergeSummary]]
Write = Callable[..., Path]

_NO_MASKS = Masks(results=lambda _: None, body=lambda _: None)
"""Copies all as it is: these tests are about where things go."""


def run(*results: Json, rules: list[Json] | None = None, **more: object) -> Json:
    return {"tool": {"driver": {"name": "x", "rules": rules or []}}, "results": results} | more


def result(text: str, **more: object) -> Json:
    return {"message": {"text": text}} | more


def test_rules_are_joined_by_content(merged: Merged) -> None:
    """Equal rules are kept once; an id that means something else gets another one."""
    same, mine, other = {"id": "A"}, {"id": "B", "name": "mine"}, {"id": "B", "name": "other"}
    output, summary = merged(
        run(result("1", ruleId="B", ruleIndex=0), rules=[mine]),
        run(
            result("2", ruleId="A", ruleIndex=0),
            result("3", ruleId="B", ruleIndex=1),
            result("4", ruleId="B/part", rule={"id": "B/part", "index": 1}),
            result("5", ruleId="B"),
            rules=[same, other],
        ),
    )

    renamed = {"id": "B/2", "name": "other", "properties": {"drawgate/ruleId": "B"}}
    assert output["runs"][0]["tool"]["driver"]["rules"] == [mine, same, renamed]
    assert output["runs"][0]["results"] == [
        result("1", ruleId="B", ruleIndex=0),
        result("2", ruleId="A", ruleIndex=1),
        result("3", ruleId="B/2", ruleIndex=2),
        result("4", ruleId="B/2/part", rule={"id": "B/2/part", "index": 2}),
        result("5", ruleId="B/2"),
    ]
    assert summary.renamed_rules == 1


def test_a_renamed_rule_is_read_under_its_own_id(write: Write, tmp_path: Path) -> None:
    """Policies and waivers name rules: merging must not change what a gate sees."""
    one = write("1.sarif", run(result("1", ruleIndex=0), rules=[{"id": "B", "name": "mine"}]))
    other = write(
        "2.sarif",
        run(result("2", ruleId="B/part", ruleIndex=0), rules=[{"id": "B", "name": "other"}]),
    )
    output = tmp_path / "out.sarif"
    merge([one, other], output, _NO_MASKS)

    rules = [finding.rule.id for finding in ingest(output.read_bytes(), "out.sarif").findings]

    assert rules == ["B", "B/part"]


def test_equal_results_are_written_once(merged: Merged) -> None:
    """Only what is equal in every byte collapses, and the summary counts it."""
    same = result("é", level="error")
    output, summary = merged(run(same, result("a")), run(same, result("b"), same))

    assert output["runs"][0]["results"] == [same, result("a"), result("b")]
    assert summary == MergeSummary(
        inputs=2,
        runs_read=2,
        runs=1,
        results_read=5,
        results=3,
        collapsed=2,
        renamed_rules=0,
        failed=(),
        apart=(),
        empty=(),
    )


def test_blanks_and_escapes_do_not_count(write: Write, tmp_path: Path) -> None:
    """A pretty-printed log and a compact one can hold the same result."""
    moved = {"executionSuccessful": True}
    one = write("1.sarif", run(result("é"), invocations=[moved]))
    two = tmp_path / "2.sarif"
    document = json.loads(one.read_bytes())
    two.write_text(json.dumps(document, indent=2, ensure_ascii=False), encoding="utf-8")
    output = io.BytesIO()
    summary = merge([one, two], output, _NO_MASKS)

    assert summary.collapsed == 1
    assert json.loads(output.getvalue())["runs"][0]["results"] == [result("é")]


def test_a_category_keeps_runs_apart(merged: Merged) -> None:
    """Runs of one tool about two things stay two runs."""
    output, _ = merged(
        run(automationDetails={"id": "api/1"}),
        run(automationDetails={"id": "web/1"}),
        run(automationDetails={"id": "api/2"}),
    )

    assert [r["automationDetails"] for r in output["runs"]] == [{"id": "api/1"}, {"id": "web/1"}]


def test_columns_that_mean_different_things_stay_apart(merged: Merged) -> None:
    """Columns can't be converted without the sources, so such runs get a category each."""
    output, _ = merged(run(columnKind="utf16CodeUnits"), run(columnKind="unicodeCodePoints"))

    assert [r.get("automationDetails") for r in output["runs"]] == [None, {"id": "2/"}]


def test_a_new_category_is_one_that_nobody_has(merged: Merged) -> None:
    """A scan of a folder called `2` has that category already."""
    one, two = run(columnKind="utf16CodeUnits"), run(columnKind="unicodeCodePoints")
    for each in (one, two):
        each["automationDetails"] = {"id": "drawgate/x/"}
    output, _ = merged(one, run(automationDetails={"id": "drawgate/x/2/"}), two)

    ids = [each["automationDetails"]["id"] for each in output["runs"]]
    assert ["drawgate/x/", "drawgate/x/2/", "drawgate/x/3/"] == ids


def test_failures_stay(merged: Merged) -> None:
    """A run that failed, or has no results, does not become clean by another's empty list."""
    nothing = run()
    del nothing["results"]
    output, summary = merged(run(), nothing)

    assert output["runs"][0]["results"] == []
    assert [one["executionSuccessful"] for one in output["runs"][0]["invocations"]] == [False]
    assert summary.failed == ("x",)
    assert [type(a).__name__ for a in ingest(json.dumps(output).encode(), "o").attempts] == [
        "Failed"
    ]


def test_no_results_at_all_stay_none(merged: Merged) -> None:
    """Two runs without results make one without results."""
    nothing = run(results=None)
    output, summary = merged(nothing, nothing)

    assert "results" not in output["runs"][0]
    assert summary.failed == ("x",)


def test_suppressions_all_or_none(merged: Merged) -> None:
    """When one part knows about suppressions, all results of the run say so (§3.27.23)."""
    output, _ = merged(
        run(result("1", suppressions=[{"kind": "inSource"}])),
        run(result("2")),
    )

    assert output["runs"][0]["results"] == [
        result("1", suppressions=[{"kind": "inSource"}]),
        result("2", suppressions=[]),
    ]


def test_suppressions_all_or_none_within_a_log(merged: Merged) -> None:
    """Semgrep writes them only where there are some; the merged log keeps the rule all the same."""
    kept = result("1", suppressions=[{"kind": "inSource"}])
    output, _ = merged(run(kept, result("2"), result("3", suppressions=None)))

    results = output["runs"][0]["results"]
    assert results == [kept, result("2", suppressions=[]), result("3", suppressions=[])]


def test_a_log_with_two_rules_of_one_id(merged: Merged) -> None:
    """By id alone the first is meant; what another log means by it must not become that one."""
    first, second = {"id": "A", "name": "first"}, {"id": "A", "name": "second"}
    one, other = (
        run(result("1", ruleId="A"), rules=[first, second]),
        run(result("1", ruleId="A"), rules=[second]),
    )

    for output, summary in (merged(one, other), merged(other, one)):
        names = {
            rule["id"]: rule["name"] for rule in output["runs"][0]["tool"]["driver"]["rules"][::-1]
        }
        said = [names[each["ruleId"]] for each in output["runs"][0]["results"]]
        assert sorted(said) == ["first", "second"]
        assert summary.collapsed == 0


def test_every_way_to_name_a_descriptor(merged: Merged) -> None:
    """Notifications, taxa and components follow, named by index, id, guid or name."""
    guid = "22222222-2222-4222-8222-222222222222"

    def part(extension: str, note: str) -> Json:
        notes = [
            {"descriptor": {"index": 0}, "message": {"text": "m"}},
            {"associatedRule": {"id": "E", "toolComponent": {"guid": guid}}, "message": {}},
        ]
        override = {"descriptor": {"index": 0, "toolComponent": {"index": 0}}, "configuration": {}}
        driver = {
            "name": "x",
            "notifications": [{"id": note}],
            "supportedTaxonomies": [{"name": extension, "index": 0}],
        }
        extensions = [{"name": extension, "guid": guid, "rules": [{"id": "E"}]}]
        return {
            "tool": {"driver": driver, "extensions": extensions},
            "results": [result(extension, rule={"index": 0, "toolComponent": {"index": 0}})],
            "invocations": [
                {
                    "executionSuccessful": True,
                    "toolExecutionNotifications": notes,
                    "ruleConfigurationOverrides": [override],
                }
            ],
        }

    output, _ = merged(part("a", "N1"), part("b", "N2"))

    folded = output["runs"][0]
    second = folded["invocations"][1]
    assert [one["name"] for one in folded["tool"]["extensions"]] == ["a", "b"]
    assert folded["tool"]["driver"]["supportedTaxonomies"] == [
        {"name": "a", "index": 0},
        {"name": "b", "index": 1},
    ]
    assert second["toolExecutionNotifications"] == [
        {"descriptor": {"index": 1}, "message": {"text": "m"}},
        {"associatedRule": {"id": "E", "toolComponent": {"guid": guid}}, "message": {}},
    ]
    assert second["ruleConfigurationOverrides"][0]["descriptor"] == {
        "index": 0,
        "toolComponent": {"index": 1},
    }
    assert folded["results"][1]["rule"] == {"index": 0, "toolComponent": {"index": 1}}


def test_uri_bases_are_told_apart(merged: Merged) -> None:
    """One name for two directories becomes two names, and places follow."""
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.py", "uriBaseId": "ROOT"}}}
    output, _ = merged(
        run(result("1", locations=[place]), originalUriBaseIds={"ROOT": {"uri": "file:///1/x/"}}),
        run(
            result("2", locations=[place]),
            originalUriBaseIds={
                "ROOT": {"uri": "file:///2/x/"},
                "SUB": {"uri": "sub/", "uriBaseId": "ROOT"},
            },
        ),
    )

    folded = output["runs"][0]
    assert folded["originalUriBaseIds"] == {
        "ROOT": {"uri": "file:///1/x/"},
        "ROOT/2": {"uri": "file:///2/x/"},
        "SUB": {"uri": "sub/", "uriBaseId": "ROOT/2"},
    }
    bases = [
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for one in folded["results"]
    ]
    assert bases == ["ROOT", "ROOT/2"]


def test_unknown_properties_are_kept(merged: Merged) -> None:
    """What contradicts is kept beside what was there; what is new is added."""
    output, _ = merged(
        run(**{"x-list": [1], "properties": {"a": 1}, "x-word": "one"}),
        run(**{"x-list": [1, 2], "properties": {"a": 2, "b": 3}, "x-word": "other"}),
        run(**{"properties": {"a": 2}, "x-word": "third"}),
    )

    folded = output["runs"][0]
    assert folded["x-list"] == [1, 2]
    assert folded["x-word"] == "one"
    assert folded["properties"] == {
        "a": 1,
        "a/2": 2,
        "b": 3,
        "drawgate/x-word/2": "other",
        "drawgate/x-word/3": "third",
    }


def test_coverage_is_counted_again(merged: Merged) -> None:
    """Our own numbers stay true: they count what the merged run lists."""

    def part(name: str, *, assumed: bool) -> Json:
        coverage = {"lookedAt": 2, "notAssessed": 1, "assumed": assumed}
        gap = {"descriptor": {"id": "drawgate/not-assessed"}, "message": {"text": name}}
        return run(
            artifacts=[
                {"location": {"uri": "same.py"}, "roles": ["analysisTarget"]},
                {"location": {"uri": name}, "roles": ["analysisTarget"]},
            ],
            invocations=[{"executionSuccessful": True, "toolExecutionNotifications": [gap]}],
            properties={"drawgate/coverage": coverage},
        )

    output, _ = merged(part("a.py", assumed=False), part("b.py", assumed=True))

    expected = {"lookedAt": 3, "notAssessed": 2, "assumed": True}
    assert expected == output["runs"][0]["properties"]["drawgate/coverage"]


def test_the_log_around_the_runs(write: Write) -> None:
    """Properties of the log itself are kept, too."""
    output = io.BytesIO()
    paths = [write("1.sarif", properties={"a": 1}), write("2.sarif", properties={"b": 2})]
    merge(paths, output, _NO_MASKS)

    document = json.loads(output.getvalue())
    assert document["properties"] == {"a": 1, "b": 2}
    assert document["runs"] == []


def test_the_output_may_be_an_input(write: Write) -> None:
    """The inputs are read to their end before the output takes its name."""
    one, two = write("1.sarif", run(result("1"))), write("2.sarif", run(result("2")))
    merge([one, two], one, _NO_MASKS)

    assert json.loads(one.read_bytes())["runs"][0]["results"] == [result("1"), result("2")]
    assert sorted(path.name for path in one.parent.iterdir()) == ["1.sarif", "2.sarif"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "bad.sarif: the file is empty"),
        (b"\xff\xfe{\x00}\x00", "bad.sarif: the file is UTF-16"),
        (b"[]", "bad.sarif: this is an array; a SARIF log is an object"),
        (b'{"version": "2.1.0"}', "bad.sarif: $: this is no SARIF log: it has no runs"),
        (b'{"runs": []}', "bad.sarif: $: this is no SARIF log: it has no version"),
        (b'{"version": {}, "runs": []}', "bad.sarif: $.version: this is another version of SARIF"),
        (b'{"version": "2.0.0", "runs": []}', "bad.sarif: $.version: this is SARIF version"),
        (b'{"version": "2.1.0", "runs": null}', "bad.sarif: $.runs: runs is null"),
        (b'{"version": "2.1.0", "runs": [1]}', "bad.sarif: $.runs[0]: an object was expected"),
        (b'{"version": "2.1.0", "runs": [{}]}', "bad.sarif: $.runs[0]: Object missing required"),
        (
            b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": 1}}}]}',
            "bad.sarif: $.runs[0].tool.driver.name: Expected `str`, got `int`",
        ),
        (
            b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": 1}]}',
            "bad.sarif: $.runs[0].results: an array was expected",
        ),
        (
            b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": nul}]}',
            "bad.sarif: byte 78: this is no JSON",
        ),
        (
            b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{}, 1',
            "an object was expected",
        ),
        (
            b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"a"',
            "the file ends in the middle of a value",
        ),
        (
            (
                b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, '
                b'"results": [{"message": {"text": "\xff"}}]}]}'
            ),
            "$.runs[0].results[0] and following",
        ),
    ],
)
def test_a_broken_log_is_named_and_leaves_nothing(
    write: Write, tmp_path: Path, content: bytes, message: str
) -> None:
    """The error says which file is wrong and where; no output is left, not even a part."""
    bad = tmp_path / "bad.sarif"
    bad.write_bytes(content)
    good = write("good.sarif", run(result("1")))

    with pytest.raises(LogError) as caught:
        merge([good, bad], tmp_path / "out.sarif", _NO_MASKS)

    assert message in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.sarif", "good.sarif"]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (run(result("2", ruleIndex=7), rules=[{"id": "A"}]), "index 7 points to no descriptor"),
        (run(result("2", ruleIndex="0"), rules=[{"id": "A"}]), "ruleIndex is no whole number"),
        (run(result("2", ruleIndex=True), rules=[{"id": "A"}]), "ruleIndex is no whole number"),
        (
            run(
                result("2", locations=[{"physicalLocation": {"artifactLocation": {"index": 3}}}]),
                artifacts=[{"location": {"uri": "b.py"}}],
            ),
            "index 3 points to nothing: the run has 1 artifacts",
        ),
        (
            run(result("2", rule={"index": 0, "toolComponent": {"index": 4}}), rules=[{"id": "A"}]),
            "toolComponent index 4 points to nothing",
        ),
        (run(logicalLocations=[{"name": "a", "parentIndex": 0}]), "parentIndex 0 leads nowhere"),
    ],
)
def test_dangling_indices_are_errors(write: Write, second: Json, message: str) -> None:
    """An index that pointed to nothing must not come to point to something."""
    first = run(
        result("1"),
        rules=[{"id": "Z"}],
        artifacts=[{"location": {"uri": "a.py"}}],
        logicalLocations=[{"name": "z"}],
    )
    with pytest.raises(LogError) as caught:
        merge([write("1.sarif", first), write("2.sarif", second)], io.BytesIO(), _NO_MASKS)

    assert message in str(caught.value)
    assert "2.sarif: $.runs[0]" in str(caught.value)


def test_nothing_to_merge() -> None:
    """Merging nothing is a mistake, not an empty log."""
    with pytest.raises(UsageError, match="nothing to merge"):
        merge([], io.BytesIO(), _NO_MASKS)


def test_a_missing_log(tmp_path: Path) -> None:
    """A log that is not there is named."""
    with pytest.raises(LogError, match=r"none\.sarif: the log can't be read: No such file"):
        merge([tmp_path / "none.sarif"], io.BytesIO(), _NO_MASKS)


def test_a_pipe_can_not_be_read_twice(tmp_path: Path) -> None:
    """A pipe is refused with a hint."""
    reading, writing = os.pipe()
    try:
        with pytest.raises(LogError, match="this is a pipe"):
            merge([Path(f"/dev/fd/{reading}")], tmp_path / "out.sarif", _NO_MASKS)
    finally:
        os.close(reading)
        os.close(writing)


def test_an_output_that_can_not_be_written(write: Write, tmp_path: Path) -> None:
    """A missing folder is an error about the output."""
    with pytest.raises(OutputError, match=r"out\.sarif: the merged log can't be written"):
        merge([write("1.sarif", run())], tmp_path / "none" / "out.sarif", _NO_MASKS)


def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    """As root, `-o /dev/full` would otherwise take the machine's device away."""
    (tmp_path / "a.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run()]}))
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(OutputError, match="is no regular file"):
        merge([tmp_path / "a.sarif"], tmp_path / "pipe", _NO_MASKS)
    assert (tmp_path / "pipe").is_fifo()


def test_nothing_is_merged_without_saying_what_masks_it(write: Write) -> None:
    """A caller who forgets it gets an error, not a log with secrets."""
    with pytest.raises(TypeError, match="masks"):
        merge([write("1.sarif", run())], io.BytesIO())  # type: ignore[call-arg]
