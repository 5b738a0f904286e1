"""Which files a manifest has others read: includes, and lists that a build tool fills in."""

import posixpath
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from drawgate.core.manifest import DECLARATIONS, LOCKS, REQUIREMENTS, SOURCES, is_manifest
from drawgate.manifests.limits import largest
from drawgate.manifests.requirements import included
from drawgate.manifests.setup_cfg import files_named
from drawgate.manifests.text import decode, strict, toml

Load = Callable[[Iterable[str]], Mapping[str, bytes]]
"""Reads many files at once; those that can't be read are left out."""

_NAMED: Final = LOCKS + DECLARATIONS
_LINKING: Final = (*REQUIREMENTS, *SOURCES, "pyproject.toml", "setup.cfg")


_SIGNS: Final = ("setuptools", "requirements_txt", "\\u", "\\U", "\\x")
"""One of them stands in each pyproject.toml that names lists; a key may be written in escapes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands beside a part of a repository and says how files of it are read."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """The manifests that include a file of the part, with all that they include beside it."""
    lists: frozenset[str] = frozenset()
    """What they include of the part, whatever it is called."""


def links_of(path: str, content: bytes) -> frozenset[str]:
    """Give the paths below the root that a manifest, or a list, includes directly."""
    if len(content) > largest(path):
        return frozenset()
    if is_manifest(path, _NAMED):
        return filled_from(path, content)
    return included({path: content}) if _may_include(content) else frozenset()


@lru_cache(maxsize=512)
def filled_from(path: str, content: bytes) -> frozenset[str]:
    """Give the lists that a declaration is filled from; one that is malformed is told elsewhere."""
    read = _READERS.get(posixpath.basename(path))
    if read is None or len(content) > largest(path):
        return frozenset()
    try:
        named = tuple(read(strict(content)))
    except (ValueError, RecursionError, MemoryError):
        return frozenset()
    folder = posixpath.dirname(path)
    joined = (posixpath.normpath(posixpath.join(folder, name)) for name in named if name)
    return frozenset(name for name in joined if not name.startswith(("/", "../")) and name != "..")


def look_around(paths: Iterable[str], around: frozenset[str], load: Load) -> Around:
    """Find the manifests `around` that include one of `paths`, directly or not."""
    own = frozenset(paths)
    contents: dict[str, bytes] = {}
    links: dict[str, frozenset[str]] = {}
    todo = {path for path in around if is_manifest(path, _LINKING)}
    while todo:
        fresh = load(sorted(todo))
        contents |= fresh
        found = {path: links_of(path, content) for path, content in fresh.items()}
        links |= dict.fromkeys(todo, frozenset()) | found
        todo = set().union(*found.values()) & around - links.keys()
    above = _closure(own, _turned(links)) - own
    files = _closure(above, links) & contents.keys()
    return Around(
        files={path: contents[path] for path in sorted(files - own)},
        lists=own & frozenset[str]().union(*(links[path] for path in above)),
    )


def _closure(start: Iterable[str], links: Mapping[str, Iterable[str]]) -> set[str]:
    """Give the paths and all that links lead to from them."""
    todo = deque(start)
    seen = set(todo)
    while todo:
        fresh = set(links.get(todo.popleft(), ())) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def _turned(links: Mapping[str, Iterable[str]]) -> Mapping[str, list[str]]:
    turned: dict[str, list[str]] = {}
    for path, targets in links.items():
        for target in targets:
            turned.setdefault(target, []).append(path)
    return turned


def _may_include(content: bytes) -> bool:
    """Tell whether it pays to parse a list for its includes; a `-` may end a continued line."""
    lines = decode(content).splitlines()
    return any(
        not line.lstrip().startswith("#") and any(sign in line for sign in ("-r", "-c", "-\\"))
        for line in lines
    )


def _of_pyproject(text: str) -> Iterator[str]:
    """Read setuptools' table, and that of hatch-requirements-txt."""
    if not any(sign in text for sign in _SIGNS):
        return  # one parse more of a large file would cost a second
    document = toml(text)
    dynamic = _table(document, "tool", "setuptools", "dynamic")
    for one in (dynamic.get("dependencies"), *_table(dynamic, "optional-dependencies").values()):
        yield from _texts(_table(one).get("file"))
    hook = _table(document, "tool", "hatch", "metadata", "hooks", "requirements_txt")
    yield from _texts(hook.get("filename"))
    yield from _texts(hook.get("files"))
    for one in _table(hook, "optional-dependencies").values():
        yield from _texts(one)


def _table(document: Any, *keys: str) -> Mapping[str, Any]:  # noqa: ANN401 - a decoded document
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - a decoded document
    """Take one name or a list of names."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str):
            yield each


_READERS: Final[Mapping[str, Callable[[str], Iterable[str]]]] = MappingProxyType(
    {"pyproject.toml": _of_pyproject, "setup.cfg": files_named}
)
