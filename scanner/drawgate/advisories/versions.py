"""How versions of each ecosystem are compared; an ecosystem not listed here can't be.

PyPI's by packaging, those of distributions and of Maven, NuGet and RubyGems by univers; both are
held against the vectors of OSV's own scanner (docs/adr/0011).
"""

import re
from collections.abc import Callable, Mapping
from functools import cmp_to_key, lru_cache
from types import MappingProxyType
from typing import Any, Final

from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import InvalidVersion, Version

Order = Callable[[str], Any]
"""Turns a version into something that compares; ValueError when it can't."""

_PLAIN: Final = re.compile(
    r"((?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*?)(?:\.0)*"
    r"((?:(?:a|b|rc)(?:0|[1-9][0-9]*))?(?:\.post(?:0|[1-9][0-9]*))?(?:\.dev(?:0|[1-9][0-9]*))?)"
)
_DOTTED: Final = re.compile(r"v?[0-9]+(?:\.[0-9]+)*")
_RELEASE: Final = re.compile(r"[.-]?release\Z", re.IGNORECASE)
_SEMVER: Final = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


def order_of(ecosystem: str) -> Order | None:
    """Give the comparison key of an ecosystem; None when we know none."""
    name = family(ecosystem)
    return _LIBRARY[name] if name in _LIBRARY else _ORDERS.get(name)


def family(ecosystem: str) -> str:
    """Give the ecosystem without its release: "Debian" of "Debian:12"."""
    return ecosystem.partition(":")[0]


def name_key(ecosystem: str, name: str) -> str:
    """Spell a package name as the ecosystem compares it (PEP 503 for PyPI)."""
    if ecosystem == "PyPI":
        return canonicalize_name(name)
    return name.lower() if ecosystem in _CASELESS else name


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
def semver(version: str) -> tuple[object, ...]:
    """Order as SemVer 2.0.0 §11 does: a pre-release sorts before its release."""
    match = _SEMVER.fullmatch(version)
    if not match:
        raise ValueError(version)
    numbers = tuple(int(part or 0) for part in match.group(1, 2, 3))
    if match[4] is None:
        return (*numbers, 1, ())
    return (*numbers, 0, tuple(_identifier(part) for part in match[4].split(".")))


@lru_cache(maxsize=65536)
def _numbers(version: str) -> tuple[int, ...]:
    """Order plain numbers, `1.0` and `1.0.0` being one; all else of Packagist's is not read."""
    if not _DOTTED.fullmatch(version):
        raise ValueError(version)
    numbers = [int(part) for part in version.removeprefix("v").split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _pub(version: str) -> tuple[object, ...]:
    """Refuse builds (`1.2.3+2`): Pub tells them apart, and SemVer doesn't."""
    if "+" in version:
        raise ValueError(version)
    return semver(version)


def _maven(version: str) -> Any:  # noqa: ANN401 - as Order gives it
    """Leave out `.RELEASE`, which Maven takes for nothing.

    What begins with a letter it sorts below all numbers, and the library doesn't.
    """
    if not version[:1].isdecimal():
        raise ValueError(version)
    return _MAVEN(_RELEASE.sub("", version))


def _by_library(name: str) -> Order:
    """Give univers' order; it is loaded when the first version is read.

    Only its `<` is asked: `>=` of Alpine's versions in univers 32 compares them as text.
    """

    @lru_cache(maxsize=65536)
    def order(version: str) -> Any:  # noqa: ANN401 - as Order gives it
        from univers import nuget, versions  # noqa: PLC0415 - few mirrors need it

        try:
            read = getattr(versions, name)(version)
            if read.value is None:  # NuGet's reader takes nothing for a version
                raise ValueError(version)
            return _by_less(read)
        except nuget.InvalidNuGetVersion as error:
            raise ValueError(version) from error

    return order


def _compare(one: Any, other: Any) -> int:  # noqa: ANN401 - two versions of one sort
    return int(other < one) - int(one < other)


_by_less = cmp_to_key(_compare)


def _identifier(part: str) -> tuple[int, int, str]:
    return (0, int(part), "") if part.isdecimal() else (1, 0, part)


_ORDERS: Final[Mapping[str, Order]] = MappingProxyType(
    {
        "PyPI": _pep440,
        "npm": semver,
        "Go": semver,
        "crates.io": semver,
        "Hex": semver,
        "Pub": _pub,
        "GitHub Actions": semver,
        "SwiftURL": semver,
        "Packagist": _numbers,
        "Maven": _maven,
    }
)
_MAVEN = _by_library("MavenVersion")
_DEB, _RPM, _APK = map(_by_library, ("DebianVersion", "RpmVersion", "AlpineLinuxVersion"))
_LIBRARY: Final[Mapping[str, Order]] = MappingProxyType(
    {
        "NuGet": _by_library("NugetVersion"),
        "RubyGems": _by_library("RubygemsVersion"),
        **dict.fromkeys(("Debian", "Ubuntu", "Echo"), _DEB),
        **dict.fromkeys(
            ("AlmaLinux", "Azure Linux", "Mageia", "Photon OS", "Red Hat", "Rocky Linux", "SUSE",
             "openEuler", "openSUSE"), _RPM),
        **dict.fromkeys(
            ("Alpaquita", "Alpine", "BellSoft Hardened Containers", "Chainguard", "MinimOS",
             "Wolfi"), _APK),
    }
)  # fmt: skip
KNOWN: Final = (*_ORDERS, *_LIBRARY)
"""Ecosystems whose versions can be compared, as OSV spells them."""
_CASELESS: Final = frozenset({"GitHub Actions", "NuGet", "Packagist"})
