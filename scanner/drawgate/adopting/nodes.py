"""Walking documents that other tools define: what has another shape than expected is passed by."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from drawgate.strict import Entry, Node

Words = Iterator[tuple[str, int]]
"""Texts with the lines they stand on."""


def table(node: Node | None) -> Mapping[str, Entry]:
    """Give a table's entries; nothing for what is none."""
    return node.value if node and isinstance(node.value, Mapping) else {}


def items(node: Node | None) -> tuple[Node, ...]:
    """Give a list's items; nothing for what is no list."""
    return node.value if node and isinstance(node.value, tuple) else ()


def words(node: Node | None) -> Words:
    """Give the texts and whole numbers of a list, or of one text with commas between them."""
    if node and isinstance(node.value, int) and not isinstance(node.value, bool):
        yield str(node.value), node.place.line
    if node and isinstance(node.value, str):
        yield from ((word.strip(), node.place.line) for word in node.value.split(","))
    for item in items(node):
        if isinstance(item.value, str | int):
            yield str(item.value), item.place.line


def text(node: Node | None) -> str:
    """Give a text, or an empty one."""
    return node.value if node and isinstance(node.value, str) else ""


def day(node: Node | None) -> str:
    """Give a date as `2027-01-31`; empty when there is none that can be read."""
    value = node.value if node else None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return day_of(value) if isinstance(value, str) else ""


def day_of(written: str) -> str:
    """Read a date, or the date of a date-time."""
    try:
        return datetime.fromisoformat(written.strip()).date().isoformat()
    except ValueError:
        return ""
