"""Which lines hold credentials: those that a finding names, and all that belongs to them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from drawgate import resources
from drawgate.core.finding import Finding
from drawgate.credentials import about_credential
from drawgate.triage import blocks, literals
from drawgate.triage.lines import split

_REACH: Final = 60
"""Lines; no statement that is not one literal is followed further than this."""
_PEM_START: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_PEM_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,60}-----")
_GOING_ON: Final = tuple(":=(+\\.&")
_QUOTES: Final = tuple("\"'`")
_STARTS_WITH_LITERAL: Final = re.compile(r"\s*+[+.&(]*+\s*+[rbfuRBFU]{0,2}[\"'`]")


def credential_lines(
    findings: Iterable[Finding], sources: Mapping[str, str]
) -> dict[str, frozenset[int]]:
    """Give the lines (from 1) to mask in each file, whether its text is at hand or not.

    Private keys count wherever they stand in a file that has findings, reported or not.
    """
    reported: dict[str, set[tuple[int, int]]] = {}
    for finding in findings:
        place = finding.location
        if place and place.line is not None and place.line > 0 and is_credential(finding):
            reported.setdefault(place.path, set()).add((place.line, place.end_line or 0))
    for path, text in sources.items():
        if "PRIVATE KEY" in text:
            reported.setdefault(path, set())
    return {path: _lines(path, spans, sources.get(path)) for path, spans in reported.items()}


def is_credential(finding: Finding) -> bool:
    """Tell whether a finding is about a credential: by kind, or by its rule."""
    return about_credential(finding.kind, finding.tool, finding.rule)


@cache
def plain_words() -> frozenset[str]:
    """Give words in lower case that stand beside credentials and are none."""
    return resources.read_table("credentials", lambda raw: frozenset(raw["plain_words"]))


def keys(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Give first and last line of private keys, from BEGIN to END or to the end of the file."""
    first = 0
    for number, line in enumerate(lines, 1):
        start = None if first else _PEM_START.search(line)
        first = first or (number if start else 0)
        if first and _PEM_END.search(line, start.end() if start else 0):
            yield first, number
            first = 0
    if first:
        yield first, len(lines)


def _lines(path: str, spans: set[tuple[int, int]], text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(n for first, last in spans for n in range(first, max(first, last) + 1))
    file = _File(path=path, lines=split(text))
    wanted: set[int] = set()
    for first, last in sorted(spans):
        if first <= len(file.lines) and not (first in wanted and last in wanted):
            last_there = min(max(first, last), len(file.lines))
            wanted.update(file.statement(first, last_there, exact=bool(last)))
    if "PRIVATE KEY" in text:
        wanted.update(n for first, last in keys(file.lines) for n in range(first, last + 1))
    for first, last in (*literals.long_literals(path, text), *file.blocks()):
        if not wanted.isdisjoint(range(first, last + 1)):
            wanted.update(range(first, last + 1))
    return frozenset(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """The lines of one file, and what is found out about each of them once."""

    path: str
    lines: list[str]
    depths: dict[int, int] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)

    def statement(self, first: int, last: int, *, exact: bool) -> range:
        """Follow a reported span to where its literals start and end."""
        lines = self.lines
        earliest, latest = max(1, first - _REACH), min(len(lines), last + _REACH)
        while first > earliest and _continues(lines[first - 2], lines[first - 1]):
            first -= 1
        if not exact:
            last = max(last, self._closing_line(first, latest))
        while last < latest and _continues(lines[last - 1], lines[last]):
            last += 1
        end = blocks.end(self.path, lines, first, last, self._block_ends())
        return range(first, max(last, end) + 1)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Give the heredocs and blocks of text."""
        return blocks.spans(self.path, self.lines, self._block_ends())

    def _block_ends(self) -> list[int]:
        if not self.ends and not literals.is_code(self.path):
            self.ends.extend(blocks.block_ends(self.lines))
        return self.ends

    def _closing_line(self, first: int, latest: int) -> int:
        """Give the line that closes what `first` opens: a parenthesis or a quote; or `first`."""
        depth = 0
        for number in range(first, latest + 1):
            depth += self._depth(number)
            if depth <= 0:
                return number
        return first

    def _depth(self, number: int) -> int:
        """Say how many more parentheses a line opens than it closes."""
        if number not in self.depths:
            line = self.lines[number - 1]
            bare = literals.without(line) if "(" in line or ")" in line else ""
            self.depths[number] = bare.count("(") - bare.count(")")
        return self.depths[number]


def _continues(line: str, following: str) -> bool:
    """Tell whether the next line's literal belongs to this line's."""
    if not _STARTS_WITH_LITERAL.match(following):
        return line.endswith("\\")
    # A line that ends with a backslash goes on whatever stands before it.
    return line.rstrip().endswith((*_GOING_ON, *_QUOTES))
