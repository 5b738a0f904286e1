"""The processes we started: none is lost, and all can be ended at once."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from drawgate.core.errors import StoppedError
from drawgate.run import orphans, warden


@dataclass(slots=True)
class _Running:
    """Ids of processes that are not reaped yet; each leads a session of its own.

    An id stands here only while it can't belong to anybody else, so killing is safe.
    """

    lock: threading.RLock = field(default_factory=threading.RLock)
    ids: set[int] = field(default_factory=set)
    stopped: bool = False
    depth: int = 0
    """How many blocks of `scanning` we are in."""
    holding: bool = False
    """Whether the main thread is starting a process."""
    held: int = 0
    """The signal that came meanwhile, or 0."""


_running: Final = _Running()


def start(
    argv: list[str], cwd: Path, env: Mapping[str, str], streams: tuple[BinaryIO, BinaryIO, BinaryIO]
) -> int:
    """Start a process in its own session and give its id; `streams` are in, out and errors.

    Raises OSError, or StoppedError once everything was told to stop.
    """
    # The lock: `stop_all` sees every process, or none can follow it.
    with _signals_held_back(), _running.lock:
        refuse_when_stopped()
        stdin, stdout, stderr = streams
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        _running.ids.add(child.pid)
        warden.process_begins(child.pid, env.get(orphans.MARK, ""))
        child.returncode = 0  # we reap it ourselves: only wait4 tells what it has used
    return child.pid


def refuse_when_stopped() -> None:
    """Raise StoppedError once everything was told to stop."""
    if _running.stopped:
        raise StoppedError("stopped")


def hold_back(number: int) -> bool:
    """Tell whether a signal has to wait for the start of a process; it comes again then."""
    if _running.holding:
        _running.held = number
    return _running.holding


def end(pid: int, mark: str) -> tuple[int, float, int]:
    """Wait for a process, then end and reap whatever it left behind.

    Gives its exit code (negative: the signal), and CPU seconds and peak bytes as wait4 tells
    them. The peak is never below our own: a process starts as a copy of its parent.
    """
    if sys.platform == "linux":  # look without reaping: until then the id can't be reused
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        kill(pid)
        status, usage = _reap(pid)
    else:
        _, status, usage = os.wait4(pid, 0)
        kill(pid)
        with _running.lock:
            _running.ids.discard(pid)
    orphans.end(pid, mark, _running.ids)
    warden.process_is_gone(pid)
    peak = usage.ru_maxrss << (10 if sys.platform == "linux" else 0)
    return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, peak


def kill(pid: int) -> None:
    """Kill a process with its whole group; nothing happens when it is reaped already."""
    with _running.lock:
        if pid not in _running.ids:
            return
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            # Only the dead leader is left (macOS says EPERM then).
            return


def has_ended(pid: int) -> bool:
    """Tell whether a process has ended, be it reaped or not; where we can't look, it has not."""
    with _running.lock:
        if pid not in _running.ids or sys.platform != "linux":
            return pid not in _running.ids
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None


def stop_all() -> None:
    """Kill every process that we started, and let no other start."""
    with _running.lock:
        _running.stopped = True
        for pid in _running.ids:
            kill(pid)


@contextmanager
def scanning() -> Iterator[None]:
    """Let processes start, and leave none behind, however the block ends.

    Blocks may lie in each other: once one has failed nothing starts any more until the
    outermost has ended, and that one cleans up. A new outermost block starts afresh.
    """
    outermost = _enter()
    guard = warden.on_guard() if outermost else contextlib.nullcontext()
    watch = orphans.inherited(_running.ids) if outermost else contextlib.nullcontext()
    with guard, watch:
        try:
            yield
        except BaseException:
            stop_all()
            raise
        finally:
            _leave()


def abandon(pid: int) -> None:
    """Kill and reap a process that nobody waits for any more; it may be gone already."""
    kill(pid)
    with _running.lock, contextlib.suppress(ChildProcessError):
        if pid in _running.ids:
            os.waitpid(pid, 0)
            _running.ids.discard(pid)
            warden.process_is_gone(pid)


def _reap(pid: int) -> tuple[int, resource.struct_rusage]:
    """Reap a process that has ended, in one step with its id: a timer may be about to kill it."""
    with _running.lock:
        _, status, usage = os.wait4(pid, 0)
        _running.ids.discard(pid)
    return status, usage


def _enter() -> bool:
    """Tell whether this block is the outermost one."""
    with _running.lock:
        _running.depth += 1
        if _running.depth == 1:
            _running.stopped = False  # whoever was stopped before has nothing to do with us
        return _running.depth == 1


def _leave() -> None:
    """Leave a block; with the outermost, end what a signal kept anybody from waiting for."""
    with _running.lock:
        _running.depth -= 1
        if _running.depth == 0:
            for pid in tuple(_running.ids):
                abandon(pid)
            _running.stopped = False


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let signals wait: one that strikes between a start and its note would lose a process.

    Only the main thread runs what Python does about a signal. Blocking them there would not
    do, since the kernel hands a signal to any thread that does not block it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _running.holding = True
    try:
        yield
    finally:
        _running.holding = False
        number, _running.held = _running.held, 0
        if number:
            signal.raise_signal(number)
