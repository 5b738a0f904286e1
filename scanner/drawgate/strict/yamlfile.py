"""YAML to nodes: scalars by the YAML 1.2 core schema, nothing repeated, nothing aliased."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import yaml

from drawgate.core.errors import DrawgateError
from drawgate.strict.echo import unquoted
from drawgate.strict.node import MAX_BYTES, MAX_DEPTH, Entry, Node, Place, Value, decode, read_bytes

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path, error: type[DrawgateError]) -> Node:
    """Read a YAML file; every problem is an `error` with the file, and the line if there is one."""
    return _parse(decode(read_bytes(path, error), str(path), error), str(path), error)


def parse_yaml(data: bytes, name: str, error: type[DrawgateError], most: int = MAX_BYTES) -> Node:
    """Read YAML from memory; `name` stands for the file in messages, `most` bounds its bytes."""
    return _parse(decode(data, name, error, most), name, error)


def _parse(text: str, name: str, error: type[DrawgateError]) -> Node:
    try:
        return _Composer(yaml.parse(text, Loader=_LOADER), name, error, text).document()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        what = f"is not valid YAML: {unquoted(str(problem.problem))}"
        raise error(what, where=place) from problem
    except yaml.YAMLError as problem:
        reason = getattr(problem, "reason", "") or problem
        raise error(f"is not valid YAML: {unquoted(str(reason))}", where=name) from problem


class _Composer:
    """Builds nodes from parser events.

    Working on events keeps PyYAML's constructors out: no tag can build an object, and `no`,
    `1:30` or `0777` stay what a reader takes them for (YAML 1.1 makes them false, 90 and 511).
    """

    def __init__(
        self, events: Iterator[yaml.Event], name: str, error: type[DrawgateError], text: str
    ) -> None:
        self._events = events
        self._name = name
        self._error = error
        self._text = text

    def document(self) -> Node:
        next(self._events)  # the start of the stream
        first = next(self._events)
        if isinstance(first, yaml.StreamEndEvent):
            raise self._error("is empty", where=self._name)
        root = self._node(next(self._events), 0)
        next(self._events)  # the end of the document
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            raise self._refuse(following, "a second document starts here", "keep one per file")
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self._refuse(event, f"is nested deeper than {MAX_DEPTH} levels")
        self._check_plain(event)
        match event:
            case yaml.ScalarEvent():
                return self._made(event, self._scalar(event))
            case yaml.SequenceStartEvent():
                return self._made(event, tuple(self._items(depth)))
            case _:
                return self._made(event, self._table(depth))

    def _check_plain(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            # An alias can hide what a reviewer must see, and a few lines of them fill the memory.
            raise self._refuse(event, "anchors and aliases are not allowed", "write it out")
        if getattr(event, "tag", None):
            raise self._refuse(event, "a tag is not allowed", "write the plain value")

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _table(self, depth: int) -> dict[str, Entry]:
        table: dict[str, Entry] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in table:
                before = table[key].place.line
                raise self._refuse(event, "this key stands here twice", f"line {before}")
            table[key] = Entry(
                place=self._place(event), node=self._node(next(self._events), depth + 1)
            )
        return table

    def _key(self, event: yaml.Event) -> str:
        self._check_plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self._refuse(event, "a key must be a text")
        return str(event.value)

    def _scalar(self, event: yaml.ScalarEvent) -> Value:
        text = str(event.value)
        if event.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
        if _ODD_NUMBER.fullmatch(text):
            raise self._refuse(event, "is a number to some readers", "put it in quotes")
        return text

    def _made(self, event: yaml.Event, value: Value) -> Node:
        return Node(value=value, place=self._place(event), error=self._error, source=self._text)

    def _place(self, event: yaml.Event) -> Place:
        mark = cast("yaml.Mark", event.start_mark)  # only None in events that a program makes
        return Place(file=self._name, line=mark.line + 1, column=mark.column + 1)

    def _refuse(self, event: yaml.Event, what: str, hint: str = "") -> DrawgateError:
        return self._error(what, where=str(self._place(event)), hint=hint)


_WORDS: Final[dict[str, Value]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
_ODD_NUMBER: Final = re.compile(
    r"[-+]?0x[0-9a-fA-F_]+|[-+]?0[ob][0-7_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+"
    r"|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
