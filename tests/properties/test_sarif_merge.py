"""What holds for all logs that are merged: every result still means what it meant."""

import io
import json
import tempfile
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from drawgate.sarif.checks import Problem
from drawgate.sarif.merge import Masks, MergeSummary, merge
from drawgate.sarif.validate import validate

Json = dict[str, Any]

_NO_MASKS = Masks(results=lambda _: None, body=lambda _: None)
"""Copies all as it is: these tests are about where things go."""

slow = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)
names = st.sampled_from(["a", "b", "c"])
words = st.sampled_from(["one", "two", "three", 'quo"ted', "[]{},", "\u00e9\U0001f600"])


def index(length: int) -> st.SearchStrategy[int]:
    """Draw an index into an array of that length, or none."""
    return st.integers(-1, length - 1)


def indexed(value: Json, name: str, number: int) -> Json:
    return value | {name: number} if number >= 0 else value


@st.composite
def descriptors(draw: st.DrawFn, taxa: int = 0) -> list[Json]:
    """Draw rules, or taxa: an id has few contents, so that logs share some and not others."""
    found = []
    for name in draw(st.lists(names, max_size=3, unique=True)):
        descriptor: Json = {"id": name}
        if draw(st.booleans()):
            descriptor["name"] = draw(words)
        target = draw(index(taxa))
        if target >= 0:
            reference = {"index": target, "id": f"T{target}", "toolComponent": {"name": "CWE"}}
            descriptor["relationships"] = [{"target": reference}]
        found.append(descriptor)
    return found


@st.composite
def artifacts(draw: st.DrawFn) -> list[Json]:
    """Draw files, some of them inside of others."""
    length = draw(st.integers(0, 3))
    found = []
    for number in range(length):
        place = indexed({"uri": f"{draw(names)}.py"}, "index", draw(st.sampled_from([-1, number])))
        found.append(indexed({"location": place}, "parentIndex", draw(index(number))))
    return found


@st.composite
def logical_locations(draw: st.DrawFn) -> list[Json]:
    """Draw names, some of them inside of others, parents behind their children too."""
    length = draw(st.integers(0, 3))
    order = draw(st.permutations(range(length)))
    found: list[Json] = [{} for _ in range(length)]
    for rank, number in enumerate(order):
        parent = order[draw(st.integers(0, rank - 1))] if rank and draw(st.booleans()) else -1
        found[number] = indexed({"name": draw(names)}, "parentIndex", parent)
    return found


@st.composite
def results(draw: st.DrawFn, run: Json) -> Json:
    """Draw a result that uses the arrays of its run in many ways."""
    result: Json = {"message": {"text": draw(words)}}
    rules = run["tool"]["driver"].get("rules", [])
    number = draw(index(len(rules)))
    if number >= 0:
        by = draw(st.sampled_from(["ruleIndex", "rule", "ruleId", "both", "part"]))
        result |= {
            "ruleIndex": {"ruleIndex": number},
            "rule": {"rule": {"index": number}},
            "ruleId": {"ruleId": rules[number]["id"]},
            "both": {"ruleIndex": number, "ruleId": rules[number]["id"]},
            "part": {"ruleIndex": number, "ruleId": f"{rules[number]['id']}/part"},
        }[by]
    extensions = run["tool"].get("extensions", [])
    if "ruleIndex" not in result and "rule" not in result and extensions and draw(st.booleans()):
        place = draw(st.integers(0, len(extensions) - 1))
        number = draw(index(len(extensions[place].get("rules", []))))
        if number >= 0:
            result.pop("ruleId", None)
            result["rule"] = {"index": number, "toolComponent": {"index": place}}
    number = draw(index(len(run["artifacts"])))
    if number >= 0:
        region = {"startLine": draw(st.integers(1, 3))}
        place = {"artifactLocation": {"index": number}, "region": region}
        result["locations"] = [{"physicalLocation": place}]
    number = draw(index(len(run["logicalLocations"])))
    if number >= 0:
        result["relatedLocations"] = [{"logicalLocations": [{"index": number}]}]
    number = draw(index(len(run["threadFlowLocations"])))
    if number >= 0:
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"index": number}]}]}]
    number = draw(index(len(run["invocations"])))
    if number >= 0:
        result["provenance"] = {"invocationIndex": number}
    number = draw(index(len(run["taxonomies"][0]["taxa"]) if run["taxonomies"] else 0))
    if number >= 0:
        result["taxa"] = [{"index": number, "toolComponent": {"name": "CWE", "index": 0}}]
    if draw(st.booleans()):
        result["x-unknown"] = {"index": 7, "ruleIndex": 7}
    return result


