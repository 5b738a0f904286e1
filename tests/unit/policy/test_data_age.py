"""How old advisory data may be, to the second."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drawgate.core.advisory import Held
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Kind
from drawgate.policy.age import words
from drawgate.policy.gate import judge

Make = Callable[..., Any]
LIMITS = "require: {advisories: {max_age: 14d, warn_age: 3d%s}}"


@pytest.mark.parametrize(
    ("newest", "code", "effect", "sentence"),
    [
        (
            "2026-11-05T23:59:59Z", 3, "incomplete",
            ("the advisory data is 14 days 1 second old (newest record 2026-11-05T23:59:59Z); "
            "the pack allows 14 days"),
        ),
        (
            "2026-11-06T00:00:00Z", 0, "warning",
            ("the advisory data is 14 days old (newest record 2026-11-06T00:00:00Z); "
            "after 14 days it no longer counts"),
        ),
        (
            "2026-11-16T23:59:59Z", 0, "warning",
            ("the advisory data is 3 days 1 second old (newest record 2026-11-16T23:59:59Z); "
            "after 14 days it no longer counts"),
        ),
        (
            "2026-11-17T00:00:00Z", 0, "none",
            "the advisory data is 3 days old (newest record 2026-11-17T00:00:00Z)",
        ),
        (
            "2026-11-20T00:00:00Z", 0, "none",
            "the advisory data is 0 seconds old (newest record 2026-11-20T00:00:00Z)",
        ),
        (
            "2026-11-20T00:00:01Z", 0, "warning",
            "the advisory data is from the future (newest record 2026-11-20T00:00:01Z)",
        ),
    ],
)  # fmt: skip
def test_ages_at_their_limits(
    scan: Make, ran: Make, pack: Make, data: Make, newest: str, code: int, effect: str,
    sentence: str,
) -> None:  # fmt: skip
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=data(newest))
    verdict = judge(scan(attempt), pack(require=LIMITS % ""))

    requirement = verdict.requirements[0]
    assert (code, effect, sentence) == (
        verdict.exit_code,
        requirement.effect.value,
        requirement.sentence,
    )
    assert (code == 0) == requirement.met
    assert (effect != "none") == bool(requirement.hint)


def test_without_a_warning_age_nothing_is_said_below_the_limit(
    scan: Make, ran: Make, pack: Make, data: Make
) -> None:
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=data("2026-11-06T00:00:00Z"))
    verdict = judge(scan(attempt), pack(require="require: {advisories: {max_age: 14d}}"))

    assert "none" == verdict.requirements[0].effect.value


@pytest.mark.parametrize(
    ("answer", "code", "effect"),
    [
        ("", 3, "incomplete"),
        (", unknown: block", 3, "incomplete"),
        (", unknown: ignore", 0, "warning"),
    ],
)
@pytest.mark.parametrize("newest", [None, "", "yesterday"])
def test_data_of_unknown_age(
    scan: Make, ran: Make, pack: Make, data: Make,
    newest: str | None, answer: str, code: int, effect: str,
) -> None:  # fmt: skip
    """Because the log says nothing of data, or the data nothing of its age."""
    used = None if newest is None else data(newest)
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=used)
    verdict = judge(scan(attempt, target={"form": None}), pack(require=LIMITS % answer))

    requirement = verdict.requirements[0]
    assert (code, effect, False) == (
        verdict.exit_code,
        requirement.effect.value,
        requirement.met,
    )
    sentence = (
        "nothing says how old the advisory data of pip-audit was"
        if used is None
        else "the advisory data (OSV) does not say how old it is"
    )
    assert sentence == requirement.sentence


def test_data_without_records_is_no_data(scan: Make, ran: Make, pack: Make, data: Make) -> None:
    """An empty mirror must not make every package look clean."""
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=data(records=0))
    verdict = judge(scan(attempt), pack(require=LIMITS % ", unknown: ignore"))

    assert (3, False, "the advisory data (OSV) holds no records") == (
        verdict.exit_code,
        verdict.requirements[0].met,
        verdict.requirements[0].sentence,
    )


def test_each_body_of_data_is_judged_once(scan: Make, ran: Make, pack: Make, data: Make) -> None:
    fresh, old = data(), data("2026-01-01T00:00:00Z")
    attempts = [
        ran("a", Kind.DEPENDENCIES, data=fresh),
        ran("b", Kind.DEPENDENCIES, data=fresh),
        ran("c", Kind.SBOM, data=old),
    ]
    verdict = judge(scan(*attempts), pack(require=LIMITS % ""))

    assert ["none", "incomplete"] == [r.effect.value for r in verdict.requirements]


def test_scanners_that_need_no_data_are_not_asked(
    scan: Make, ran: Make, failed: Make, pack: Make
) -> None:
    attempts = [ran("bandit", Kind.CODE), failed("pip-audit", Kind.DEPENDENCIES)]
    verdict = judge(scan(*attempts), pack(require=LIMITS % ""))

    assert ["attempt:pip-audit"] == [r.name for r in verdict.requirements]


def test_a_pack_without_limits_asks_for_none(scan: Make, ran: Make, pack: Make, data: Make) -> None:
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=data("1999-01-01T00:00:00Z"))

    assert 0 == judge(scan(attempt), pack()).exit_code


@pytest.mark.parametrize("kind", [Kind.DEPENDENCIES, Kind.CONTAINER])
def test_kinds_that_rest_on_advisories(scan: Make, ran: Make, pack: Make, kind: Kind) -> None:
    assert 3 == judge(scan(ran("x", kind)), pack(require=LIMITS % "")).exit_code


def test_a_day_to_judge_by_that_is_none(scan: Make, ran: Make, pack: Make, data: Make) -> None:
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=data())
    with pytest.raises(PolicyError) as caught:
        judge(scan(attempt, as_of="soon"), pack(require=LIMITS % ""))

    assert "'soon' is no date (write it as 2027-01-31)" == str(caught.value)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(seconds=1.9), "1 second"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1), "1 day"),
        (timedelta(minutes=2, seconds=5), "2 minutes 5 seconds"),
        (timedelta(days=1, seconds=5), "1 day 5 seconds"),
        (timedelta(days=2, hours=1, minutes=3), "2 days 1 hour"),
    ],
)
def test_ages_in_words(age: timedelta, expected: str) -> None:
    assert expected == words(age)


@pytest.mark.parametrize(
    ("held", "effect", "sentence"),
    [
        (
            (Held(ecosystem="PyPI", records=1),), "warning",
            ("the advisory data holds only 1 record about PyPI, where thousands are published"),
        ),
        (
            (Held(ecosystem="npm", records=9000),), "warning",
            ("the advisory data holds only 0 records about PyPI, where thousands are published"),
        ),
        (
            (Held(ecosystem="PyPI", records=17_000),), "none",
            "the advisory data holds 17,000 records about PyPI",
        ),
    ],
)  # fmt: skip
def test_how_much_data_there_was_is_said(
    scan: Make, ran: Make, pack: Make, data: Make, held: object, effect: str, sentence: str
) -> None:
    """Fresh data of one record finds next to nothing, and must not look like an audit."""
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=replace(data(), ecosystems=held))
    verdict = judge(scan(attempt), pack(require=LIMITS % ""))

    age, amount = verdict.requirements
    assert ("advisories", "advisories:PyPI") == (age.name, amount.name)
    assert (0, effect, sentence) == (verdict.exit_code, amount.effect.value, amount.sentence)


def test_own_records_alone_are_no_audit(scan: Make, ran: Make, pack: Make, data: Make) -> None:
    """What nobody looked up in anything published is not known to be clean."""
    held = (Held(ecosystem="PyPI", records=5000, newest="2026-01-01T00:00:00Z", own=True),)
    attempt = ran("pip-audit", Kind.DEPENDENCIES, data=replace(data(), ecosystems=held))
    verdict = judge(scan(attempt), pack(require=LIMITS % ""))

    assert 3 == verdict.exit_code
    assert "only records of one's own" in verdict.requirements[0].sentence
