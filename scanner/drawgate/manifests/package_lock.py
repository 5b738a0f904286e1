"""Reads who needs whom from npm's package-lock.json (layouts 2 and 3).

Its packages are not scanned by ours; findings about them come with logs of other tools.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from drawgate.core.dependency import Graph, Needed, Node
from drawgate.core.finding import Scope
from drawgate.manifests.scopes import wider

_FOLDER: Final = "node_modules/"
_DEEPEST: Final = 50
"""Folders of packages in each other in which a name is looked for."""
_Names = dict[str, Any]


class _Package(msgspec.Struct, rename="camel"):
    version: str = ""
    dev: bool = False
    dev_optional: bool = False
    dependencies: _Names = msgspec.field(default_factory=dict)
    dev_dependencies: _Names = msgspec.field(default_factory=dict)
    optional_dependencies: _Names = msgspec.field(default_factory=dict)
    peer_dependencies: _Names = msgspec.field(default_factory=dict)

    @property
    def needs(self) -> _Names:
        """What it needs where it runs."""
        return {**self.dependencies, **self.optional_dependencies, **self.peer_dependencies}


class _Lock(msgspec.Struct, rename="camel"):
    packages: dict[str, _Package]


def read(path: str, text: str) -> Graph:
    """Give the graph of a lock; ValueError when it is malformed, or of layout 1."""
    lock = msgspec.convert(json.loads(text), _Lock).packages
    return Graph(
        manifest=path,
        roots=tuple(sorted(_roots(lock).items())),
        whole="" in lock,
        nodes=tuple(_node(lock, place) for place in lock if _FOLDER in place),
    )


def _roots(lock: dict[str, _Package]) -> dict[str, Scope]:
    """Give what the projects name: the one at the top, and its workspaces."""
    roots: dict[str, Scope] = {}
    for place, package in lock.items():
        if _FOLDER not in place:
            for name, scope in _named(package):
                roots[name] = wider(roots[name], scope) if name in roots else scope
    return roots


def _named(package: _Package) -> Iterator[tuple[str, Scope]]:
    yield from ((name, Scope.RUNTIME) for name in package.needs)
    yield from ((name, Scope.DEVELOPMENT) for name in package.dev_dependencies)


def _node(lock: dict[str, _Package], place: str) -> Node:
    package = lock[place]
    found = (_nearest(lock, place, name) for name in package.needs)
    return Node(
        name=_name(place),
        version=package.version,
        needs=tuple(sorted({each for each in found if each})),
        scope=_scope(package),
    )


def _scope(package: _Package) -> Scope:
    if package.dev_optional:
        return Scope.UNKNOWN
    return Scope.DEVELOPMENT if package.dev else Scope.RUNTIME


def _nearest(lock: dict[str, _Package], place: str, name: str) -> Needed | None:
    """Look for a package as Node does: beside the one that needs it, then further up."""
    for _ in range(_DEEPEST):
        inner = f"{place}/{_FOLDER}{name}" if place else f"{_FOLDER}{name}"
        if inner in lock:
            return name, lock[inner].version
        if not place:
            return None
        place = place.rpartition(_FOLDER)[0].rstrip("/")
    return None


def _name(place: str) -> str:
    return place.rpartition(_FOLDER)[2]
