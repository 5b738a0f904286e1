"""A value of a document together with the place it stands at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Final

from drawgate.core.errors import DrawgateError
from drawgate.strict import echo

MAX_BYTES: Final = 1 << 20
"""A policy or configuration that people can review is far smaller."""

MAX_DEPTH: Final = 32
"""Levels of nesting; no shape of ours needs half as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file. Lines and columns (characters) count from 1.

    Line 0 means a source without lines, such as a variable of the environment.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Write it as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a table: where its key stands, and its value."""

    place: Place
    node: "Node"


Value = str | int | float | bool | date | time | tuple["Node", ...] | Mapping[str, Entry] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value, its place, and the error class its reader raises for it."""

    value: Value
    place: Place
    error: type[DrawgateError]
    source: str = ""
    """The document's text, of texts in YAML: whoever reads them on can tell places inside."""

    def wrong(self, what: str, *, hint: str = "", place: Place | None = None) -> DrawgateError:
        """Make the error to raise about this value."""
        return self.error(what, where=str(place or self.place), hint=hint)

    def at(self, *keys: str) -> "Node | None":
        """Follow keys down nested tables; None where one is missing or is no table."""
        node = self
        for key in keys:
            if not isinstance(node.value, Mapping) or key not in node.value:
                return None
            node = node.value[key].node
        return node

    @property
    def found(self) -> str:
        """Say in words what sort of value stands here, for messages."""
        match self.value:
            case None:
                words = "nothing"
            case bool():
                words = f"the word {str(self.value).lower()}"
            case str():
                words = "a text" if self.value.strip() else "an empty text"
            case int() | float():
                short = echo.short_number(self.value)
                words = f"the number{short}" if short else "a number"
            case tuple():
                words = "a list"
            case Mapping():
                words = "a table"
            case _:
                words = "a date or time"
        return words


def read_bytes(path: Path, error: type[DrawgateError]) -> bytes:
    """Read a whole file of ours or the user's, up to one byte over the limit."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as problem:
        raise error(f"can't be read: {problem.strerror}", where=str(path)) from problem


def decode(data: bytes, name: str, error: type[DrawgateError], most: int = MAX_BYTES) -> str:
    """Turn a document's bytes into text: UTF-8 within the size limit, or an error."""
    if len(data) > most:
        raise error(f"is larger than {most} bytes", where=name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise error("is not UTF-8 text", where=f"{name}:{line}") from problem
