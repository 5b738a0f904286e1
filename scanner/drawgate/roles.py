"""What a path is for: test, vendored, generated or docs, by policies/tables/path_roles.yaml."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from drawgate import resources
from drawgate.core import glob
from drawgate.core.target import Form, Target

Links = Sequence[tuple[str, str]]
"""Symbolic links, and the path that each leads to."""


def role_of(path: str) -> str:
    """Give the role of a path relative to the scanned folder: the first row that fits, or "".

    An absolute path has none: folders above the target (`/builds/docs/…`) say nothing about it.
    """
    if _ABSOLUTE.match(path):
        return ""
    # A name may hold `%2F`, or a URI was not decoded: what both readings say can be believed.
    roles = {_role(_plain(path)), _role(_plain(unquote(path)))}
    return roles.pop() if len(roles) == 1 else ""


def having(target: Target, paths: Iterable[str], roles: frozenset[str]) -> Mapping[str, str]:
    """Give those of a target's paths that have one of these roles; a file named alone has none."""
    if not roles or target.form is Form.FILE:
        return {}
    folders = (target.folder,) if target.folder else ()
    known = roles_of(paths, folders, target.links)
    return {path: role for path, role in known.items() if role in roles}


def lending(links: Links) -> tuple[tuple[str, str], ...]:
    """Keep the links that can take a role away: those that lead to where one is given."""
    return tuple(
        (link, place)
        for link, place in links
        if place == "." or role_of(place) or role_of(f"{place}/x")
    )


def below(path: str, folders: Iterable[str]) -> str:
    """Cut off the scanned folder: who scans `tests/shop` on purpose wants no test's leniency."""
    prefixes = (f"{folder}/" for folder in folders)
    return path.removeprefix(next((each for each in prefixes if path.startswith(each)), ""))


def roles_of(paths: Iterable[str], folders: Collection[str], links: Links) -> dict[str, str]:
    """Give each path the role that all names of the file have; with too many names, none."""
    by_place: defaultdict[str, list[str]] = defaultdict(list)
    for link, place in links:
        by_place[place].append(link)
    return {path: _role_of_all(path, folders, by_place) for path in paths}


def _role_of_all(path: str, folders: Collection[str], by_place: Mapping[str, list[str]]) -> str:
    own = role_of(below(path, folders))
    if not own:
        return ""  # which no other name can change
    names = _names(path, by_place)
    same = len(names) < _NAMES and all(role_of(below(name, folders)) == own for name in names)
    return own if same else ""


def _names(path: str, by_place: Mapping[str, list[str]]) -> Collection[str]:
    """Give the names of a file: its own, and those through links, each link once on the way.

    It stops at `_NAMES`: a target may hold as many links as it has files.
    """
    names, todo = {path}, [path]
    while todo:
        name = todo.pop()
        for link, rest in _links_to(name, by_place):
            if not _is_below(name, link) and link + rest not in names:
                names.add(link + rest)
                todo.append(link + rest)
            if len(names) >= _NAMES:
                return names
    return names


def _links_to(name: str, by_place: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Give the links to a path or to a folder around it, each with what follows it in the path."""
    slashes = (at for at, letter in enumerate(name) if letter == "/")
    places = [(".", f"/{name}"), *((name[:at], name[at:]) for at in slashes), (name, "")]
    yield from ((link, rest) for place, rest in places for link in by_place.get(place, ()))


def _is_below(path: str, folder: str) -> bool:
    return folder in {".", path} or path.startswith(f"{folder}/")


def _plain(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def _role(plain: str) -> str:
    if _ABSOLUTE.match(plain) or plain.startswith("../"):
        return ""
    return next((role for role, pattern in _rows() if pattern.fullmatch(plain)), "")


_NAMES: Final = 200
"""More names than anybody gives a file."""
_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z][A-Za-z0-9+.-]*:")
"""POSIX, Windows with and without a drive, or a URI with a scheme."""


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return resources.read_table("path_roles", _read)


def _read(raw: Any) -> tuple[tuple[str, re.Pattern[str]], ...]:  # noqa: ANN401 - what YAML holds
    return tuple((row["role"], _one_of(row["paths"])) for row in raw["roles"])


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{glob.compiled(pattern).pattern})" for pattern in patterns))
