"""Reads what pyproject.toml declares: PEP 621, PEP 735, and the tables of other tools.

What only builds the project (`build-system.requires`) is left out: it does not run with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import msgspec
from packaging.utils import canonicalize_name

from drawgate.core.dependency import Graph, Pin
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.limits import affordable
from drawgate.manifests.locate import key_lines, quoted_lines
from drawgate.manifests.poetry_table import poetry_entries, roots
from drawgate.manifests.reading import (
    Declared,
    Reading,
    collect,
    name_of,
    normal,
    parse_requirement,
    read_requirement,
    roots_of,
    unquoted,
    unreadable,
)
from drawgate.manifests.scopes import of_extra, of_group
from drawgate.manifests.text import toml
from drawgate.manifests.uv_table import Uv, narrowed

_FILLED: Final = ("dependencies", "optional-dependencies")
_DYNAMIC: Final = "the tool that builds the project fills in the list"


class _Project(msgspec.Struct, rename="kebab"):
    name: str = ""
    dynamic: list[str] = msgspec.field(default_factory=list)
    dependencies: list[str] = msgspec.field(default_factory=list)
    optional_dependencies: dict[str, list[str]] = msgspec.field(default_factory=dict)


class _Pdm(msgspec.Struct, rename="kebab"):
    dev_dependencies: dict[str, list[str]] = msgspec.field(default_factory=dict)


class _FlitMetadata(msgspec.Struct, rename="kebab"):
    """Flit's table from before PEP 621."""

    requires: list[str] = msgspec.field(default_factory=list)
    dev_requires: list[str] = msgspec.field(default_factory=list)
    requires_extra: dict[str, list[str]] = msgspec.field(default_factory=dict)


class _Flit(msgspec.Struct):
    metadata: _FlitMetadata = msgspec.field(default_factory=_FlitMetadata)


class _HatchEnvironment(msgspec.Struct, rename="kebab"):
    dependencies: list[str] = msgspec.field(default_factory=list)
    extra_dependencies: list[str] = msgspec.field(default_factory=list)


class _Hatch(msgspec.Struct):
    envs: dict[str, _HatchEnvironment] = msgspec.field(default_factory=dict)


class _Tools(msgspec.Struct):
    flit: _Flit = msgspec.field(default_factory=_Flit)
    hatch: _Hatch = msgspec.field(default_factory=_Hatch)
    pdm: _Pdm = msgspec.field(default_factory=_Pdm)
    uv: Uv = msgspec.field(default_factory=Uv)
    poetry: dict[str, Any] = msgspec.field(default_factory=dict)


class _File(msgspec.Struct, rename="kebab"):
    project: _Project = msgspec.field(default_factory=_Project)
    dependency_groups: dict[str, list[str | dict[str, Any]]] = msgspec.field(default_factory=dict)
    tool: _Tools = msgspec.field(default_factory=_Tools)


def read(path: str, text: str) -> Reading:
    """Give what a pyproject.toml declares; ValueError when it is malformed."""
    file = msgspec.convert(toml(text), _File)
    quoted, keys = quoted_lines(text), key_lines(text)
    entries = list(affordable(_requirements(file), lambda pair: len(pair[0])))
    pairs = narrowed((entry for entry, _ in entries), file.tool.uv)
    found = [declared(entry, path, quoted.get(shown)) for entry, shown in pairs]
    dynamic = [
        unreadable(f"dynamic {name}", _DYNAMIC, path, quoted.get(name, keys.get("dynamic")))
        for name in _dynamic(file)
    ]
    others = (each for each in found if not _itself(each, file.project.name))
    reading = collect([*others, *dynamic, *poetry_entries(file.tool.poetry, path, keys)])
    named = chain(((name_of(text), scope) for text, scope in entries), roots(file.tool.poetry))
    known = roots_of(pair for pair in named if normal(pair[0]) != normal(file.project.name))
    graph = Graph(manifest=path, roots=known, whole=not dynamic)
    return replace(reading, graphs=(graph,))


def _itself(found: Pin | Declared | NotAssessed, project: str) -> bool:
    """Tell whether a project names itself, to make an extra of its other extras."""
    return isinstance(found, Declared) and found.name == canonicalize_name(project)


def declared(requirement: str, path: str, line: int | None) -> Pin | Declared | NotAssessed:
    """Sort one PEP 508 text of a declaration."""
    try:
        return read_requirement(parse_requirement(requirement), path, line)
    except ValueError:
        return unquoted("this is no requirement of PEP 508", path, line)


def _requirements(file: _File) -> Iterator[tuple[str, Scope]]:
    """Give all requirements, and what the place where they stand says of them.

    A hatch environment is made for development, whatever it is called.
    """
    flit = file.tool.flit.metadata
    yield from _each(file.project.dependencies, Scope.RUNTIME)
    for name, entries in file.project.optional_dependencies.items():
        yield from _each(entries, of_extra(name))
    for name, some in file.dependency_groups.items():
        # A table includes another group of the same file (PEP 735).
        yield from _each((entry for entry in some if isinstance(entry, str)), of_group(name))
    for entries in file.tool.pdm.dev_dependencies.values():
        yield from _each(entries, Scope.DEVELOPMENT)
    yield from _each(file.tool.uv.dev_dependencies, Scope.DEVELOPMENT)
    for environment in file.tool.hatch.envs.values():
        yield from _each(environment.dependencies, Scope.DEVELOPMENT)
        yield from _each(environment.extra_dependencies, Scope.DEVELOPMENT)
    yield from _each(flit.requires, Scope.RUNTIME)
    yield from _each(flit.dev_requires, Scope.DEVELOPMENT)
    for name, entries in flit.requires_extra.items():
        yield from _each(entries, of_extra(name))


def _each(entries: Iterable[str], scope: Scope) -> Iterator[tuple[str, Scope]]:
    yield from ((entry, scope) for entry in entries)


def _dynamic(file: _File) -> Iterator[str]:
    """Give the lists that the build tool fills in; Poetry 2 fills them from its own table."""
    if not file.tool.poetry.get("dependencies"):
        yield from (name for name in _FILLED if name in file.project.dynamic)
