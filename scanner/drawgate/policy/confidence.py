"""How sure a scanner is, in our words."""

from enum import StrEnum
from typing import Final

from drawgate.core.finding import Finding


class Confidence(StrEnum):
    """How sure a scanner is, from the least on."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def confidence(finding: Finding) -> Confidence | None:
    """Read a scanner's word for how sure it is; None for a word that we don't know."""
    return _WORDS.get(finding.confidence.lower())


_WORDS: Final = {
    **{word.value: word for word in Confidence},
    # SARIF's precision has a word more (§3.49.14 leaves it to properties; GitHub's list).
    "very-high": Confidence.HIGH,
}
