"""Changes of lines as a unified patch that `git apply` and `patch -p1` take, byte for byte."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_CONTEXT: Final = 3
_ESCAPES: Final = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified(changes: Mapping[str, tuple[bytes, bytes]]) -> bytes:
    """Write a patch of files by path, old and new; both have the same number of lines."""
    return b"".join(_file(path, *changes[path]) for path in sorted(changes))


def _file(path: str, old: bytes, new: bytes) -> bytes:
    before, after = old.split(b"\n"), new.split(b"\n")
    if len(before) != len(after):
        raise ValueError("a change must keep the number of lines")
    places = [n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    if not places:
        return b""
    head = b"--- %s\n+++ %s\n" % (_name(f"a/{path}"), _name(f"b/{path}"))
    return head + b"".join(_hunk(before, after, group) for group in _groups(places))


def _groups(places: Sequence[int]) -> Iterator[list[int]]:
    """Put changes together whose contexts touch."""
    group = [places[0]]
    for place in places[1:]:
        if place - group[-1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(place)
    yield group


def _hunk(before: Sequence[bytes], after: Sequence[bytes], places: Sequence[int]) -> bytes:
    last = len(before) - 1
    end_of_file = last if before[last] or after[last] else last - 1
    start = max(0, places[0] - _CONTEXT)
    end = min(end_of_file, places[-1] + _CONTEXT)
    size = end - start + 1
    written = [b"@@ -%d,%d +%d,%d @@\n" % (start + 1, size, start + 1, size)]
    taken: list[int] = []
    for number in range(start, end + 1):
        if before[number] != after[number]:
            taken.append(number)
            continue
        written += _changed(before, after, taken, last)
        taken = []
        written.append(_line(b" ", before[number], ends=number < last))
    written += _changed(before, after, taken, last)
    return b"".join(written)


def _changed(
    before: Sequence[bytes], after: Sequence[bytes], places: Sequence[int], last: int
) -> Iterator[bytes]:
    for sign, lines in ((b"-", before), (b"+", after)):
        yield from (_line(sign, lines[number], ends=number < last) for number in places)


def _line(sign: bytes, line: bytes, *, ends: bool) -> bytes:
    return sign + line + (b"\n" if ends else b"\n\\ No newline at end of file\n")


def _name(path: str) -> bytes:
    """Write a file's name as git does: in quotes where it holds what would mislead."""
    raw = path.encode("utf-8", "surrogateescape")
    if all(b" " <= bytes([b]) <= b"~" and b not in _ESCAPES for b in raw):
        return raw + (b"\t" if b" " in raw else b"")
    quoted = (_quoted(byte) for byte in raw)
    return f'"{"".join(quoted)}"'.encode()


def _quoted(byte: int) -> str:
    if byte in _ESCAPES:
        return f"\\{_ESCAPES[byte]}"
    return chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"  # noqa: PLR2004 - printable ASCII
