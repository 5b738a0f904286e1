"""Our five severities, `unknown` beside them, and how CVSS scores fall into them."""

from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How bad a finding is. `UNKNOWN` is not the lowest: it can't be compared at all."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    UNKNOWN = "unknown"

    def at_least(self, threshold: "Severity") -> bool:
        """Tell whether this severity reaches `threshold`; an unknown one never does."""
        if Severity.UNKNOWN in (self, threshold):
            return False
        return _RANKS[self] >= _RANKS[threshold]

    @property
    def order(self) -> int:
        """A sort key, worst first; unknown sorts between high and medium, to be seen."""
        return _ORDER[self]


_RANKS: Final = {
    Severity.INFO: 0,
    Severity.LOW: 1,
    Severity.MEDIUM: 2,
    Severity.HIGH: 3,
    Severity.CRITICAL: 4,
}
_ORDER: Final = {
    Severity.CRITICAL: 0,
    Severity.HIGH: 1,
    Severity.UNKNOWN: 2,
    Severity.MEDIUM: 3,
    Severity.LOW: 4,
    Severity.INFO: 5,
}


def from_score(score: float) -> Severity:
    """Bucket a CVSS base score (0.0 to 10.0) as CVSS v3.1 §5 does."""
    if score >= 9.0:  # noqa: PLR2004 - the bounds are CVSS v3.1 §5, table 14
        return Severity.CRITICAL
    if score >= 7.0:  # noqa: PLR2004 - as above
        return Severity.HIGH
    if score >= 4.0:  # noqa: PLR2004 - as above
        return Severity.MEDIUM
    return Severity.LOW if score > 0 else Severity.INFO
