"""Reads what a Pipfile declares; its exact versions are in Pipfile.lock."""

from typing import Any, Final

import msgspec

from drawgate.manifests.locate import key_lines
from drawgate.manifests.poetry_table import named_entries
from drawgate.manifests.reading import Reading, collect
from drawgate.manifests.text import toml

_SETTINGS: Final = frozenset({"source", "requires", "scripts", "pipenv", "pipfile"})


def read(path: str, text: str) -> Reading:
    """Give the packages of all categories; ValueError when it is malformed."""
    tables = msgspec.convert(toml(text), dict[str, Any])
    categories = [
        msgspec.convert(table, dict[str, Any])
        for name, table in tables.items()
        if name not in _SETTINGS
    ]
    return collect(named_entries(categories, path, key_lines(text)))
