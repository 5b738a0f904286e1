"""A finding knows where it is, whether it counts, and where it stands in a list."""

import random
from dataclasses import replace

import pytest

from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    Suppression,
    SuppressionKind,
    sort_key,
)

PLAIN = Finding(
    kind=Kind.CODE,
    rule=Rule(id="R1"),
    message="m",
    location=Location(path="a.py", line=2, column=3),
)
ACCEPTED = Suppression(kind=SuppressionKind.IN_SOURCE)
IN_REVIEW = Suppression(kind=SuppressionKind.EXTERNAL, status="underReview")


def test_a_finding_without_a_place_has_no_path_and_no_line() -> None:
    nowhere = replace(PLAIN, location=None)

    assert [("a.py", 2), ("", None)] == [(f.path, f.line) for f in (PLAIN, nowhere)]


@pytest.mark.parametrize(
    ("suppressions", "expected"),
    [((), False), ((ACCEPTED,), True), ((IN_REVIEW,), False), ((ACCEPTED, IN_REVIEW), False)],
)
def test_it_is_suppressed_when_all_of_its_suppressions_are_accepted(
    suppressions: tuple[Suppression, ...], *, expected: bool
) -> None:
    assert expected is replace(PLAIN, suppressions=suppressions).suppressed


def test_findings_sort_by_place_then_tool_rule_and_text() -> None:
    flask = Dependency(ecosystem="PyPI", name="flask", version="1", advisory="A")
    expected = [
        replace(PLAIN, location=None),
        replace(PLAIN, location=Location(path="a.py")),
        replace(PLAIN, location=Location(path="a.py", line=2)),
        replace(PLAIN, region=Region(start_line=2, start_column=1)),
        PLAIN,
        replace(PLAIN, suppressions=(ACCEPTED,)),
        replace(PLAIN, dependency=flask),
        replace(PLAIN, dependency=replace(flask, version="2")),
        replace(PLAIN, message="n"),
        replace(PLAIN, rule=Rule(id="R2")),
        replace(PLAIN, tool="t"),
        replace(PLAIN, location=Location(path="a.py", line=10)),
        replace(PLAIN, location=Location(path="b.py", line=1)),
    ]
    shuffled = random.Random(7).sample(expected, len(expected))  # noqa: S311 - an order, no secret

    assert expected == sorted(shuffled, key=sort_key)
