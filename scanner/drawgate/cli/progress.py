"""Shows a running scan: a live table on a terminal, plain lines in a CI log, nothing with -q."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO, assert_never

from drawgate.cli import printable
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, findings_of
from drawgate.run.progress import Progress, Silent

if TYPE_CHECKING:
    from rich.table import Table

HEARTBEAT: Final = 30.0
"""Seconds. A CI system that hears nothing for long takes a job for dead."""

_GLYPHS: Final = {Ran: ("✓", "green"), Skipped: ("-", "yellow"), Failed: ("✗", "red")}
_RUNNING: Final = ("●", "cyan")
_REASON: Final = 200
"""Characters of a reason; the report has all of it."""


@contextmanager
def watching(stream: TextIO, *, quiet: bool = False, color: str = "auto") -> Iterator[Progress]:
    """Give the progress that suits a stream; the live table is gone when the block ends.

    `color` is "auto", "always" or "never"; NO_COLOR counts with "auto".
    """
    if quiet:
        yield Silent()
    elif stream.isatty() and "CI" not in os.environ and os.environ.get("TERM") != "dumb":
        with _live_table(stream, color) as table:
            yield table
    else:
        yield Lines(stream)


@dataclass(slots=True)
class _Row:
    """What is known of one adapter."""

    name: str
    parts: int = 0
    done: int = 0
    findings: int = 0
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    attempt: Attempt | None = None

    @property
    def elapsed(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    def finish(self, attempt: Attempt) -> None:
        self.attempt, self.ended = attempt, time.monotonic()
        self.findings = len(findings_of(attempt))


@dataclass(slots=True)
class Lines:
    """A line when something happens, and a heartbeat when nothing does."""

    stream: TextIO
    rows: dict[str, _Row] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    spoke: float = field(default_factory=time.monotonic)

    def started(self, name: str, parts: int) -> None:
        """Say that an adapter runs."""
        self.rows[name] = _Row(name=name, parts=parts)
        self._say(f"{name}: started" + (f", {parts} parts" if parts > 1 else ""))

    def advanced(self, name: str, findings: int) -> None:
        """Count a part; the heartbeat tells of it."""
        self.rows[name].done += 1
        self.rows[name].findings += findings

    def finished(self, attempt: Attempt) -> None:
        """Say how an attempt ended."""
        name = attempt.subject.name
        row = self.rows.setdefault(name, _Row(name=name))
        row.finish(attempt)
        took = f", {row.elapsed:.1f} s" if row.parts else ""
        self._say(f"{name}: {_ending(row, attempt)}{took}")

    def heartbeat(self) -> None:
        """Say who is still at work, when nothing was said for long."""
        if time.monotonic() - self.spoke < HEARTBEAT:
            return
        busy = [f"{r.name} ({r.done} of {r.parts})" for r in self.rows.values() if not r.attempt]
        passed = time.monotonic() - self.began
        self._say(f"still running after {passed:.0f} s: {', '.join(busy) or 'preparing'}")

    def _say(self, line: str) -> None:
        self.spoke = time.monotonic()
        print(printable(line), file=self.stream, flush=True)


@dataclass(slots=True)
class _Rows:
    """The live table: one row for each adapter, drawn afresh several times a second."""

    rows: dict[str, _Row] = field(default_factory=dict)

    def started(self, name: str, parts: int) -> None:
        self.rows[name] = _Row(name=name, parts=parts)

    def advanced(self, name: str, findings: int) -> None:
        self.rows[name].done += 1
        self.rows[name].findings += findings

    def finished(self, attempt: Attempt) -> None:
        name = attempt.subject.name
        self.rows.setdefault(name, _Row(name=name)).finish(attempt)

    def heartbeat(self) -> None:
        """Do nothing: the table is drawn by a thread of its own."""

    def __rich__(self) -> "Table":
        from rich.table import Table  # noqa: PLC0415 - only where there is a terminal
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table.grid(padding=(0, 2))
        for name in sorted(self.rows):
            row = self.rows[name]
            glyph, style = _GLYPHS[type(row.attempt)] if row.attempt else _RUNNING
            # Text, not a string: names and reasons must not be read as markup.
            cells = (printable(cell) for cell in _cells(row))
            table.add_row(Text(glyph, style=style), *(Text(cell) for cell in cells))
        return table


@contextmanager
def _live_table(stream: TextIO, color: str) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.live import Live  # noqa: PLC0415 - as above

    no_color = {"always": False, "never": True}.get(color)
    console = Console(file=stream, no_color=no_color, highlight=False)
    rows = _Rows()
    with Live(rows, console=console, transient=True, redirect_stdout=False, redirect_stderr=False):
        yield rows


def _cells(row: _Row) -> tuple[str, ...]:
    if row.attempt is None:
        parts = f"{row.done} of {row.parts}" if row.parts > 1 else ""
        return row.name, f"{row.elapsed:.0f} s", parts, _count(row.findings)
    return row.name, f"{row.elapsed:.1f} s" if row.parts else "", "", _ending(row, row.attempt)


def _ending(row: _Row, attempt: Attempt) -> str:
    match attempt:
        case Ran():
            unclear = len(attempt.report.not_assessed)
            rest = f", {unclear} not assessed" if unclear else ""
            return f"{_count(row.findings)}{rest}"
        case Skipped():
            return f"skipped ({attempt.why}): {attempt.reason[:_REASON]}"
        case Failed():
            return f"FAILED: {attempt.error[:_REASON]}"
        case _:
            assert_never(attempt)


def _count(findings: int) -> str:
    return f"{findings} finding" + ("" if findings == 1 else "s")
