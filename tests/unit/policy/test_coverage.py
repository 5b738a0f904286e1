"""Shares of what was looked at, and where they fail the gate."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.attempt import Why
from drawgate.core.finding import Kind
from drawgate.core.target import NotAssessed
from drawgate.policy.coverage import measure
from drawgate.policy.flags import no_gate
from drawgate.policy.gate import judge
from drawgate.policy.model import Require
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import Coverage

Make = Callable[..., Any]
MINIMUM = "require: {coverage_min: {code: 0.9}}"


def names(count: int, start: int = 0) -> list[str]:
    return [f"{n}.py" for n in range(start, start + count)]


@pytest.mark.parametrize(
    ("looked", "missed", "code", "sentence"),
    [
        (9, 1, 0, "code: 9 of 10 looked at (90 %; the pack asks for 90 %)"),
        (8, 1, 1, "code: 8 of 9 looked at (88.8 %; the pack asks for 90 %)"),
        (8999, 1001, 1, "code: 8999 of 10000 looked at (89.9 %; the pack asks for 90 %)"),
        (9, 0, 0, "code: 9 of 9 looked at (100 %; the pack asks for 90 %)"),
    ],
)
def test_coverage_at_its_bound(
    scan: Make, ran: Make, pack: Make, looked: int, missed: int, code: int, sentence: str
) -> None:
    attempt = ran("bandit", Kind.CODE, looked=names(looked), missed=names(missed, looked))
    verdict = judge(scan(attempt), pack(require=MINIMUM))

    assert (code, sentence) == (verdict.exit_code, verdict.requirements[0].sentence)
    assert (code == 0) == verdict.requirements[0].met
    assert ("fail" if code else "none") == verdict.requirements[0].effect.value
    assert ("see what was not assessed, and why" if code else "") == verdict.requirements[0].hint


def test_coverage_without_a_bound_is_recorded_only(scan: Make, ran: Make, pack: Make) -> None:
    verdict = judge(scan(ran("bandit", Kind.CODE, looked=["a.py"], missed=names(3))), pack())

    expected = Coverage(
        kind=Kind.CODE, looked_at=1, not_assessed=3, share=0.25, minimum=None, warn_below=None
    )
    assert (0, (expected,)) == (verdict.exit_code, verdict.coverage)


def test_what_a_second_scanner_of_the_kind_read_counts(scan: Make, ran: Make) -> None:
    attempts = [
        ran("bandit", Kind.CODE, looked=["a.py"], missed=["b.py", "c.py"]),
        ran("semgrep", Kind.CODE, looked=["b.py", "x.js"], missed=["c.py"]),
        ran("gitleaks", Kind.SECRETS, looked=["c.py"]),
    ]

    code, secrets = measure(scan(*attempts), Require())
    assert (3, 1, 0.75) == (code.looked_at, code.not_assessed, code.share)
    assert (1, 0, 1.0) == (secrets.looked_at, secrets.not_assessed, secrets.share)


def test_finished_parts_of_a_failed_attempt_prove_nothing(
    scan: Make, ran: Make, failed: Make
) -> None:
    attempts = [failed("bandit", Kind.CODE), ran("ruff", Kind.CODE, looked=["b.py"])]

    assert 1 == measure(scan(*attempts), Require())[0].looked_at


def test_a_kind_that_nobody_looked_for_has_no_coverage(
    scan: Make, ran: Make, skipped: Make, failed: Make
) -> None:
    attempts = [
        ran("bandit", Kind.CODE),
        skipped("pip-audit", Kind.DEPENDENCIES, Why.UNAVAILABLE),
        failed("gitleaks", Kind.SECRETS),
    ]

    bound = Require(coverage_min={Kind.SECRETS: 0.9})
    assert [Kind.CODE] == [item.kind for item in measure(scan(*attempts), bound)]


def test_files_that_nobody_could_read_count_where_they_belong(scan: Make, ran: Make) -> None:
    """A secret can hide in any file; code only in files of its suffix, packages in manifests."""
    unread = ["locked.py", "big.bin", "sub/requirements.txt", "notes.txt", "sub/Dockerfile"]
    attempts = [
        ran("bandit", Kind.CODE, looked=["a.py"]),
        ran("detect-secrets", Kind.SECRETS, looked=["a.py"]),
        ran("pip-audit", Kind.DEPENDENCIES, looked=["requirements.txt: a==1"]),
        ran("hadolint", Kind.IAC, looked=["Dockerfile"]),
    ]
    target = {"not_assessed": tuple(NotAssessed(subject=u, reason="locked") for u in unread)}

    missed = {
        c.kind.value: c.not_assessed for c in measure(scan(*attempts, target=target), Require())
    }
    assert {"code": 1, "dependencies": 1, "secrets": 5, "iac": 1} == missed


@pytest.mark.parametrize("missed", [[], ["a.py"]])
def test_a_log_that_does_not_say_what_was_looked_at(
    scan: Make, ran: Make, pack: Make, missed: list[str]
) -> None:
    """No share follows from it, and that is said."""
    log = scan(ran("bandit", Kind.CODE, looked=(), missed=missed), target={"form": None})
    verdict = judge(log, pack(require=MINIMUM))

    assert (0, None) == (verdict.exit_code, verdict.coverage[0].share)
    requirement = verdict.requirements[0]
    assert (False, "warning", "code: nothing says what was looked at") == (
        requirement.met,
        requirement.effect.value,
        requirement.sentence,
    )


def test_a_log_that_says_so_is_measured(scan: Make, ran: Make) -> None:
    log = scan(ran("bandit", Kind.CODE, missed=["b.py"]), target={"form": None})

    assert 0.5 == measure(log, Require())[0].share


def test_a_note_without_a_place_is_listed_and_not_counted(scan: Make, ran: Make) -> None:
    """A warning of another tool's log may be about one file or all of them."""
    note = NotAssessed(subject="SyntaxError", reason="no parse", uncounted=True)
    attempt = ran("semgrep", Kind.CODE, looked=["a.py"])
    attempt = replace(attempt, report=replace(attempt.report, not_assessed=(note,)))
    theirs, ours = scan(attempt, target={"form": None}), scan(attempt)

    assert [note] == list(theirs.not_assessed)
    assert [1.0, 0.5] == [measure(each, Require())[0].share for each in (theirs, ours)]


