"""How a tool's process ended: what of it is a failure, whatever the log says beside it (§3.20).

`executionSuccessful` is the tool's own word, and an exit code is for the tool to define: 1 is
bandit's, semgrep's and ESLint's answer when they found something, and zizmor has a code for each
severity. So beside a success these exit codes are a contradiction, and count as a failure:

- any but 0 when nothing was found: there is no finding it could stand for;
- from 126 up, and below 0: where a shell or an operating system says that the program was not
  found, was killed or crashed (137 is 128 and SIGKILL);
- 2 and more with a description: nobody describes an everyday end.
"""

from typing import Final

from drawgate.sarif.model import Invocation

_SHELL: Final = 126
"""The first exit code by which a shell says that a program did not run to its end."""


def has_failed(invocation: Invocation, *, found: bool) -> bool:
    """Tell whether a process failed; what only a failure has counts as one (§3.20.11-13).

    `found` says whether its run has findings.
    """
    told = invocation.process_start_failure_message or _signal(invocation)
    return (
        not invocation.execution_successful or bool(told) or _contradicts(invocation, found=found)
    )


def how_it_ended(invocation: Invocation) -> str:
    """Say in the tool's words, or by its signal, how a process that failed ended."""
    signal = _signal(invocation)
    return (
        invocation.process_start_failure_message
        or invocation.exit_code_description
        or (f"ended by {signal}" if signal else "")
    )


def exit_code(invocation: Invocation) -> str:
    """Say with which exit code a process failed; "" where it has none, or that of a success."""
    return f"ended with exit code {invocation.exit_code}" if invocation.exit_code else ""


def _contradicts(invocation: Invocation, *, found: bool) -> bool:
    code = invocation.exit_code or 0
    if code in (0, 1):
        return code == 1 and not found
    described = bool(invocation.exit_code_description)
    return not found or described or not 0 < code < _SHELL


def _signal(invocation: Invocation) -> str:
    """Name the signal that ended the process; absent when none did (§3.20.11, §3.20.12)."""
    number = invocation.exit_signal_number
    return invocation.exit_signal_name or ("" if number is None else f"signal {number}")