@st.composite
def runs(draw: st.DrawFn) -> Json:
    """Draw a run of one of two tools, with or without results."""
    taxa = [{"id": f"T{n}", "name": draw(words)} for n in range(draw(st.integers(0, 2)))]
    driver = {"name": draw(st.sampled_from(["x", "y"])), "rules": draw(descriptors(len(taxa)))}
    extensions = [
        {"name": name, "rules": draw(descriptors())}
        for name in draw(st.lists(names, max_size=2, unique=True))
    ]
    run: Json = {
        "tool": {"driver": driver, "extensions": extensions},
        "artifacts": draw(artifacts()),
        "logicalLocations": draw(logical_locations()),
        "taxonomies": [{"name": "CWE", "taxa": taxa}] if taxa else [],
        "invocations": [
            {"executionSuccessful": draw(st.booleans())} for _ in range(draw(st.integers(0, 2)))
        ],
        "properties": {draw(names): draw(words)},
    }
    run["threadFlowLocations"] = [
        {
            "importance": draw(st.sampled_from(["important", "essential"])),
            "location": {
                "physicalLocation": {"artifactLocation": {"index": draw(st.integers(0, size - 1))}}
            },
        }
        for size in [len(run["artifacts"])] * draw(st.integers(0, 2))
        if size
    ]
    if draw(st.booleans()):
        run["automationDetails"] = {"id": f"{draw(names)}/"}
    if draw(st.integers(0, 9)):
        run["results"] = draw(st.lists(results(run), max_size=4))
    keys = draw(st.permutations(list(run)))
    return {key: run[key] for key in keys}


logs = st.lists(runs(), max_size=3).map(lambda found: {"version": "2.1.0", "runs": found})


def merged(inputs: list[Json]) -> tuple[Json, MergeSummary]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.sarif") for number in range(len(inputs))]
        for number, (path, log) in enumerate(zip(paths, inputs, strict=True)):
            path.write_text(json.dumps(log, indent=number or None), encoding="utf-8")
        output = io.BytesIO()
        summary = merge(paths, output, _NO_MASKS)
    return json.loads(output.getvalue()), summary


def meanings(log: Json) -> Counter[str]:
    """Say what each result means, without a single index, as a person would look it up."""
    found: Counter[str] = Counter()
    for run in log["runs"]:
        for result in run.get("results") or []:
            found[json.dumps(meaning(run, result), sort_keys=True)] += 1
    return found


def meaning(run: Json, result: Json) -> Json:
    plain = {k: v for k, v in result.items() if k not in ("ruleIndex", "ruleId", "rule")}
    resolved: Json = deepcopy(plain)
    resolved["tool"] = run["tool"]["driver"]["name"]
    resolved["rule"] = rule_of(run, result)
    for location in resolved.get("locations", []):
        place = location["physicalLocation"]
        place["artifactLocation"] = artifact(run, place["artifactLocation"]["index"])
    for location in resolved.get("relatedLocations", []):
        location["logicalLocations"] = [
            logical(run, one["index"]) for one in location["logicalLocations"]
        ]
    for flow in resolved.get("codeFlows", []):
        step = flow["threadFlows"][0]["locations"][0]
        cached = deepcopy(run["threadFlowLocations"][step["index"]])
        place = cached["location"]["physicalLocation"]
        place["artifactLocation"] = artifact(run, place["artifactLocation"]["index"])
        flow["threadFlows"][0]["locations"][0] = cached
    if "provenance" in resolved:
        number = resolved["provenance"]["invocationIndex"]
        resolved["provenance"] = run["invocations"][number]
    resolved["taxa"] = [
        run["taxonomies"][one["toolComponent"]["index"]]["taxa"][one["index"]]
        for one in resolved.get("taxa", [])
    ]
    return resolved


