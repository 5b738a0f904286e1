"""Reads pdm.lock."""

from typing import Final

import msgspec

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import (
    Reading,
    account,
    each_table,
    elsewhere,
    local,
    locked,
    refused,
)
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
    return account(found, names=(package.name for package in lock.package))


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
