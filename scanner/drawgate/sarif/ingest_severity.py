"""`security-severity`: the bags that logs keep it in, and what each way to write it means.

GitHub reads it on rules only, in a string. Tools write it on results and configurations as
well, as a number, with a comma or as a word (SARIF 2.2 has words). `policies/tables/severity.yaml`
has the whole table. What can't be read is never passed over for a level that may be lower.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from drawgate.core.finding import Finding
from drawgate.core.words import count
from drawgate.resources import table

NAMES: Final = ("security-severity", "security_severity", "securitySeverity")
_TOP: Final = 10.0
_NUMBER: Final = re.compile(r"(\d{1,9}(?:[.,]\d{1,20})?)")
_NOT_SAID: Final = frozenset({"", "null", "undefined", "none", "n/a"})
"""What stands there instead of nothing (codeql-action #2187)."""
_SHOWABLE: Final = re.compile(r"[0-9.,+-]{1,12}")
_UNREADABLE: Final = "unreadable security-severity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What a bag says: a score, or a word in place of the level."""

    score: float | None = None
    word: str = ""


_NOTHING: Final = Rated()


def rated(bags: Iterable[Mapping[str, Any]]) -> Rated:
    """Read the first bag that says something; the most exact one comes first."""
    for bag in bags:
        if bag and (found := _read(bag)) != _NOTHING:
            return found
    return _NOTHING


def is_readable(bag: Mapping[str, Any]) -> bool:
    """Tell whether what a bag says, if anything, can be read."""
    return not _read(bag).word.startswith(_UNREADABLE)


def kept_score(bag: Mapping[str, Any]) -> dict[str, Any]:
    """Give a bag with its score alone; one that can't be read may hold anything, and says so."""
    read = _read(bag)
    if read == _NOTHING:
        return {}
    return {
        NAMES[0]: read.score or (_UNREADABLE if read.word.startswith(_UNREADABLE) else read.word)
    }


def unread(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Say for which tools' findings the severity is unknown, as it could not be read."""
    tools = Counter(
        finding.tool for finding in findings if finding.reported_severity.startswith(_UNREADABLE)
    )
    return tuple(
        f"{count(number, 'finding')} of {tool} with a security-severity that is no number "
        "from 0.0 to 10.0: the severity is unknown"
        for tool, number in sorted(tools.items())
    )


def _read(bag: Mapping[str, Any]) -> Rated:
    value = next((bag[name] for name in NAMES if name in bag), None)
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return _written(value.strip())
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return _scored(value) if number else Rated(word=_UNREADABLE)


def _written(text: str) -> Rated:
    if text.lower() in _NOT_SAID:
        return _NOTHING
    if match := _NUMBER.fullmatch(text):
        return _scored(float(match[1].replace(",", ".")))
    known = text.lower() in table("severity")["common"]
    return Rated(word=text) if known else _unreadable(text)


def _scored(score: float) -> Rated:
    """Take 0 for no score, as GitHub does: the level may know more."""
    if score == 0:
        return _NOTHING
    return Rated(score=float(score)) if 0 < score <= _TOP else _unreadable(f"{score:.12g}")


def _unreadable(text: str) -> Rated:
    """Show a number that is none of the scale; any other text may be anything."""
    return Rated(word=f"{_UNREADABLE} {text}" if _SHOWABLE.fullmatch(text) else _UNREADABLE)
