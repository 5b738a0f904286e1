"""Runs of other tools become attempts, and what failed stays failed."""

from dataclasses import replace

import pytest

from drawgate.core.attempt import Ran
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, at, failed, log, result, run

_GUID = "11111111-1111-4111-8111-111111111111"


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


@pytest.mark.parametrize(
    ("one", "proven"),
    [
        (run(), False),
        (run(invocations=[]), False),
        (run(artifacts=[{"location": {"uri": "x.log"}, "roles": ["resultFile"]}]), False),
        (run(artifacts=[{"location": {"uri": "a.py"}}]), True),
        (run(invocations=[{"executionSuccessful": True}]), True),
        (run(result()), True),
        (run(result(kind="pass")), True),
    ],
)
def test_a_run_without_invocations(one: Json, *, proven: bool) -> None:
    """They may be absent (§3.14.11): what was found is believed, an empty list alone is no proof.

    Our own log of it says no more.
    """
    scan = ingest(log(one), "x.sarif")
    again = ingest(emit(replace(scan, as_of="2026-01-01T00:00:00Z")), "y.sarif")

    for attempt in (*scan.attempts, *again.attempts):
        assert isinstance(attempt, Ran)
        assert attempt.report.proven is proven


def test_one_proof_for_all_runs_of_a_tool() -> None:
    """Runs that are one attempt prove what any of them does."""
    (attempt,) = ingest(log(run(), run(result()), run()), "x.sarif").attempts

    assert isinstance(attempt, Ran)
    assert attempt.report.proven


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
