"""Logs that somebody has tampered with: refused, or judged by all that is in them."""

import io
import json
import tempfile
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawgate.core.errors import DrawgateError, LogError
from drawgate.core.scan import Scan
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import MergeSummary, merge
from drawgate.sarif.validate import validate
from drawgate.triage.merged import masks
from drawgate.triage.steps import triage_log

Json = dict[str, Any]

_FOLDER = Path(__file__).parents[2] / "fixtures" / "sarif"
_LOGS: list[Json] = [json.loads(path.read_bytes()) for path in sorted(_FOLDER.glob("*.sarif"))]
_TOKEN = "ghp_" + 9 * "q7Zk"
_KEYS = (
    "level", "kind", "ruleIndex", "ruleId", "rule", "taxa", "locations", "message",
    "suppressions", "baselineState", "properties", "index", "uri", "uriBaseId", "results",
    "executionSuccessful", "toolExecutionNotifications", "invocations", "guid", "x-new",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, -2, 1, 2**70, 1.5, "", _TOKEN, "error", "none", "pass", "absent",
    "../tests/x", "file:///etc/passwd", "%1b[31m", "\ud800", [], {}, [[]], [{}], {"index": 3},
    {_TOKEN: _TOKEN},
)  # fmt: skip

tampering = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tampered(chance: Random) -> Json:
    """Change a log in one to three places: something goes, comes, or is of another shape."""
    log = deepcopy(chance.choice(_LOGS))
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(list(_holders(log)))
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if keys and chance.random() < 1 / 3:
            del place[chance.choice(keys)]
        elif keys and chance.random() < 1 / 2:
            place[chance.choice(keys)] = deepcopy(chance.choice(_VALUES))
        elif isinstance(place, dict):
            place[chance.choice(_KEYS)] = deepcopy(chance.choice(_VALUES))
        else:
            place.append(deepcopy(chance.choice(place or _VALUES)))
    return log


def _holders(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict | list):
        yield value
        for held in value.values() if isinstance(value, dict) else value:
            yield from _holders(held)


def read(data: bytes) -> Scan | None:
    """Read a log; None when it is refused, with words that tell no token."""
    try:
        return triage_log(ingest(data, "x.sarif"))
    except LogError as error:
        refusal = str(error)
    assert _TOKEN not in refusal
    return None


def problems(log: Json) -> int:
    """Count the results that are there and are no good news, by nothing but their own words."""
    good = ("pass", "notApplicable")
    results = [each for run in log["runs"] for each in run.get("results") or []]
    return sum(
        each.get("kind") not in good and each.get("baselineState") != "absent" for each in results
    )


@tampering
@given(st.randoms(use_true_random=False))
def test_nothing_vanishes(chance: Random) -> None:
    """A log that is read keeps every result, and our own log of it is valid and says the same."""
    log = tampered(chance)
    scan = read(json.dumps(log).encode())
    if scan is None:
        return

    kept_elsewhere = any(run.get("externalPropertyFileReferences") for run in log["runs"])
    assert kept_elsewhere or len(scan.findings) >= problems(log)
    ours = emit(scan)
    assert [] == [each for each in validate(ours) if each.serious]
    again = ingest(ours, "y.sarif")
    assert len(again.findings) == len(scan.findings)
    assert [type(each) for each in again.attempts] == [type(each) for each in scan.attempts]


@tampering
@given(st.randoms(use_true_random=False))
def test_merging_adds_up(chance: Random) -> None:
    """What goes in comes out or is counted, in either order; merging it again changes nothing."""
    logs = [tampered(chance), chance.choice(_LOGS)]
    refusal = ""
    try:
        output, summary = _merged(*logs)
        swapped, other = _merged(*reversed(logs))
    except DrawgateError as error:
        refusal = str(error)
    assert _TOKEN not in refusal
    if refusal:
        return

    document = json.loads(output)
    results = [each for run in document["runs"] for each in run.get("results") or []]
    went_in = sum(len(run.get("results") or []) for log in logs for run in log["runs"])
    assert len(results) == summary.results == other.results
    assert went_in == summary.results + summary.collapsed
    assert _merged(document)[0] == output
    assert _messages(output) == _messages(swapped)


def _merged(*logs: Json) -> tuple[bytes, MergeSummary]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.sarif") for number in range(len(logs))]
        for path, log in zip(paths, logs, strict=True):
            path.write_text(json.dumps(log), encoding="utf-8")
        output = io.BytesIO()
        summary = merge(paths, output, masks())
    return output.getvalue(), summary


def _messages(log: bytes) -> list[str]:
    found = [each for run in json.loads(log)["runs"] for each in run.get("results") or []]
    return sorted(json.dumps(each.get("message"), sort_keys=True) for each in found)
