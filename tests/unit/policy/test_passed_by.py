"""What the target holds and nobody looks at: the verdict names it, and a pack may ask for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from drawgate.core.attempt import Why
from drawgate.core.finding import Kind
from drawgate.core.target import Unscanned
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import Verdict

Make = Callable[..., Any]

JS = Unscanned(
    name="JavaScript", kind=Kind.CODE, files=12, example="src/a.js", scanners=("semgrep",)
)
GO = Unscanned(name="Go", kind=Kind.CODE, files=1, example="main.go", scanners=("gosec",))
SHELL = Unscanned(name="shell scripts", kind=Kind.CODE, files=2, example="run")
TERRAFORM = Unscanned(name="Terraform", kind=Kind.IAC, files=3, example="main.tf")
CODE = "require: {kinds: [code, secrets]}"
BOTH = "no scanner of this run looks at JavaScript (12 files, such as src/a.js); Go (main.go)"
LENIENT = "require: {kinds: [code, secrets], unscanned: ignore}"


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    return [
        (item.effect.value, item.sentence, item.hint)
        for item in verdict.requirements
        if item.effect.value != "none"
    ]


def test_a_mixed_target_gets_a_line_for_each(scan: Make, ran: Make, pack: Make) -> None:
    """The pack decides on the rest as before, and a reader sees what nobody looked at."""
    attempts = ran("bandit", Kind.CODE), ran("detect-secrets", Kind.SECRETS)
    mixed = scan(*attempts, target={"unscanned": (JS, SHELL)})

    verdict = judge(mixed, pack(require=LENIENT))

    assert (verdict.exit_code, told(verdict)) == (
        0,
        [
            (
                "warning",
                "no scanner of this run looks at JavaScript (12 files, such as src/a.js)",
                "semgrep does; `drawgate merge` takes its SARIF log",
            ),
            (
                "warning",
                "no scanner of this run looks at shell scripts (2 files, such as run)",
                "Drawgate knows no scanner for it; nothing found there proves nothing",
            ),
        ],
    )
    assert (JS, SHELL) == verdict.target.unscanned


def test_a_pack_may_ask_that_nothing_is_left(scan: Make, ran: Make, pack: Make) -> None:
    """Of a required kind only; without a word in the pack the answer is the careful one."""
    attempts = ran("bandit", Kind.CODE), ran("detect-secrets", Kind.SECRETS)
    mixed = scan(*attempts, target={"unscanned": (JS, TERRAFORM)})

    verdict = judge(mixed, pack(require=CODE))

    assert (verdict.exit_code, [effect for effect, *_ in told(verdict)]) == (
        3,
        ["incomplete", "warning"],
    )


def test_our_packs_differ_in_it() -> None:
    """The default pack warns, the strict one does not let it pass."""
    assert ("ignore", "block") == tuple(
        load_pack(name).require.unscanned.value for name in ("default", "strict")
    )


def test_a_target_that_nobody_can_read_is_incomplete(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """A required kind has something to look at and no scanner ran on it, whatever the pack."""
    bandit = skipped("bandit", Kind.CODE, Why.NOT_APPLICABLE)
    alone = scan(ran("detect-secrets", Kind.SECRETS), bandit, target={"unscanned": (JS, GO)})

    verdict = judge(alone, pack(require=LENIENT))

    assert (verdict.exit_code, told(verdict)) == (
        3,
        [
            (
                "incomplete",
                f"nobody looked for code: {BOTH}",
                "add a scanner that does, or merge its log in",
            )
        ],
    )


def test_a_change_that_no_scanner_reads_is_named_and_passes(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """A change need not touch what a scanner reads; the strict pack asks for it all the same."""
    bandit = skipped("bandit", Kind.CODE, Why.NOT_APPLICABLE)
    target = {"unscanned": (JS,), "partial": "--files"}
    change = scan(ran("detect-secrets", Kind.SECRETS), bandit, target=target)

    verdict = judge(change, pack(require=LENIENT))

    assert (verdict.exit_code, [effect for effect, *_ in told(verdict)]) == (0, ["warning"])


def test_secrets_alone_prove_nothing_of_the_rest(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """Terraform is of no required kind, and still all that is there."""
    bandit = skipped("bandit", Kind.CODE, Why.NOT_APPLICABLE)
    secrets = ran("detect-secrets", Kind.SECRETS)
    only = scan(secrets, bandit, target={"unscanned": (TERRAFORM,)})
    beside = scan(secrets, ran("bandit", Kind.CODE), target={"unscanned": (TERRAFORM,)})
    chosen = scan(
        secrets,
        skipped("bandit", Kind.CODE, Why.NOT_SELECTED),
        target={"unscanned": (TERRAFORM,)},
    )

    answers = [judge(each, pack()) for each in (only, beside, chosen)]

    assert [3, 0, 0] == [verdict.exit_code for verdict in answers]
    assert told(answers[0])[0][1] == (
        "nothing but secrets was looked for, and the target holds Terraform "
        "(3 files, such as main.tf)"
    )


def test_a_scanner_of_ours_that_was_left_out_is_named(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """Who left it out reads what it would have looked at."""
    semgrep = skipped("semgrep", Kind.CODE, Why.NOT_SELECTED, "--skip names it")
    mixed = scan(ran("bandit", Kind.CODE), semgrep, target={"unscanned": (JS,)})

    assert [hint for *_, hint in told(judge(mixed, pack()))] == [
        "semgrep would: not selected (--skip names it)"
    ]


def test_a_kind_that_nobody_looked_for_is_told_once(scan: Make, skipped: Make, pack: Make) -> None:
    """The reason names the scanner already; what it does not read has a line of its own."""
    semgrep = skipped("semgrep", Kind.CODE, Why.NOT_SELECTED, "--only names bandit")
    held = {"unscanned": (JS, GO)}

    verdict = judge(scan(semgrep, target=held), pack(require="require: {kinds: [code]}"))

    assert [sentence for _, sentence, _ in told(verdict)] == [
        "nobody looked for code: semgrep was not selected (--only names bandit)",
        "nothing at all was looked at",
        "no scanner of this run looks at Go (main.go)",
    ]


def test_many_languages_are_all_named(scan: Make, skipped: Make, pack: Make) -> None:
    """A sentence that counts the rest has a line for each of them behind it."""
    names = [f"language {number}" for number in range(5)]
    held = tuple(Unscanned(name=n, kind=Kind.CODE, files=1, example=n) for n in names)
    bandit = skipped("bandit", Kind.CODE, Why.NOT_APPLICABLE)

    verdict = judge(scan(bandit, target={"unscanned": held}), pack(require=LENIENT))

    text = "\n".join(sentence for _, sentence, _ in told(verdict))
    assert ([1] * 5, "; and 2 more" in text) == (
        [text.count(n) for n in (f"{name} (" for name in names)],
        True,
    )


def test_a_merged_log_answers_for_what_its_tool_looks_at(scan: Make, ran: Make, pack: Make) -> None:
    """A foreign log lists no files, one of ours does; one of a part proves nothing of the rest."""
    bandit = ran("bandit", Kind.CODE)
    foreign = ran("gosec", Kind.CODE, looked=[])
    ours = ran("semgrep", Kind.CODE, looked=["src/a.js"])
    held = {"unscanned": (GO, JS)}

    whole = judge(scan(bandit, foreign, ours, target=held), pack())
    part = judge(scan(bandit, ours, target=held | {"partial": "--include"}), pack())

    assert ([], 2) == (told(whole), len(told(part)))


def test_what_is_left_out_on_purpose_is_told_with_who_and_why(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """Another scanner is no answer to it, so none is offered; the decision is the same."""
    aside = replace(JS, files=1, example="a.min.js", left_out="semgrep is not given vendored files")
    semgrep = skipped("semgrep", Kind.CODE, why=Why.NOT_APPLICABLE)
    secrets = ran("detect-secrets", Kind.SECRETS)
    elsewhere = "scan these files where they come from; nothing found here is about them"
    said = "JavaScript (a.min.js) is left out on purpose: semgrep is not given vendored files"

    alone = judge(scan(secrets, semgrep, target={"unscanned": (aside,)}), pack(require=CODE))
    both = judge(scan(secrets, semgrep, target={"unscanned": (GO, aside)}), pack(require=CODE))
    beside = judge(
        scan(secrets, ran("bandit", Kind.CODE), target={"unscanned": (aside,)}),
        pack(require=LENIENT),
    )

    assert (3, [("incomplete", f"nobody looked for code: {said}", elsewhere)]) == (
        alone.exit_code,
        told(alone),
    )
    assert (3, [("incomplete",
                 f"nobody looked for code: no scanner of this run looks at Go (main.go); {said}",
                 "add a scanner that does, or merge its log in")]) == (
        both.exit_code, told(both),
    )  # fmt: skip
    assert (0, [("warning", said, elsewhere)]) == (beside.exit_code, told(beside))


def test_a_row_may_know_what_to_do(scan: Make, ran: Make, skipped: Make, pack: Make) -> None:
    """A list under another name needs no other scanner."""
    row = Unscanned(
        name="lists", kind=Kind.DEPENDENCIES, files=1, example="p.txt", advice="rename it"
    )
    audit = skipped("pip-audit", Kind.DEPENDENCIES, why=Why.NOT_APPLICABLE)
    attempts = ran("bandit", Kind.CODE), ran("detect-secrets", Kind.SECRETS), audit
    held = scan(*attempts, target={"unscanned": (row,)})

    asked = judge(held, pack(require="require: {kinds: [dependencies]}"))
    lenient = judge(held, pack(require=LENIENT))

    assert [("incomplete", "rename it")] == [(effect, hint) for effect, _, hint in told(asked)]
    assert [("warning", "rename it")] == [(effect, hint) for effect, _, hint in told(lenient)]
