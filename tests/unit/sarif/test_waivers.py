"""Waivers in a log: whoever wrote it, they are read or refused with their place."""

import json
from typing import Any

import pytest

from drawgate.core.errors import LogError
from drawgate.core.waiver import Limits, Match
from drawgate.sarif import names
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.triage.steps import triage_log
from drawgate.triage.suppress import suppress
from samples import waivers as made
from samples.waivers import shell, waiver


def log(change: Any = None, **given: Any) -> bytes:  # noqa: ANN401 - any JSON value
    scan = suppress(made.scan(shell(), waivers=(waiver(),)), Limits()).scan
    document = json.loads(emit(scan))
    properties = document["runs"][0]["properties"]
    if given:
        properties[names.WAIVERS]["waivers"][0].update(given)
    elif change is not None:
        properties[names.WAIVERS] = change
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    "given",
    [
        {"expires": "2025-01-01"},
        {"expires": "20270101"},
        {"expires": "soon"},
        {"expires": 1},
        {"created": None},
        {"match": {}},
        {"match": {"identity": ["a"], "rule": ["b"]}},
        {"match": {"rule": ["b"]}},
        {"match": {"identity": "abc"}},
        {"severity": "awful"},
        {"type": "not_affected"},
        {"kev": "yes"},
        {"reason": ["x"]},
    ],
)
def test_what_is_no_waiver_is_refused_with_its_place(given: dict[str, Any]) -> None:
    with pytest.raises(LogError) as caught:
        ingest(log(**given), "log.sarif")

    assert "$.runs[0].properties" in str(caught.value)


@pytest.mark.parametrize("change", [1, [], "x", {"waivers": 1}, {"source": 1}, {"digest": []}])
def test_what_are_no_waivers_is_refused(change: Any) -> None:  # noqa: ANN401 - any JSON value
    with pytest.raises(LogError):
        ingest(log(change), "log.sarif")


def test_an_old_log_has_none() -> None:
    document = json.loads(log())
    del document["runs"][0]["properties"][names.WAIVERS]

    assert ingest(json.dumps(document).encode(), "log.sarif").waivers is None


@pytest.mark.parametrize(
    "match",
    [
        {"rule": ["B602"], "paths": ["**/" * 40 + "x"]},
        {"rule": ["*" * 50 + "x"], "paths": ["**"]},
        {"rule": ["[", "(?:", "B602["], "paths": ["[z-a]", "\\"]},
        {"advisory": "A", "package": "x", "versions": ["<"]},
        {"identity": ["x" * 10_000]},
    ],
)
def test_what_nobody_can_match_excuses_nothing(match: dict[str, Any]) -> None:
    scan = triage_log(ingest(log(match=match), "log.sarif"))

    (finding,) = suppress(scan, Limits()).scan.findings

    assert not finding.suppressed


def test_a_foreign_log_can_not_bring_waivers() -> None:
    document = json.loads(log())
    del document["runs"][0]["properties"][names.TARGET]

    assert ingest(json.dumps(document).encode(), "log.sarif").waivers is None


def test_a_credential_in_a_reason_is_masked_and_names_stay() -> None:
    token = "ghp_" + 9 * "q7Zk"
    given = waiver(Match(rule=("B602", "secrets:S6290"), paths=("/a/",)), reason=f"it is {token}")
    scan = made.scan(shell(), waivers=(given,))

    read = triage_log(ingest(emit(scan), "log.sarif"))

    assert read.waivers
    (found,) = read.waivers.waivers
    assert found.match == given.match
    assert token not in found.reason