def rule_of(run: Json, result: Json) -> Json | None:
    reference = result.get("rule", {})
    place = reference.get("toolComponent", {}).get("index", -1)
    tool = run["tool"]
    component = tool["extensions"][place] if place >= 0 else tool["driver"]
    number = reference.get("index", result.get("ruleIndex", -1))
    if number < 0 and "ruleId" in result:
        ids = [rule["id"] for rule in component["rules"]]
        number = ids.index(result["ruleId"])
    if number < 0:
        return None
    rule = deepcopy(component["rules"][number])
    named = result.get("ruleId", rule["id"])
    assert named == rule["id"] or named.startswith(rule["id"] + "/")
    part = named.removeprefix(rule["id"])
    properties = rule.pop("properties", {})
    rule["id"] = properties.get("drawgate/ruleId", rule["id"]) + part
    for relationship in rule.pop("relationships", []):
        target = relationship["target"]
        taxonomy = next(one for one in run["taxonomies"] if one["name"] == "CWE")
        rule["target"] = taxonomy["taxa"][target["index"]]["id"]
    return dict(rule)


def artifact(run: Json, number: int) -> Json:
    found = run["artifacts"][number]
    parent = found.get("parentIndex", -1)
    assert found["location"].get("index", number) == number
    inside = artifact(run, parent) if parent >= 0 else None
    return {"uri": found["location"]["uri"], "inside": inside}


def logical(run: Json, number: int) -> Json:
    found = run["logicalLocations"][number]
    parent = found.get("parentIndex", -1)
    return {"name": found["name"], "inside": logical(run, parent) if parent >= 0 else None}


@slow
@given(st.lists(logs, min_size=1, max_size=3))
def test_every_result_means_what_it_meant(inputs: list[Json]) -> None:
    """Results keep their rule, places, flows, taxa and invocation, whatever the indices become."""
    before: Counter[str] = Counter()
    for log in inputs:
        before += meanings(log)
    output, summary = merged(inputs)

    after = meanings(output)

    assert set(before) == set(after)
    assert summary.results == after.total()
    assert summary.collapsed == before.total() - after.total()
    assert all(after[one] <= before[one] for one in after)


@slow
@given(st.lists(logs, min_size=1, max_size=3))
def test_runs_stay_apart_and_failures_stay(inputs: list[Json]) -> None:
    """One run per tool and category; a failed run, or one without results, stays one."""
    output, _ = merged(inputs)

    def key(run: Json) -> tuple[str, str]:
        category = run.get("automationDetails", {}).get("id", "").rpartition("/")[0]
        return run["tool"]["driver"]["name"], category

    def failed(run: Json) -> bool:
        broken = [one for one in run["invocations"] if not one["executionSuccessful"]]
        return bool(broken) or "results" not in run

    before = [run for log in inputs for run in log["runs"]]
    keys = [key(run) for run in output["runs"]]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {key(run) for run in before}
    assert {key(run) for run in before if failed(run)} == {
        key(run) for run in output["runs"] if failed(run)
    }


def broken(log: Json) -> list[Problem]:
    return [problem for problem in validate(json.dumps(log).encode()) if problem.serious]


@slow
@given(logs, logs)
def test_merging_is_repeatable(one: Json, other: Json) -> None:
    """The same logs give the same bytes; the result merged with nothing else is itself."""
    first, _ = merged([one, other])
    again, _ = merged([one, other])
    alone, summary = merged([first])

    assert first == again
    assert first == alone
    assert summary.collapsed == 0


@slow
@given(st.lists(logs, min_size=1, max_size=3))
def test_a_merged_log_is_as_valid_as_its_inputs(inputs: list[Json]) -> None:
    """Merging breaks no rule that the inputs keep (they hold a property SARIF does not know)."""
    for log in inputs:
        for run in log["runs"]:
            for result in run.get("results") or []:
                result.pop("x-unknown", None)
    assume(not any(broken(log) for log in inputs))

    output, _ = merged(inputs)

    assert [] == broken(output)
