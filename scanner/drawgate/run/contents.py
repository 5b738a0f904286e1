"""What files hold, read only when what the system says of them has changed."""

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Final

from drawgate.run.cache import Cache

_SETTLED: Final = 2 * 10**9
"""Nanoseconds. A file that changed so lately may change again without a trace."""
_OTHERS: Final = frozenset(
    {"__pycache__", ".git", ".hg", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".tox"}
    | {".venv", "node_modules"}
)
"""Folders that are no part of a tool, also where it is run from its source. What the interpreter
compiles is made from what is looked at anyway, and at any time."""

Seen = tuple[str, int, int, int, int]
"""A file: path, size, inode, and when its content and its entry changed."""


@dataclass(slots=True, kw_only=True)
class Contents:
    """Digests of contents, kept from scan to scan by the files' times, sizes and inodes.

    So an environment of any size is read once, and an installation anew of the same files
    (a job that begins with an empty machine) has the same digest.
    """

    cache: Cache
    fresh: dict[bytes, bytes] = field(default_factory=dict)
    """What was read, by the cache's name for it."""
    used: set[bytes] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def digest(self, roots: Iterable[Path]) -> bytes:
        """Digest all files in and below some paths. Raises OSError."""
        roots = tuple(roots)
        seen = _all(roots)
        name = self.cache.name(b"contents", outline(seen))
        kept = self.fresh.get(name) or self.cache.read([name]).get(name)
        if kept:
            self.used.add(name)
            return kept
        read = _read(seen)
        if seen == _all(roots) and _are_settled(seen):
            with self.lock:
                self.fresh[name] = read
        return read


def stats(roots: Iterable[Path]) -> bytes:
    """Digest what the system says of all files in and below some paths. Raises OSError."""
    return outline(_all(roots))


def outline(seen: Iterable[Seen]) -> bytes:
    """Digest what is seen of files without reading them."""
    return blake2b(repr(list(seen)).encode(), digest_size=32).digest()


def _read(seen: Iterable[Seen]) -> bytes:
    found = blake2b(digest_size=32)
    for path, *_ in seen:
        with Path(path).open("rb") as file:
            found.update(os.fsencode(path) + b"\0" + file_digest(file, "blake2b").digest())
    return found.digest()


def _are_settled(seen: Iterable[Seen]) -> bool:
    latest = max((max(modified, entered) for *_, modified, entered in seen), default=0)
    return latest < time.time_ns() - _SETTLED


def _all(roots: Iterable[Path]) -> list[Seen]:
    """See each file once, in one order; links are followed."""
    found: list[Seen] = []
    folders: set[tuple[int, int]] = set()
    for root in roots:
        if root.is_dir():
            _walk(str(root), found, folders)
        else:
            found.append(_seen(str(root), root.stat()))
    return sorted(found)


def _walk(folder: str, found: list[Seen], folders: set[tuple[int, int]]) -> None:
    here = os.stat(folder)  # noqa: PTH116 - thousands of files: paths as objects take twice as long
    if (here.st_dev, here.st_ino) in folders:
        return
    folders.add((here.st_dev, here.st_ino))
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name not in _OTHERS:
                    _walk(entry.path, found, folders)
            elif entry.is_file():
                found.append(_seen(entry.path, entry.stat()))


def _seen(path: str, stat: os.stat_result) -> Seen:
    return path, stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns
