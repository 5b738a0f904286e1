"""Severities compare as words people know, and unknown is none of them."""

import pytest

from drawgate.core.severity import Severity, from_score


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (10.0, Severity.CRITICAL),
        (9.0, Severity.CRITICAL),
        (8.9, Severity.HIGH),
        (7.0, Severity.HIGH),
        (6.9, Severity.MEDIUM),
        (4.0, Severity.MEDIUM),
        (3.9, Severity.LOW),
        (0.1, Severity.LOW),
        (0.0, Severity.INFO),
    ],
)
def test_scores_fall_into_the_buckets_of_cvss(score: float, expected: Severity) -> None:
    assert expected is from_score(score)


def test_each_severity_reaches_itself_and_what_is_below() -> None:
    known = [s for s in Severity if s is not Severity.UNKNOWN]

    assert [
        [True, True, True, True, True],
        [False, True, True, True, True],
        [False, False, True, True, True],
        [False, False, False, True, True],
        [False, False, False, False, True],
    ] == [[one.at_least(other) for other in known] for one in known]


@pytest.mark.parametrize("other", list(Severity))
def test_unknown_compares_with_nothing(other: Severity) -> None:
    """Neither as harmless nor as bad: packs say what it means."""
    assert not Severity.UNKNOWN.at_least(other)
    assert not other.at_least(Severity.UNKNOWN)


def test_unknown_is_shown_between_high_and_medium() -> None:
    assert [
        Severity.CRITICAL,
        Severity.HIGH,
        Severity.UNKNOWN,
        Severity.MEDIUM,
        Severity.LOW,
        Severity.INFO,
    ] == sorted(Severity, key=lambda severity: severity.order)
