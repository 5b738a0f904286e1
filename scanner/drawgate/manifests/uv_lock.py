"""Reads uv.lock."""

import posixpath
from typing import Final

import msgspec

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import Reading, account, each_table, elsewhere, locked, refused
from drawgate.manifests.text import toml


class _Package(msgspec.Struct):
    name: str
    source: dict[str, object]
    version: str | None = None


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
    return account(found, names=(p.name for p in lock.package), members=members)


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
