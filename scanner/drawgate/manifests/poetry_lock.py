"""Reads poetry.lock (Poetry 1 and 2)."""

from typing import Final

import msgspec

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import Reading, account, each_table, locked, refused
from drawgate.manifests.text import toml


class _Source(msgspec.Struct):
    type: str
    url: str = ""


class _Package(msgspec.Struct):
    name: str
    version: str
    source: _Source | None = None


class _Lock(msgspec.Struct):
    metadata: dict[str, object]
    package: list[_Package] = msgspec.field(default_factory=list)


# https://python-poetry.org/docs/repositories/: "legacy" is any other index, by PEP 503.
_INDEXED: Final = frozenset({"legacy", "pypi", "explicit", "primary", "supplemental"})


def read(path: str, text: str) -> Reading:
    """Give the pins of a poetry.lock; ValueError when it is not one."""
    lock = msgspec.convert(toml(text), _Lock)
    found = each_table(text, "package", lock.package, lambda one, line: _entry(one, path, line))
    return account(found, names=(package.name for package in lock.package))


def _entry(package: _Package, path: str, line: int | None) -> Pin | NotAssessed | None:
    source = package.source
    if source is None or source.type in _INDEXED:
        return locked(package.name, package.version, path, line)
    if source.type == "directory":
        return None
    reason = f"it comes from {source.type}, so its version says nothing certain"
    return refused(f"{package.name} {source.url}", reason, path, line)
