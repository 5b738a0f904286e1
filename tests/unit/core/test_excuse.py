"""What a report says of a suppression, on one line."""

from typing import Any

import pytest

from drawgate.core.excuse import excuse
from drawgate.core.finding import Finding, Kind, Rule, Suppression, SuppressionKind

WAIVER: dict[str, Any] = {"by": "W-12", "type": "accepted", "justification": "walled in"}
VEX: dict[str, Any] = {"by": "stmt-1", "type": "not_affected", "source": "a.vex.json"}


def said(*suppressions: dict[str, Any], kind: str = "external") -> str:
    given = tuple(Suppression(kind=SuppressionKind(kind), **each) for each in suppressions)
    return excuse(Finding(kind=Kind.CODE, rule=Rule(id="r"), message="m", suppressions=given))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "suppressed by the log"),
        (WAIVER, "waived by W-12 (accepted): walled in"),
        (
            WAIVER | {"expires": "2027-01-31", "owner": "a", "approver": "b", "source": "w.yaml"},
            (
                "waived by W-12 (accepted, until 2027-01-31, owned by a, approved by b, "
                "in w.yaml): walled in"
            ),
        ),
        (WAIVER | {"status": "rejected"}, "not waived by W-12 (rejected, accepted): walled in"),
        (VEX, "excused by stmt-1 (not_affected, in a.vex.json)"),
        ({"source": "theirs"}, "suppressed by theirs"),
    ],
)
def test_whose_word_until_when_and_why(given: dict[str, Any], expected: str) -> None:
    assert expected == said(given)


def test_a_comment_is_named_once() -> None:
    bandit = {"justification": "a comment in the source, which bandit obeys"}

    assert "suppressed by a comment in the source" == said({}, kind="inSource")
    assert f"suppressed by {bandit['justification']}" == said(bandit, kind="inSource")


def test_each_is_said_once_and_none_is_nothing() -> None:
    assert "waived by W-12 (accepted): walled in; suppressed by the log" == said(WAIVER, {}, WAIVER)
    assert "" == said()
