"""Reads what a Pipfile declares; its exact versions are in Pipfile.lock."""

from dataclasses import replace
from typing import Any, Final

import msgspec

from drawgate.core.dependency import Graph
from drawgate.core.finding import Scope
from drawgate.manifests.locate import key_lines
from drawgate.manifests.poetry_table import named_entries
from drawgate.manifests.reading import Reading, collect, roots_of
from drawgate.manifests.scopes import of_group
from drawgate.manifests.text import toml

_SETTINGS: Final = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})


def read(path: str, text: str) -> Reading:
    """Give the packages of all categories; ValueError when it is malformed."""
    tables = msgspec.convert(toml(text), dict[str, Any])
    categories = {
        name: msgspec.convert(table, dict[str, Any])
        for name, table in tables.items()
        if name not in _SETTINGS
    }
    named = ((name, _scope(c)) for c, packages in categories.items() for name in packages)
    graph = Graph(manifest=path, roots=roots_of(named), whole=True)
    found = collect(named_entries(categories.values(), path, key_lines(text)))
    return replace(found, graphs=(graph,))


def _scope(category: str) -> Scope:
    """Judge a category; Pipfile.lock calls `packages` "default"."""
    return Scope.RUNTIME if category == "packages" else of_group(category)
