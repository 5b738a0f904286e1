"""Words of a process, made fit to be shown: short, and without control characters."""

import hashlib
import re
from typing import Final

from drawgate.core.words import plain

_TAIL: Final = 2000
"""Characters of a tool's last words that go into an error."""
KEPT: Final = 4 * _TAIL
"""Bytes of a stream that are enough for them."""
_SAFE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def last_words(stream: bytes) -> str:
    """Give the end of what a process printed, on one line."""
    return plain(stream[-KEPT:].decode("utf-8", "replace"))[-_TAIL:]


def file_name(name: str) -> str:
    """Make a file name of an adapter's name, which another package may have chosen.

    A name that is unfit gets a mark of its own, so that no two become the same.
    """
    if _SAFE.fullmatch(name):
        return name
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{re.sub('[^a-z0-9]+', '-', name.lower())[:48].strip('-')}-{mark}".lstrip("-")
