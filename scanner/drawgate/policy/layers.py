"""Joins a pack with those that it extends, before anything of it is read as a pack.

What is joined are the documents, place by place, so that each key still knows the file and line
that it came from: errors point there, and `drawgate policy show` prints it.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from drawgate import strict
from drawgate.core.errors import DrawgateError, PolicyError
from drawgate.policy.language import EXTENDS
from drawgate.policy.layer import Layer
from drawgate.strict import Entry, Node

MAX_DEPTH: Final = 8
"""Packs between a pack and the last one that it stands on."""
MAX_FILES: Final = 32
"""Files that one pack may be made of."""

_MERGED: Final = ("require", "sla", "waivers", "vex")
"""Tables that are joined key by key; of rules, a later one takes the place of its namesake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a pack is: a file, and what people call it."""

    path: Path
    label: str
    """"default (built in)", or the file as somebody named it."""
    builtin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A pack together with all that it extends."""

    node: Node
    digest: str
    """SHA-256 of the file; with others below it, of the list of all their digests."""
    layers: tuple[Layer, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """What people call each file that a place may name."""
    base: Node | None = None
    """What it extends, joined, without anything of its own."""


Find = Callable[[str], Source | None]
"""Finds one of our own packs by its name."""


def join(source: Source, find: Find) -> Joined:
    """Read a pack and what it extends. Raises PolicyError with the place and the chain."""
    return _Reading(find=find).read(source, ())


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One reading: what several packs share is read once, and nothing without an end."""

    find: Find
    known: dict[str, Joined] = field(default_factory=dict)

    def read(self, source: Source, above: tuple[Source, ...]) -> Joined:
        name = os.path.realpath(source.path)
        if name not in self.known:
            self.known[name] = self._read(source, above)
        return self.known[name]

    def _read(self, source: Source, above: tuple[Source, ...]) -> Joined:
        data = strict.read_bytes(source.path, PolicyError)
        own = strict.parse_yaml(data, str(source.path), PolicyError)
        digest = hashlib.sha256(data).hexdigest()
        labels = {str(source.path): source.label}
        named = own.at("extends")
        if named is None:
            return Joined(node=own, digest=digest, labels=labels)
        EXTENDS(named)  # what it may look like; the items come with their places
        items = named.value if isinstance(named.value, tuple) else (named,)
        below = [self._below(item, source, (*above, source)) for item in items]
        return _joined(own, digest, labels, below)

    def _below(self, item: Node, source: Source, chain: tuple[Source, ...]) -> tuple[Layer, Joined]:
        name, _, pinned = str(item.value).partition("@sha256:")
        found = self._found(name, source, item)
        self._check_chain(item, found, chain)
        try:
            joined = self.read(found, chain)
        except PolicyError as error:
            raise _through(error, item, found) from error
        if pinned and pinned != joined.digest:
            what = f"{found.label} is not what this pack was written for: its digest is another one"
            raise item.wrong(what, hint=f"read what has changed, then pin sha256:{joined.digest}")
        return Layer(name=found.label, digest=joined.digest), joined

    def _found(self, name: str, source: Source, item: Node) -> Source:
        if ours := self.find(name):
            return ours
        if not name.endswith((".yaml", ".yml")):
            hint = "name one of ours, or a file that ends in .yaml"
            raise item.wrong("no policy pack is called that", hint=hint)
        if source.builtin:
            raise item.wrong("a pack of ours extends no file")
        return Source(path=source.path.parent / name, label=name)

    def _check_chain(self, item: Node, found: Source, chain: tuple[Source, ...]) -> None:
        names = " > ".join(each.label for each in (*chain, found))
        places = [os.path.realpath(each.path) for each in chain]
        if os.path.realpath(found.path) in places:
            raise item.wrong(f"a pack extends itself: {names}", hint="take one of them out")
        if len(chain) > MAX_DEPTH:
            what = f"more than {MAX_DEPTH} packs stand on one another: {names}"
            raise item.wrong(what, hint="write some of them together")
        if len(self.known) + len(chain) > MAX_FILES:
            raise item.wrong(f"this pack is made of more than {MAX_FILES} files")


def _through(error: PolicyError, item: Node, found: Source) -> DrawgateError:
    """Say for a file that can't be read who named it; other errors have a place of their own."""
    if error.where != str(found.path):
        return error
    return item.error(f"{found.label} {error.what}", where=str(item.place), hint=error.hint)


def _joined(
    own: Node, digest: str, labels: Mapping[str, str], below: Iterable[tuple[Layer, Joined]]
) -> Joined:
    layers: dict[Layer, None] = {}
    node: Node | None = None
    digests, names = [digest], dict(labels)
    for layer, each in below:
        layers |= dict.fromkeys((*each.layers, layer))
        names |= each.labels
        digests.append(layer.digest)
        node = each.node if node is None else _merged(node, each.node)
    whole = own if node is None else _merged(node, own)
    return Joined(
        node=whole,
        digest=hashlib.sha256("\n".join(digests).encode()).hexdigest(),
        layers=tuple(layers),
        labels=names,
        base=node,
    )


def _merged(base: Node, own: Node) -> Node:
    """Give a pack the rules, requirements and times that it does not give itself.

    What it is called, what it extends and how it is tested are its own.
    """
    mine, theirs = _table(own), _table(base)
    table = dict(mine)
    for key in ("rules", *_MERGED):
        if key in theirs:
            table[key] = _both(key, theirs[key], mine[key]) if key in mine else theirs[key]
    return replace(own, value=table)


def _both(key: str, base: Entry, own: Entry) -> Entry:
    join_two = _rules if key == "rules" else _deep
    return replace(own, node=join_two(base.node, own.node))


def _deep(base: Node, own: Node) -> Node:
    """Join two tables key by key; anything else is replaced whole."""
    if not isinstance(base.value, Mapping) or not isinstance(own.value, Mapping):
        return own
    table = dict(base.value)
    for key, entry in own.value.items():
        node = _deep(table[key].node, entry.node) if key in table else entry.node
        table[key] = replace(entry, node=node)
    return replace(own, value=table)


def _rules(base: Node, own: Node) -> Node:
    """Put each rule in the place of the one with its id, or behind all others."""
    if not isinstance(base.value, tuple) or not isinstance(own.value, tuple):
        return own
    rules = list(base.value)
    places = {_id(rule): place for place, rule in enumerate(rules)}
    for rule in own.value:
        # Taken once: a second namesake in one file is a mistake, and stays to be found.
        place = places.pop(_id(rule), None)
        if place is None:
            rules.append(rule)
        else:
            rules[place] = rule
    return replace(own, value=tuple(rules))


def _id(rule: Node) -> str:
    named = rule.at("id")
    return str(named.value) if named and isinstance(named.value, str) else ""


def _table(node: Node) -> Mapping[str, Entry]:
    return node.value if isinstance(node.value, Mapping) else {}
