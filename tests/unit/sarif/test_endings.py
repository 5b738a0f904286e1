"""Which ends of a process are a failure, whatever the log says beside them."""

import json
from typing import Any

import pytest

from drawgate.core.attempt import Failed, Ran
from drawgate.sarif.ingest import ingest

Json = dict[str, Any]
_RESULT = {"ruleId": "A", "message": {"text": "m"}}


def attempt(*results: Json, **ending: object) -> Ran | Failed:
    invocation = {"executionSuccessful": True} | ending
    run = {"tool": {"driver": {"name": "x"}}, "results": results, "invocations": [invocation]}
    data = json.dumps({"version": "2.1.0", "runs": [run]}).encode()
    (one,) = ingest(data, "x.sarif").attempts
    assert isinstance(one, Ran | Failed)
    return one


@pytest.mark.parametrize(
    ("results", "ending", "error"),
    [
        ([], {"exitCode": 1}, "ended with exit code 1"),
        ([], {"exitCode": 2}, "ended with exit code 2"),
        ([], {"exitCode": 1, "exitCodeDescription": "no rules"}, "no rules"),
        ([_RESULT | {"kind": "pass"}], {"exitCode": 1}, "ended with exit code 1"),
        ([_RESULT], {"exitCode": 126}, "ended with exit code 126"),
        ([_RESULT], {"exitCode": 137}, "ended with exit code 137"),
        ([_RESULT], {"exitCode": -11}, "ended with exit code -11"),
        ([_RESULT], {"exitCode": 0xC0000005}, "ended with exit code 3221225477"),
        ([_RESULT], {"exitCode": 2, "exitCodeDescription": "usage"}, "usage"),
        ([_RESULT], {"exitSignalName": "SIGSEGV"}, "ended by SIGSEGV"),
        ([_RESULT], {"exitSignalNumber": 0}, "ended by signal 0"),
        ([_RESULT], {"processStartFailureMessage": "no such file"}, "no such file"),
        ([_RESULT], {"executionSuccessful": False, "exitCode": 2}, "ended with exit code 2"),
    ],
)
def test_an_end_that_contradicts_a_success(results: list[Json], ending: Json, error: str) -> None:
    """A crash is never a clean run, and never a whole one, though the log calls it a success."""
    one = attempt(*results, **ending)

    assert isinstance(one, Failed)
    assert one.error == error


@pytest.mark.parametrize(
    ("results", "ending"),
    [
        ([], {}),
        ([], {"exitCode": 0}),
        ([], {"exitCode": 0, "exitCodeDescription": "success"}),
        ([_RESULT], {"exitCode": 0}),
        ([_RESULT], {"exitCode": 1}),
        ([_RESULT], {"exitCode": 1, "exitCodeDescription": "issues found"}),
        ([_RESULT], {"exitCode": 14}),
    ],
)
def test_an_ordinary_end(results: list[Json], ending: Json) -> None:
    """Scanners that found something answer 1, or a code of their own."""
    assert isinstance(attempt(*results, **ending), Ran)


@pytest.mark.parametrize("level", [None, "none", "note", "warning", "error"])
@pytest.mark.parametrize("text", [{}, {"message": "index out of range"}])
def test_an_exception_in_a_notification(level: str | None, text: Json) -> None:
    """Work that an exception broke off was not done, at whatever level it is told."""
    said = {"kind": "ValueError"} | text
    note = {"message": {"text": ""}, "exception": said} | ({"level": level} if level else {})
    one = attempt(_RESULT, toolExecutionNotifications=[note])

    assert isinstance(one, Failed)
    assert one.error == "; ".join(said.values())
