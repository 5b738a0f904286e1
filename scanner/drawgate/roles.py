"""What a path is for: test, vendored, generated or docs, by policies/tables/path_roles.yaml."""

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    known = {path: role_of_all(path, folders, target.links) for path in paths}
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


def role_of_all(path: str, folders: Iterable[str], links: Links) -> str:
    """Give the role that all names of a file have; with more names than anybody gives, none."""
    names = _names(path, links)
    roles = {role_of(below(name, folders)) for name in names}
    return roles.pop() if len(roles) == 1 and len(names) < _NAMES else ""


def _names(path: str, links: Links) -> Collection[str]:
    """Give all names of a file: its own, and those through links, each link once on the way."""
    names, todo = {path}, [path]
    while todo and len(names) < _NAMES:
        name = todo.pop()
        for link, place in links:
            rest = _rest(name, place)
            if rest is not None and _rest(name, link) is None and link + rest not in names:
                names.add(link + rest)
                todo.append(link + rest)
    return names


def _rest(path: str, folder: str) -> str | None:
    """Give what follows a folder in a path, nothing where it is the path itself; else None."""
    if folder == ".":
        return f"/{path}"
    inside = path == folder or path.startswith(f"{folder}/")
    return path[len(folder) :] if inside else None


def _plain(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def _role(plain: str) -> str:
    if _ABSOLUTE.match(plain) or plain.startswith("../"):
        return ""
    return next((role for role, pattern in _rows() if pattern.fullmatch(plain)), "")


_NAMES: Final = 200

_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z][A-Za-z0-9+.-]*:")
"""POSIX, Windows with and without a drive, or a URI with a scheme."""


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return resources.read_table("path_roles", _read)


def _read(raw: Any) -> tuple[tuple[str, re.Pattern[str]], ...]:  # noqa: ANN401 - what YAML holds
    return tuple((row["role"], _one_of(row["paths"])) for row in raw["roles"])


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{glob.compiled(pattern).pattern})" for pattern in patterns))
