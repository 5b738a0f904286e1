"""Every rung of the exit codes, and what stands beside them in the verdict."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject, Why
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.core.target import Exclusion, Form, NotAssessed
from drawgate.policy.gate import judge
from drawgate.policy.model import Pack
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import Effect, Outcome, State, Verdict

Make = Callable[..., Any]
CODE = Kind.CODE
SECRETS = Kind.SECRETS


def unmet(verdict: Verdict) -> list[tuple[str, str]]:
    return [(r.name, r.effect.value) for r in verdict.requirements if not r.met]


def test_nothing_found_where_somebody_looked_passes(scan: Make, ran: Make, pack: Make) -> None:
    verdict = judge(scan(ran("bandit", CODE)), pack(require="require: {kinds: [code]}"))

    assert (Outcome.PASSED, 0, 0, False, False) == (
        verdict.outcome,
        verdict.exit_code,
        verdict.process_exit,
        verdict.incomplete,
        verdict.exit_zero,
    )
    assert [("code: bandit ran", True, Effect.NONE)] == [
        (r.sentence, r.met, r.effect) for r in verdict.requirements
    ]


@pytest.mark.parametrize(("limit", "outcome", "code"), [(1, "failed", 1), (2, "passed", 0)])
def test_a_rule_breaks_above_its_limit(
    scan: Make, ran: Make, pack: Make, finding: Make, limit: int, outcome: str, code: int
) -> None:
    """Two findings against a limit of one, and against a limit of two."""
    rule = f"- {{id: r, title: R, match: {{severity: '>=high'}}, allow: {{max: {limit}}}}}"
    found = [finding(path="a.py"), finding(path="b.py")]
    verdict = judge(scan(ran("bandit", CODE, *found)), pack(rule))

    assert (outcome, code) == (verdict.outcome.value, verdict.exit_code)
    assert (limit, 2, limit < 2) == (
        verdict.rules[0].limit,
        verdict.rules[0].count,
        verdict.rules[0].broken,
    )
    assert ("a.py/B602", "b.py/B602") == verdict.rules[0].findings


def test_an_advisory_rule_counts_and_lets_pass(
    scan: Make, ran: Make, pack: Make, finding: Make
) -> None:
    rule = "- {id: r, title: R, match: {severity: '>=high'}, enforcement: advisory}"
    verdict = judge(scan(ran("bandit", CODE, finding())), pack(rule))

    assert ("passed", 0, True, 1) == (
        verdict.outcome.value,
        verdict.exit_code,
        verdict.rules[0].broken,
        verdict.rules[0].count,
    )


def test_one_hard_rule_among_advisory_ones_is_enough(
    scan: Make, ran: Make, pack: Make, finding: Make
) -> None:
    rules = (
        "- {id: a, title: A, match: {severity: '>=high'}, enforcement: advisory}\n"
        "- {id: b, title: B, match: {severity: '>=critical'}}\n"
        "- {id: c, title: C, match: {severity: '>=high'}}"
    )
    verdict = judge(scan(ran("bandit", CODE, finding())), pack(rules))

    assert [("a", True), ("b", False), ("c", True)] == [(r.id, r.broken) for r in verdict.rules]
    assert 1 == verdict.exit_code


def test_a_failed_attempt_is_incomplete(scan: Make, ran: Make, failed: Make, pack: Make) -> None:
    """Also where no pack asks for it and another scanner of its kind ran."""
    verdict = judge(scan(failed("bandit", CODE), ran("ruff", CODE)), pack())

    assert ("incomplete", 3, True) == (
        verdict.outcome.value,
        verdict.exit_code,
        verdict.incomplete,
    )
    assert [("attempt:bandit", "incomplete")] == unmet(verdict)
    assert ("bandit failed: it was killed", "try again") == (
        verdict.requirements[0].sentence,
        verdict.requirements[0].hint,
    )


def test_a_failed_gate_with_missing_evidence_says_both(
    scan: Make, ran: Make, failed: Make, pack: Make, finding: Make
) -> None:
    verdict = judge(scan(failed("x", SECRETS), ran("bandit", CODE, finding())), pack())

    assert ("failed", 1, True) == (verdict.outcome.value, verdict.exit_code, verdict.incomplete)


def test_what_a_failed_attempt_found_before_it_failed_counts(
    scan: Make, failed: Make, pack: Make, finding: Make
) -> None:
    verdict = judge(scan(failed("bandit", CODE, finding())), pack())

    assert (1, True, 1) == (verdict.exit_code, verdict.incomplete, verdict.rules[0].count)


@pytest.mark.parametrize("fixture", ["fails", "incomplete"])
def test_exit_zero_is_written_down(
    scan: Make, ran: Make, failed: Make, pack: Make, finding: Make, fixture: str
) -> None:
    attempt = failed("bandit", CODE) if fixture == "incomplete" else ran("b", CODE, finding())
    verdict = judge(scan(attempt), pack(), exit_zero=True)

    assert (0, True) == (verdict.process_exit, verdict.exit_zero)
    assert (3 if fixture == "incomplete" else 1) == verdict.exit_code
    assert verdict.outcome is not Outcome.PASSED


KINDS = "require: {kinds: [secrets]%s}"


@pytest.mark.parametrize(
    ("why", "extra", "effect"),
    [
        (Why.UNAVAILABLE, "", "incomplete"),
        (Why.UNAVAILABLE, ", not_selected: ignore", "incomplete"),
        (Why.NOT_SELECTED, "", "incomplete"),
        (Why.NOT_SELECTED, ", not_selected: ignore", "warning"),
        (Why.NOT_APPLICABLE, "", "none"),
    ],
)
def test_a_required_kind_that_did_not_run(
    scan: Make, ran: Make, skipped: Make, pack: Make, why: Why, extra: str, effect: str
) -> None:
    attempts = [ran("bandit", CODE), skipped("detect-secrets", SECRETS, why)]
    verdict = judge(scan(*attempts), pack(require=KINDS % extra))

    assert effect == verdict.requirements[0].effect.value
    assert (effect == "none") == verdict.requirements[0].met
    assert (3 if effect == "incomplete" else 0) == verdict.exit_code


@pytest.mark.parametrize(
    ("form", "effect", "code"), [(None, "warning", 0), (Form.GIT, "incomplete", 3)]
)
def test_a_required_kind_with_a_run_that_proves_nothing(
    scan: Make, ran: Make, pack: Make, form: Form | None, effect: str, code: int
) -> None:
    """Such a run of another tool's log is worth as much as none, whatever else has looked."""
    silent = Ran(subject=Subject(name="gitleaks", kind=SECRETS), report=Report(proven=False))
    scanned = scan(ran("bandit", CODE), silent)
    target = replace(scanned.target, form=form)
    verdict = judge(replace(scanned, target=target), pack(require=KINDS % ""))

    (requirement,) = [each for each in verdict.requirements if each.name == "kind:secrets"]
    assert (False, effect, code) == (requirement.met, requirement.effect.value, verdict.exit_code)
    assert (
        "nobody knows whether anyone looked for secrets: gitleaks has no " in requirement.sentence
    )


