"""Shows a running scan: a live table on a terminal, plain lines in a CI log, nothing with -q."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO, assert_never

from drawgate.cli import printable
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, findings_of
from drawgate.run.progress import Progress, Silent
from drawgate.triage.complaint import mask_complaint
from drawgate.triage.net import mask_text

if TYPE_CHECKING:
    from rich.table import Table

HEARTBEAT: Final = 30.0
"""Seconds. A CI system that hears nothing for long takes a job for dead."""

_GLYPHS: Final = {Ran: ("✓", "green"), Skipped: ("-", "yellow"), Failed: ("✗", "red")}
_RUNNING: Final = ("●", "cyan")
_NOTHING: Final = ("!", "yellow")
"""For an adapter that ran, and of which nothing says that it looked at anything."""
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


@dataclass(slots=True, kw_only=True)
class _Row:
    """What is known of one adapter."""

    name: str
    began: float
    parts: int = 0
    """0 when it was skipped: it never started."""
    done: int = 0
    findings: int = 0
    ended: float | None = None
    attempt: Attempt | None = None

    @property
    def busy(self) -> bool:
        """Whether anything of it is still to be done; what is no scanner has no attempt."""
        return not self.attempt and self.done < self.parts

    def elapsed(self, now: float) -> float:
        """Give the seconds since its start, or that it took."""
        return (now if self.ended is None else self.ended) - self.began


@dataclass(slots=True)
class _Rows:
    """Everything that was told so far; as something rich can draw, the live table."""

    clock: Callable[[], float] = time.monotonic
    rows: dict[str, _Row] = field(default_factory=dict)

    def started(self, name: str, parts: int) -> None:
        """Open a row."""
        self.rows[name] = _Row(name=name, parts=parts, began=self.clock())

    def advanced(self, name: str, findings: int) -> None:
        """Count a part and its findings."""
        row = self.rows[name]
        row.done += 1
        row.findings += findings
        if row.done == row.parts:
            row.ended = self.clock()

    def finished(self, attempt: Attempt) -> None:
        """Close a row; one that was skipped is opened for that."""
        name, now = attempt.subject.name, self.clock()
        row = self.rows.setdefault(name, _Row(name=name, began=now))
        row.findings = len(findings_of(attempt))
        row.ended = now
        row.attempt = attempt

    def heartbeat(self) -> None:
        """Do nothing: the table is drawn by a thread of its own."""

    def __rich__(self) -> "Table":
        from rich.table import Table  # noqa: PLC0415 - only where there is a terminal
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table.grid(padding=(0, 2))
        for name in sorted(self.rows):
            row = self.rows[name]
            glyph, style = _glyph(row.attempt) if row.attempt or row.busy else _GLYPHS[Ran]
            # Text, not a string: names and reasons must not be read as markup.
            cells = (Text(printable(cell)) for cell in _cells(row, self.clock()))
            table.add_row(Text(glyph, style=style), *cells)
        return table


@dataclass(slots=True)
class Lines:
    """A line when something happens, and a heartbeat when nothing does."""

    stream: TextIO
    clock: Callable[[], float] = time.monotonic
    known: _Rows = field(init=False)
    began: float = field(init=False)
    spoke: float = field(init=False)

    def __post_init__(self) -> None:
        self.known = _Rows(self.clock)
        self.began = self.spoke = self.clock()

    def started(self, name: str, parts: int) -> None:
        """Say that an adapter runs."""
        self.known.started(name, parts)
        self._say(f"{name}: started" + (f", {parts} parts" if parts > 1 else ""))

    def advanced(self, name: str, findings: int) -> None:
        """Count a part; the heartbeat tells of it."""
        self.known.advanced(name, findings)

    def finished(self, attempt: Attempt) -> None:
        """Say how an attempt ended."""
        self.known.finished(attempt)
        row = self.known.rows[attempt.subject.name]
        took = f", {row.elapsed(self.clock()):.1f} s" if row.parts else ""
        self._say(f"{row.name}: {_ending(row, attempt)}{took}")

    def heartbeat(self) -> None:
        """Say who is still at work, when nothing was said for long."""
        now = self.clock()
        if now - self.spoke < HEARTBEAT:
            return
        rows = self.known.rows.values()
        busy = [f"{row.name} ({row.done} of {row.parts})" for row in tuple(rows) if row.busy]
        passed = f"{now - self.began:.0f} s"
        self._say(f"still running after {passed}: {', '.join(busy) or 'preparing'}")

    def _say(self, line: str) -> None:
        self.spoke = self.clock()
        print(printable(line), file=self.stream, flush=True)


@contextmanager
def _live_table(stream: TextIO, color: str) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.live import Live  # noqa: PLC0415 - as above

    no_color = {"always": False, "never": True}.get(color)
    console = Console(file=stream, no_color=no_color, highlight=False)
    rows = _Rows()
    with Live(rows, console=console, transient=True, redirect_stdout=False, redirect_stderr=False):
        yield rows


def _glyph(attempt: Attempt | None) -> tuple[str, str]:
    if attempt is None:
        return _RUNNING
    nothing = isinstance(attempt, Ran) and not attempt.report.looked_at
    return _NOTHING if nothing else _GLYPHS[type(attempt)]


def _cells(row: _Row, now: float) -> tuple[str, ...]:
    if row.attempt is None:
        parts = f"{row.done} of {row.parts}" if row.parts > 1 else ""
        return row.name, f"{row.elapsed(now):.0f} s", parts, _count(row.findings)
    took = f"{row.elapsed(now):.1f} s" if row.parts else ""
    return row.name, took, "", _ending(row, row.attempt)


def _ending(row: _Row, attempt: Attempt) -> str:
    match attempt:
        case Ran():
            unclear = len(attempt.report.not_assessed)
            rest = f", {unclear} not assessed" if unclear else ""
            known = attempt.execution.recalled
            same = f", {known} of {len(attempt.report.looked_at)} unchanged" if known else ""
            nothing = "" if attempt.report.looked_at else ", 0 looked at"
            return f"{_count(row.findings)}{nothing}{rest}{same}"
        case Skipped():
            return f"skipped ({attempt.why}): {mask_text(attempt.reason)[:_REASON]}"
        case Failed():
            # Told before triage has learnt the target's secrets.
            return f"FAILED: {mask_complaint(attempt.error)[:_REASON]}"
        case _:
            assert_never(attempt)


def _count(findings: int) -> str:
    return f"{findings} finding" + ("" if findings == 1 else "s")
