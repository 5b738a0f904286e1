"""What the name of a group, an extra or a file says about its packages.

The words stand in policies/tables/dependency_scopes.yaml.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from drawgate.core.finding import Scope
from drawgate.resources import read_table

_SEPARATORS: Final = re.compile(r"[-_./\s]+")
_FOLDERS: Final = 2
"""Parts of a path that are looked at: `docs/requirements.txt`."""


def of_group(name: str) -> Scope:
    """Judge a group of dependencies by its name."""
    return _of_words(_SEPARATORS.split(name.lower()))


def of_extra(name: str) -> Scope:
    """Judge an extra: what a project offers to who installs it runs there, unless it says not."""
    return Scope.DEVELOPMENT if of_group(name) is Scope.DEVELOPMENT else Scope.RUNTIME


def of_file(path: str) -> Scope:
    """Judge a requirements file by its name and its folder's."""
    parts = path.lower().split("/")[-_FOLDERS:]
    said = _of_words(word for part in parts for word in _SEPARATORS.split(part))
    plain = said is Scope.UNKNOWN and parts[-1] in _table()["plain"]
    return Scope.RUNTIME if plain and len(path.split("/")) == 1 else said


def wider(one: Scope, other: Scope) -> Scope:
    """Join what two say of one package: what runs anywhere, runs; what nobody knows may run."""
    both = {one, other}
    return next((s for s in (Scope.RUNTIME, Scope.UNKNOWN) if s in both), Scope.DEVELOPMENT)


def _of_words(words: Iterable[str]) -> Scope:
    known = frozenset(words)
    for scope in (Scope.DEVELOPMENT, Scope.RUNTIME):
        if not known.isdisjoint(_table()[scope.value]):
            return scope
    return Scope.UNKNOWN


@cache
def _table() -> Mapping[str, frozenset[str]]:
    def build(raw: Any) -> Mapping[str, frozenset[str]]:  # noqa: ANN401 - a decoded table
        return {name: frozenset(map(str, raw[name])) for name in (*_NAMES, "plain")}

    return read_table("dependency_scopes", build)


_NAMES: Final = (Scope.DEVELOPMENT.value, Scope.RUNTIME.value)
