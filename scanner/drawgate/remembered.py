"""What earlier scans found, and what of this one may be kept for the next."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from drawgate.core.attempt import Attempt, Ran, documents_of, not_assessed_of
from drawgate.core.target import Target
from drawgate.run.cache_key import cache_key
from drawgate.run.private import cache_directory
from drawgate.target import read
from drawgate.triage.steps import Triaged

if TYPE_CHECKING:
    from drawgate.run.cache import Cache
    from drawgate.run.memory import Masked, Memory


def cache_of(target: Target, *, wanted: bool) -> "Cache | None":
    """Open the cache, unless it shall not count or has no place."""
    folder = cache_directory(target.home) if wanted else None
    secret = cache_key(target.home) if folder else None
    if folder is None or secret is None:
        return None
    from drawgate.run.cache import Cache  # noqa: PLC0415 - it loads SQLite

    return Cache(folder=folder, secret=secret)


def memory_of(cache: "Cache | None") -> "Memory | None":
    """Open what earlier scans found."""
    if cache is None:
        return None
    from drawgate.run.memory import Memory  # noqa: PLC0415 - it loads SQLite

    return Memory(cache=cache)


def keepable(attempts: tuple[Attempt, ...], triaged: Triaged) -> "Iterator[tuple[Attempt, Masked]]":
    """Give attempts with their findings as they may be kept, if no document had to be masked."""
    for before, after, kept in zip(attempts, triaged.scan.attempts, triaged.keepable, strict=True):
        if documents_of(before) != documents_of(after):
            continue
        if isinstance(before, Ran):
            masked = replace(before.report, not_assessed=not_assessed_of(after))
            yield replace(before, report=masked), kept


def is_same(root: Path, path: str, digest: bytes) -> bool:
    """Tell whether a file is still what it was when the target was listed."""
    try:
        return sha256(read(root, path)).digest() == digest
    except OSError:
        return False
