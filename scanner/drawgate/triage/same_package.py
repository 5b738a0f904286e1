"""Which findings about packages are one vulnerability: one package, and a name in common."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from drawgate.core.finding import Dependency, Finding

_ID: Final = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9.:_]+)+")
"""An advisory's id, in capitals. "n/a" names nothing that two could have in common."""
_SEPARATORS: Final = re.compile(r"[-_.]+")


def same_package(findings: Sequence[Finding]) -> Iterator[tuple[list[int], tuple[str, ...]]]:
    """Give the numbers of findings that name one vulnerability, two or more.

    Package, version and manifest must be the same. Aliases are followed: a report that knows the
    GHSA id alone and one that knows the CVE alone meet in a third that knows both.
    """
    packages: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        if package := finding.dependency:
            packages[finding.path, _name(package), _version(package)].append(number)
    for (path, name, _), numbers in packages.items():
        if len(numbers) > 1:
            for members, alias in _vulnerabilities(numbers, findings):
                yield members, ("package", name, path, alias)


def names_of(finding: Finding) -> set[str]:
    """Give the names of the vulnerability that a finding is about, in capitals."""
    package = finding.dependency
    names = (package.advisory, *package.aliases) if package else ()
    return {name for name in map(str.upper, map(str.strip, names)) if _ID.fullmatch(name)}


def spelt(package: Dependency) -> tuple[str, str]:
    """Give name and version as they are compared, whatever a tool's habit is."""
    return _name(package), _version(package)


def _name(package: Dependency) -> str:
    """Spell it as PEP 503 does: within one manifest no ecosystem has two names that differ so."""
    return _SEPARATORS.sub("-", package.name).lower()


def _version(package: Dependency) -> str:
    """Go's tools disagree about the `v`."""
    return package.version.strip().lower().removeprefix("v")


def _vulnerabilities(
    numbers: Iterable[int], findings: Sequence[Finding]
) -> Iterator[tuple[list[int], str]]:
    """Join by names, transitively; give each group and the name that it goes by.

    Each CVE number is a flaw. A report about several of them does not join what other reports
    keep apart: it goes with the first of those, and none of them is lost in it.
    """
    parents: dict[str, str] = {}
    named = {number: names_of(findings[number]) for number in numbers}
    for names in sorted(named.values(), key=lambda names: (_numbers(names), sorted(names))):
        if _numbers(names) < 2 or len(_known(parents, names)) < 2:  # noqa: PLR2004 - "several"
            best = min((_root(parents, name) for name in names), key=_known_best, default="")
            for name in names:
                parents[_root(parents, name)] = best
    members: defaultdict[str, list[int]] = defaultdict(list)
    for number, names in named.items():
        if names:
            members[min(_known(parents, names), key=_known_best)].append(number)
    for alias, own in members.items():
        if len(own) > 1:
            yield own, alias


def _numbers(names: Iterable[str]) -> int:
    return sum(name.startswith("CVE-") for name in names)


def _known(parents: dict[str, str], names: Iterable[str]) -> set[str]:
    """Give the groups that have these names already."""
    return {_root(parents, name) for name in names if name in parents}


def _root(parents: dict[str, str], name: str) -> str:
    """Follow a name to that of its group, and shorten the way for the next one."""
    while (parent := parents.setdefault(name, name)) != name:
        parents[name] = parents[parent]
        name = parent
    return name


def _known_best(name: str) -> tuple[bool, bool, str]:
    """Prefer the names that all databases use."""
    return not name.startswith("CVE-"), not name.startswith("GHSA-"), name