def test_a_scan_that_missed_everything_has_a_share_of_nothing(
    scan: Make, ran: Make, pack: Make
) -> None:
    attempt = ran("bandit", Kind.CODE, looked=(), missed=["a.py"])
    verdict = judge(scan(attempt), pack(require=MINIMUM))

    assert (1, True, 0.0) == (verdict.exit_code, verdict.incomplete, verdict.coverage[0].share)


@pytest.mark.parametrize(
    ("looked", "missed", "effect", "sentence"),
    [
        (4, 1, "none", "code: 4 of 5 looked at (80 %; the pack warns below 80 %)"),
        (3, 1, "warning", "code: 3 of 4 looked at (75 %; the pack warns below 80 %)"),
        (1, 1, "warning", "code: 1 of 2 looked at (50 %; the pack warns below 80 %)"),
        (1, 2, "fail", "code: 1 of 3 looked at (33.3 %; the pack asks for 50 %)"),
    ],
)
def test_a_share_between_both_bounds_is_mentioned(
    scan: Make, ran: Make, pack: Make, looked: int, missed: int, effect: str, sentence: str
) -> None:
    attempt = ran("bandit", Kind.CODE, looked=names(looked), missed=names(missed, looked))
    bounds = "require: {coverage_min: {code: 0.5}, coverage_warn: {code: 0.8}}"
    (told,) = judge(scan(attempt), pack(require=bounds)).requirements

    assert (effect, sentence) == (told.effect.value, told.sentence)
    assert (effect != "fail", effect != "none") == (told.met, bool(told.hint))


def test_no_gate_keeps_the_facts_about_coverage(scan: Make, ran: Make, pack: Make) -> None:
    """Only the decision differs."""
    attempt = ran("bandit", Kind.CODE, looked=["a.py"], missed=["b.py"])
    gated, reported = (
        judge(scan(attempt), chosen)
        for chosen in (pack(require=MINIMUM), no_gate(pack(require=MINIMUM)))
    )

    assert gated.coverage == reported.coverage
    assert (gated.requirements[0].sentence, False) == (
        reported.requirements[0].sentence,
        reported.requirements[0].met,
    )
    assert ("fail", 1) == (gated.requirements[0].effect.value, gated.exit_code)
    assert ("warning", 0) == (reported.requirements[0].effect.value, reported.exit_code)


@pytest.mark.parametrize(("name", "effect"), [("default", "warning"), ("strict", "fail")])
def test_our_packs_let_no_target_pass_silently_whose_packages_are_mostly_unknown(
    scan: Make, ran: Make, data: Make, name: str, effect: str
) -> None:
    """A manifest with one pin and nine ranges."""
    missed = [f"setup.cfg: p{number}" for number in range(9)]
    attempt = ran(
        "pip-audit", Kind.DEPENDENCIES, looked=["setup.cfg: a==1"], missed=missed, data=data()
    )
    told = {item.name: item for item in judge(scan(attempt), load_pack(name)).requirements}

    assert effect == told["coverage:dependencies"].effect.value
    assert "dependencies: 1 of 10 looked at (10 %" in told["coverage:dependencies"].sentence


