"""GitHub's `primaryLocationLineHash`, computed only for the lines somebody asks about."""

import re
import sys
from collections.abc import Collection
from itertools import accumulate
from operator import mul
from typing import Final

_WINDOW: Final = 100
_MULTIPLIER: Final = 37
_MASK: Final = (1 << 64) - 1
_UTF16: Final = f"utf-16-{sys.byteorder[0]}e"
_POWERS: Final = tuple(pow(_MULTIPLIER, _WINDOW - 1 - place, _MASK + 1) for place in range(_WINDOW))
_BLANKS: Final = {ord(" "): None, ord("\t"): None}
_PADDING: Final = "\uffff" + _WINDOW * "\0"
"""The reference implementation feeds 65535 for the end of the file, then 100 zeros."""
SHAPE: Final = re.compile(r"[0-9a-f]{1,16}:[1-9]\d*")
"""What `line_hashes` gives for a line."""
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(text: bytes | str, wanted: Collection[int]) -> dict[int, str]:
    """Give `HASH:N` for the wanted lines (from 1); lines the text does not have are left out.

    The hash covers the 100 UTF-16 units from the line's start, without spaces and tabs; `N`
    counts the lines up to this one that have the same hash. Bytes are read as UTF-8, with
    U+FFFD for what is not, and a byte order mark is kept: so does github/codeql-action.
    """
    flat = _flatten(text)
    starts = _starts(flat)
    lines = {line for line in wanted if 0 < line <= len(starts)}
    windows = {line: _window(flat, starts[line - 1]) for line in lines}
    counts = dict.fromkeys(windows.values(), 0)
    hashes = {window: _hash(window) for window in counts}
    result = {}
    for line, start in enumerate(starts[: max(lines, default=0)], 1):
        window = _window(flat, start)
        if window in counts:
            counts[window] += 1
            if line in lines:
                result[line] = f"{hashes[window]:x}:{counts[window]}"
    return result


def _flatten(text: bytes | str) -> str:
    """Normalise line ends, drop blanks, make every character one UTF-16 unit, and pad."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    # Only these three end a line; str.splitlines() would also split at VT, FF and U+2028.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace(" ", "").replace("\t", "") if text.isascii() else text.translate(_BLANKS)
    return (text if text.isascii() else _ASTRAL.sub(_as_pair, text)) + _PADDING


def _as_pair(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _starts(flat: str) -> list[int]:
    lines = flat.split("\n")
    return list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))


def _window(flat: str, start: int) -> str:
    return flat[start : start + _WINDOW]


def _hash(window: str) -> int:
    """Evaluate the polynomial at 37, first character first, modulo 2^64."""
    units = memoryview(window.encode(_UTF16, "surrogatepass")).cast("H").tolist()
    value: int = sum(map(mul, units, _POWERS))
    return value & _MASK
