"""The check that GitHub takes a log: each limit, with a log that breaks it and nothing else."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from drawgate.sarif.github import prepare
from drawgate.sarif.github_check import check_upload
from drawgate.sarif.validate import validate

from .test_github import FINDING, ran, scan

Json = dict[str, Any]
Change = Callable[[Json], object]


def run_of(log: Json) -> Json:
    run: Json = log["runs"][0]
    return run


def rule_of(log: Json) -> Json:
    rule: Json = run_of(log)["tool"]["driver"]["rules"][0]
    return rule


def result_of(log: Json) -> Json:
    result: Json = run_of(log)["results"][0]
    return result


def place_of(log: Json) -> Json:
    place: Json = result_of(log)["locations"][0]["physicalLocation"]
    return place


def copies(number: int, of: Json) -> list[Json]:
    return [{**of, "message": {"text": f"{n}"}} for n in range(number)]


def rules(number: int, of: Json) -> list[Json]:
    return [of, *({**of, "id": f"R{n}"} for n in range(number - 1))]


def noise(units: int) -> str:
    return random.Random(7).randbytes(units // 2).hex()  # noqa: S311 - the same each time


def steps(number: int) -> list[Json]:
    return [{"threadFlows": [{"locations": [{"location": {"id": n}} for n in range(number)]}]}]


_SERIOUS: dict[str, tuple[Change, str]] = {
    "no $schema": (lambda log: log.pop("$schema"), "$schema is missing"),
    "21 runs": (
        lambda log: log.update(
            runs=[{**run_of(log), "automationDetails": {"id": f"drawgate/{n}/"}} for n in range(21)]
        ),
        "21 runs; GitHub takes 20",
    ),
    "over 10 MB": (
        lambda log: result_of(log)["message"].update(text=noise(22_000_000)),
        "bytes when compressed; GitHub takes 10,000,000",
    ),
    "a category twice": (
        lambda log: log["runs"].append({**run_of(log), "results": []}),
        "2 runs of bandit have the category 'drawgate/bandit'",
    ),
    "no category": (
        lambda log: run_of(log)["automationDetails"].update(id="2026-01-01"),
        "has no category",
    ),
    "a failed run": (
        lambda log: run_of(log)["invocations"][0].update(executionSuccessful=False),
        "the run failed",
    ),
    "no results": (lambda log: run_of(log).pop("results"), "results are missing"),
    "25,001 results": (
        lambda log: run_of(log).update(results=copies(25_001, result_of(log))),
        "25,001 elements; GitHub takes 25,000",
    ),
    "25,001 rules": (
        lambda log: run_of(log)["tool"]["driver"].update(rules=rules(25_001, rule_of(log))),
        "25,001 rules; GitHub takes 25,000",
    ),
    "101 extensions": (
        lambda log: run_of(log)["tool"].update(extensions=[{"name": f"{n}"} for n in range(101)]),
        "101 elements; GitHub takes 100",
    ),
    "a rule twice": (
        lambda log: run_of(log)["tool"]["driver"]["rules"].append(
            {**rule_of(log), "name": "other"}
        ),
        "2 rules have the id 'B602'",
    ),
    "no rule": (lambda log: result_of(log).update(ruleId="B1"), "ruleId names no rule"),
    "no help": (lambda log: rule_of(log).pop("help"), "the text is empty"),
    "no description": (lambda log: rule_of(log).pop("fullDescription"), "the text is empty"),
    "a long name": (lambda log: rule_of(log).update(name="n" * 256), "256 characters"),
    "a long description": (
        lambda log: rule_of(log)["shortDescription"].update(text="𝄞" * 513),
        "1,026 characters; GitHub takes 1,024",
    ),
    "21 tags": (
        lambda log: rule_of(log)["properties"].update(tags=[f"t{n}" for n in range(21)]),
        "21 elements; GitHub takes 20",
    ),
    "a word for a score": (
        lambda log: rule_of(log)["properties"].update({"security-severity": "null"}),
        "is no string that holds a number",
    ),
    "a number for a score": (
        lambda log: rule_of(log)["properties"].update({"security-severity": 8.0}),
        "is no string that holds a number",
    ),
    "an empty message": (lambda log: result_of(log)["message"].update(text=" "), "text is empty"),
    "an id for a message": (
        lambda log: result_of(log).update(message={"id": "default"}),
        "the text is empty",
    ),
    "no fingerprint": (
        lambda log: result_of(log).pop("partialFingerprints"),
        "primaryLocationLineHash is missing",
    ),
    "another fingerprint": (
        lambda log: result_of(log)["partialFingerprints"].update(primaryLocationLineHash="abc"),
        "primaryLocationLineHash is missing or malformed",
    ),
    "a suppressed result": (
        lambda log: result_of(log).update(suppressions=[{"kind": "inSource"}]),
        "GitHub would open an alert all the same",
    ),
    "an absent result": (
        lambda log: result_of(log).update(baselineState="absent"),
        "GitHub would open it again",
    ),
    "a folded result": (
        lambda log: result_of(log)["properties"].update({"drawgate/folded": True}),
        "another result speaks for this one",
    ),
    "no location": (lambda log: result_of(log).pop("locations"), "has no location"),
    "1,001 locations": (
        lambda log: result_of(log).update(locations=result_of(log)["locations"] * 1_001),
        "1,001 elements; GitHub takes 1,000",
    ),
    "10,001 steps": (
        lambda log: result_of(log).update(codeFlows=steps(10_001)),
        "10,001 elements; GitHub takes 10,000",
    ),
    "only a logical location": (
        lambda log: result_of(log).update(locations=[{"logicalLocations": [{"name": "f"}]}]),
        "uri is missing",
    ),
    "an absolute URI": (
        lambda log: place_of(log)["artifactLocation"].update(uri="file:///src/a.py"),
        "uri is missing, or no relative reference",
    ),
    "an absolute path": (
        lambda log: place_of(log)["artifactLocation"].update(uri="/src/a.py"),
        "does not lead from the repository's root",
    ),
    "a way out": (
        lambda log: place_of(log)["artifactLocation"].update(uri="a/../../b.py"),
        "does not lead from the repository's root",
    ),
    "no region": (
        lambda log: place_of(log).pop("region"),
        "startLine and startColumn and endLine and endColumn missing",
    ),
    "no columns": (
        lambda log: place_of(log).update(region={"startLine": 1, "endLine": 1}),
        "startColumn and endColumn missing",
    ),
    "a huge line": (
        lambda log: place_of(log)["region"].update(startLine=1 << 31, endLine=1 << 31),
        "lines or columns are wrong",
    ),
}

_HIDING: dict[str, tuple[Change, str]] = {
    "5,001 results": (
        lambda log: run_of(log).update(results=copies(5_001, result_of(log))),
        "5,001 elements; GitHub takes 5,000",
    ),
    "11 tags": (
        lambda log: rule_of(log)["properties"].update(tags=[f"t{n}" for n in range(11)]),
        "11 elements; GitHub takes 10",
    ),
    "11 locations": (
        lambda log: result_of(log).update(locations=result_of(log)["locations"] * 11),
        "11 elements; GitHub takes 10",
    ),
    "1,001 steps": (
        lambda log: result_of(log).update(codeFlows=steps(1_001)),
        "1,001 elements; GitHub takes 1,000",
    ),
    "a score of nothing": (
        lambda log: rule_of(log)["properties"].update({"security-severity": "0.0"}),
        "must be above 0 and at most 10",
    ),
    "a score of 9.0": (
        lambda log: rule_of(log)["properties"].update({"security-severity": "9.0"}),
        "9.0 is neither high nor critical",
    ),
    "a table of files": (
        lambda log: run_of(log).update(artifacts=[{"location": {"uri": "a.py"}}]),
        "GitHub follows no index into it",
    ),
}


def log() -> Json:
    """Give a log that GitHub takes."""
    written: Json = json.loads(prepare(scan(ran(FINDING))).files["github.sarif"])
    return written


def told(document: Json) -> list[tuple[bool, str]]:
    return [(problem.serious, problem.message) for problem in check_upload(document)]


def test_a_good_log_has_no_problem() -> None:
    assert [] == told(log()) == validate(json.dumps(log()).encode(), github=True)


def test_validate_asks_about_github_only_when_told_to() -> None:
    """A log that GitHub refuses may be valid SARIF."""
    broken = log()
    result_of(broken).pop("locations")
    data = json.dumps(broken).encode()

    assert not any(problem.serious for problem in validate(data))
    serious = [problem.path for problem in validate(data, github=True) if problem.serious]
    assert ["$.runs[0].results[0]"] == serious


@pytest.mark.parametrize(("change", "message"), _SERIOUS.values(), ids=_SERIOUS)
def test_what_github_refuses(change: Change, message: str) -> None:
    """Each log breaks one rule, and the check finds that."""
    broken = log()
    change(broken)

    assert any(serious and message in text for serious, text in told(broken)), told(broken)


@pytest.mark.parametrize(("change", "message"), _HIDING.values(), ids=_HIDING)
def test_what_github_hides(change: Change, message: str) -> None:
    """Each log loses something at GitHub, and the check says so without calling it broken."""
    lossy = log()
    change(lossy)

    assert any(not serious and message in text for serious, text in told(lossy)), told(lossy)
