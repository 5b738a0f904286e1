"""Changes of lines as a unified patch that `git apply` and `patch -p1` take, byte for byte.

What stands beside a change is shown with it, so that it is found again; a line with a credential
is not.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

_CONTEXT: Final = 3
_ESCAPES: Final = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def unified(
    changes: Mapping[str, tuple[bytes, bytes]],
    hidden: Mapping[str, Collection[int]] = MappingProxyType({}),
) -> bytes:
    """Write a patch of files by path, old and new; both have the same number of lines.

    `hidden` are lines (from 1) that are not shown; raises ValueError where one would have to be.
    """
    return b"".join(_file(path, *changes[path], hidden.get(path, ())) for path in sorted(changes))


def _file(path: str, old: bytes, new: bytes, hidden: Collection[int]) -> bytes:
    before, after = old.split(b"\n"), new.split(b"\n")
    if len(before) != len(after):
        raise ValueError("a change must keep the number of lines")
    places = [n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    if not places:
        return b""
    unseen = frozenset(number - 1 for number in hidden)
    head = b"--- %s\n+++ %s\n" % (_name(f"a/{path}"), _name(f"b/{path}"))
    hunks = (_hunk(before, after, group, unseen) for group in _groups(places, unseen))
    return head + b"".join(hunks)


def _groups(places: Sequence[int], unseen: frozenset[int]) -> Iterator[list[int]]:
    """Put changes together whose contexts touch."""
    group = [places[0]]
    for place in places[1:]:
        apart = place - group[-1] > 2 * _CONTEXT
        if apart or not unseen.isdisjoint(range(group[-1], place)):
            yield group
            group = []
        group.append(place)
    yield group


def _hunk(
    before: Sequence[bytes], after: Sequence[bytes], places: Sequence[int], unseen: frozenset[int]
) -> bytes:
    last = len(before) - 1
    end_of_file = last if before[last] or after[last] else last - 1
    start = _reach(places[0], -1, 0, unseen)
    end = _reach(places[-1], 1, end_of_file, unseen)
    if end == places[-1] < end_of_file or not unseen.isdisjoint(places):
        # Git takes what nothing follows for the end of the file.
        raise ValueError("a line that may not be shown stands there")
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


def _reach(place: int, step: int, furthest: int, unseen: frozenset[int]) -> int:
    """Give the last line of the context in one direction."""
    for _ in range(_CONTEXT):
        if place == furthest or place + step in unseen:
            break
        place += step
    return place


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
