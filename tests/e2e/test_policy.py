"""`drawgate policy` and `explain RULE`, and packs that ask for more, as people use them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
FIXTURES = Path(__file__).parents[2] / "fixtures" / "sarif"
LOG = FIXTURES / "semgrep.sarif"
HEAD = "apiVersion: drawgate/v1\nid: mine\nversion: 1.0.0\ntitle: Mine\n"
ANY = "rules:\n  - {id: any, title: Any finding, scope: {tools: Semgrep OSS}}\n"
PASSED = "<testsuite><testcase/></testsuite>"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return make


Write = Callable[[str, str], Path]


def test_a_good_pack_is_checked_tested_and_shown(drawgate: Drawgate) -> None:
    checked, tested = drawgate("policy", "check", "default"), drawgate("policy", "test", "default")
    shown = drawgate("policy", "show", "default")

    assert (0, "default (built in): 5 rules, 0 warnings\n", "") == (
        checked.code, checked.out, checked.err
    )  # fmt: skip
    assert 0 == tested.code
    assert "ok    an assert\n" in tested.out
    assert tested.out.endswith("default (built in): 14 passed, 0 failed\n")
    assert shown.out.startswith("# digest: sha256:")
    assert "default (built in):" in shown.out


def test_all_mistakes_of_a_pack_are_told_at_once(drawgate: Drawgate, write: Write) -> None:
    pack = write("mine.yaml", f"{HEAD}rules:\n  - {{id: a, title: A, treshold: 3}}\n"
                              '  - {id: b, title: B, when: "epsss > 1"}\n')  # fmt: skip
    run = drawgate("policy", "check", "mine.yaml")

    assert pack.exists()
    assert 2 == run.code
    first, second = run.out.splitlines()
    assert first.startswith("error: mine.yaml:6:23: unknown key")
    assert second == (
        "error: mine.yaml:7:30: this expression can't be read: unknown variable or function "
        "'epsss' (did you mean 'epss'?)"
    )
    assert "mine.yaml: 2 errors\n" == run.err


def test_a_test_that_fails_says_what_was_expected_and_what_happened(
    drawgate: Drawgate, write: Write
) -> None:
    rule = "rules: [{id: flaws, title: F, scope: {kind: code}, match: {severity: '>=high'}}]\n"
    case = (
        "tests: [{name: a mild flaw, given: {kind: code, severity: low}, "
        "expect: {decision: fail, rules: [flaws]}}]\n"
    )
    write("mine.yaml", HEAD + rule + case)
    run = drawgate("policy", "test", "mine.yaml")

    assert 1 == run.code
    assert (
        "FAIL  a mild flaw\n"
        "        expected: fail, counted by flaws\n"
        "        happened: pass, counted by no rule\n"
        "        flaws: left out by match.severity\n"
        "          + scope.kind: code; it is code\n"
        "          - match.severity: high or worse; it is low\n"
        "mine.yaml: 0 passed, 1 failed\n"
    ) == run.out
    assert "warning: the rule flaws has no positive test" in run.err


def test_a_rule_is_explained_with_what_would_turn_it_green(
    drawgate: Drawgate, write: Write
) -> None:
    write("mine.yaml", HEAD + ANY.replace("}}\n", "}, fix: 'Mend {path}.'}\n"))
    run = drawgate("explain", "any", LOG, "--policy", "mine.yaml")

    assert 0 == run.code
    assert "rule             any: Any finding\n" in run.out
    assert "state            broken: " in run.out
    assert "condition        scope.tools: Semgrep OSS; leaves out 0 findings\n" in run.out
    assert "to turn it green" in run.out
    assert "+ scope.tools: Semgrep OSS; it is Semgrep OSS" in run.out


def test_a_finding_is_explained_rule_by_rule(drawgate: Drawgate, write: Write) -> None:
    write("mine.yaml", HEAD + ANY + "  - {id: no, title: No, scope: {kind: dast}}\n")
    verdict = drawgate("gate", LOG, "--policy", "mine.yaml", "-o", "-")
    identity = json.loads(verdict.out)["rules"][0]["findings"][0]
    run = drawgate("explain", identity, LOG, "--policy", "mine.yaml")

    assert "rule any" in run.out
    assert "counted (hard; more than 0 break the rule)" in run.out
    assert "does not count: scope.kind is code, asked for is dast" in run.out


def test_what_is_neither_a_finding_nor_a_rule_is_named(drawgate: Drawgate) -> None:
    run = drawgate("explain", "secrts", LOG)

    assert 2 == run.code
    assert "no finding has this ID, and no rule of the pack" in run.err
    assert "rules: secrets, code, dependencies" in run.err


def test_the_log_of_the_last_scan_is_explained_where_none_is_named(
    drawgate: Drawgate, tmp_path: Path
) -> None:
    (tmp_path / "drawgate-results").mkdir()
    (tmp_path / "drawgate-results" / "results.sarif").write_bytes(LOG.read_bytes())

    assert "state            not broken: 0 counted" in drawgate("explain", "secrets").out
    (tmp_path / "drawgate-results" / "results.sarif").unlink()
    assert 2 == drawgate("explain", "secrets").code


@pytest.mark.parametrize(
    ("evidence", "code", "said"),
    [
        (None, 3, "nobody says whether tests passed"),
        (PASSED, 0, "1 test passed"),
        ("<testsuite/>", 1, "no test ran"),
        ("<testsuite><testcase><error/></testcase></testsuite>", 1, "1 of 1 test failed"),
        ("<testsuite>", 2, "is not valid XML"),
        ("{}", 2, "is neither a JUnit nor a Cobertura report"),
    ],
)
def test_a_pack_asks_for_tests_and_a_broken_report_is_refused(
    drawgate: Drawgate, write: Write, evidence: str | None, code: int, said: str
) -> None:
    write("mine.yaml", f"{HEAD}rules: [{{id: no, title: N, scope: {{kind: dast}}}}]\n"
                       "require: {tests: {}}\n")  # fmt: skip
    flags = ["--evidence", write("tests.xml", evidence)] if evidence else []
    run = drawgate("gate", LOG, "--policy", "mine.yaml", "-o", "verdict.json", *flags)

    assert code == run.code
    verdict = run.directory.parent / "verdict.json"
    told = run.out + run.err + (verdict.read_text() if code != 2 else "")
    assert said in told


def test_branch_and_environment_are_said_by_flags_and_stand_in_the_verdict(
    drawgate: Drawgate, write: Write
) -> None:
    scope = "scope: {branches: 'release/*', environment: production}"
    write("mine.yaml", f"{HEAD}rules: [{{id: r, title: R, {scope}}}]\n")

    def code(*flags: str) -> int:
        return int(drawgate("gate", LOG, "--policy", "mine.yaml", *flags).code)

    assert 1 == code("--branch", "release/2", "--environment", "production")
    assert 0 == code("--branch", "main", "--environment", "production")
    assert 0 == code("--branch", "release/2", "--environment", "test")
    assert 1 == code()  # who says nothing gets the stricter answer
    told = drawgate("gate", LOG, "--policy", "mine.yaml", "--branch", "main", "-o", "-")
    assert "main" == json.loads(told.out)["given"]["branch"]


def test_a_rule_on_probation_warns_until_its_day_and_then_fails(
    drawgate: Drawgate, write: Write
) -> None:
    """By --as-of, never by the clock."""
    write("mine.yaml", HEAD + ANY.replace("}}\n", "}, effective_from: 2030-01-01}\n"))
    before = drawgate("gate", LOG, "--policy", "mine.yaml", "--as-of", "2029-12-31")
    after = drawgate("gate", LOG, "--policy", "mine.yaml", "--as-of", "2030-01-01")

    assert (0, 1) == (before.code, after.code)
    assert "would fail from 2030-01-01" in before.out
    assert "would fail" not in after.out


def test_a_soft_rule_fails_the_gate(drawgate: Drawgate, write: Write) -> None:
    write("mine.yaml", HEAD + ANY.replace("}}\n", "}, enforcement: soft}\n"))

    assert 1 == drawgate("gate", LOG, "--policy", "mine.yaml").code


def test_a_disabled_rule_is_not_asked_and_is_listed(drawgate: Drawgate, write: Write) -> None:
    write("base.yaml", HEAD + ANY)
    off = "rules: [{id: any, title: Off, enforcement: disabled}]\n"
    write("mine.yaml", f"{HEAD}extends: base.yaml\n{off}")
    run = drawgate("gate", LOG, "--policy", "mine.yaml", "-o", "-")
    verdict = json.loads(run.out)

    assert (0, [], ["any"]) == (run.code, verdict["rules"], verdict["policy"]["disabled"])
    assert ["base.yaml"] == [layer["name"] for layer in verdict["policy"]["extends"]]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("extends: mine.yaml\n", "mine.yaml:5:10: a pack extends itself: mine.yaml > mine.yaml"),
        ("extends: other.yaml\n", "mine.yaml:5:10: other.yaml can't be read"),
        (f"extends: default@sha256:{'0' * 64}\n", "mine.yaml:5:10: default (built in) is not what"),
        ('rules: [{id: a, title: A, when: "cwe[9] == 1"}]\n', "has no answer for the finding"),
    ],
)
def test_a_pack_that_can_not_judge_never_passes(
    drawgate: Drawgate, write: Write, body: str, said: str
) -> None:
    write("mine.yaml", HEAD + body)
    run = drawgate("gate", LOG, "--policy", "mine.yaml")

    assert 2 == run.code
    assert said in run.err
    assert "Traceback" not in run.err


def test_the_same_log_and_pack_give_the_same_bytes(drawgate: Drawgate, write: Write) -> None:
    write("mine.yaml", HEAD + ANY + "  - {id: w, title: W, when: \"severity != 'low'\"}\n")
    words = ("gate", LOG, "--policy", "mine.yaml", "-o", "-", "--as-of", "2026-11-25",
             "--evidence", write("tests.xml", PASSED))  # fmt: skip

    assert drawgate(*words).out == drawgate(*words).out


def test_a_scan_takes_the_same_words_and_reads_reports_before_it_starts(
    drawgate: Drawgate, write: Write, target: Path
) -> None:
    (target / "a.py").write_text("print()\n")
    pack = write("mine.yaml", f"{HEAD}rules: [{{id: r, title: R, scope: {{branches: main}}}}]\n"
                              "require: {scanners: [bandit], tests: {}}\n")  # fmt: skip
    words = ("scan", target, "--only", "bandit", "--policy", pack, "--branch", "x", "--evidence")
    broken = drawgate(*words, write("broken.xml", "<testsuite>"))
    nothing_written = not broken.directory.exists()
    done = drawgate(*words, write("tests.xml", PASSED))

    assert (2, True) == (broken.code, nothing_written)
    assert (0, "x") == (done.code, done.json("verdict.json")["given"]["branch"])
    met = {r["name"]: r["met"] for r in done.json("verdict.json")["requirements"]}
    assert met["scanner:bandit"]
    assert met["tests"]
