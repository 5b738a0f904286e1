"""Processes that slipped away from a tool: daemons and other orphans, found and ended.

While a scan runs we are a child subreaper (Linux), so whoever loses its parent becomes our
child. Only processes that a tool of ours caused are ended: those in a session that a tool led,
those that carry a tool's mark in their environment, and, when the scan is over, whatever else
became our child from another session meanwhile.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MARK: Final = "DRAWGATE_ATTEMPT"
"""The variable that tells whose child a process once was."""

_SET_CHILD_SUBREAPER, _GET_CHILD_SUBREAPER = 36, 37  # linux/prctl.h
_ZOMBIE: Final = "Z"
_ROUNDS: Final = 100
_PAUSE: Final = 0.01
"""Seconds between two rounds; together they bound how long a fork bomb can hold us up."""


@contextmanager
def inherited(spare: Collection[int]) -> Iterator[None]:
    """Inherit orphans inside of the block; end those that are left when it ends.

    `spare` holds processes that somebody else will end; it may change meanwhile.
    """
    if sys.platform != "linux":
        yield
        return
    before = set(_children())
    was = _subreaper()
    _set_subreaper(on=True)
    try:
        yield
    finally:
        ours = (None, os.getsid(0))
        _sweep(lambda pid: not (pid in before or pid in spare or _session(pid) in ours))
        _set_subreaper(on=was)


def end(leader: int, mark: str, spare: Collection[int]) -> None:
    """End the orphans of a tool that is dead itself; `leader` was its process."""
    needle = f"{MARK}={mark}".encode()
    sessions: set[int | None] = {leader}

    def is_ours(pid: int) -> bool:
        if pid in spare:
            return False
        session = _session(pid)
        if session not in sessions and needle not in _environment(pid):
            return False
        sessions.add(session)  # its own children may have cleared their environment
        return True

    if sys.platform == "linux":
        _sweep(is_ours)


def end_stranger(leader: int, mark: str) -> None:
    """End what is left of a tool whose parent, another process of ours, is dead.

    Nothing is ended for its number alone. A process counts when it carries the mark, or is in
    the session of one that does, or in a session whose leader is dead: as long as a session has
    members the kernel gives its number to nobody else.
    """
    if sys.platform != "linux" or not mark:
        return
    needle = f"{MARK}={mark}".encode()
    sessions: set[int | None] = set()

    def is_ours(pid: int) -> bool:
        facts = _facts(pid)
        if not facts or facts[0] == _ZOMBIE:
            return False
        session = int(facts[3])
        marked = needle in _environment(pid)
        if marked:
            sessions.add(session)
        return marked or session in sessions or (session == leader and not _alive(leader))

    _sweep(is_ours, _everybody)


def _alive(pid: int) -> bool:
    facts = _facts(pid)
    return bool(facts) and facts[0] != _ZOMBIE


def _sweep(is_ours: Callable[[int], bool], among: Callable[[], list[int]] | None = None) -> None:
    """Kill until nothing is left: the children of a killed process are the next round's."""
    for _ in range(_ROUNDS):
        found = [pid for pid in (among or _children)() if is_ours(pid)]
        if not found:
            return
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if [pid for pid in found if not _reaped(pid)]:
            time.sleep(_PAUSE)


def _reaped(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not _facts(pid)  # somebody else's child may take a moment to be gone


def _everybody() -> list[int]:
    return [int(name) for name in _listed("/proc") if name.isdigit()]


def _children() -> list[int]:
    """List our children, whichever thread has them (proc(5), CONFIG_PROC_CHILDREN)."""
    found = []
    for task in _listed("/proc/self/task"):
        try:
            found += Path(f"/proc/self/task/{task}/children").read_text("ascii").split()
        except FileNotFoundError:
            return _children_by_parent()
        except OSError:  # the thread has ended
            continue
    return [int(pid) for pid in found]


def _children_by_parent() -> list[int]:
    """List our children the slow way, for kernels without that file."""
    us = str(os.getpid())
    return [pid for pid in _everybody() if (facts := _facts(pid)) and facts[1] == us]


def _session(pid: int) -> int | None:
    facts = _facts(pid)
    return int(facts[3]) if facts else None


def _facts(pid: int) -> list[str]:
    """Give the fields of /proc/PID/stat behind the name: state, parent, group, session."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are wanted, not paths
    except OSError:
        return []


def _subreaper() -> bool:
    value = ctypes.c_int(0)
    ctypes.CDLL(None).prctl(_GET_CHILD_SUBREAPER, ctypes.byref(value), 0, 0, 0)
    return bool(value.value)


def _set_subreaper(*, on: bool) -> None:
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)
