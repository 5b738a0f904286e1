"""What a tool notes about its own run: gaps, and errors."""

import pytest

from drawgate.core.attempt import Ran
from drawgate.core.target import NotAssessed
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, at, failed, log, result, run


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
