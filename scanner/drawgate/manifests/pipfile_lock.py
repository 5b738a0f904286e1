"""Reads Pipfile.lock."""

import json
import re
from collections.abc import Iterator
from typing import Final

import msgspec

from drawgate.core.dependency import Graph, Node, Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.limits import affordable
from drawgate.manifests.reading import (
    UNPINNED,
    Reading,
    account,
    elsewhere,
    local,
    locked,
    refused,
    roots_of,
)
from drawgate.manifests.scopes import of_group

_ELSEWHERE: Final = ("git", "hg", "svn", "bzr", "file")
_KEY: Final = re.compile(r'\s*"([^"\\]+)"\s*:\s*\{')
_PIN: Final = re.compile(r"={2,3}\s*(\S+)")


def read(path: str, text: str) -> Reading:
    """Give the pins of all categories of a Pipfile.lock; ValueError when it is not one."""
    lock = msgspec.convert(json.loads(text), dict[str, dict[str, object]])
    if "_meta" not in lock:
        raise ValueError("a Pipfile.lock has _meta")
    entries = list(affordable(_entries(lock), lambda entry: len(entry[0])))
    lines = _key_lines(text)
    found = [_entry(name, entry, path, lines.get(name)) for name, entry in entries]
    graph = Graph(manifest=path, nodes=_nodes(lock))
    return account(found, names=(name for name, _ in entries), graph=graph)


def _nodes(lock: dict[str, dict[str, object]]) -> tuple[Node, ...]:
    """Say what each is there for; who needs whom the file does not tell."""
    named = (
        (name, of_group(c)) for c, packages in lock.items() if c != "_meta" for name in packages
    )
    return tuple(Node(name=name, scope=scope) for name, scope in roots_of(named))


def _entries(lock: dict[str, dict[str, object]]) -> Iterator[tuple[str, dict[str, object]]]:
    for category, packages in lock.items():
        if category != "_meta":
            yield from msgspec.convert(packages, dict[str, dict[str, object]]).items()


def _entry(
    name: str, entry: dict[str, object], path: str, line: int | None
) -> Pin | NotAssessed | None:
    for key in _ELSEWHERE:
        if key in entry:
            reason = f"{elsewhere(key)}, so its version says nothing certain"
            return refused(f"{name} {entry[key]}", reason, path, line)
    if "path" in entry:
        return local(name, str(entry["path"]), path, line)
    match = _PIN.fullmatch(str(entry.get("version", "")))
    if match is None or match[1].endswith(".*"):
        return refused(name, UNPINNED, path, line)
    return locked(name, match[1], path, line)


def _key_lines(text: str) -> dict[str, int]:
    """Give the line of each `"name": {`, the first where there are several."""
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        match = _KEY.match(line)
        if match:
            lines.setdefault(match[1], number)
    return lines
