"""A JSON document of any size, read value by value from a file.

Where a value ends is not guessed: msgspec decodes the rest of the buffer as one raw value, in C,
and says at which byte something follows it. So a value is either complete and sound, or the
buffer grows, or it is an error.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec

from drawgate.core.errors import LogError
from drawgate.sarif.decode import as_words, decode
from drawgate.sarif.foreign import strip_bom


class Anything(msgspec.Struct):
    """Any JSON object, looked over and not kept."""


Begin = Callable[[bytes, str], bytes]
"""Looks at the first bytes of a file of this name, and gives them without a byte order mark."""

_PIECE: Final = 4 << 20
"""Bytes read at a time."""
_RAW: Final = msgspec.json.Decoder(msgspec.Raw)
_OBJECTS: Final = msgspec.json.Decoder(list[Anything])
_GAP: Final = re.compile(rb"[ \t\n\r]*,[ \t\n\r]*\{[^}]{8}")
"""What stands between two objects, and the first bytes of the second: they are often alike."""
_GUESSES: Final = 4
_SINGLES: Final = 1000
"""How many objects are taken one by one before guessing again."""
_TRAILING: Final = re.compile(r"trailing characters \(byte (\d+)\)")
_TRUNCATED: Final = "truncated"
_BYTE: Final = re.compile(r" \(byte (\d+)\)")
_IN_NUMBERS: Final = b"0123456789+-.eE"
"""A number cut behind one of these is called malformed, not truncated: read on, then judge."""
_BLANKS: Final = b" \t\n\r"
_BLANK: Final = re.compile(rb"[ \t\n\r]*")


class Stream:
    """A cursor in a JSON file. Offsets count bytes of the file.

    LogError: the document is not JSON, or ends too early; with the file's name and the offset.
    """

    def __init__(
        self, file: BinaryIO, name: str, piece: int = _PIECE, begin: Begin = strip_bom
    ) -> None:
        self.name = name
        self._file = file
        self._piece = piece
        first = file.read(piece)
        self._buffer = begin(first, name)
        self._base = len(first) - len(self._buffer)
        self._at = 0
        self._ended = len(first) < piece

    @property
    def offset(self) -> int:
        """Where the next value, or what stands between values, begins."""
        return self._base + self._at

    def peek(self) -> bytes:
        """Give the next byte that is no blank; empty at the end of the file."""
        while True:
            match = _BLANK.match(self._buffer, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._buffer) or not self._grow():
                return self._buffer[self._at : self._at + 1]

    def members(self) -> Iterator[str]:
        """Give the keys of an object; whoever asks must take each value before the next key."""
        for _ in self._items(b"{", b"}"):
            if self.peek() != b'"':
                raise self.error("a key in quotes was expected")
            key = decode(self.value(), self.name, str)
            self._take(b":")
            yield key

    def elements(self) -> Iterator[int]:
        """Give the positions of an array; whoever asks must take each value."""
        return self._items(b"[", b"]")

    def rows(self, size: int) -> Iterator[tuple[int, bytes, int]]:
        """Give an array of objects in rows of about `size` bytes: offset, bytes, number of objects.

        A row is one object, or as many as end before a place that looks like the gap between two.
        Looks can deceive, but not the decoder: cut anywhere else than between two elements, the
        row would not be a sound array.
        """
        gap, singles = b"", 0
        for _ in self._items(b"[", b"]"):
            if self.peek() != b"{":
                raise self.error("an object was expected")
            start, count = self.offset, 0
            if gap and not singles:
                count = self._take_row(gap, size)
                singles = 0 if count else _SINGLES
            if count:
                yield start, self._buffer[start - self._base : self._at], count
                continue
            value = self.value()
            singles = max(singles - 1, 0)
            match = _GAP.match(self._buffer, self._at)
            gap = b"}" + match[0] if match else gap
            yield start, value, 1

    def value(self) -> bytes:
        """Take one value, as the bytes it is written in."""
        self.peek()
        while True:
            length = self._measure()
            if length is not None:
                start = self._at
                self._at += length
                return self._buffer[start : self._at].rstrip(_BLANKS)
            if not self._grow():
                raise self.error("the file ends in the middle of a value")

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.peek():
            raise self.error("something follows the end of the document")

    def error(self, what: str) -> LogError:
        """Say what is wrong here."""
        return LogError(what, where=f"{self.name}: byte {self.offset}")

    def _items(self, opening: bytes, closing: bytes) -> Iterator[int]:
        self._take(opening)
        number = 0
        while self.peek() != closing:
            if number:
                self._take(b",")
            yield number
            number += 1
        self._take(closing)

    def _take(self, expected: bytes) -> None:
        found = self.peek()
        if found != expected:
            shown = repr(found.decode("latin-1")) if found else "the end of the file"
            raise self.error(f"{expected.decode()!r} was expected, not {shown}")
        self._at += 1

    def _take_row(self, gap: bytes, size: int) -> int:
        """Take all objects before the last gaps within `size`; give how many they are, or 0."""
        while len(self._buffer) - self._at < size and self._grow():
            pass
        end = self._at + size
        for _ in range(_GUESSES):
            end = self._buffer.rfind(gap, self._at, end)
            if end < 0:
                return 0
            row = b"[%b]" % self._buffer[self._at : end + 1]
            with suppress(msgspec.MsgspecError, RecursionError):
                count = len(_OBJECTS.decode(row))
                self._at = end + 1
                return count
        return 0

    def _measure(self) -> int | None:
        """Give the length of the value at the cursor; None when the buffer ends within it."""
        try:
            _RAW.decode(memoryview(self._buffer)[self._at :])
        except (msgspec.DecodeError, RecursionError) as error:
            message = str(error)
            match = _TRAILING.search(message)
            if match:
                return int(match[1]) - 1  # msgspec counts the byte that is too much
            if _TRUNCATED in message or (not self._ended and self._buffer[-1:] in _IN_NUMBERS):
                return None
            inner = _BYTE.search(message)
            words = as_words(error).replace(inner[0] if inner else "\0", "")
            place = f"{self.name}: byte {self.offset + int(inner[1] if inner else 0)}"
            raise LogError(words, where=place) from error
        # Nothing follows: a number might go on in the part of the file not read yet.
        return len(self._buffer) - self._at if self._ended else None

    def _grow(self) -> bool:
        """Drop what was taken and read on; twice as much when one value fills the buffer."""
        if self._ended:
            return False
        rest = self._buffer[self._at :]
        wanted = max(self._piece, len(rest))
        more = self._file.read(wanted)
        self._ended = len(more) < wanted
        self._base += self._at
        self._at = 0
        self._buffer = rest + more
        return bool(more)
