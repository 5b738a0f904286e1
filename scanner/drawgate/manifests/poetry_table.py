"""Reads packages that TOML tables name by key: Poetry's in pyproject.toml, and Pipfile's."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from packaging.utils import canonicalize_name

from drawgate.core.dependency import Pin
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.limits import affordable
from drawgate.manifests.reading import Declared, elsewhere, local, locked, refused
from drawgate.manifests.scopes import of_group

Tables = dict[str, Any]

_ELSEWHERE: Final = ("git", "hg", "svn", "bzr", "url", "file")
_EXACT: Final = re.compile(r"={1,3}\s*([^\s,|*]+)")


class _Group(msgspec.Struct):
    dependencies: Tables = msgspec.field(default_factory=dict)


class _Poetry(msgspec.Struct, rename="kebab"):
    dependencies: Tables = msgspec.field(default_factory=dict)
    dev_dependencies: Tables = msgspec.field(default_factory=dict)
    group: dict[str, _Group] = msgspec.field(default_factory=dict)


def poetry_entries(
    table: Tables, path: str, lines: Mapping[str, int]
) -> Iterator[Pin | Declared | NotAssessed]:
    """Give what `[tool.poetry]` declares; a plain `1.2` there means `==1.2`."""
    poetry = msgspec.convert(table, _Poetry)
    groups = (group.dependencies for group in poetry.group.values())
    yield from named_entries((poetry.dependencies, poetry.dev_dependencies, *groups), path, lines)


def roots(table: Tables) -> Iterator[tuple[str, Scope]]:
    """Give the names that `[tool.poetry]` holds; what is optional there is one of its extras'."""
    poetry = msgspec.convert(table, _Poetry)
    yield from ((name, Scope.RUNTIME) for name in poetry.dependencies)
    yield from ((name, Scope.DEVELOPMENT) for name in poetry.dev_dependencies)
    for group, entries in poetry.group.items():
        yield from ((name, of_group(group)) for name in entries.dependencies)


def named_entries(
    tables: Iterable[Tables], path: str, lines: Mapping[str, int]
) -> Iterator[Pin | Declared | NotAssessed]:
    """Sort entries `name = "constraint"`, `name = {…}` or `name = [{…}, …]`."""
    for name, value in affordable(_named(tables), lambda pair: len(pair[0])):
        found = _entry(name, value, path, lines.get(name))
        if found is not None:
            yield found


def _named(tables: Iterable[Tables]) -> Iterator[tuple[str, object]]:
    for table in tables:
        for name, value in table.items():
            if name.lower() != "python":
                yield from (
                    (name, each) for each in (value if isinstance(value, list) else [value])
                )


def _entry(
    name: str, value: object, path: str, line: int | None
) -> Pin | Declared | NotAssessed | None:
    table = value if isinstance(value, dict) else {"version": value}
    for key in _ELSEWHERE:
        if key in table:
            return refused(f"{name} {table[key]}", elsewhere(key), path, line)
    if "path" in table:
        return local(name, str(table["path"]), path, line)
    constraint = str(table.get("version", "*")).strip()
    exact = _EXACT.fullmatch(constraint if constraint[:1] == "=" else f"={constraint}")
    if exact and exact[1][0].isdigit():
        return locked(name, exact[1], path, line)
    return Declared(
        name=canonicalize_name(name, validate=True),
        requirement=_pep508(name, constraint),
        manifest=path,
        line=line,
    )


def _pep508(name: str, constraint: str) -> str:
    """Write it for people and for pip where both mean the same; `^1.0` stays Poetry's."""
    return name if constraint == "*" else f"{name} {constraint}"
