"""Conditions on how sure the scanner is."""

from collections.abc import Iterator
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.policy.condition import UNKNOWN, Condition
from drawgate.policy.confidence import Confidence, confidence
from drawgate.policy.model import Match


def of_report(match: Match) -> Iterator[Condition]:
    """Give the conditions on confidence and proof."""
    if match.confidence is not None:
        yield _confidence(match.confidence)
    if match.verified is not None:
        yield _verified(wanted=match.verified)


def verified(finding: Finding) -> bool | None:
    """Tell whether a scanner has tried a credential; None where none says so."""
    if finding.kind is not Kind.SECRETS:
        return False
    said = finding.properties.get("verified", finding.properties.get("Verified", ""))
    return _ANSWERS.get(said.lower())


_ANSWERS: Final = {"true": True, "false": False}
_ORDER: Final = tuple(Confidence)


def _confidence(least: Confidence) -> Condition:
    enough = frozenset(_ORDER[_ORDER.index(least) :])

    def test(finding: Finding) -> bool | None:
        known = confidence(finding)
        return None if known is None else known in enough

    return Condition(
        name="match.confidence",
        expected=f"{least} or more",
        test=test,
        actual=lambda finding: confidence(finding) or UNKNOWN,
        alike=True,
    )


def _verified(*, wanted: bool) -> Condition:
    def test(finding: Finding) -> bool | None:
        known = verified(finding)
        return None if known is None else known is wanted

    def actual(finding: Finding) -> str:
        known = verified(finding)
        return UNKNOWN if known is None else str(known).lower()

    return Condition(name="match.verified", expected=str(wanted).lower(), test=test, actual=actual)