def test_a_required_kind_says_what_is_missing_and_what_to_do(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    missing = skipped("detect-secrets", SECRETS, Why.UNAVAILABLE, "it is not installed")
    requirement = judge(scan(ran("bandit", CODE), missing), pack(require=KINDS % "")).requirements[
        0
    ]

    sentence = "nobody looked for secrets: detect-secrets could not run: it is not installed"
    assert sentence == requirement.sentence
    assert "`drawgate tools doctor` says how to get it" == requirement.hint


def test_a_reason_that_names_a_command_needs_no_other_hint(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    reason = "there is no data; run `drawgate advisories import PATH`"
    missing = skipped("pip-audit", SECRETS, Why.UNAVAILABLE, reason)
    requirement = judge(scan(ran("bandit", CODE), missing), pack(require=KINDS % "")).requirements[
        0
    ]

    assert "" == requirement.hint


def test_another_scanner_of_the_kind_is_enough(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    attempts = [skipped("detect-secrets", SECRETS, Why.UNAVAILABLE), ran("gitleaks", SECRETS)]
    verdict = judge(scan(*attempts), pack(require=KINDS % ""))

    assert 0 == verdict.exit_code
    assert "secrets: gitleaks ran" == verdict.requirements[0].sentence


def test_a_scanner_that_ran_on_one_target_only_is_not_enough(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    """As in merged logs: a scan that proved nothing does not become proof beside another."""
    attempts = [skipped("gitleaks", SECRETS, Why.UNAVAILABLE, "no data"), ran("gitleaks", SECRETS)]
    verdict = judge(scan(*attempts), pack(require=KINDS % ""))

    assert 3 == verdict.exit_code
    sentence = "secrets: not looked for everywhere: gitleaks could not run: no data"
    assert sentence == verdict.requirements[0].sentence


def test_an_unavailable_scanner_of_no_required_kind_is_no_reason(
    scan: Make, ran: Make, skipped: Make, pack: Make
) -> None:
    attempts = [ran("bandit", CODE), skipped("x", Kind.IAC, Why.UNAVAILABLE)]
    verdict = judge(scan(*attempts), pack(require="require: {kinds: [code]}"))

    assert 0 == verdict.exit_code


def test_a_required_kind_whose_scanner_failed(
    scan: Make, ran: Make, failed: Make, pack: Make
) -> None:
    attempts = [ran("bandit", CODE), failed("detect-secrets", SECRETS)]
    verdict = judge(scan(*attempts), pack(require=KINDS % ""))

    assert [("attempt:detect-secrets", "incomplete"), ("kind:secrets", "incomplete")] == unmet(
        verdict
    )


def test_a_required_kind_that_no_adapter_looks_for(scan: Make, ran: Make, pack: Make) -> None:
    """Nobody can say that the target needs none."""
    verdict = judge(scan(ran("bandit", CODE)), pack(require="require: {kinds: [container]}"))

    assert 3 == verdict.exit_code
    assert not verdict.requirements[0].met
    sentence = "no adapter looks for container, so nobody knows whether the target needs one"
    assert sentence == verdict.requirements[0].sentence


def test_a_log_shows_only_what_ran(scan: Make, ran: Make, pack: Make) -> None:
    """That a log holds no secrets run is said, and is no proof that one was due."""
    log = scan(ran("bandit", CODE, looked=()), target={"form": None})
    verdict = judge(log, pack(require=KINDS % ""))

    assert 0 == verdict.exit_code
    assert [("kind:secrets", "warning")] == unmet(verdict)
    assert "the log holds no run that looks for secrets" == verdict.requirements[0].sentence


def test_a_log_without_runs_is_incomplete(scan: Make, pack: Make) -> None:
    verdict = judge(scan(target={"form": None}), pack())

    assert (3, [("something", "incomplete")]) == (verdict.exit_code, unmet(verdict))


def test_an_empty_target_is_incomplete(scan: Make, skipped: Make, pack: Make) -> None:
    attempts = [skipped("bandit", CODE, Why.NOT_APPLICABLE)]
    verdict = judge(scan(*attempts), pack(require="require: {kinds: [code]}"))

    assert (3, [("something", "incomplete")]) == (verdict.exit_code, unmet(verdict))
    assert "nothing at all was looked at" == verdict.requirements[-1].sentence


def test_a_scanner_that_looked_at_nothing_proves_nothing(scan: Make, ran: Make, pack: Make) -> None:
    verdict = judge(scan(ran("bandit", CODE, looked=(), missed=["a.py"])), pack())

    assert (3, [("something", "incomplete")]) == (verdict.exit_code, unmet(verdict))


def test_an_inapplicable_change_passes(scan: Make, skipped: Make, pack: Make) -> None:
    """A commit that touches only a README; even with --only."""
    attempts = [skipped("bandit", CODE, Why.NOT_APPLICABLE)]
    change = scan(*attempts, target={"partial": "--staged"})
    verdict = judge(change, pack(require="require: {kinds: [code]}"), only={"bandit"})

    assert (0, []) == (verdict.exit_code, unmet(verdict))
    assert "--staged" == verdict.target.partial


def test_a_change_without_its_scanner_is_incomplete(scan: Make, skipped: Make, pack: Make) -> None:
    attempts = [skipped("bandit", CODE, Why.UNAVAILABLE)]
    verdict = judge(scan(*attempts, target={"partial": "--staged"}), pack())

    assert 3 == verdict.exit_code
    assert unmet(verdict) == [("something", "incomplete"), ("unavailable:bandit", "warning")]


@pytest.mark.parametrize(
    ("why", "partial", "expected"),
    [
        (Why.UNAVAILABLE, "", 3),
        (Why.NOT_APPLICABLE, "", 3),
        (Why.UNAVAILABLE, "--staged", 3),
        (Why.NOT_APPLICABLE, "--staged", 0),
    ],
)
def test_something_named_in_only_that_did_not_run(
    scan: Make, ran: Make, skipped: Make, pack: Make, why: Why, partial: str, expected: int
) -> None:
    attempts = [ran("bandit", CODE), skipped("semgrep", CODE, why)]
    target = {"partial": partial}
    verdict = judge(scan(*attempts, target=target), pack(), only={"bandit", "semgrep"})

    assert expected == verdict.exit_code
    if expected:
        assert [("only:semgrep", "incomplete")] == unmet(verdict)
        sentence = "semgrep was asked for and did not run: a reason"
        assert sentence == verdict.requirements[0].sentence


def test_something_named_in_only_that_nobody_knows(scan: Make, ran: Make, pack: Make) -> None:
    for partial in ("", "--staged"):
        attempts = scan(ran("bandit", CODE), target={"partial": partial})
        verdict = judge(attempts, pack(), only={"bandti"})

        assert (3, [("only:bandti", "incomplete")]) == (verdict.exit_code, unmet(verdict))


def test_a_failed_attempt_named_in_only_is_told_once(
    scan: Make, ran: Make, failed: Make, pack: Make
) -> None:
    attempts = scan(ran("ruff", CODE), failed("bandit", CODE))
    verdict = judge(attempts, pack(), only={"bandit"})

    assert [("attempt:bandit", "incomplete")] == unmet(verdict)


def test_unenforced_offline_is_a_warning(scan: Make, ran: Make, pack: Make) -> None:
    from drawgate.core.scan import Offline

    for offline in Offline:
        verdict = judge(scan(ran("bandit", CODE), offline=offline), pack())

        expected = [("offline", "warning")] if offline is Offline.UNENFORCED else []
        assert (0, expected, offline) == (verdict.exit_code, unmet(verdict), verdict.offline)


def test_a_run_is_named_with_its_category_where_there_are_several(
    scan: Make, failed: Make, pack: Make
) -> None:
    """Of two folders in one log each is told apart; where there is one, its name says enough."""
    attempt = failed("bandit", CODE)
    parts = [
        replace(attempt, subject=replace(attempt.subject, category=part)) for part in ("api", "web")
    ]
    one, two = (judge(scan(*some), pack()) for some in (parts[:1], parts))

    assert "attempt:bandit" == one.requirements[0].name
    assert ["attempt:bandit (api)", "attempt:bandit (web)"] == [
        each.name for each in two.requirements[:2]
    ]


def test_a_pattern_makes_no_change_of_a_scan(scan: Make, skipped: Make, pack: Make) -> None:
    """`--include` narrows a scan, but nothing looked at is then still no proof."""
    for partial, code in (("--include", 3), ("one file", 3), ("--include; --files", 0)):
        verdict = judge(
            scan(skipped("bandit", CODE, Why.NOT_APPLICABLE), target={"partial": partial}), pack()
        )
        assert (code, partial) == (verdict.exit_code, verdict.target.partial)


def test_the_verdict_records_what_it_rests_on(
    scan: Make, ran: Make, failed: Make, skipped: Make, pack: Make, finding: Make, data: Make,
    suppressed: Make,
) -> None:  # fmt: skip
    """Target, policy, tools, data, exclusions, totals; nothing that varies from run to run."""
    shown = [
        finding(severity=Severity.LOW),
        finding(path="b.py", severity=Severity.LOW),
        finding(path="c.py", suppressions=suppressed("inSource")),
    ]
    exclusion = Exclusion(origin="--exclude", pattern="old/", files=7)
    verdict = judge(
        scan(
            ran("bandit", CODE, *shown, looked=["a.py", "b.py", "c.py"], missed=["d.py"]),
            ran("pip-audit", Kind.DEPENDENCIES, data=data()),
            ran("safety", Kind.DEPENDENCIES, data=data()),
            failed("gitleaks", SECRETS),
            skipped("npm-audit", Kind.DEPENDENCIES, Why.NOT_APPLICABLE, "no lock file"),
            target={
                "commit": "c" * 40,
                "exclusions": (exclusion,),
                "notes": ("3 links were not followed",),
                "not_assessed": (NotAssessed(subject="big.bin", reason="too large"),),
            },
        ),
        pack(),
    )

    seen = verdict.target
    assert ("shop", "c" * 40, 3, (exclusion,)) == (
        seen.name,
        seen.commit,
        seen.files,
        seen.exclusions,
    )
    assert ("3 links were not followed",) == seen.notes
    assert ("test", "1.2.3", "Test", "test.yaml", "0" * 64) == (
        verdict.policy.id,
        verdict.policy.version,
        verdict.policy.title,
        verdict.policy.source,
        verdict.policy.digest,
    )
    assert "2026-11-20T00:00:00Z" == verdict.as_of
    assert (2, 1, 2) == (
        verdict.totals.findings,
        verdict.totals.suppressed,
        verdict.totals.not_assessed,
    )
    assert {"low": 2} == {k.value: v for k, v in verdict.totals.by_severity.items() if v}
    assert list(Severity) == list(verdict.totals.by_severity)
    assert {CODE: 2} == verdict.totals.by_kind
    assert (data(),) == verdict.advisories
    bandit, pip_audit, _, gitleaks, npm = verdict.attempts
    assert (State.RAN, "1.0", 3, 3, 1) == (
        bandit.state,
        bandit.version,
        bandit.findings,
        bandit.looked_at,
        bandit.not_assessed,
    )
    assert ("", "d" * 64) == (bandit.advisories, pip_audit.advisories)
    assert (State.FAILED, "it was killed", "try again", 0) == (
        gitleaks.state,
        gitleaks.reason,
        gitleaks.hint,
        gitleaks.looked_at,
    )
    assert (State.NOT_APPLICABLE, "no lock file") == (npm.state, npm.reason)


def test_what_a_tool_is_only_assumed_to_have_read_is_told(
    scan: Make, ran: Make, failed: Make, pack: Make
) -> None:
    attempt = ran("bandit", CODE)
    guessed = replace(attempt, report=replace(attempt.report, assumed=True))
    verdict = judge(scan(guessed, attempt, failed("x", CODE)), pack())

    assert [True, False, False] == [facts.assumed for facts in verdict.attempts]


def test_fix_texts_stand_once_those_of_the_worst_first(
    scan: Make, ran: Make, pack: Make, vulnerable: Make
) -> None:
    found = [
        vulnerable(name="a", severity=Severity.HIGH, fixed=("3.0",)),
        vulnerable(name="b", severity=Severity.CRITICAL, fixed=("1.0", "2.11")),
        vulnerable(name="b", severity=Severity.CRITICAL, fixed=("2.11",), path="other.txt"),
        vulnerable(name="c", severity=Severity.HIGH),
    ]
    rule = (
        "- {id: r, title: R, match: {severity: '>=high'}, "
        "fix: '{package} {version} to {fixed_version}'}"
    )
    verdict = judge(scan(ran("pip-audit", Kind.DEPENDENCIES, *found)), pack(rule))

    expected = (
        "b 2.10 to 2.11",
        "a 2.10 to 3.0",
        "c 2.10 to a version without this flaw (none is known)",
    )
    assert expected == verdict.rules[0].fixes


def test_a_rule_without_a_fix_text_has_none(
    scan: Make, ran: Make, pack: Make, finding: Make
) -> None:
    assert () == judge(scan(ran("b", CODE, finding())), pack()).rules[0].fixes


@pytest.fixture
def shipped(scan: Make, ran: Make, data: Make) -> Make:
    """Make a scan in which every kind ran, with these findings."""

    def make(*findings: Any) -> Any:  # noqa: ANN401 - a scan
        return scan(
            ran("bandit", CODE, *findings),
            ran("detect-secrets", SECRETS),
            ran("pip-audit", Kind.DEPENDENCIES, looked=["r.txt: a==1"], data=data()),
            ran("hadolint", Kind.IAC, looked=["Dockerfile"]),
        )

    return make


@pytest.mark.parametrize(
    ("kind", "severity", "role", "default", "strict"),
    [
        ("secrets", "high", "", 1, 1),
        ("secrets", "medium", "", 0, 1),
        ("secrets", "unknown", "", 1, 1),
        ("secrets", "high", "test", 0, 1),
        ("code", "critical", "", 1, 1),
        ("code", "high", "", 1, 1),
        ("code", "medium", "", 0, 1),
        ("code", "low", "", 0, 0),
        ("code", "unknown", "", 1, 1),
        ("code", "high", "test", 0, 1),
        ("code", "high", "docs", 0, 1),
        ("code", "high", "vendored", 0, 1),
        ("code", "high", "generated", 0, 1),
        ("dependencies", "high", "", 1, 1),
        ("dependencies", "high", "test", 1, 1),
        ("dependencies", "medium", "", 0, 1),
        ("dependencies", "low", "", 0, 0),
        ("dependencies", "unknown", "", 1, 1),
        ("container", "high", "", 1, 1),
        ("iac", "medium", "", 0, 1),
        ("dast", "high", "", 1, 1),
        ("license", "info", "", 0, 0),
    ],
)
def test_what_our_packs_block(
    shipped: Make, finding: Make, kind: str, severity: str, role: str, default: int, strict: int
) -> None:
    judged = shipped(finding(kind=Kind(kind), severity=Severity(severity), role=role))

    assert (default, strict) == (
        judge(judged, load_pack("default")).exit_code,
        judge(judged, load_pack("strict")).exit_code,
    )


@pytest.mark.parametrize(
    ("kinds", "default", "strict"),
    [(["inSource"], 0, 1), (["external"], 0, 0), (["inSource", "external"], 0, 0)],
)
def test_whose_word_our_packs_take(
    shipped: Make, finding: Make, suppressed: Make, kinds: list[str], default: int, strict: int
) -> None:
    """A comment in the source excuses nothing under the strict pack; a waiver does."""
    judged = shipped(finding(suppressions=suppressed(*kinds)))

    assert (default, strict) == (
        judge(judged, load_pack("default")).exit_code,
        judge(judged, load_pack("strict")).exit_code,
    )


@pytest.mark.parametrize("kinds", [[], ["inSource"], ["external"]])
def test_malware_has_no_excuse(
    shipped: Make, vulnerable: Make, suppressed: Make, kinds: list[str]
) -> None:
    malware = vulnerable(
        malicious=True, severity=Severity.LOW, role="test", suppressions=suppressed(*kinds)
    )

    for name in ("default", "strict"):
        verdict = judge(shipped(malware), load_pack(name))

        assert ["malicious"] == [rule.id for rule in verdict.rules if rule.broken]


def test_a_clean_project_passes_our_packs(shipped: Make) -> None:
    for name in ("default", "strict"):
        verdict = judge(shipped(), load_pack(name))

        assert (0, []) == (verdict.exit_code, unmet(verdict))


def test_thousands_of_asserts_in_tests_do_not_turn_a_build_red(
    shipped: Make, finding: Make
) -> None:
    asserts = [
        finding(rule="B101", severity=Severity.LOW, role="test", path=f"tests/{n}.py")
        for n in range(7669)
    ]

    assert 0 == judge(shipped(*asserts), load_pack("default")).exit_code


@pytest.mark.parametrize(("pack_name", "expected"), [("default", 0), ("strict", 3)])
def test_leaving_a_kind_out_on_purpose(
    scan: Make, ran: Make, skipped: Make, pack_name: str, expected: int
) -> None:
    attempts = [
        ran("bandit", CODE),
        ran("detect-secrets", SECRETS),
        skipped("pip-audit", Kind.DEPENDENCIES, Why.NOT_SELECTED, "--skip names it"),
        skipped("hadolint", Kind.IAC, Why.NOT_APPLICABLE),
    ]
    verdict = judge(scan(*attempts), load_pack(pack_name))

    assert expected == verdict.exit_code
    assert ["nobody looked for dependencies: pip-audit was not selected (--skip names it)"] == [
        r.sentence for r in verdict.requirements if not r.met
    ]


def test_effects_are_words_a_program_can_read() -> None:
    assert ["none", "warning", "incomplete", "fail"] == [effect.value for effect in Effect]


def test_the_same_scan_gives_the_same_verdict(
    scan: Make, ran: Make, pack: Callable[..., Pack], finding: Make
) -> None:
    attempts = [ran("bandit", CODE, finding(), finding(path="b.py"))]

    assert judge(scan(*attempts), pack()) == judge(scan(*attempts), pack())
