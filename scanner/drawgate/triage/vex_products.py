"""Whether a VEX statement is about a package of the scan, and about this version of it."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Final

from packaging.version import InvalidVersion, Version

from drawgate.core.purl import Purl, parse_purl
from drawgate.core.vex import Component, Product, Versions

_LONGEST: Final = 4096
"""Characters of a range that are worth reading."""


class Fit(IntEnum):
    """How well; the highest of several counts."""

    OTHER = 0
    """It is about another product."""
    ELSEWHERE = 1
    """It is about another version of the package, or another part of what is being scanned."""
    RELEASE = 2
    """It is about another version of what is being scanned."""
    VARIANT = 3
    """It is about a variant (`?arch=…`) that the scan can't tell."""
    UNREAD = 4
    """It is about a range of versions that can't be compared."""
    ANY = 5
    """It is about this package, and names no version."""
    EXACT = 6
    """It is about this version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What is being scanned, as the user names it."""

    names: frozenset[str] = frozenset()
    purls: tuple[Purl, ...] = ()


def own_of(products: tuple[str, ...]) -> Own:
    """Read the names of what is being scanned."""
    purls = tuple(filter(None, map(parse_purl, products)))
    return Own(names=frozenset(products), purls=purls)


def fit(product: Product, package: Purl, own: Own) -> Fit:
    """Tell whether a statement about this product is about a package that was found.

    It is where the product is the package itself, or what is being scanned: as a whole, or
    the package as its part. What is said of a part of another product says nothing here.
    """
    whole = _own(product.whole, own)
    if product.parts:
        part = max(_component(each, package) for each in product.parts)
        return max(whole, part) if min(whole, part) >= Fit.ANY else _misfit(whole, part)
    return max(_component(product.whole, package), whole)


def _misfit(whole: Fit, part: Fit) -> Fit:
    """Say why a part does not fit; of another part than the one that was found nobody asked."""
    if part < Fit.VARIANT:
        return Fit.ELSEWHERE
    return {Fit.OTHER: Fit.OTHER, Fit.ELSEWHERE: Fit.RELEASE}.get(whole, min(whole, part))


def _own(component: Component, own: Own) -> Fit:
    told = [_component(component, purl) for purl in own.purls]
    if not own.names.isdisjoint(component.names) and component.versions is None:
        told.append(Fit.ANY)
    return max(told, default=Fit.OTHER)


def _component(component: Component, package: Purl) -> Fit:
    purls = filter(None, map(_purl, component.names))
    return max((_purl_fit(each, component.versions, package) for each in purls), default=Fit.OTHER)


_purl = lru_cache(maxsize=65536)(parse_purl)


def _purl_fit(told: Purl, versions: Versions | None, package: Purl) -> Fit:
    if told.package != package.package:
        return Fit.OTHER
    if told.subpath != package.subpath or not set(told.qualifiers) <= set(package.qualifiers):
        return Fit.VARIANT
    if told.version and not same_version(told.type, told.version, package.version):
        return Fit.ELSEWHERE
    if versions is None:
        return Fit.EXACT if told.version else Fit.ANY
    if any(same_version(told.type, each, package.version) for each in versions.exact):
        return Fit.EXACT
    return max((_in_range(each, package) for each in versions.ranges), default=Fit.ELSEWHERE)


def same_version(kind: str, one: str, other: str) -> bool:
    """Tell whether two spellings are one version; a rebuild (`1.0+patched`) is another one."""
    if one == other:
        return True
    if kind == "pypi":
        try:
            return Version(one) == Version(other)
        except InvalidVersion:
            return False
    return kind == "golang" and one.removeprefix("v") == other.removeprefix("v")


@lru_cache(maxsize=65536)
def _in_range(text: str, package: Purl) -> Fit:
    """Ask univers; what it can't compare is no match.

    Its `>=` of Alpine's versions compares them as text (docs/adr/0011).
    """
    from univers.version_range import VersionRange  # noqa: PLC0415 - few documents need it

    if len(text) > _LONGEST:
        return Fit.UNREAD
    kind = text.removeprefix("vers:").partition("/")[0].lower()
    if text.strip() == "vers:all/*":
        return Fit.ANY
    if kind != package.type or kind in ("alpine", "apk"):
        return Fit.UNREAD
    try:
        read = VersionRange.from_string(text)  # type: ignore[no-untyped-call]  # univers has no types
        holds = read.version_class(package.version) in read
    except Exception:  # noqa: BLE001 - the library raises many sorts, some of them plain ones
        return Fit.UNREAD
    return Fit.EXACT if holds else Fit.ELSEWHERE
