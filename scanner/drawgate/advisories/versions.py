"""How versions of each ecosystem are compared; an ecosystem not listed here can't be."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

from drawgate.core.errors import AdvisoryError

Order = Callable[[str], Any]
"""Turns a version into something that compares; ValueError when it can't."""

_PLAIN: Final = re.compile(
    r"((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*?)(?:\.0)*"
    r"((?:(?:a|b|rc)(?:0|[1-9][0-9]*))?(?:\.post(?:0|[1-9][0-9]*))?(?:\.dev(?:0|[1-9][0-9]*))?)"
)
_SEMVER: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def order_of(ecosystem: str) -> Order:
    """Give the comparison key of an ecosystem, or an AdvisoryError when we know none."""
    try:
        return _ORDERS[ecosystem]
    except KeyError:
        raise AdvisoryError(f"versions of {ecosystem!r} can't be compared") from None


def family(ecosystem: str) -> str:
    """Give the ecosystem without its release: "Debian" of "Debian:12"."""
    return ecosystem.partition(":")[0]


def name_key(ecosystem: str, name: str) -> str:
    """Spell a package name as the ecosystem compares it (PEP 503 for PyPI)."""
    return canonicalize_name(name) if ecosystem == "PyPI" else name


@lru_cache(maxsize=65536)  # the records about one package repeat the list of its versions
def version_key(ecosystem: str, version: str) -> str:
    """Spell equal versions equally: `1.0` and `1.0.0` are one in PyPI (PEP 440).

    A local label (`2.0+cpu`) is dropped: it names a rebuild, not another release.
    A version that the rules don't know stays as it is.
    """
    if ecosystem != "PyPI":
        return version.removeprefix("v")
    plain = _PLAIN.fullmatch(version)
    if plain:
        return plain[1] + plain[2]
    try:
        return canonicalize_version(Version(version).public)
    except InvalidVersion:
        return version


@lru_cache(maxsize=65536)
def _pep440(version: str) -> Version:
    return Version(Version(version).public)


@lru_cache(maxsize=65536)
def _semver(version: str) -> tuple[object, ...]:
    """Order as SemVer 2.0.0 §11 does: a pre-release sorts before its release."""
    match = _SEMVER.fullmatch(version)
    if not match:
        raise ValueError(version)
    numbers = tuple(int(part or 0) for part in match.group(1, 2, 3))
    if match[4] is None:
        return (*numbers, 1, ())
    return (*numbers, 0, tuple(_identifier(part) for part in match[4].split(".")))


def _identifier(part: str) -> tuple[int, int, str]:
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)


_ORDERS: Final[Mapping[str, Order]] = MappingProxyType(
    {
        "PyPI": _pep440,
        "npm": _semver,
        "Go": _semver,
        "crates.io": _semver,
        "Hex": _semver,
        "Pub": _semver,
        "GitHub Actions": _semver,
        "SwiftURL": _semver,
    }
)
