"""What reading one manifest yields: exact pins, names without a version, and the rest."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from drawgate.core.dependency import Graph, Pin
from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed
from drawgate.manifests.limits import affordable
from drawgate.manifests.locate import table_lines
from drawgate.manifests.scopes import wider
from drawgate.manifests.text import shown

_ARCHIVE: Final = re.compile(r"\.(?:whl|zip|tgz|tar(?:\.[a-z0-9]+)?)$", re.IGNORECASE)
_LONGEST: Final = 4000
"""Characters of one requirement or version; Python reads no number of over 4300 digits."""
_LONGEST_NAME: Final = 200
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
UNPINNED: Final = "it is not pinned to an exact version, so nobody knows which one runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A package named without an exact version; `requirement` is PEP 508, without a URL."""

    name: str
    requirement: str
    manifest: str
    line: int | None = None

    def not_assessed(self, reason: str = UNPINNED) -> NotAssessed:
        """Say that nobody can look at it."""
        return refused(self.requirement, reason, self.manifest, self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One manifest, or several together.

    `names` are all packages a lock file accounts for, also those it takes from elsewhere;
    `members` are directories, relative to the root, whose declarations a lock covers.
    """

    pins: tuple[Pin, ...] = ()
    declared: tuple[Declared, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    names: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    graphs: tuple[Graph, ...] = ()
    """Who needs whom; a lock's own has no roots where the declarations beside it have them."""


def refused(text: str, reason: str, manifest: str, line: int | None = None) -> NotAssessed:
    """Say why a part of a manifest can't be assessed; its text is masked and cut."""
    return NotAssessed(
        subject=f"{manifest}: {shown(text)}", reason=reason, path=manifest, line=line
    )


def unread(manifest: str, reason: str) -> NotAssessed:
    """Say that nobody knows what a manifest names, nor how much."""
    return NotAssessed(subject=manifest, reason=reason, path=manifest, uncounted=True)


def unquoted(
    reason: str, manifest: str, line: int | None = None, *, uncounted: bool = False
) -> NotAssessed:
    """Say why a line can't be assessed without showing it: it may hold anything, also a token."""
    where = "an entry" if line is None else f"line {line}"
    return NotAssessed(
        subject=f"{manifest}: {where}",
        reason=reason,
        path=manifest,
        line=line,
        uncounted=uncounted,
    )


def unreadable(what: str, reason: str, manifest: str, line: int | None = None) -> NotAssessed:
    """Say that a manifest names packages, but not in a way that can be read."""
    said = f"names its packages in a way that can't be read: {reason}"
    return replace(refused(what, said, manifest, line), uncounted=True)


def parse_requirement(text: str) -> Requirement:
    """Parse PEP 508; ValueError when it is none, also when a marker is nested absurdly."""
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    try:
        return Requirement(text)
    except RecursionError as error:
        raise ValueError("its marker is nested too deeply") from error


def pin_of(name: str, version: str, manifest: str, line: int | None) -> Pin:
    """Make a pin; ValueError when the name is no PyPI name or the version not PEP 440.

    Both are checked because they are written into a file that a scanner reads.
    """
    if len(version) > _LONGEST:
        raise InvalidVersion(f"Invalid version of {len(version)} characters")
    return Pin(
        ecosystem="PyPI",
        name=canonicalize_name(name, validate=True),
        version=str(Version(version)),
        manifest=manifest,
        line=line,
    )


def locked(name: str, version: str, manifest: str, line: int | None) -> Pin | NotAssessed:
    """Make a pin, or say that its version can't be compared; ValueError for a bad name."""
    try:
        return pin_of(name, version, manifest, line)
    except InvalidVersion:
        reason = "its version is not one that PEP 440 knows, so it can't be compared"
        return refused(f"{name} {version}", reason, manifest, line)


def exact_version(specifiers: SpecifierSet) -> str | None:
    """Give the version that `==` or `===` names; `==1.*` names none."""
    for specifier in specifiers:
        if specifier.operator in {"==", "==="} and not specifier.version.endswith(".*"):
            return specifier.version
    return None


def allows(requirement: str, version: str) -> bool:
    """Tell whether a requirement allows a version; one in a tool's own words may allow any."""
    try:
        return parse_requirement(requirement).specifier.contains(version, prereleases=True)
    except ValueError:
        return True


def read_requirement(
    requirement: Requirement, manifest: str, line: int | None
) -> Pin | Declared | NotAssessed:
    """Sort one PEP 508 requirement; its marker is not evaluated, so every pin counts.

    A marker speaks about the machine that installs, and that is not this one.
    """
    if requirement.url:
        return refused(str(requirement), "it comes from a URL", manifest, line)
    version = exact_version(requirement.specifier)
    if version is None:
        return Declared(
            name=canonicalize_name(requirement.name),
            requirement=str(requirement),
            manifest=manifest,
            line=line,
        )
    return locked(requirement.name, version, manifest, line)


def collect(found: Iterable[Pin | Declared | NotAssessed]) -> Reading:
    """Put what was found where it belongs."""
    found = tuple(found)
    return Reading(
        pins=tuple(each for each in found if isinstance(each, Pin)),
        declared=tuple(each for each in found if isinstance(each, Declared)),
        not_assessed=tuple(each for each in found if isinstance(each, NotAssessed)),
    )


def elsewhere(key: str) -> str:
    """Say where an entry comes from that names no index: a git, hg, … repository, a URL, a path."""
    kind = {"url": "URL", "file": "file", "path": "path"}.get(key, f"{key} repository")
    return f"it comes from a {kind}"


def local(name: str, origin: str, manifest: str, line: int | None) -> NotAssessed | None:
    """Judge an entry from a path: a directory is the target's own, an archive is anybody's."""
    if not _ARCHIVE.search(origin):
        return None
    return refused(f"{name} {origin}", "it comes from an archive in the target", manifest, line)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Package = TypeVar("_Package", bound=_Named)


def each_table(
    text: str,
    header: str,
    packages: Sequence[_Package],
    entry: Callable[[_Package, int | None], Pin | NotAssessed | None],
) -> Iterator[Pin | NotAssessed | None]:
    """Read the `[[HEADER]]` tables of a lock file with their lines; TooMuchError beyond a limit."""
    lines = table_lines(text, header, len(packages))
    cheap = affordable(packages, lambda package: len(package.name))
    yield from (entry(package, line) for package, line in zip(cheap, lines, strict=True))


def account(
    found: Iterable[Pin | NotAssessed | None],
    *,
    names: Iterable[str],
    members: frozenset[str] = frozenset(),
    graph: Graph | None = None,
) -> Reading:
    """Make the reading of a lock file; None stands for a package of the target's own."""
    reading = collect(each for each in found if each is not None)
    known = frozenset(canonicalize_name(name) for name in names)
    graphs = (graph,) if graph else ()
    return replace(reading, names=known, members=members, graphs=graphs)


def normal(name: str) -> str:
    """Spell a name as PEP 503 does; empty for what is none, or longer than any real one."""
    good = len(name) <= _LONGEST_NAME and _NAME.fullmatch(name)
    return canonicalize_name(name) if good else ""


def spelled(version: str) -> str:
    """Spell a version as pins do, so that the two can be compared."""
    try:
        return str(Version(version)) if len(version) <= _LONGEST else version
    except InvalidVersion:
        return version


def roots_of(named: Iterable[tuple[str, Scope]]) -> tuple[tuple[str, Scope], ...]:
    """Sort what a project names itself; a package that is named twice is there for both."""
    found: dict[str, Scope] = {}
    for name, scope in named:
        known = normal(name)
        if not known:
            continue
        found[known] = wider(found[known], scope) if known in found else scope
    return tuple(sorted(found.items()))


def name_of(requirement: str) -> str:
    """Give the name that a PEP 508 requirement begins with, at a tenth of parsing it."""
    match = _NAME.match(requirement)
    return match[0] if match else ""
