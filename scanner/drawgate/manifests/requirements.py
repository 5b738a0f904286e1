"""Requirements files with their includes and constraints, inside the given files only."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from packaging.requirements import Requirement

from drawgate.core.dependency import Pin
from drawgate.core.manifest import SOURCES, is_manifest
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import Declared, Reading, collect, read_requirement, refused
from drawgate.manifests.requirement_lines import (
    Include,
    Item,
    Refused,
    logical_lines,
    read_line,
)
from drawgate.manifests.text import decode

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """One item of a file; `constraint` when the file only narrows what others ask for."""

    item: Item
    manifest: str
    line: int
    constraint: bool


def read_requirements(paths: tuple[str, ...], files: Mapping[str, bytes]) -> Reading:
    """Read the requirements files `paths` with everything they include from `files`.

    A name without a version counts as pinned when its own tree of includes and constraints
    pins it. Exact pins in constraints count by themselves: if the package is installed at
    all, then in this version.
    """
    found: dict[Pin | Declared | NotAssessed, None] = {}
    for root in _roots(paths, files):
        found.update(dict.fromkeys(_read_tree(root, files)))
    return collect(found)


def included(files: Mapping[str, bytes]) -> frozenset[str]:
    """Give the paths below the root that these files include directly."""
    return frozenset(
        target
        for path in files
        for stated in _lines(path, files, constraint=False)
        if isinstance(stated.item, Include)
        and (target := _resolve(path, stated.item.path)) is not None
    )


def without_compiled(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Drop pip-compile's `.in` files where the compiled `.txt` lies beside."""
    known = frozenset(paths)
    return tuple(
        path
        for path in paths
        if not (is_manifest(path, SOURCES) and f"{path.removesuffix('.in')}.txt" in known)
    )


def _roots(paths: tuple[str, ...], files: Mapping[str, bytes]) -> Iterator[str]:
    """Give each file that no other includes; of a ring of includes, the first."""
    reach = {path: _reachable(path, files) for path in paths}
    inner = frozenset(target for path, reached in reach.items() for target in reached - {path})
    covered: set[str] = set()
    for path in (*(p for p in paths if p not in inner), *(p for p in paths if p in inner)):
        if path not in covered:
            covered |= reach[path] | {path}
            yield path


def _reachable(path: str, files: Mapping[str, bytes]) -> frozenset[str]:
    return frozenset(stated.manifest for stated in _walk(path, files)) - {path}


def _read_tree(root: str, files: Mapping[str, bytes]) -> Iterator[Pin | Declared | NotAssessed]:
    found = [(stated, _read(stated, files)) for stated in _walk(root, files)]
    pinned = frozenset(each.name for _, each in found if isinstance(each, Pin))
    for stated, each in found:
        if isinstance(each, Declared) and (stated.constraint or each.name in pinned):
            continue
        if each is not None:
            yield each


def _walk(path: str, files: Mapping[str, bytes]) -> Iterator[_Stated]:
    """Give every line of a file and of all that it includes, each file once."""
    todo = [(path, "constraints" in posixpath.basename(path))]
    seen = set(todo)
    while todo:
        current, constraint = todo.pop(0)
        for stated in _lines(current, files, constraint=constraint):
            yield stated
            if isinstance(stated.item, Include):
                target = _resolve(current, stated.item.path)
                step = (target or "", constraint or stated.item.constraint)
                if target in files and step not in seen:
                    seen.add(step)
                    todo.append((step[0], step[1]))


def _lines(path: str, files: Mapping[str, bytes], *, constraint: bool) -> Iterator[_Stated]:
    for number, item in _items(files[path]):
        yield _Stated(item=item, manifest=path, line=number, constraint=constraint)


@lru_cache(maxsize=512)
def _items(content: bytes) -> tuple[tuple[int, Item], ...]:
    """Parse a file once, however many others include it."""
    return tuple(
        (number, item)
        for number, line in logical_lines(decode(content))
        for item in read_line(line)
    )


def _read(stated: _Stated, files: Mapping[str, bytes]) -> Pin | Declared | NotAssessed | None:
    match stated.item:
        case Requirement():
            return read_requirement(stated.item, stated.manifest, stated.line)
        case Refused(text=text, reason=reason):
            return refused(text, reason, stated.manifest, stated.line)
        case Include(path=path, constraint=constraint):
            reason = _objection(stated.manifest, path, files)
            option = "-c" if constraint else "-r"
            return (
                refused(f"{option} {path}", reason, stated.manifest, stated.line)
                if reason
                else None
            )


def _objection(manifest: str, path: str, files: Mapping[str, bytes]) -> str:
    if _is_url(path):
        return "the included file is at a URL, which is not fetched"
    target = _resolve(manifest, path)
    if target is None:
        return "the included file lies outside the target"
    return "" if target in files else "the included file is not in the target"


def _resolve(manifest: str, path: str) -> str | None:
    """Give the included path relative to the root; None when it leaves it or is a URL."""
    if _is_url(path) or path.startswith(("/", "~", "\\")):
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(manifest), path))
    return None if joined == ".." or joined.startswith("../") else joined


def _is_url(path: str) -> bool:
    return _SCHEME.match(path) is not None
