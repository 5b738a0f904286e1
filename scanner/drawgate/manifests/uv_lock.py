"""Reads uv.lock."""

import posixpath
from collections.abc import Iterator
from typing import Final

import msgspec

from drawgate.core.dependency import Graph, Node, Pin
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import (
    Reading,
    account,
    each_table,
    elsewhere,
    locked,
    normal,
    refused,
    roots_of,
    spelled,
)
from drawgate.manifests.scopes import of_extra, of_group
from drawgate.manifests.text import toml


class _Need(msgspec.Struct):
    name: str
    version: str = ""
    """Only where the lock holds several."""


_Needs = dict[str, list[_Need]]


class _Package(msgspec.Struct, rename="kebab"):
    name: str
    source: dict[str, object]
    version: str | None = None
    dependencies: list[_Need] = msgspec.field(default_factory=list)
    optional_dependencies: _Needs = msgspec.field(default_factory=dict)
    dev_dependencies: _Needs = msgspec.field(default_factory=dict)


class _Lock(msgspec.Struct):
    version: int
    package: list[_Package] = msgspec.field(default_factory=list)


_LAYOUT: Final = 1
"""uv raises `version` for layouts that older readers get wrong."""
_OWN: Final = ("virtual", "editable", "directory")
_ELSEWHERE: Final = ("git", "url", "path")


def read(path: str, text: str) -> Reading:
    """Give the pins of a uv.lock; ValueError when it is not one, or of a newer layout.

    A package from a private registry is a pin like any other: it is looked up by name.
    """
    lock = msgspec.convert(toml(text), _Lock)
    if lock.version != _LAYOUT:
        raise ValueError(f"layout {lock.version} of uv.lock is not known")
    found = each_table(text, "package", lock.package, lambda one, line: _entry(one, path, line))
    members = frozenset(
        posixpath.normpath(posixpath.join(posixpath.dirname(path), str(package.source[key])))
        for package in lock.package
        for key in _OWN
        if key in package.source
    )
    graph = _graph(path, lock.package)
    return account(found, names=(p.name for p in lock.package), members=members, graph=graph)


def _graph(path: str, packages: list[_Package]) -> Graph:
    """Take what the target's own projects need for its roots; the lock itself says it."""
    own = [package for package in packages if any(key in package.source for key in _OWN)]
    names = {normal(package.name) for package in own}
    named = (each for package in own for each in _roots(package))
    return Graph(
        manifest=path,
        roots=roots_of((name, scope) for name, scope in named if normal(name) not in names),
        whole=bool(own),
        nodes=tuple(_node(package) for package in packages if normal(package.name) not in names),
    )


def _roots(package: _Package) -> Iterator[tuple[str, Scope]]:
    yield from ((need.name, Scope.RUNTIME) for need in package.dependencies)
    for extra, needs in package.optional_dependencies.items():
        yield from ((need.name, of_extra(extra)) for need in needs)
    for group, needs in package.dev_dependencies.items():
        yield from ((need.name, of_group(group)) for need in needs)


def _node(package: _Package) -> Node:
    optional = (need for needs in package.optional_dependencies.values() for need in needs)
    return Node(
        name=normal(package.name),
        version=spelled(package.version or ""),
        needs=tuple((normal(need.name), spelled(need.version)) for need in package.dependencies),
        may_need=tuple((normal(need.name), spelled(need.version)) for need in optional),
    )


def _entry(package: _Package, path: str, line: int | None) -> Pin | NotAssessed | None:
    if any(key in package.source for key in _OWN):
        return None
    for key in _ELSEWHERE:
        if key in package.source:
            reason = f"{elsewhere(key)}, so its version says nothing certain"
            return refused(f"{package.name} {package.source[key]}", reason, path, line)
    if "registry" not in package.source or package.version is None:
        raise ValueError(f"the entry of {package.name} names no registry and version")
    return locked(package.name, package.version, path, line)
