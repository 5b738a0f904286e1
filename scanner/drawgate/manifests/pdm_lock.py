"""Reads pdm.lock."""

from dataclasses import replace
from functools import reduce
from typing import Final

import msgspec

from drawgate.core.dependency import Graph, Node, Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import (
    Reading,
    account,
    each_table,
    elsewhere,
    local,
    locked,
    name_of,
    normal,
    refused,
    spelled,
)
from drawgate.manifests.scopes import of_group, wider
from drawgate.manifests.text import toml


class _Package(msgspec.Struct):
    name: str
    version: str | None = None
    git: str | None = None
    hg: str | None = None
    svn: str | None = None
    bzr: str | None = None
    url: str | None = None
    path: str | None = None
    dependencies: list[str] = msgspec.field(default_factory=list)
    groups: list[str] = msgspec.field(default_factory=list)
    extras: list[str] = msgspec.field(default_factory=list)


class _Lock(msgspec.Struct):
    metadata: dict[str, object]
    package: list[_Package] = msgspec.field(default_factory=list)


_ELSEWHERE: Final = ("git", "hg", "svn", "bzr", "url")


def read(path: str, text: str) -> Reading:
    """Give the pins of a pdm.lock; ValueError when it is not one.

    A package stands once for each set of extras, with the same version.
    """
    lock = msgspec.convert(toml(text), _Lock)
    found = each_table(text, "package", lock.package, lambda one, line: _entry(one, path, line))
    graph = Graph(manifest=path, nodes=_nodes(lock.package))
    return account(found, names=(package.name for package in lock.package), graph=graph)


def _nodes(packages: list[_Package]) -> tuple[Node, ...]:
    """Join the entries of one package: what it needs with an extra stands in one of its own."""
    joined: dict[tuple[str, str], Node] = {}
    for package in packages:
        key = (normal(package.name), spelled(package.version or ""))
        known = joined.get(key, Node(name=key[0], version=key[1]))
        needs = tuple((normal(name_of(text)), "") for text in package.dependencies)
        scope = reduce(wider, map(of_group, package.groups)) if package.groups else None
        both = [each for each in (known.scope, scope) if each is not None]
        joined[key] = replace(
            known,
            needs=known.needs if package.extras else (*known.needs, *needs),
            may_need=(*known.may_need, *needs) if package.extras else known.may_need,
            scope=reduce(wider, both) if both else None,
        )
    return tuple(joined.values())


def _entry(package: _Package, path: str, line: int | None) -> Pin | NotAssessed | None:
    for key in _ELSEWHERE:
        origin = getattr(package, key)
        if origin is not None:
            reason = f"{elsewhere(key)}, so its version says nothing certain"
            return refused(f"{package.name} {origin}", reason, path, line)
    if package.path is not None:
        return local(package.name, package.path, path, line)
    if package.version is None:
        raise ValueError(f"the entry of {package.name} has no version")
    return locked(package.name, package.version, path, line)
