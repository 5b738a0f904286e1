"""One base class for everything that can go wrong, and the exit codes that are our contract."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process answers; documented in docs/exit-codes.md."""

    PASSED = 0
    GATE_FAILED = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130
    READER_LEFT = 141
    TERMINATED = 143


class DrawgateError(Exception):
    """A failure a person can act on: what happened, where, and what to do next."""

    exit_code = ExitCode.USAGE

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        """One line: where, what, hint."""
        place = f"{self.where}: " if self.where else ""
        advice = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{advice}"


class UsageError(DrawgateError):
    """The command line, or a path named on it, is wrong."""


class ConfigError(DrawgateError):
    """A configuration file or variable is wrong."""


class PolicyError(DrawgateError):
    """A policy pack or a data table is wrong."""


class TargetError(DrawgateError):
    """The thing to scan can't be read at all."""


class LogError(DrawgateError):
    """A SARIF log can't be read; `where` holds the file and the JSON path."""


class AdvisoryError(DrawgateError):
    """Advisory data is missing, broken or of an unknown layout."""


class EvidenceError(DrawgateError):
    """A report of tests or coverage can't be read."""


class VexError(DrawgateError):
    """A VEX document can't be read; `where` holds the file and the JSON path."""


class OutputError(DrawgateError):
    """A result can't be written (foreign directory, full disk, no permission)."""


class ScannerError(DrawgateError):
    """A scanner or its adapter failed; the runner turns it into a failed attempt."""

    exit_code = ExitCode.INCOMPLETE


class StoppedError(BaseException):
    """A signal asked us to stop.

    No `Exception`, as KeyboardInterrupt is none: it may arise amid an adapter's or a library's
    code, and whoever catches what went wrong there must not take it for that.
    """

    exit_code = ExitCode.INTERRUPTED
    where = hint = ""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
