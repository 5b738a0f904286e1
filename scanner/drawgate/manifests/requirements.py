"""Requirements files with their includes and constraints, inside the given files only."""

import posixpath
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from packaging.requirements import Requirement

from drawgate.core.dependency import Graph, Pin
from drawgate.core.manifest import SOURCES, is_manifest
from drawgate.core.target import NotAssessed
from drawgate.manifests.includes import File, open_names
from drawgate.manifests.list_graph import graph_of, sources_of
from drawgate.manifests.reading import (
    Declared,
    Reading,
    collect,
    read_requirement,
    unquoted,
    unread,
)
from drawgate.manifests.requirement_lines import (
    Include,
    Item,
    Refused,
    Unread,
    items,
)
from drawgate.manifests.text import decode

_NEAR: Final = 200
"""Lists that are asked what one is for; a target may write more, each including all others."""
_LINE: Final = re.compile("line [0-9]+")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def read_requirements(
    paths: tuple[str, ...], files: Mapping[str, bytes], about: frozenset[str] | None = None
) -> Reading:
    """Read the requirements files `paths` with everything they include from `files`.

    Only what stands in the files `about` is told, the others say how it is read; None: all.

    A name without a version counts as pinned when its own tree of includes and constraints
    pins it, or the `.txt` that pip-compile made of a `.in`. Exact pins in constraints count by
    themselves: if the package is installed at all, then in this version.
    """
    read = _read_all(paths, files)
    told = read.keys() if about is None else about
    said = (each for path, file in read.items() if path in told for each in file.found)
    closed = _told_once([each for each in said if not isinstance(each, Declared)])
    left_open = open_names(tuple(_roots(paths, read)), read)
    reading = collect(chain(closed, (each for each in left_open if each.manifest in told)))
    return replace(reading, graphs=tuple(_graphs(sorted(told), read, files)))


def _graphs(
    told: Iterable[str], read: Mapping[str, File], files: Mapping[str, bytes]
) -> Iterator[Graph]:
    """Give the graphs of the lists; one that only narrows is told by those that it narrows."""
    narrowed: dict[str, list[str]] = {}
    installed: set[str] = set()
    for path, file in read.items():
        for target, narrows in file.includes:
            if narrows:
                narrowed.setdefault(target, []).append(path)
            else:
                installed.add(target)
    made_from = {compiled_of(path): path for path in read}
    for path in (each for each in told if each in read):
        named = "constraints" in path.rpartition("/")[2]
        narrows = named or (path in narrowed and path not in installed)
        near = narrowed.get(path, []) if narrows else filter(None, [made_from.get(path)])
        sources = sources_of((each, _names(each, read, files)) for each in islice(near, _NEAR))
        found = (item for _, item in _items(files[path]))
        if graph := graph_of(path, decode(files[path]), found, sources, narrows=narrows):
            yield graph


def _names(path: str, read: Mapping[str, File], files: Mapping[str, bytes]) -> Iterator[str]:
    """Give the names that a list asks for, itself or by what it includes."""
    todo, seen = [path], {path}
    while todo and len(seen) < _NEAR:
        current = todo.pop()
        yield from (i.name for _, i in _items(files[current]) if isinstance(i, Requirement))
        fresh = {t for t, narrows in read[current].includes if not narrows} - seen
        seen |= fresh
        todo += sorted(fresh)


def included(files: Mapping[str, bytes]) -> frozenset[str]:
    """Give the paths below the root that these files include directly."""
    return frozenset(
        target
        for path, content in files.items()
        for _, item in _items(content)
        if isinstance(item, Include) and (target := _resolve(path, item.path)) is not None
    )


def compiled_of(path: str) -> str:
    """Give the path of what pip-compile makes of a `.in` file; empty for any other file."""
    return f"{path[:-3]}.txt" if is_manifest(path, SOURCES) else ""


def _read_all(paths: tuple[str, ...], files: Mapping[str, bytes]) -> Mapping[str, File]:
    """Read the files and all that they include, each once."""
    read: dict[str, File] = {}
    todo = deque(paths)
    while todo:
        path = todo.popleft()
        if path not in read:
            read[path] = _read_file(path, files)
            todo.extend(target for target, _ in (*read[path].includes, *read[path].compiled))
    return read


def _told_once(found: list[Pin | NotAssessed]) -> Iterator[Pin | NotAssessed]:
    """Leave out what the compiled file beside a `.in` repeats: pip-compile copies such lines."""
    told = {(_place(each), _words(each)) for each in found}
    for each in found:
        if (compiled_of(_place(each)), _words(each)) not in told:
            yield each


def _place(each: Pin | NotAssessed) -> str:
    return each.manifest if isinstance(each, Pin) else each.path


def _words(each: Pin | NotAssessed) -> tuple[str, str]:
    """Give what a line says without where it stands."""
    if isinstance(each, Pin):
        return each.name, each.version
    text = each.subject.removeprefix(f"{each.path}: ")
    return ("" if _LINE.fullmatch(text) else text), each.reason


def _read_file(path: str, files: Mapping[str, bytes]) -> File:
    lines = _items(files[path])
    found = (_read(item, path, number, files) for number, item in lines)
    steps = (
        (_resolve(path, item.path) or "", item.constraint)
        for _, item in lines
        if isinstance(item, Include)
    )
    compiled = compiled_of(path)
    return File(
        found=tuple(dict.fromkeys(each for each in found if each is not None)),
        includes=tuple(dict.fromkeys(step for step in steps if step[0] in files)),
        compiled=((compiled, True),) if compiled in files else (),
    )


def _roots(paths: tuple[str, ...], read: Mapping[str, File]) -> Iterator[str]:
    """Give each file that no other includes; of a ring of includes, the first."""
    inner = {target for path in read for target, _ in read[path].includes if target != path}
    covered: set[str] = set()
    for path in (*(p for p in paths if p not in inner), *(p for p in paths if p in inner)):
        if path not in covered:
            yield path
            _cover(path, read, covered)


def _cover(path: str, read: Mapping[str, File], covered: set[str]) -> None:
    """Add a file and all that it reaches, passing by what is covered already."""
    todo = [path]
    while todo:
        current = todo.pop()
        if current not in covered:
            covered.add(current)
            todo += [target for target, _ in read[current].includes]


@lru_cache(maxsize=512)
def _items(content: bytes) -> tuple[tuple[int, Item], ...]:
    """Parse a file once, however many others include it."""
    return items(decode(content))


def _read(
    item: Item, path: str, line: int, files: Mapping[str, bytes]
) -> Pin | Declared | NotAssessed | None:
    match item:
        case Requirement():
            return read_requirement(item, path, line)
        case Refused(reason=reason):
            return unquoted(reason, path, line)
        case Unread(reason=reason):
            return unread(path, reason)
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
