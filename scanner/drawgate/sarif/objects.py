"""Plain JSON objects: comparing them, and adding one to another without losing a property."""

from collections.abc import Container, Iterator
from typing import Any

import msgspec

Json = dict[str, Any]


def encode(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Encode in one way only, so that equal values are equal bytes."""
    return msgspec.json.encode(value, order="deterministic")


class Joint:
    """A JSON object that others are added to without losing a property.

    It remembers what it holds, so that adding takes as long as what is added is.
    """

    def __init__(self, mine: Json) -> None:
        self.mine = mine
        self._items: dict[str, set[bytes]] = {}
        self._kept: dict[str, set[bytes]] = {}
        self._last: dict[str, int] = {}

    def add(self, theirs: Json) -> None:
        """Add an object's properties: arrays are joined, and nothing is overwritten.

        What both say differently is kept under `properties`: ours in its place, theirs as
        `NAME/2`.
        """
        for name, value in theirs.items():
            if name not in self.mine:
                self.mine[name] = value
            elif name == "properties" and isinstance(value, dict):
                for key, held in value.items():
                    self._keep(key, key, held)
            elif isinstance(value, list) and isinstance(self.mine[name], list):
                self._join(name, value)
            elif self.mine[name] != value:
                self._keep(f"drawgate/{name}", "", value)

    def _join(self, name: str, value: list[Any]) -> None:
        """Add the elements that were not there before; equal ones of one side all stay."""
        if name not in self._items:
            self._items[name] = set(map(encode, self.mine[name]))
        known = self._items[name]
        coded = [(encode(item), item) for item in value]
        self.mine[name] += [item for code, item in coded if code not in known]
        known.update(code for code, _ in coded)

    def _keep(self, name: str, first: str, value: Any) -> None:  # noqa: ANN401 - any JSON
        """Keep a value under the first name that is free, unless one of them holds it."""
        properties = self.mine.setdefault("properties", {})
        if name not in self._kept:
            self._kept[name] = {encode(held) for held in _held(properties, name, first)}
        code = encode(value)
        if code not in self._kept[name]:
            self._kept[name].add(code)
            free = first and first not in properties
            properties[first if free else free_name(name, properties, self._last)] = value


def free_name(name: str, taken: Container[str], last: dict[str, int] | None = None) -> str:
    """Give `NAME/2`, or the next number that is free; `last` remembers where it was found."""
    last = {} if last is None else last
    number = last.get(name, 1) + 1
    while f"{name}/{number}" in taken:
        number += 1
    last[name] = number
    return f"{name}/{number}"


def _held(properties: Json, name: str, first: str) -> Iterator[Any]:
    """Give what stands under the names that a value may be kept under."""
    if first in properties:
        yield properties[first]
    number = 2
    while f"{name}/{number}" in properties:
        yield properties[f"{name}/{number}"]
        number += 1
