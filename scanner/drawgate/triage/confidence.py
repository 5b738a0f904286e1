"""How sure a guess at a secret is, by what stands there: policies/tables/secrets.yaml says how."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Any, Final

from drawgate import resources
from drawgate.core.finding import Finding, Kind, changed
from drawgate.triage import literals, net, values
from drawgate.triage.lines import split

HIGH, MEDIUM, LOW = "high", "medium", "low"

_LONGEST: Final = 2000
"""Characters of a line that are looked at around its beginning; data lines are longer."""
_OPENS: Final = re.compile(r":\s*(?:[|>][-+0-9]{0,3})?\s*$")
"""The header of a value that is on the lines below, as in YAML."""
_REACH: Final = 60
"""Lines of a block that are looked at."""
_REFERENCE: Final = re.compile(r"\$\{?[\w.:-]+\}?|\{\{.*?\}\}|\{[\w.!:]*\}|%\(\w+\)s|<[^<>]+>|%s")
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_PART: Final = re.compile(r"[^\s_./:,;|\\()\[\]\"'-]+")
_SIGN: Final = re.compile(r"[!@#$%^&*+=~?]")
_SHORTEST: Final = 6
_DIGITS: Final = 2
"""Digits that make a word more than a word: `sha2` and `step1` have one."""


def with_confidence(
    findings: tuple[Finding, ...], sources: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Give guesses a confidence, where their tool gave none and the line is at hand."""
    lines: dict[str, list[str]] = {}
    return tuple(_with_confidence(finding, sources, lines) for finding in findings)


def _with_confidence(
    finding: Finding, sources: Mapping[str, str], lines: dict[str, list[str]]
) -> Finding:
    if finding.kind is not Kind.SECRETS or finding.confidence or not finding.line:
        return finding
    ways = _table().guesses.get(finding.tool.lower(), {})
    way = ways.get(finding.rule.id.lower())
    if not way or finding.path not in sources:
        return finding
    if finding.path not in lines:
        lines[finding.path] = split(sources[finding.path])
    if not 0 < finding.line <= len(lines[finding.path]):
        return finding
    return changed(finding, confidence=way(_value(lines[finding.path], finding.line)))


def _value(lines: list[str], number: int) -> str:
    """Give a line, and below a line that only opens a block, the block."""
    line = lines[number - 1]
    if not _OPENS.search(line):
        return line[:_LONGEST]
    below = lines[number : number + _REACH]
    indent = len(line) - len(line.lstrip())
    deeper = takewhile(lambda each: not each.strip() or each[: indent + 1].isspace(), below)
    return "\n".join((line, *deeper))[:_LONGEST]


def _by_name(line: str) -> str:
    """Judge the values that names announce, else all there are; the surest decides."""
    found = [_judged(value) for value in net.announced(line, code=False)] or [
        _judged(literals.content(match)) for match in literals.find(line)
    ]
    return next((level for level in (HIGH, MEDIUM, LOW) if level in found), "")


def _by_url(line: str) -> str:
    """Doubt only placeholders: hardly anybody writes a name and a password into a URL for fun."""
    found = {_judged(value) for value in values.passwords(line)}
    return LOW if found == {LOW} else HIGH if found else ""


def _by_disorder(line: str) -> str:
    """Doubt what calls itself a checksum or the like."""
    words = {word.lower() for word in _words(line)}
    return MEDIUM if words.isdisjoint(_table().public) else LOW


_WAYS: Final = {"by_name": _by_name, "by_url": _by_url, "by_disorder": _by_disorder}


def _judged(value: str) -> str:
    table = _table()
    bare = _REFERENCE.sub("", value).strip()
    words = {word.lower() for word in _words(bare)}
    if not words or words <= table.plain:
        return LOW
    random = net.is_drawn(bare)
    doubtful = not random and not words.isdisjoint(table.placeholders)
    if (random or any(map(_is_drawn, _PART.findall(bare)))) and "://" not in bare:
        return MEDIUM if doubtful else HIGH
    return LOW if doubtful else MEDIUM


def _is_drawn(part: str) -> bool:
    """Tell letters mixed with digits or signs from words."""
    if len(part) < _SHORTEST or part.lower() in _table().technical:
        return False
    letters = any(map(str.isalpha, part))
    digits = sum(map(str.isdigit, part))
    return letters and (digits >= _DIGITS or bool(_SIGN.search(part)))


def _words(text: str) -> Iterator[str]:
    """Give the words of a text, those that capitals part too, and those with digits as well."""
    yield from _WORD.findall(text)
    yield from (part for part in re.findall(r"[A-Za-z0-9]+", text) if not part.isalpha())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    guesses: Mapping[str, Mapping[str, Callable[[str], str]]]
    """By tool and rule: the way to judge what stands there."""
    placeholders: frozenset[str]
    plain: frozenset[str]
    technical: frozenset[str]
    public: frozenset[str]


@cache
def _table() -> _Table:
    return resources.read_table("secrets", _built)


def _built(raw: Any) -> _Table:  # noqa: ANN401 - what YAML holds
    guesses = {
        tool: {rule: _WAYS[way] for way, rules in ways.items() for rule in rules}
        for tool, ways in raw["guesses"].items()
    }
    words = ("placeholders", "plain", "technical", "public")
    return _Table(guesses=guesses, **{name: frozenset(map(str, raw[name])) for name in words})
