"""Which lines hold credentials: those that a finding names, and all that belongs to them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

from drawgate import resources
from drawgate.core.finding import Finding, Kind
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
    """Tell whether a finding is about a credential: by kind, by weakness or by its rule."""
    if finding.kind is Kind.SECRETS:
        return True
    known = _table()
    if not known["cwe"].isdisjoint(finding.rule.cwe):
        return True
    patterns = known["rules"].get(finding.tool.lower(), ())
    return bool(patterns) and _rule_matches(finding.rule.id.lower(), tuple(patterns))


def plain_words() -> frozenset[str]:
    """Give words in lower case that stand beside credentials and are none."""
    words: frozenset[str] = _table()["plain_words"]
    return words


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


@cache
def _table() -> dict[str, Any]:
    raw = resources.table("credentials")
    plain = frozenset(raw["plain_words"])
    return {"cwe": frozenset(raw["cwe"]), "rules": raw["rules"], "plain_words": plain}


@cache
def _rule_matches(rule: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(rule, pattern) for pattern in patterns)


def _lines(path: str, spans: set[tuple[int, int]], text: str | None) -> frozenset[int]:
    if text is None:
        return frozenset(n for first, last in spans for n in range(first, max(first, last) + 1))
    lines = split(text)
    wanted: set[int] = set()
    for first, last in sorted(spans):
        if first <= len(lines) and not (first in wanted and last in wanted):
            wanted.update(
                _statement(path, lines, first, min(max(first, last), len(lines)), exact=bool(last))
            )
    if "PRIVATE KEY" in text:
        wanted.update(number for first, last in keys(lines) for number in range(first, last + 1))
    for first, last in (*literals.long_literals(path, text), *blocks.spans(path, lines)):
        if not wanted.isdisjoint(range(first, last + 1)):
            wanted.update(range(first, last + 1))
    return frozenset(wanted)


def _statement(path: str, lines: list[str], first: int, last: int, *, exact: bool) -> range:
    """Follow a reported span to where its literals start and end."""
    earliest, latest = max(1, first - _REACH), min(len(lines), last + _REACH)
    while first > earliest and _continues(lines[first - 2], lines[first - 1]):
        first -= 1
    if not exact:
        last = max(last, _closing_line(lines, first, latest))
    while last < latest and _continues(lines[last - 1], lines[last]):
        last += 1
    return range(first, max(last, blocks.end(path, lines, first, last)) + 1)


def _continues(line: str, following: str) -> bool:
    """Tell whether the next line's literal belongs to this line's."""
    if not _STARTS_WITH_LITERAL.match(following):
        return line.endswith("\\")
    # A line that ends with a backslash goes on whatever stands before it.
    return line.rstrip().endswith((*_GOING_ON, *_QUOTES))


def _closing_line(lines: list[str], first: int, latest: int) -> int:
    """Give the line that closes what `first` opens: a parenthesis or a quote; or `first`."""
    depth = 0
    for number in range(first, latest + 1):
        bare = literals.without(lines[number - 1])
        depth += bare.count("(") - bare.count(")")
        if depth <= 0:
            return number
    return first
