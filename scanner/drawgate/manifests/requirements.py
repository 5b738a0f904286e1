"""Requirements files with their includes and constraints, inside the given files only."""

import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from packaging.requirements import Requirement

from drawgate.core.dependency import Pin
from drawgate.core.manifest import SOURCES, is_manifest
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import Declared, Reading, collect, read_requirement, unquoted
from drawgate.manifests.requirement_lines import (
    Include,
    Item,
    Refused,
    logical_lines,
    read_line,
)
from drawgate.manifests.text import decode

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


_Step = tuple[str, bool]
"""A file, and whether it is read as a constraint, which only narrows what others ask for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """One file, read once: what it says by itself, and the files of ours it includes."""

    found: tuple[Pin | Declared | NotAssessed, ...]
    includes: tuple[_Step, ...]

    @property
    def pinned(self) -> frozenset[str]:
        return frozenset(each.name for each in self.found if isinstance(each, Pin))


def read_requirements(paths: tuple[str, ...], files: Mapping[str, bytes]) -> Reading:
    """Read the requirements files `paths` with everything they include from `files`.

    A name without a version counts as pinned when its own tree of includes and constraints
    pins it. Exact pins in constraints count by themselves: if the package is installed at
    all, then in this version.
    """
    read = _read_all(paths, files)
    trees = [_tree(root, read) for root in _roots(paths, read)]
    everything = dict.fromkeys(path for tree in trees for path, _ in tree)
    return collect(
        each
        for found in (
            (e for path in everything for e in read[path].found if not isinstance(e, Declared)),
            _open(trees, read),
        )
        for each in found
    )


def included(files: Mapping[str, bytes]) -> frozenset[str]:
    """Give the paths below the root that these files include directly."""
    return frozenset(
        target
        for path, content in files.items()
        for _, item in _items(content)
        if isinstance(item, Include) and (target := _resolve(path, item.path)) is not None
    )


def without_compiled(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Drop pip-compile's `.in` files where the compiled `.txt` lies beside."""
    known = frozenset(paths)
    return tuple(
        path
        for path in paths
        if not (is_manifest(path, SOURCES) and f"{path.removesuffix('.in')}.txt" in known)
    )


def _read_all(paths: tuple[str, ...], files: Mapping[str, bytes]) -> Mapping[str, _File]:
    """Read the files and all that they include, each once."""
    read: dict[str, _File] = {}
    todo = deque(paths)
    while todo:
        path = todo.popleft()
        if path not in read:
            read[path] = _read_file(path, files)
            todo.extend(target for target, _ in read[path].includes)
    return read


def _read_file(path: str, files: Mapping[str, bytes]) -> _File:
    items = _items(files[path])
    found = (_read(item, path, number, files) for number, item in items)
    steps = (
        (_resolve(path, item.path) or "", item.constraint)
        for _, item in items
        if isinstance(item, Include)
    )
    return _File(
        found=tuple(dict.fromkeys(each for each in found if each is not None)),
        includes=tuple(dict.fromkeys(step for step in steps if step[0] in files)),
    )


def _roots(paths: tuple[str, ...], read: Mapping[str, _File]) -> Iterator[str]:
    """Give each file that no other includes; of a ring of includes, the first."""
    inner = {target for path in read for target, _ in read[path].includes if target != path}
    covered: set[str] = set()
    for path in (*(p for p in paths if p not in inner), *(p for p in paths if p in inner)):
        if path not in covered:
            yield path
            _cover(path, read, covered)


def _cover(path: str, read: Mapping[str, _File], covered: set[str]) -> None:
    """Add a file and all that it reaches, passing by what is covered already."""
    todo = [path]
    while todo:
        current = todo.pop()
        if current not in covered:
            covered.add(current)
            todo += [target for target, _ in read[current].includes]


def _tree(root: str, read: Mapping[str, _File]) -> tuple[_Step, ...]:
    """Give a file and all that it includes, each once in each of its two roles."""
    todo = deque([(root, "constraints" in posixpath.basename(root))])
    seen = dict.fromkeys(todo)
    while todo:
        path, constraint = todo.popleft()
        for target, narrows in read[path].includes:
            step = (target, constraint or narrows)
            if step not in seen:
                seen[step] = None
                todo.append(step)
    return tuple(seen)


def _open(trees: Iterable[tuple[_Step, ...]], read: Mapping[str, _File]) -> Iterator[Declared]:
    """Give the names without a version that at least one tree leaves open.

    Trees with the same pinning files judge a file alike, so it is judged once for all of them.
    """
    pinning = {path: pinned for path, file in read.items() if (pinned := file.pinned)}
    left = {
        path: [each for each in file.found if isinstance(each, Declared)]
        for path, file in read.items()
    }
    judged: set[tuple[frozenset[str], str]] = set()
    for tree in trees:
        by = frozenset(path for path, _ in tree if path in pinning)
        fresh = {path for path, constraint in tree if not constraint and (by, path) not in judged}
        fresh = {path for path in fresh if left[path]}
        pinned = frozenset[str]().union(*(pinning[path] for path in by)) if fresh else frozenset()
        for path in sorted(fresh):
            judged.add((by, path))
            yield from (each for each in left[path] if each.name not in pinned)
            left[path] = [each for each in left[path] if each.name in pinned]


@lru_cache(maxsize=512)
def _items(content: bytes) -> tuple[tuple[int, Item], ...]:
    """Parse a file once, however many others include it."""
    return tuple(
        (number, item)
        for number, line in logical_lines(decode(content))
        for item in read_line(line)
    )


def _read(
    item: Item, path: str, line: int, files: Mapping[str, bytes]
) -> Pin | Declared | NotAssessed | None:
    match item:
        case Requirement():
            return read_requirement(item, path, line)
        case Refused(reason=reason):
            return unquoted(reason, path, line)
        case Include(path=target):
            reason = _objection(path, target, files)
            return unquoted(reason, path, line, uncounted=True) if reason else None


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
