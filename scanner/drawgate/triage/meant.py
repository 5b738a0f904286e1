"""Which waivers mean a finding: found by index, for there may be ten thousand of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import translate
from functools import lru_cache
from typing import Final

from drawgate.core import glob
from drawgate.core.errors import UsageError
from drawgate.core.finding import Finding
from drawgate.core.waiver import Match, Waiver
from drawgate.triage.ranges import Test, package, package_of, versions

_WILD: Final = re.compile(r"[*?\[]")
_LONGEST: Final = 500
_STARS: Final = 3
"""More of them in one pattern, and a long name takes minutes: the target may have written it."""


class Meant:
    """Waivers by what they match."""

    def __init__(self, waivers: Sequence[Waiver]) -> None:
        self._by_identity: defaultdict[str, list[int]] = defaultdict(list)
        self._by_advisory: defaultdict[tuple[str, tuple[str, str]], list[tuple[int, Test]]]
        self._by_advisory = defaultdict(list)
        self._by_rule: defaultdict[str, _Places] = defaultdict(_Places)
        self._by_wild: defaultdict[str, _Places] = defaultdict(_Places)
        self._known: dict[tuple[str, str, str], tuple[int, ...]] = {}
        for number, waiver in enumerate(waivers):
            # What can't be read was refused with the file, but a log may bring anything.
            if not unreadable(waiver.match):
                self._add(number, waiver.match)
        self._wild = [(_matcher(rule), places) for rule, places in self._by_wild.items()]

    def _add(self, number: int, match: Match) -> None:
        for identity in match.identity:
            self._by_identity[identity].append(number)
        if match.advisory:
            test = versions(match.package, match.versions)
            key = match.advisory.lower(), package(match.package)
            self._by_advisory[key].append((number, test))
        for rule in match.rule:
            table = self._by_wild if _WILD.search(rule) else self._by_rule
            table[rule].add(number, match.tool.lower(), match.paths)

    def of(self, finding: Finding) -> list[int]:
        """Give the numbers of the waivers that mean a finding, in their order."""
        found = [*self._by_identity.get(finding.identity, ())]
        if self._by_advisory:
            found += self._of_package(finding)
        if self._by_rule or self._wild:
            found += self._of_rule(finding)
        return sorted(set(found)) if len(found) > 1 else found

    def _of_package(self, finding: Finding) -> Iterator[int]:
        dependency = finding.dependency
        if dependency is None:
            return
        about = package_of(dependency)
        for name in {each.lower() for each in (dependency.advisory, *dependency.aliases)}:
            for number, test in self._by_advisory.get((name, about), ()):
                if test(dependency.version):
                    yield number

    def _of_rule(self, finding: Finding) -> tuple[int, ...]:
        key = finding.rule.id, finding.tool.lower(), finding.path
        if key not in self._known:
            self._known[key] = tuple(self._looked_up(*key))
        return self._known[key]

    def _looked_up(self, rule: str, tool: str, path: str) -> Iterator[int]:
        if not path:
            return
        if places := self._by_rule.get(rule):
            yield from places.at(tool, path)
        for matcher, places in self._wild:
            if matcher.match(rule):
                yield from places.at(tool, path)


def unreadable(match: Match) -> str:
    """Say what in a match can't be read; empty when all can."""
    try:
        if match.advisory:
            versions(match.package, match.versions)
        for pattern in match.paths:
            path_pattern(pattern)
    except ValueError as error:
        return str(error)
    return ""


def path_pattern(written: str) -> str:
    """Give a pattern back; ValueError for one that can't be read, or may take ages to compare."""
    parts = written.split("/")
    stars = max(part.count("*") for part in parts), sum(part == "**" for part in parts)
    if len(written) > _LONGEST or max(stars) > _STARS:
        most = f"{_LONGEST} characters, {_STARS} '**', and {_STARS} stars in a folder's name"
        raise ValueError(f"a pattern has at most {most}")
    try:
        glob.compiled(written)
    except UsageError as error:
        raise ValueError(error.what) from error
    return written


class _Places:
    """The patterns of a rule's waivers, by the folder that all of their paths are in."""

    def __init__(self) -> None:
        self._below: defaultdict[str, list[tuple[int, str, str]]] = defaultdict(list)

    def add(self, number: int, tool: str, patterns: Iterable[str]) -> None:
        for pattern in patterns:
            self._below[_head(pattern)].append((number, tool, pattern))

    def at(self, tool: str, path: str) -> Iterator[int]:
        for folder in _above(path):
            if folder not in self._below:
                continue
            for number, wanted, pattern in self._below[folder]:
                if wanted in ("", tool) and glob.compiled(pattern).fullmatch(path):
                    yield number


def _head(pattern: str) -> str:
    """Give the folders that a pattern names in full; none where it fits at any depth."""
    if "/" not in pattern.rstrip("/"):
        return ""
    parts = pattern.strip("/").split("/")
    fixed = next((n for n, part in enumerate(parts) if _WILD.search(part)), len(parts))
    return "/".join(parts[:fixed])


@lru_cache(maxsize=65536)  # many rules are asked about one path
def _above(path: str) -> tuple[str, ...]:
    """Give a path and everything it is in, the root first."""
    return ("", *(path[:at] for at, letter in enumerate(path) if letter == "/"), path)


def _matcher(rule: str) -> re.Pattern[str]:
    return re.compile(translate(rule))
