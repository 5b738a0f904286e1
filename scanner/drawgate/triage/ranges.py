"""Which package and which of its versions a waiver means."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from drawgate.advisories.versions import Order, family, name_key, order_of, version_key
from drawgate.core.finding import Dependency

Test = Callable[[str], bool]
"""Whether a version is meant; one that can't be read never is."""

_ALL: Final = "*"
_BOUND: Final = re.compile(r"\s*(==|!=|<=|>=|<|>)\s*([^\s,<>=!]+)\s*")
_ECOSYSTEMS: Final = MappingProxyType(
    {
        "pypi": "PyPI", "npm": "npm", "golang": "Go", "go": "Go", "cargo": "crates.io",
        "crates.io": "crates.io", "composer": "Packagist", "packagist": "Packagist",
        "gem": "RubyGems", "rubygems": "RubyGems", "maven": "Maven", "nuget": "NuGet",
        "hex": "Hex", "pub": "Pub", "deb": "Debian", "debian": "Debian", "apk": "Alpine",
        "alpine": "Alpine", "ubuntu": "Ubuntu", "githubactions": "GitHub Actions",
        "swift": "SwiftURL",
    }
)  # fmt: skip
"""A package URL's type, or OSV's word in small letters, to OSV's word."""


def package(written: str) -> tuple[str, str]:
    """Read a package: its ecosystem and name, spelt to be compared. Raises ValueError."""
    text = written.removeprefix("pkg:").partition("?")[0].partition("#")[0]
    sort, _, name = text.partition("/")
    if not sort or not name or written != written.strip():
        raise ValueError("expected a package such as pkg:pypi/flask or PyPI/flask")
    if written.startswith("pkg:") and "@" in name.rpartition("/")[2]:
        raise ValueError("leave the version out of the package URL, and write it in 'versions'")
    ecosystem = _ECOSYSTEMS.get(family(sort).lower(), sort)
    name = unquote(name) if written.startswith("pkg:") else name
    return _key(ecosystem, name.replace("/", ":") if ecosystem == "Maven" else name)


def package_of(dependency: Dependency) -> tuple[str, str]:
    """Give the same of a finding's package."""
    ecosystem = family(dependency.ecosystem)
    return _key(_ECOSYSTEMS.get(ecosystem.lower(), ecosystem), dependency.name)


def _key(ecosystem: str, name: str) -> tuple[str, str]:
    return ecosystem.lower(), name_key(ecosystem, name)


def versions(written: str, ranges: Iterable[str]) -> Test:
    """Compile ranges of a package's versions, any of which will do. Raises ValueError.

    A range is `*`, or bounds with commas between them: `>=1.0,<2.0`.
    """
    ecosystem = package(written)[0]
    ecosystem = _ECOSYSTEMS.get(ecosystem, ecosystem)
    tests = [_range(ecosystem, each) for each in ranges]
    return lambda version: any(test(version) for test in tests)


def _range(ecosystem: str, written: str) -> Test:
    if written.strip() == _ALL:
        return lambda _: True
    bounds = [_BOUND.fullmatch(part) for part in written.split(",")]
    if not all(bounds):
        raise ValueError("expected a range of versions such as '==1.2.3', '>=1.0,<2.0' or '*'")
    tests = [_bound(ecosystem, bound[1], bound[2]) for bound in bounds if bound]
    return lambda version: all(test(version) for test in tests)


def _bound(ecosystem: str, sign: str, bound: str) -> Test:
    order = order_of(ecosystem)
    if order is None:
        if sign != "==":
            raise ValueError("versions of this ecosystem can't be compared: only '==' and '*' can")
        return lambda version: version_key(ecosystem, version) == version_key(ecosystem, bound)
    try:
        limit = order(bound)
    except ValueError:
        raise ValueError("the range names a version that can't be read") from None
    return _compared(order, _SIGNS[sign], limit)


def _compared(order: Order, holds: Callable[[Any, Any], bool], limit: object) -> Test:
    def test(version: str) -> bool:
        try:
            return holds(order(version), limit)
        except ValueError:
            return False

    return test


# Only `<` is asked: the library's other signs are wrong for some ecosystems (docs/adr/0011).
_SIGNS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: other < one,
    "<=": lambda one, other: not other < one,
    ">=": lambda one, other: not one < other,
    "==": lambda one, other: not (one < other or other < one),
    "!=": lambda one, other: one < other or other < one,
}
