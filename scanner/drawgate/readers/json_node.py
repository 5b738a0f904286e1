"""A JSON document of somebody else's: each value knows where it stands, and errors say so."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from drawgate.core.errors import VexError
from drawgate.core.words import plain

_LONGEST: Final = 80
_WORDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "true or false"), (str, "a text"), (int, "a number"), (float, "a number"),
    (list, "a list"), (dict, "an object"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of a document."""

    value: Any
    source: str
    path: str = "$"

    def error(self, what: str, hint: str = "") -> VexError:
        """Make an error about this place."""
        return VexError(what, where=f"{self.source}: {self.path}", hint=hint)

    def of(self, kind: type) -> Any:  # noqa: ANN401 - a value of that kind
        """Give the value, which must be of this kind."""
        if not isinstance(self.value, kind):
            wanted = next(words for known, words in _WORDS if known is kind)
            raise self.error(f"is {_found(self.value)}, not {wanted}")
        return self.value

    def find(self, *keys: str) -> "Node | None":
        """Give what stands under these keys, one inside the other; None where a key is missing."""
        node = self
        for key in keys:
            inner = node.of(dict).get(key)
            if inner is None:
                return None
            node = Node(value=inner, source=self.source, path=f"{node.path}.{key}")
        return node

    def at(self, key: str) -> "Node":
        """Give what must be there."""
        node = self.find(key)
        if node is None:
            raise self.error(f"has no {key}")
        return node

    def items(self) -> "Iterator[Node]":
        """Give what is in a list."""
        for number, inner in enumerate(self.of(list)):
            yield Node(value=inner, source=self.source, path=f"{self.path}[{number}]")

    def each(self, key: str) -> "Iterator[Node]":
        """Give what is in a list that may be missing."""
        node = self.find(key)
        return iter(()) if node is None else node.items()

    def text(self) -> str:
        """Give a text that is not empty."""
        text: str = self.of(str)
        if not text.strip():
            raise self.error("is an empty text")
        return text.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the texts of a list that may be missing."""
        return tuple(item.text() for item in self.each(key))

    def word(self, key: str) -> str:
        """Give a text that may be missing."""
        node = self.find(key)
        return "" if node is None else plain(node.of(str))

    def version(self, key: str) -> str:
        """Give a version that may be missing: some formats count, others write."""
        node = self.find(key)
        if node is None:
            return ""
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            return str(node.value)
        return node.text()

    def among(self, words: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what the table holds
        """Give what the table has for a text."""
        text = self.text()
        if text not in words:
            raise self.error(f"is {shown(text)}", f"known are {', '.join(words)}")
        return words[text]

    def moment(self, key: str) -> str:
        """Give a date-time that may be missing, in UTC and to the second."""
        node = self.find(key)
        if node is None:
            return ""
        try:
            moment = datetime.fromisoformat(node.text())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        except (ValueError, OverflowError) as error:
            raise node.error("is no date-time", "as in 2026-11-21T06:00:00Z") from error


def load(data: bytes, source: str) -> Node:
    """Read JSON. VexError: it is none, or says two things under one name."""
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError as error:
        raise VexError("is not UTF-8 text", where=source) from error
    except json.JSONDecodeError as error:
        where = f"{source}: line {error.lineno}, column {error.colno}"
        raise VexError("is no JSON", where=where, hint=error.msg) from error
    except RecursionError as error:
        raise VexError("is nested too deeply to be read", where=source) from error
    except ValueError as error:
        raise VexError(f"is no JSON to rely on: {error}", where=source) from error
    return Node(value=value, source=source)


def shown(text: str) -> str:
    """Repeat another one's word in a sentence, short and safe."""
    return repr(plain(text)[:_LONGEST])


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has the name {shown(twice)} twice")
    return found


def _constant(text: str) -> float:
    raise ValueError(f"{text} is no number of JSON")


def _found(value: object) -> str:
    return next((words for kind, words in _WORDS if isinstance(value, kind)), "nothing")
