"""TOML to nodes: tomllib reads the values, a walk over the same text finds their places."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from drawgate.core.errors import DrawgateError
from drawgate.strict.echo import unquoted
from drawgate.strict.node import MAX_DEPTH, Entry, Node, Place, decode, read_bytes

_Path = tuple[str | int, ...]


def load_toml(path: Path, error: type[DrawgateError]) -> Node:
    """Read a TOML file; every problem is an `error` with the file, and the line if there is one."""
    return _parse(decode(read_bytes(path, error), str(path), error), str(path), error)


def parse_toml(data: bytes, name: str, error: type[DrawgateError]) -> Node:
    """Read TOML from memory; `name` stands for the file in messages."""
    return _parse(decode(data, name, error), name, error)


def _parse(text: str, name: str, error: type[DrawgateError]) -> Node:
    text = text.replace("\r\n", "\n")
    try:
        document = tomllib.loads(checked(text))
        return _Builder(text, name, error).node(document, (), 0)
    except tomllib.TOMLDecodeError as problem:
        reason, place = _told(unquoted(str(problem)))
        raise error(f"is not valid TOML: {reason}", where=f"{name}{place}") from problem
    except ValueError as problem:
        raise error(f"is not valid TOML: {unquoted(str(problem))}", where=name) from problem
    except RecursionError as problem:
        raise error(f"is nested deeper than {MAX_DEPTH} levels", where=name) from problem


def checked(text: str) -> str:
    """Give the text back; ValueError for a line on which tomllib would take quadratic time.

    It copies every prefix of a dotted key. No key has so many parts, and no line of a file
    that people write so many dots.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        dots = line.count(".")
        if dots > _MAX_BARE_DOTS and (
            dots > _MAX_DOTS or _QUOTED.sub("", line).count(".") > _MAX_BARE_DOTS
        ):
            raise ValueError(f"line {number} has too many dots")
    return text


def _told(message: str) -> tuple[str, str]:
    """Take tomllib's message apart; Python 3.11 keeps the place in the text only."""
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    if not match:
        return message, ""
    reason, line, column = match.groups()
    return (reason, f":{line}:{column}") if line else (f"{reason} at its end", "")


class _Builder:
    """Joins what tomllib read with where the walk found it."""

    def __init__(self, text: str, name: str, error: type[DrawgateError]) -> None:
        self._starts = (0, *(match.end() for match in re.finditer("\n", text)))
        self._name = name
        self._error = error
        self._keys, self._values = _Walk(text).offsets()

    def node(self, value: Any, path: _Path, offset: int) -> Node:  # noqa: ANN401 - from tomllib
        here = self._values.get(path, self._keys.get(path, offset))
        if len(path) > MAX_DEPTH:
            what = f"is nested deeper than {MAX_DEPTH} levels"
            raise self._error(what, where=str(self._place(here)))
        match value:
            case dict():
                made: Any = {key: self._entry(v, (*path, key), here) for key, v in value.items()}
            case list():
                made = tuple(self.node(v, (*path, i), here) for i, v in enumerate(value))
            case _:
                made = value
        return Node(value=made, place=self._place(here), error=self._error)

    def _entry(self, value: Any, path: _Path, parent: int) -> Entry:  # noqa: ANN401 - as above
        key = self._keys.get(path, parent)
        return Entry(place=self._place(key), node=self.node(value, path, key))

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        return Place(file=self._name, line=line, column=column)


class _Walk:
    """Finds where keys and values start, in a text that tomllib has accepted.

    Because the text is known to be valid, the walk needs to tell things apart only as far as
    their ends go: strings, lists, inline tables and everything else (TOML 1.0).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._keys: dict[_Path, int] = {}
        self._values: dict[_Path, int] = {}
        self._lists: dict[_Path, int] = {}
        """Arrays of tables, and the index of the last table in each."""

    def offsets(self) -> tuple[Mapping[_Path, int], Mapping[_Path, int]]:
        table: _Path = ()
        self._skip(_SPACE)
        while self._at < len(self._text):
            table = self._header() if self._text[self._at] == "[" else self._pair(table)
            self._skip(_SPACE)
        return self._keys, self._values

    def _header(self) -> _Path:
        several = self._text.startswith("[[", self._at)
        start = self._at
        self._at += 2 if several else 1
        path = self._key((), follow=True)
        self._skip(_CLOSING)
        if several:
            self._keys.setdefault(path, start)
            index = self._lists[path] = self._lists.get(path, -1) + 1
            path = (*path, index)
        self._keys.setdefault(path, start)
        self._values[path] = start
        return path

    def _pair(self, table: _Path) -> _Path:
        path = self._key(table, follow=False)
        self._skip(_EQUALS)
        self._value(path)
        return table

    def _key(self, above: _Path, *, follow: bool) -> _Path:
        path = above
        while True:
            if follow and path in self._lists:
                path = (*path, self._lists[path])
            self._skip(_BLANK)
            start = self._at
            token = self._skip(_KEY)
            path = (*path, _plain(token))
            self._keys.setdefault(path, start)
            if not self._skip(_DOT):
                return path

    def _value(self, path: _Path) -> None:
        self._values[path] = self._at
        match self._text[self._at]:
            case "[":
                self._items(path)
            case "{":
                self._inline(path)
            case _:
                self._skip(_SCALAR)

    def _items(self, path: _Path) -> None:
        self._at += 1
        index = 0
        while not self._closed("]"):
            self._value((*path, index))
            index += 1

    def _inline(self, path: _Path) -> None:
        self._at += 1
        while not self._closed("}"):
            self._pair(path)

    def _closed(self, end: str) -> bool:
        self._skip(_BETWEEN)
        if self._text[self._at] != end:
            return False
        self._at += 1
        return True

    def _skip(self, expression: re.Pattern[str]) -> str:
        match = expression.match(self._text, self._at)
        if not match:
            return ""
        self._at = match.end()
        return match.group()


def _plain(token: str) -> str:
    """Undo a key's quotes."""
    if token[0] in "\"'":
        return str(tomllib.loads(f"key = {token}")["key"])
    return token


_MAX_DOTS: Final = 500
_MAX_BARE_DOTS: Final = 100
"""Dots outside of quotes, as far as one line can tell; inside they cost nothing."""
_QUOTED: Final = re.compile(r"\"[^\"\\]*\"|'[^']*'")
_SPACE: Final = re.compile(r"(?:[ \t\n]|#[^\n]*)+")
_BLANK: Final = re.compile(r"[ \t]+")
_BETWEEN: Final = re.compile(r"(?:[ \t\n,]|#[^\n]*)+")
_CLOSING: Final = re.compile(r"[ \t]*\]\]?")
_EQUALS: Final = re.compile(r"[ \t]*=[ \t]*")
_DOT: Final = re.compile(r"[ \t]*\.")
_KEY: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[A-Za-z0-9_-]+')
_SCALAR: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''[\s\S]*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\d{4}-\d\d-\d\d [0-9:.Zz+-]+"
    r"|[^,\]}\s#]+",
    re.DOTALL,
)
