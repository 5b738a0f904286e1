"""Reads what pyproject.toml declares: PEP 621, PEP 735, and Poetry's, PDM's and uv's own tables.

What only builds the project (`build-system.requires`) is left out: it does not run with it.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.locate import first_line
from drawgate.manifests.poetry_table import poetry_entries
from drawgate.manifests.reading import (
    Declared,
    Reading,
    collect,
    parse_requirement,
    read_requirement,
    refused,
)


class _Project(msgspec.Struct, rename="kebab"):
    dependencies: list[str] = msgspec.field(default_factory=list)
    optional_dependencies: dict[str, list[str]] = msgspec.field(default_factory=dict)


class _Pdm(msgspec.Struct, rename="kebab"):
    dev_dependencies: dict[str, list[str]] = msgspec.field(default_factory=dict)


class _Uv(msgspec.Struct, rename="kebab"):
    dev_dependencies: list[str] = msgspec.field(default_factory=list)


class _Tools(msgspec.Struct):
    pdm: _Pdm = msgspec.field(default_factory=_Pdm)
    uv: _Uv = msgspec.field(default_factory=_Uv)
    poetry: dict[str, Any] = msgspec.field(default_factory=dict)


class _File(msgspec.Struct, rename="kebab"):
    project: _Project = msgspec.field(default_factory=_Project)
    dependency_groups: dict[str, list[str | dict[str, Any]]] = msgspec.field(default_factory=dict)
    tool: _Tools = msgspec.field(default_factory=_Tools)


def read(path: str, text: str) -> Reading:
    """Give what a pyproject.toml declares; ValueError when it is malformed."""
    file = msgspec.convert(tomllib.loads(text), _File)
    found = [declared(line, path, _line(text, line)) for line in _requirements(file)]
    return collect([*found, *poetry_entries(file.tool.poetry, path, text)])


def declared(requirement: str, path: str, line: int | None) -> Pin | Declared | NotAssessed:
    """Sort one PEP 508 text of a declaration."""
    try:
        return read_requirement(parse_requirement(requirement), path, line)
    except ValueError:
        return refused(requirement, "this is no requirement of PEP 508", path, line)


def _requirements(file: _File) -> Iterator[str]:
    yield from file.project.dependencies
    for group in file.project.optional_dependencies.values():
        yield from group
    for entries in file.dependency_groups.values():
        # A table includes another group of the same file (PEP 735).
        yield from (entry for entry in entries if isinstance(entry, str))
    for group in file.tool.pdm.dev_dependencies.values():
        yield from group
    yield from file.tool.uv.dev_dependencies


def _line(text: str, requirement: str) -> int | None:
    return first_line(text, rf"""["']{re.escape(requirement)}["']""")
