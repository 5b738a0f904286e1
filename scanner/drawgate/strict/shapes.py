"""What a document may look like: each shape reads a node and knows its own JSON Schema.

One definition serves the reader and the editor, so that the two can't drift apart.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar, cast

from drawgate.core.errors import DrawgateError
from drawgate.strict.echo import named, suggestion
from drawgate.strict.node import Entry, Node

T = TypeVar("T")
U = TypeVar("U")
E = TypeVar("E", bound=StrEnum)
K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(Generic[T]):
    """How to read one node. `read` raises the node's own error for anything else."""

    read: Callable[[Node], T]
    schema: Mapping[str, Any]

    def __call__(self, node: Node) -> T:
        """Read a node."""
        return self.read(node)

    def about(self, description: str) -> "Shape[T]":
        """Add the sentence that editors show."""
        return dataclasses.replace(self, schema={"description": description, **self.schema})

    def then(self, change: Callable[[T], U]) -> "Shape[U]":
        """Read, then change the value; a ValueError of `change` becomes the node's error."""

        def read(node: Node) -> U:
            return _called(node, change, self.read(node))

        return Shape(read=read, schema=self.schema)


def pattern(expression: str, wanted: str) -> Shape[str]:
    """Read a text that matches all of `expression`; `wanted` says in words what that is."""

    def read(node: Node) -> str:
        if isinstance(node.value, str) and re.fullmatch(expression, node.value):
            return node.value
        raise _unexpected(node, wanted)

    return Shape(read=read, schema={"type": "string", "pattern": f"^(?:{expression})$"})


def integer(minimum: int) -> Shape[int]:
    """Read a whole number of at least `minimum`."""

    def read(node: Node) -> int:
        # A bool is an int in Python, and neither in YAML nor in TOML.
        if type(node.value) is int and node.value >= minimum:
            return node.value
        raise _unexpected(node, f"a whole number of at least {minimum}")

    return Shape(read=read, schema={"type": "integer", "minimum": minimum})


def number(minimum: float, maximum: float) -> Shape[float]:
    """Read a number between two bounds, both included."""

    def read(node: Node) -> float:
        if type(node.value) in (int, float) and minimum <= cast("float", node.value) <= maximum:
            return cast("float", node.value)
        raise _unexpected(node, f"a number from {minimum:g} to {maximum:g}")

    return Shape(read=read, schema={"type": "number", "minimum": minimum, "maximum": maximum})


def choice(*words: str) -> Shape[str]:
    """Read one of some words."""

    def read(node: Node) -> str:
        if isinstance(node.value, str) and node.value in words:
            return node.value
        wanted = " or ".join(words) if len(words) <= _FEW else "a known word"
        raise _unknown_word(node, wanted, words)

    return Shape(read=read, schema={"enum": list(words)})


def member_of(words: type[E]) -> Shape[E]:
    """Read a member of an enumeration by its value."""
    return choice(*(word.value for word in words)).then(words)


def list_of(item: Shape[T], *, key: Callable[[T], str] | None = None) -> Shape[tuple[T, ...]]:
    """Read a list with at least one item and none twice; `key` tells what makes two the same."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node.value, tuple) or not node.value:
            raise _unexpected(node, "a list with at least one item")
        return _distinct(node.value, item, key)

    schema = {"type": "array", "items": item.schema, "minItems": 1, "uniqueItems": True}
    return Shape(read=read, schema=schema)


def one_or_more(item: Shape[T]) -> Shape[tuple[T, ...]]:
    """Read one value, or a list of such values."""
    several = list_of(item)

    def read(node: Node) -> tuple[T, ...]:
        return several(node) if isinstance(node.value, tuple) else (item(node),)

    return Shape(read=read, schema={"anyOf": [item.schema, several.schema]})


def table_of(key: Shape[K], value: Shape[T]) -> Shape[Mapping[K, T]]:
    """Read a table whose keys all have one shape, and its values another."""

    def read(node: Node) -> Mapping[K, T]:
        return {
            key(Node(value=name, place=entry.place, error=node.error)): value(entry.node)
            for name, entry in entries(node).items()
        }

    schema = {
        "type": "object",
        "propertyNames": key.schema,
        "additionalProperties": value.schema,
    }
    return Shape(read=read, schema=schema)


def record(build: type[T], shapes: Mapping[str, Shape[Any]]) -> Shape[T]:
    """Read a table into a dataclass.

    A key `apiVersion` or `output-dir` fills the field `api_version` or `output_dir`. Fields
    without a default are required. A ValueError of `__post_init__` becomes the table's error.
    """
    required = [key for key in shapes if _attribute(key) in _without_default(build)]

    def read(node: Node) -> T:
        given = entries(node)
        for key, entry in given.items():
            if key not in shapes:
                what = f"unknown key{named(key, shapes)}"
                raise node.wrong(what, hint=suggestion(key, shapes), place=entry.place)
        if missing := [key for key in required if key not in given]:
            raise node.wrong(f"the key {missing[0]!r} is missing")
        values = {_attribute(key): shapes[key](entry.node) for key, entry in given.items()}
        return _called(node, lambda fields: build(**fields), values)

    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {key: shape.schema for key, shape in shapes.items()},
    }
    return Shape(read=read, schema=schema)


def entries(node: Node) -> Mapping[str, Entry]:
    """Give a table's entries, or raise the node's error."""
    if isinstance(node.value, Mapping):
        return node.value
    raise _unexpected(node, "a table")


def _read_text(node: Node) -> str:
    if isinstance(node.value, str) and node.value.strip():
        return node.value
    hint = "" if isinstance(node.value, str | tuple | Mapping) else "put it in quotes"
    raise _unexpected(node, "a text", hint)


def _read_boolean(node: Node) -> bool:
    if isinstance(node.value, bool):
        return node.value
    raise _unexpected(node, "true or false")


text = Shape(read=_read_text, schema={"type": "string", "pattern": r"\S"})
boolean = Shape(read=_read_boolean, schema={"type": "boolean"})

_FEW = 4


def _distinct(
    nodes: tuple[Node, ...], item: Shape[T], key: Callable[[T], str] | None
) -> tuple[T, ...]:
    values: list[T] = []
    seen: dict[object, int] = {}
    for node in nodes:
        value = item(node)
        same = key(value) if key else value
        if same in seen:
            raise node.wrong("stands in this list twice", hint=f"line {seen[same]}")
        values.append(value)
        seen[same] = node.place.line
    return tuple(values)


def _called(node: Node, call: Callable[[T], U], value: T) -> U:
    try:
        return call(value)
    except ValueError as problem:
        raise node.wrong(str(problem)) from problem


def _unexpected(node: Node, wanted: str, hint: str = "") -> DrawgateError:
    return node.wrong(f"expected {wanted}, found {node.found}", hint=hint)


def _unknown_word(node: Node, wanted: str, words: tuple[str, ...]) -> DrawgateError:
    if not isinstance(node.value, str):
        return _unexpected(node, wanted)
    name = named(node.value, words)
    found = f"the text{name}" if name else node.found
    return node.wrong(f"expected {wanted}, found {found}", hint=suggestion(node.value, words))


def _attribute(key: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", key).replace("-", "_").lower()


def _without_default(build: type[Any]) -> set[str]:
    return {
        field.name
        for field in dataclasses.fields(build)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
