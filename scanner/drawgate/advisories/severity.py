"""How bad a record says it is: CVSS vectors scored, GHSA words translated, the rest unknown."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from drawgate.core.severity import Severity, from_score


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A severity with the CVSS base score and vector that it comes from, if any."""

    severity: Severity = Severity.UNKNOWN
    score: float | None = None
    vector: str = ""
    by: str = ""
    """What said so: the kind of vector, "word", or nothing."""

    @property
    def known(self) -> bool:
        """Whether the record said anything that we could read."""
        return self.severity is not Severity.UNKNOWN


# https://ossf.github.io/osv-schema/#severitytype-field; the newest readable vector counts.
_NEWEST_FIRST: Final = ("CVSS_V4", "CVSS_V3", "CVSS_V2")
# GHSA records carry a word in `database_specific.severity`; MODERATE is theirs for medium.
_WORDS: Final = MappingProxyType(
    {
        "CRITICAL": Severity.CRITICAL,
        "HIGH": Severity.HIGH,
        "MODERATE": Severity.MEDIUM,
        "MEDIUM": Severity.MEDIUM,
        "LOW": Severity.LOW,
    }
)


def rate(record: dict[str, Any], about: Callable[[dict[str, Any]], bool]) -> Rating:
    """Rate one record for a package. A vector that can't be read is no rating, never a zero.

    `about` tells which of its `affected` are that package's: one record can rate several
    packages, each in its own way. Where it is about others only, all of them count. Of two
    vectors of one kind the worse one counts.
    """
    said = _severities(record, about)
    for kind in _NEWEST_FIRST:
        vectors = {entry["score"] for entry in said if entry["type"] == kind}
        scored = [(score, v) for v in vectors if (score := _score(kind, v)) is not None]
        if scored:
            score, vector = max(scored)
            return Rating(severity=from_score(score), score=score, vector=vector, by=kind)
    word = str((record.get("database_specific") or {}).get("severity", "")).upper()
    return Rating(severity=_WORDS[word], by="word") if word in _WORDS else Rating()


def _severities(
    record: dict[str, Any], about: Callable[[dict[str, Any]], bool]
) -> list[dict[str, str]]:
    """OSV allows the list beside `affected` and, for one package, inside it."""
    affected = record.get("affected") or ()
    own = [one for one in affected if about(one)] or affected
    inside = [entry for one in own for entry in one.get("severity") or ()]
    return [*inside, *(record.get("severity") or ())]


def _score(kind: str, vector: str) -> float | None:
    from cvss import CVSS2, CVSS3, CVSS4  # noqa: PLC0415 - slow, and only findings need it
    from cvss.exceptions import CVSSError  # noqa: PLC0415 - as above

    scorer = {"CVSS_V2": CVSS2, "CVSS_V3": CVSS3, "CVSS_V4": CVSS4}[kind]
    try:
        return float(scorer(vector).base_score)
    except CVSSError:
        return None
