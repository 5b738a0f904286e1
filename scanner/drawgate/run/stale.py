"""Directories that a dead process of ours left behind: told from live ones, and removed.

A directory in use is locked by its process, and the kernel drops the lock when that is gone. So
neither numbers of processes, which are used again and mean nothing in another container, nor
times play a part.
"""

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"drawgate-\d+-[0-9a-f]{16}")
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_swept: Final[set[Path]] = set()


def new_name() -> str:
    """Make a name that nobody can guess and that no other tool uses."""
    return f"drawgate-{os.getpid()}-{secrets.token_hex(8)}"


def hold(path: Path) -> int | None:
    """Lock a new directory and give its descriptor, to be closed by the caller.

    None when somebody was faster, took it for a stale one, and removes it.
    """
    try:
        folder = os.open(path, _FOLDER)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(folder)
        return None
    except OSError:  # no locks on this file system, so that nobody takes it for stale either
        return folder
    if os.fstat(folder).st_nlink == 0:
        os.close(folder)
        return None
    return folder


def sweep(place: Path, remove: Callable[[Path], None]) -> None:
    """Remove what dead processes of ours left in a place; once for each process is enough."""
    if place in _swept:
        return
    _swept.add(place)
    try:
        names = os.listdir(place) if _trustworthy(place) else []  # noqa: PTH208 - names are wanted, not paths
    except OSError:
        return
    for name in names:
        if _NAME.fullmatch(name):
            _remove_if_stale(place / name, remove)


def _trustworthy(place: Path) -> bool:
    """Tell whether nobody else can put another directory of ours under such a name."""
    mode = place.stat().st_mode
    return bool(mode & stat.S_ISVTX) or not mode & (stat.S_IWGRP | stat.S_IWOTH)


def _remove_if_stale(path: Path, remove: Callable[[Path], None]) -> None:
    try:
        folder = os.open(path, _FOLDER)
    except OSError:  # a link, somebody else's, or gone meanwhile
        return
    try:
        if os.fstat(folder).st_uid == os.geteuid():
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            remove(path)
    except OSError:  # it is in use, or can't be locked
        return
    finally:
        os.close(folder)
