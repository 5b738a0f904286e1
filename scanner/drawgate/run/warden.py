"""Keeps a process at hand that cleans up after us if we are killed, and tells it what there is.

SIGKILL leaves no chance to clean up. The tools themselves die with us (the launcher asks the
kernel for it), but neither what they have started, nor our directories.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PROGRAM: Final = Path(__file__).with_name("outlive.py")
_PATIENCE: Final = 10.0


@dataclass(slots=True)
class _Post:
    """Whether somebody is on guard, and what it has to know from the start."""

    pipe: int = -1
    directories: set[Path] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


_post: Final = _Post()


@contextmanager
def on_guard() -> Iterator[None]:
    """Have somebody outlive us inside of the block. Where nobody can, we do without."""
    guard = _start()
    try:
        yield
    finally:
        _tell(b".")
        with _post.lock:
            pipe, _post.pipe = _post.pipe, -1
        if guard:
            os.close(pipe)
            with contextlib.suppress(subprocess.TimeoutExpired):
                guard.wait(_PATIENCE)


def _start() -> "subprocess.Popen[bytes] | None":
    reader, writer = os.pipe()
    try:
        guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            cwd="/",
            stdin=reader,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        os.close(writer)
        return None
    finally:
        os.close(reader)
    os.set_blocking(writer, False)  # it must never hold us up
    with _post.lock:
        _post.pipe = writer
        directories = tuple(_post.directories)
    for path in directories:
        _tell(b"+" + os.fsencode(path))
    return guard


def process_begins(pid: int, mark: str) -> None:
    """Note a process that leads a session; `mark` is in its environment."""
    _tell(f">{pid} {mark}".encode("ascii"))


def process_is_gone(pid: int) -> None:
    """Note that neither a process nor anything it has started is left."""
    _tell(f"<{pid}".encode("ascii"))


def directory_begins(path: Path) -> None:
    """Note a directory, before it is made."""
    with _post.lock:
        _post.directories.add(path)
    _tell(b"+" + os.fsencode(path))


def directory_is_gone(path: Path) -> None:
    """Note that a directory is removed."""
    with _post.lock:
        _post.directories.discard(path)
    _tell(b"-" + os.fsencode(path))


def _tell(record: bytes) -> None:
    """Write a record in one piece; whoever is not there, or does not listen, hears nothing."""
    with _post.lock, contextlib.suppress(OSError):
        if _post.pipe >= 0:
            os.write(_post.pipe, record + b"\0")
