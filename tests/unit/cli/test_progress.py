"""What a person or a CI log sees of a running scan."""

import contextlib
import io
import os
import pty
import re
import threading
from pathlib import Path

import pytest

from drawgate.cli import progress
from drawgate.cli.progress import Lines, watching
from drawgate.core.adapter import Report
from drawgate.core.attempt import Failed, Ran, Skipped, Subject, Why
from drawgate.core.finding import Finding, Kind, Rule
from drawgate.core.target import NotAssessed
from drawgate.run.progress import Progress, Silent

FINDING = Finding(kind=Kind.CODE, rule=Rule(id="B1"), message="bad")


def subject(name: str) -> Subject:
    return Subject(name=name, kind=Kind.CODE)


def play(watcher: Progress) -> None:
    """Tell of three adapters: one that ran, one that was skipped, one that failed."""
    watcher.started("bandit", 2)
    watcher.started("evil\x1b[2J", 1)
    watcher.advanced("bandit", 1)
    watcher.heartbeat()
    watcher.advanced("bandit", 0)
    unread = NotAssessed(subject="a.py", reason="syntax error")
    report = Report(findings=(FINDING,), looked_at=frozenset(["b.py"]), not_assessed=(unread,))
    watcher.finished(Ran(subject=subject("bandit"), report=report))
    watcher.finished(Skipped(subject=subject("toy"), why=Why.UNAVAILABLE, reason="not installed"))
    watcher.finished(Failed(subject=subject("evil\x1b[2J"), error="broke [bold]\x07"))


class Clock:
    """Shows the time it is set to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_lines() -> None:
    """A CI log gets a line for each start and end, with nothing in it that steers a terminal."""
    stream = io.StringIO()

    play(Lines(stream, Clock()))

    assert stream.getvalue().splitlines() == [
        "bandit: started, 2 parts",
        "evil\\x1b[2J: started",
        "bandit: 1 finding, 1 not assessed, 0.0 s",
        "toy: skipped (unavailable): not installed",
        "evil\\x1b[2J: FAILED: broke [bold]\\x07, 0.0 s",
    ]


def test_heartbeat() -> None:
    """After half a minute of silence a line says who is still at work."""
    stream, clock = io.StringIO(), Clock()
    lines = Lines(stream, clock)

    for second in range(75):
        clock.now = 1000.0 + second
        if second == 10:
            lines.started("bandit", 4)
            lines.advanced("bandit", 0)
        lines.heartbeat()

    assert stream.getvalue().splitlines() == [
        "bandit: started, 4 parts",
        "still running after 40 s: bandit (1 of 4)",
        "still running after 70 s: bandit (1 of 4)",
    ]


def test_heartbeat_before_the_first_start() -> None:
    """Finding the tools may take long as well."""
    stream, clock = io.StringIO(), Clock()
    lines = Lines(stream, clock)
    clock.now += 31

    lines.heartbeat()

    assert "still running after 31 s: preparing\n" == stream.getvalue()


def test_quiet() -> None:
    """With -q there is nothing at all."""
    stream = io.StringIO()

    with watching(stream, quiet=True) as watcher:
        play(watcher)

    assert isinstance(watcher, Silent)
    assert "" == stream.getvalue()


def _drain(ours: int, chunks: list[bytes]) -> None:
    """Read until the terminal's other end is closed; Linux then answers EIO."""
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 1 << 16):
            chunks.append(chunk)


def test_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal there is one row for each adapter, and names are never markup."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    ours, theirs = pty.openpty()
    chunks: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(ours, chunks))
    reader.start()

    with (
        open(theirs, "w", encoding="utf-8") as terminal,  # noqa: PTH123 - a descriptor
        watching(terminal, color="never") as watcher,
    ):
        play(watcher)
    reader.join(10)
    os.close(ours)
    shown = b"".join(chunks).decode()

    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    plain = re.sub(r"[0-9]\.[0-9] s", "0.0 s", plain)
    assert "✓  bandit       0.0 s    1 finding, 1 not assessed" in plain
    assert "-  toy" in plain
    assert "✗  evil\\x1b[2J  0.0 s    FAILED: broke [bold]\\x07" in plain


def test_a_row_of_an_adapter_that_looked_at_nothing() -> None:
    """It gets another sign and other words than one that looked and found nothing."""
    unread = NotAssessed(subject="a.py", reason="syntax error")
    nothing = Ran(subject=subject("bandit"), report=Report(not_assessed=(unread,)))
    looked = Ran(subject=subject("ruff"), report=Report(looked_at=frozenset(["a.py"])))
    rows = progress._Rows(Clock())
    for attempt in (nothing, looked):
        rows.finished(attempt)

    assert ["!", "✓"] == [progress._glyph(attempt)[0] for attempt in (nothing, looked)]
    said = [progress._cells(rows.rows[name], 1000.0)[-1] for name in ("bandit", "ruff")]
    assert ["0 findings, 0 looked at, 1 not assessed", "0 findings"] == said


def test_running_rows() -> None:
    """While an adapter runs its row tells the time, the parts and what was found so far."""
    rows = progress._Rows(Clock())
    rows.started("bandit", 2)
    rows.started("ruff", 1)
    rows.advanced("bandit", 3)
    rows.heartbeat()

    assert ["0 s", "1 of 2", "3 findings"] == list(progress._cells(rows.rows["bandit"], 1000.0)[1:])
    assert ["12 s", "", "0 findings"] == list(progress._cells(rows.rows["ruff"], 1012.0)[1:])


@pytest.mark.parametrize("variable", [("CI", "1"), ("TERM", "dumb")])
def test_terminals_that_are_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: tuple[str, str]
) -> None:
    """A CI system with a pseudo-terminal gets lines as well."""
    monkeypatch.setenv(*variable)
    ours, theirs = pty.openpty()

    with open(theirs, "w", encoding="utf-8") as terminal, watching(terminal) as watcher:  # noqa: PTH123 - a descriptor
        pass
    os.close(ours)

    assert isinstance(watcher, Lines)
