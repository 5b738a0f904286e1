"""Adapters by name: ours, then those of installed packages that the user asks for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Final

from drawgate import strict
from drawgate.core.adapter import Adapter
from drawgate.core.attempt import Failed, Subject
from drawgate.core.border import PASS_ON, raised
from drawgate.core.errors import UsageError
from drawgate.core.finding import Kind

GROUP: Final = "drawgate.adapters"
"""The entry-point group in which other packages offer their adapters."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_BUILTIN: Final = (
    "bandit",
    "cyclonedx-bom",
    "detect-secrets",
    "hadolint",
    "pip-audit",
    "ruff",
    "safety",
    "semgrep",
    "zizmor",
)


@cache
def builtin() -> Mapping[str, Adapter]:
    """Give our own adapters, sorted by name."""
    return MappingProxyType({name: _import_builtin(name) for name in _BUILTIN})


def _import_builtin(name: str) -> Adapter:
    module = import_module(f"drawgate.adapters.{name.replace('-', '_')}")
    adapter = module.ADAPTER
    assert isinstance(adapter, Adapter)  # noqa: S101 - narrows the type; conformance tests hold it
    return adapter


def ours() -> tuple[str, ...]:
    """Give the names of our own adapters, sorted; none is imported for it."""
    return _BUILTIN


def names() -> tuple[str, ...]:
    """Give every name that can be asked for; entry points are listed, not imported."""
    return tuple(sorted({*_BUILTIN, *_offered()}))


def check(wanted: Iterable[str], where: str = "") -> None:
    """Refuse a name that nobody offers, with the nearest one that exists.

    `where` says who named it: a flag, a variable or a file. Only after a flag it is repeated.
    """
    known = names()
    for name in sorted(wanted):
        if name not in known:
            called = strict.called(name, known, where)
            hint = strict.suggestion(name, known)
            raise UsageError(f"no adapter is called{called}", where=where, hint=hint)


def load(extra: Iterable[str]) -> tuple[tuple[Adapter, ...], tuple[Failed, ...]]:
    """Load our adapters and the named ones; one that can't be loaded is a failed attempt."""
    loaded = dict(builtin())
    failed = []
    for name in sorted(set(extra) - loaded.keys()):
        result = _load_offered(name, _offered()[name])
        if isinstance(result, Failed):
            failed.append(result)
        else:
            loaded[name] = result
    return tuple(loaded[name] for name in sorted(loaded)), tuple(failed)


def _load_offered(name: str, points: Sequence[EntryPoint]) -> Adapter | Failed:
    point = points[0]
    if len(points) > 1:
        return _broken(name, point, f"{len(points)} packages offer an adapter of this name")
    if not _NAME.fullmatch(name):
        return _broken(name, point, "its name has other characters than a-z, 0-9 and -")
    try:
        adapter = point.load()
    except PASS_ON:
        raise
    except BaseException as error:  # noqa: BLE001 - a border: another's code runs
        return _broken(name, point, raised("its package can't be loaded", error))
    if not isinstance(adapter, Adapter):
        return _broken(name, point, f"{point.value} is not a drawgate.plugin.Adapter")
    if adapter.name != name:
        return _broken(name, point, f"it calls itself {adapter.name!r}")
    return adapter


def _broken(name: str, point: EntryPoint, error: str) -> Failed:
    package = point.dist.name if point.dist else point.module
    return Failed(
        subject=Subject(name=name, kind=Kind.CODE),
        error=error,
        hint=f"repair or uninstall the package {package}",
    )


@cache
def _offered() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Entry points of other packages; a name of ours can't be taken over."""
    offered: dict[str, tuple[EntryPoint, ...]] = {}
    for point in entry_points(group=GROUP):
        if point.name not in _BUILTIN:
            offered[point.name] = (*offered.get(point.name, ()), point)
    return offered
