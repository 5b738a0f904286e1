"""Reads pylock.toml (PEP 751), with the parser that `packaging` keeps."""

from packaging.pylock import Package, Pylock, PylockUnsupportedVersionError, PylockValidationError

from drawgate.core.dependency import Graph, Node, Pin
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
from drawgate.manifests.text import toml


def read(path: str, text: str) -> Reading:
    """Give the pins of a pylock.toml; ValueError when it breaks the specification."""
    try:
        lock = Pylock.from_dict(toml(text))
    except (PylockValidationError, PylockUnsupportedVersionError) as error:
        raise ValueError(str(error)) from error
    found = each_table(text, "packages", lock.packages, lambda one, line: _entry(one, path, line))
    graph = Graph(manifest=path, nodes=tuple(map(_node, lock.packages)))
    return account(found, names=(package.name for package in lock.packages), graph=graph)


def _node(package: Package) -> Node:
    """Say what it needs, where the tool that made the lock did (PEP 751 lets it)."""
    needs = [
        (normal(str(need.get("name", ""))), spelled(str(need.get("version", ""))))
        for need in package.dependencies or ()
    ]
    version = str(package.version or "")
    return Node(name=package.name, version=version, needs=tuple(needs))


def _entry(package: Package, path: str, line: int | None) -> Pin | NotAssessed | None:
    if package.directory is not None:
        return None
    origin = package.vcs or package.archive
    if origin is not None:
        reason = "it comes from a repository or URL, so its version says nothing certain"
        return refused(f"{package.name} {origin.url or origin.path}", reason, path, line)
    if package.version is None:
        # PEP 751 allows it for sources with a dynamic version.
        return refused(package.name, "the lock file states no version", path, line)
    return locked(package.name, str(package.version), path, line)
