"""Plain JSON objects: comparing them, and adding one to another without losing a property."""

from collections.abc import Container
from typing import Any

import msgspec

Json = dict[str, Any]


def encode(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Encode in one way only, so that equal values are equal bytes."""
    return msgspec.json.encode(value, order="deterministic")


def fold_objects(mine: Json, theirs: Json) -> None:
    """Add another object's properties: arrays are joined, and nothing is overwritten.

    What both say differently is kept under `properties`: ours in its place, theirs as `NAME/2`.
    """
    for name, value in theirs.items():
        if name not in mine:
            mine[name] = value
        elif name == "properties" and isinstance(value, dict):
            for key, held in value.items():
                _keep(mine[name], key, key, held)
        elif isinstance(value, list) and isinstance(mine[name], list):
            known = {encode(item) for item in mine[name]}
            mine[name] += [item for item in value if encode(item) not in known]
        elif mine[name] != value:
            _keep(mine.setdefault("properties", {}), f"drawgate/{name}", "", value)


def free_name(name: str, taken: Container[str], last: dict[str, int] | None = None) -> str:
    """Give `NAME/2`, or the next number that is free; `last` remembers where it was found."""
    last = {} if last is None else last
    number = last.get(name, 1) + 1
    while f"{name}/{number}" in taken:
        number += 1
    last[name] = number
    return f"{name}/{number}"


def _keep(properties: Json, name: str, first: str, value: Any) -> None:  # noqa: ANN401 - any JSON
    """Keep a value under the first name that is free or holds the same value."""
    number = 2
    key = first or f"{name}/{number}"
    while key in properties and properties[key] != value:
        key = f"{name}/{number}"
        number += 1
    properties[key] = value
