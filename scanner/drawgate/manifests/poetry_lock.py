"""Reads poetry.lock (Poetry 1 and 2)."""

from functools import reduce
from typing import Any, Final

import msgspec

from drawgate.core.dependency import Graph, Needed, Node, Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import (
    Reading,
    account,
    each_table,
    locked,
    normal,
    refused,
    spelled,
)
from drawgate.manifests.scopes import of_group, wider
from drawgate.manifests.text import toml


class _Source(msgspec.Struct):
    type: str
    url: str = ""


class _Package(msgspec.Struct):
    name: str
    version: str
    source: _Source | None = None
    dependencies: dict[str, Any] = msgspec.field(default_factory=dict)
    groups: list[str] = msgspec.field(default_factory=list)
    """Since Poetry 2; before 1.5 there was a `category`."""
    category: str = ""


class _Lock(msgspec.Struct):
    metadata: dict[str, object]
    package: list[_Package] = msgspec.field(default_factory=list)


# https://python-poetry.org/docs/repositories/: "legacy" is any other index, by PEP 503.
_INDEXED: Final = frozenset({"legacy", "pypi", "explicit", "primary", "supplemental"})


def read(path: str, text: str) -> Reading:
    """Give the pins of a poetry.lock; ValueError when it is not one."""
    lock = msgspec.convert(toml(text), _Lock)
    found = each_table(text, "package", lock.package, lambda one, line: _entry(one, path, line))
    nodes = tuple(map(_node, lock.package))
    graph = Graph(manifest=path, nodes=nodes)
    return account(found, names=(package.name for package in lock.package), graph=graph)


def _node(package: _Package) -> Node:
    needs: list[Needed] = []
    may_need: list[Needed] = []
    for name, said in package.dependencies.items():
        (may_need if _optional(said) else needs).append((normal(name), ""))
    groups = package.groups or list(filter(None, [package.category]))
    scopes = map(of_group, groups)
    return Node(
        name=normal(package.name),
        version=spelled(package.version),
        needs=tuple(needs),
        may_need=tuple(may_need),
        scope=reduce(wider, scopes) if groups else None,
    )


def _optional(said: Any) -> bool:  # noqa: ANN401 - a constraint, a table of them, or a list
    """Tell whether only an extra of the package needs it."""
    each = said if isinstance(said, list) else [said]
    return all(isinstance(one, dict) and one.get("optional") is True for one in each)


def _entry(package: _Package, path: str, line: int | None) -> Pin | NotAssessed | None:
    source = package.source
    if source is None or source.type in _INDEXED:
        return locked(package.name, package.version, path, line)
    if source.type == "directory":
        return None
    reason = f"it comes from {source.type}, so its version says nothing certain"
    return refused(f"{package.name} {source.url}", reason, path, line)