@pytest.mark.parametrize(
    ("name", "looked", "effect"),
    [("default", 0, "warning"), ("default", 3, "warning"), ("default", 4, "none"),
     ("strict", 0, "fail"), ("strict", 4, "fail")],
)  # fmt: skip
def test_a_file_of_infrastructure_that_nobody_can_parse_is_mentioned(
    scan: Make, ran: Make, name: str, looked: int, effect: str
) -> None:
    """A Dockerfile in a dialect of its own is no clean one; where one in five is, we say so."""
    attempt = ran("hadolint", Kind.IAC, looked=names(looked), missed=["Dockerfile"])
    told = {item.name: item for item in judge(scan(attempt), load_pack(name)).requirements}

    assert effect == told["coverage:iac"].effect.value
    assert f"iac: {looked} of {looked + 1} looked at" in told["coverage:iac"].sentence


@pytest.mark.parametrize(
    ("require", "code", "effect"),
    [
        ("", 0, "warning"),
        ("require: {coverage_min: {code: 0.9}}", 0, "warning"),
        ("require: {coverage_min: {dependencies: 0.1}}", 1, "fail"),
    ],
)
def test_an_unread_manifest_is_more_than_one_package(
    scan: Make, ran: Make, pack: Make, require: str, code: int, effect: str
) -> None:
    """Beside ninety pins one broken lock file is one percent of the subjects, and says nothing."""
    ran_on = ran("pip-audit", Kind.DEPENDENCIES, looked=names(90))
    gaps = tuple(
        NotAssessed(subject=path, reason="it is malformed", path=path, uncounted=True)
        for path in ("e/uv.lock", "a/uv.lock", "b/uv.lock", "c/uv.lock")
    )
    attempt = replace(ran_on, report=replace(ran_on.report, not_assessed=gaps))
    unreadable = NotAssessed(subject="d/poetry.lock", reason="Permission denied")
    verdict = judge(scan(attempt, target={"not_assessed": (unreadable,)}), pack(require=require))

    told = next(each for each in verdict.requirements if each.name == "manifests")
    assert (code, effect, False, 5) == (
        verdict.exit_code,
        told.effect.value,
        told.met,
        verdict.coverage[0].uncounted,
    )
    assert told.sentence == (
        "nobody knows how many packages were not looked at (a/uv.lock: it is malformed; "
        "b/uv.lock: it is malformed; c/uv.lock: it is malformed; and 2 more)"
    )


def test_without_a_gate_an_unread_manifest_is_mentioned(scan: Make, ran: Make, pack: Make) -> None:
    """`--no-gate` changes the decision and no fact."""
    gap = NotAssessed(subject="uv.lock", reason="it is malformed", path="uv.lock", uncounted=True)
    attempt = ran("pip-audit", Kind.DEPENDENCIES)
    attempt = replace(attempt, report=replace(attempt.report, not_assessed=(gap,)))
    bound = pack(require="require: {coverage_min: {dependencies: 0.1}}")

    verdict = judge(scan(attempt), no_gate(bound))

    assert (0, ["warning"]) == (
        verdict.exit_code,
        [each.effect.value for each in verdict.requirements if each.name == "manifests"],
    )


@pytest.mark.parametrize(
    ("sizes", "code", "share", "sentence"),
    [
        ({"big.py": 40_000}, 1, 500 / 40_500, "(1.2 % by size; the pack asks for 90 %)"),
        ({"big.py": 40}, 0, 500 / 540, "(92.5 % by size; the pack asks for 90 %)"),
        ({"big.py": 0}, 0, 500 / 501, "(99.8 %; the pack asks for 90 %)"),
        ({"big.py": 90_000, "0.py": 9**9}, 1, 66_035 / 131_571, "(50.1 % by size; the pack asks"),
        ({"big.py": 9**9, "0.py": 9**9}, 1, 66_035 / 131_571, "(50.1 % by size; the pack asks"),
    ],
)
def test_tiny_files_do_not_hide_a_large_one(
    scan: Make, ran: Make, pack: Make, sizes: dict[str, int], code: int, share: float, sentence: str
) -> None:
    """Nor does one large file; without sizes, as in a log from elsewhere, files are counted."""
    attempt = ran("bandit", Kind.CODE, looked=names(500), missed=["big.py"])
    every = dict.fromkeys(names(500), 1) | sizes

    verdict = judge(scan(attempt, target={"sizes": every}), pack(require=MINIMUM))

    assert (code, share) == (verdict.exit_code, verdict.coverage[0].share)
    assert sentence in verdict.requirements[0].sentence
    uncounted = judge(scan(attempt, target={"sizes": {"big.py": 9}}), pack(require=MINIMUM))
    assert (None, 500 / 501) == (uncounted.coverage[0].by_size, uncounted.coverage[0].share)


def test_secrets_are_not_weighed(scan: Make, ran: Make) -> None:
    """What is large is data there, such as a bundle with one long line."""
    attempt = ran("detect-secrets", Kind.SECRETS, looked=["a.py"], missed=["bundle.js"])
    (item,) = measure(scan(attempt, target={"sizes": {"a.py": 9, "bundle.js": 9**9}}), Require())

    assert (None, 0.5) == (item.by_size, item.share)
