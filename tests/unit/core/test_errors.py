"""Errors say where, what and what next, and each has its exit code."""

import pytest

from drawgate.core import errors
from drawgate.core.errors import DrawgateError, ExitCode, StoppedError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (DrawgateError("it broke"), "it broke"),
        (DrawgateError("it broke", where="a.toml:3"), "a.toml:3: it broke"),
        (DrawgateError("it broke", hint="mend it"), "it broke (mend it)"),
        (DrawgateError("it broke", where="x", hint="mend it"), "x: it broke (mend it)"),
    ],
)
def test_an_error_is_one_line(error: DrawgateError, expected: str) -> None:
    assert expected == str(error)


def test_exit_codes_are_a_contract() -> None:
    """Documented in docs/exit-codes.md; CI systems branch on them."""
    assert {
        "PASSED": 0, "GATE_FAILED": 1, "USAGE": 2, "INCOMPLETE": 3, "INTERNAL": 4,
        "INTERRUPTED": 130, "READER_LEFT": 141, "TERMINATED": 143,
    } == {code.name: code.value for code in ExitCode}  # fmt: skip


def test_every_error_is_one_a_person_can_act_on() -> None:
    codes = {
        name: error.exit_code
        for name, error in vars(errors).items()
        if isinstance(error, type) and issubclass(error, DrawgateError)
    }
    special = {"ScannerError": ExitCode.INCOMPLETE}

    assert codes == {name: special.get(name, ExitCode.USAGE) for name in codes}


def test_no_border_takes_a_stop_for_a_fault() -> None:
    """What catches whatever an adapter or a template raises lets a signal's error through."""
    assert not issubclass(StoppedError, Exception)
    assert ExitCode.INTERRUPTED is StoppedError("stopped by SIGINT").exit_code
