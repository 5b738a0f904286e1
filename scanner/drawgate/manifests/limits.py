"""How much of one manifest is read: what a target writes must not cost more than it can tell.

Reading one requirement takes some 30 µs, and 3 µs for each of its characters; no size in bytes
bounds that. The largest real files that we know have 3,000 entries.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from drawgate.core.manifest import LOCKS, is_manifest

_T = TypeVar("_T")

_KIBI: Final = 1 << 10
_MEBIBYTE: Final = 1 << 20
_MOST: Final = 300_000
"""Characters of all requirements in one file, each with `_EACH` more for itself."""
_EACH: Final = 20


class TooMuchError(ValueError):
    """A file names more than is read of one file."""


def largest(path: str) -> int:
    """Give the bytes that are read of a manifest; parsing takes many times its size.

    The parser of Python takes the most: some 350 bytes of memory for each byte of a list.
    """
    if posixpath.basename(path) == "setup.py":
        return _MEBIBYTE // 4
    return (8 if is_manifest(path, LOCKS) else 2) * _MEBIBYTE


def too_large(path: str) -> str:
    """Say that a manifest is not read because of its size."""
    kibibytes = largest(path) >> 10
    size = f"{kibibytes >> 10} MiB" if kibibytes >= _KIBI else f"{kibibytes} KiB"
    return f"it is larger than {size}, more than is read of such a file"


def affordable(things: Iterable[_T], length: Callable[[_T], int]) -> Iterator[_T]:
    """Pass things on, one by one; TooMuchError once reading them costs too much."""
    left = _MOST
    for thing in things:
        left -= length(thing) + _EACH
        if left < 0:
            raise TooMuchError("it names more packages than are read of one file")
        yield thing
