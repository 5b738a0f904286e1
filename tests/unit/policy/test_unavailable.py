"""A scanner that applies and could not run is always told; another one does not speak for it."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.attempt import Skipped, Why
from drawgate.core.finding import Kind
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import Verdict

Make = Callable[..., Any]

GONE = "the program is not installed"
SENTENCE = f"hadolint (iac) could not run: {GONE}"
IAC = "require: {kinds: [iac], unavailable: block}"
LENIENT = "require: {kinds: [iac]}"


def told(verdict: Verdict) -> list[tuple[str, str]]:
    return [
        (item.effect.value, item.sentence)
        for item in verdict.requirements
        if item.effect.value != "none"
    ]


@pytest.fixture
def hadolint(skipped: Make) -> Skipped:
    return skipped("hadolint", Kind.IAC, why=Why.UNAVAILABLE, reason=GONE)


@pytest.mark.parametrize(
    ("require", "effect", "code"),
    [(IAC, "incomplete", 3), (LENIENT, "warning", 0), ("require: {}", "warning", 0)],
)
def test_the_pack_says_what_it_means(
    scan: Make,
    ran: Make,
    pack: Make,
    hadolint: Skipped,
    require: str,
    effect: str,
    code: int,
) -> None:
    """For a kind that nobody requires it is mentioned."""
    verdict = judge(scan(ran("zizmor", Kind.IAC), hadolint), pack(require=require))

    assert (code, [(effect, SENTENCE)]) == (verdict.exit_code, told(verdict))


def test_it_is_told_once(scan: Make, ran: Make, pack: Make, hadolint: Skipped) -> None:
    """Where nobody looked for the kind, that sentence has the reason already."""
    verdict = judge(scan(ran("bandit", Kind.CODE), hadolint), pack(require=LENIENT))

    assert told(verdict) == [
        ("incomplete", f"nobody looked for iac: hadolint could not run: {GONE}")
    ]


@pytest.mark.parametrize("why", [Why.NOT_SELECTED, Why.NOT_APPLICABLE])
def test_what_was_not_wanted_is_not_missed(
    scan: Make, ran: Make, skipped: Make, pack: Make, why: Why
) -> None:
    hadolint = skipped("hadolint", Kind.IAC, why=why, reason=GONE)

    assert told(judge(scan(ran("zizmor", Kind.IAC), hadolint), pack(require=IAC))) == []


def test_our_packs() -> None:
    """The default pack stops nobody whose machine lacks one scanner of several."""
    answers = [load_pack(name).require.unavailable.value for name in ("default", "strict")]

    assert ["ignore", "block"] == answers
