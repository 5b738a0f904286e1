"""Writes a pack out as one YAML document, each key with the file and line that it came from."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from drawgate.policy.layers import Joined
from drawgate.strict import Entry, Node, Place

_ORDER: Final = (
    "apiVersion", "id", "version", "title", "extends", "sla", "rules", "require", "waivers", "vex"
)  # fmt: skip
"""Keys of a pack as readers expect them; a pack's tests are its own affair."""
_COLUMN: Final = 72
"""Where the origins stand, if what is before them leaves room."""


def show(joined: Joined, digest: str) -> Iterator[str]:
    """Give the lines: a pack that judges as this one does, and where each key stands."""
    yield f"# digest: sha256:{digest}"
    for layer in joined.layers:
        yield f"# extends: {layer.name} sha256:{layer.digest}"
    table = joined.node.value if isinstance(joined.node.value, Mapping) else {}
    known = {key: table[key] for key in _ORDER if key in table}
    for line, place in _table(known, 0):
        yield _with(line, place, joined.labels)


def origin(place: Place, labels: Mapping[str, str]) -> str:
    """Name a place as people know it: `base.yaml:12`, `default (built in):40`."""
    return f"{labels.get(place.file, place.file)}:{place.line}"


_Line = tuple[str, Place | None]


def _table(entries: Mapping[str, Entry], indent: int) -> Iterator[_Line]:
    for key, entry in entries.items():
        start = f"{'':{indent}}{_text(key)}:"
        value = entry.node.value
        if isinstance(value, Mapping) and value:
            yield start, None
            yield from _table(value, indent + 2)
        elif isinstance(value, tuple) and any(_is_table(item) for item in value):
            yield start, None
            yield from _list(value, indent + 2)
        else:
            yield f"{start} {_inline(entry.node)}", entry.place


def _list(items: tuple[Node, ...], indent: int) -> Iterator[_Line]:
    for item in items:
        lines = _table(item.value, indent + 2) if isinstance(item.value, Mapping) else ()
        for number, (line, place) in enumerate(lines):
            dash = f"{'':{indent}}- {line[indent + 2 :]}"
            yield (line if number else dash), place


def _is_table(node: Node) -> bool:
    return isinstance(node.value, Mapping)


def _inline(node: Node) -> str:
    if isinstance(node.value, tuple):
        return f"[{', '.join(map(_inline, node.value))}]"
    return _text(node.value) if isinstance(node.value, str) else json.dumps(node.value)


def _text(text: str) -> str:
    """Leave the plainest of words as they are; JSON's quotes are YAML's."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


_PLAIN: Final = re.compile(r"(?!(?:true|false|null|yes|no|on|off|y|n)\Z)[A-Za-z][A-Za-z0-9_./-]*")


def _with(line: str, place: Place | None, labels: Mapping[str, str]) -> str:
    return f"{line:<{_COLUMN}}  # {origin(place, labels)}" if place else line
