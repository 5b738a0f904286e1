"""What a pack asks of the build: who ran, what was tested, what was excused, what is denied."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Why
from drawgate.core.baseline import Compared
from drawgate.core.evidence import Counted, Evidence, Reached
from drawgate.core.finding import Kind, State
from drawgate.core.target import NotAssessed
from drawgate.policy.flags import no_gate
from drawgate.policy.gate import judge
from drawgate.policy.terms import Given
from drawgate.policy.verdict import Requirement, Verdict

Make = Callable[..., Any]
NOTHING: dict[str, Any] = {}


def told(verdict: Verdict, name: str) -> Requirement:
    (one,) = [each for each in verdict.requirements if each.name == name]
    return one


@pytest.fixture
def asked(pack: Make, scan: Make) -> Make:
    """Judge attempts by a pack with this requirement; give the code and the requirement's line."""

    def make(require: str, name: str, *attempts: Any, **more: Any) -> tuple[int, str, str]:  # noqa: ANN401 - attempts
        given = Given(evidence=more.pop("evidence", Evidence()))
        verdict = judge(
            scan(*attempts, **more), pack(require=f"require: {{{require}}}"), given=given
        )
        one = told(verdict, name)
        return verdict.exit_code, one.sentence, one.hint

    return make


def test_a_named_scanner_must_have_run(asked: Make, ran: Make, skipped: Make, failed: Make) -> None:
    code = ran("bandit", Kind.CODE)

    assert (0, "bandit ran", "") == asked("scanners: [bandit]", "scanner:bandit", code)
    assert 0 == asked("scanners: [Bandit]", "scanner:Bandit", code)[0]
    missing = skipped("zizmor", Kind.IAC, Why.UNAVAILABLE, "it is not installed")
    assert (
        3,
        "zizmor must have run, and did not: it is not installed",
        "`drawgate tools doctor` says how to get it",
    ) == asked("scanners: [zizmor]", "scanner:zizmor", code, missing)
    left_out = skipped("zizmor", Kind.IAC, Why.NOT_SELECTED, "--only")
    assert (
        3,
        "zizmor must have run, and did not: --only",
        "the pack asks for this scanner by name",
    ) == asked("scanners: [zizmor]", "scanner:zizmor", code, left_out)
    broken = asked("scanners: [zizmor]", "scanner:zizmor", code, failed("zizmor", Kind.IAC))
    assert (3, "zizmor must have run, and did not: it failed (it was killed)") == broken[:2]
    unknown = asked("scanners: [brakeman]", "scanner:brakeman", code)
    assert (3, "brakeman must have run, and did not: nothing shows that it ran") == unknown[:2]


def test_a_named_scanner_that_has_nothing_to_read_is_not_missed(
    asked: Make, ran: Make, skipped: Make
) -> None:
    idle = skipped("zizmor", Kind.IAC, Why.NOT_APPLICABLE)

    assert (0, "zizmor found nothing here that it reads", "") == asked(
        "scanners: [zizmor]", "scanner:zizmor", ran("bandit", Kind.CODE), idle
    )


def test_one_part_that_lacks_the_scanner_is_enough(asked: Make, ran: Make, failed: Make) -> None:
    parts = (ran("bandit", Kind.CODE), failed("bandit", Kind.CODE))

    assert 3 == asked("scanners: [bandit]", "scanner:bandit", *parts)[0]


def test_a_run_that_shows_nothing_is_no_proof(asked: Make, ran: Make) -> None:
    silent = ran("semgrep", Kind.CODE)
    silent = replace(silent, report=Report(proven=False))
    code, sentence, _ = asked(
        "scanners: [semgrep]", "scanner:semgrep", ran("bandit", Kind.CODE), silent
    )

    assert 3 == code
    assert sentence.endswith("its run has no finding, no invocation and no artifact")


def test_a_list_of_components(asked: Make, ran: Make, skipped: Make) -> None:
    code, made = ran("bandit", Kind.CODE), ran("cyclonedx-bom", Kind.SBOM)
    idle = skipped("cyclonedx-bom", Kind.SBOM, Why.NOT_APPLICABLE)
    missing = skipped("cyclonedx-bom", Kind.SBOM, Why.UNAVAILABLE, "it is not installed")

    assert (0, "a list of components was made by cyclonedx-bom", "") == asked(
        "sbom: true", "sbom", code, made
    )
    assert (0, "the target has no packages to list", "") == asked("sbom: true", "sbom", code, idle)
    lacking = "the pack asks for a list of components (SBOM), and there is none: "
    assert (3, f"{lacking}it is not installed", "let cyclonedx-bom run, say") == asked(
        "sbom: true", "sbom", code, missing
    )
    assert (3, f"{lacking}no scanner makes one") == asked("sbom: true", "sbom", code)[:2]


def test_what_is_met_says_so_and_does_nothing(pack: Make, scan: Make, ran: Make) -> None:
    verdict = judge(scan(ran("bandit", Kind.CODE)), pack(require="require: {scanners: [bandit]}"))

    assert [(True, "none", "")] == [(r.met, r.effect, r.hint) for r in verdict.requirements]


def test_what_is_not_asked_for_is_not_told(pack: Make, scan: Make, ran: Make) -> None:
    verdict = judge(scan(ran("bandit", Kind.CODE)), pack(require="require: {sbom: false}"))

    assert () == verdict.requirements


@pytest.mark.parametrize(
    ("counted", "code", "sentence"),
    [
        (Counted(tests=3), 0, "3 tests passed"),
        (Counted(tests=3, skipped=2), 0, "1 test passed, 2 skipped"),
        (Counted(tests=3, failed=1), 1, "1 of 3 tests failed"),
        (Counted(tests=0), 1, "no test ran"),
        (Counted(tests=2, skipped=2), 1, "no test ran: all 2 were skipped"),
        (Counted(tests=0, failed=1), 1, "1 of 0 tests failed"),
        (None, 3, "nobody says whether tests passed"),
    ],
)
def test_tests_passed(
    asked: Make, ran: Make, counted: Counted | None, code: int, sentence: str
) -> None:
    """No test is no proof."""
    given = Evidence(tests=counted)
    answer = asked("tests: {}", "tests", ran("bandit", Kind.CODE), evidence=given)

    assert (code, sentence) == answer[:2]


@pytest.mark.parametrize(
    ("reached", "code", "sentence"),
    [
        (Reached(lines=5, covered=4), 0, "tests reach 4 of 5 lines (80 %; the pack asks for 80 %)"),
        (
            Reached(lines=10_000, covered=7_999),
            1,
            "tests reach 7,999 of 10,000 lines (79.9 %; the pack asks for 80 %)",
        ),
        (Reached(), 3, "nobody says how much tests reach"),
        (None, 3, "nobody says how much tests reach"),
    ],
)
def test_tests_reach_enough(
    asked: Make, ran: Make, reached: Reached | None, code: int, sentence: str
) -> None:
    given = Evidence(coverage=reached)
    require = "tests: {passed: false, coverage_min: 0.8}"
    answer = asked(require, "test-coverage", ran("bandit", Kind.CODE), evidence=given)

    assert (code, sentence) == answer[:2]
    if code == 3:
        assert "give a report in the form of Cobertura with `--evidence FILE`" == answer[2]


def test_what_nobody_says_may_be_ignored(pack: Make, scan: Make, ran: Make) -> None:
    require = "require: {tests: {coverage_min: 0.5, unknown: ignore}}"
    verdict = judge(scan(ran("bandit", Kind.CODE)), pack(require=require))

    assert 0 == verdict.exit_code
    assert [("tests", "warning"), ("test-coverage", "warning")] == [
        (each.name, each.effect) for each in verdict.requirements
    ]


COMPARED = Compared(source="main")


def test_new_findings_that_a_comment_excuses(
    asked: Make, ran: Make, finding: Make, suppressed: Make
) -> None:
    def excused(line: int, state: State, kind: str = "inSource") -> Any:  # noqa: ANN401 - a finding
        return finding(line=line, state=state, suppressions=suppressed(kind), identity=str(line))

    found = [excused(1, State.NEW), excused(2, State.NEW), excused(3, State.UNCHANGED),
             excused(4, State.NEW, "external")]  # fmt: skip
    attempt, name = ran("bandit", Kind.CODE, *found), "suppressions-added"

    assert (
        1,
        "2 new findings with a comment that excuses it (a.py:1, a.py:2; 1 allowed)",
    ) == asked("suppressions_added: {max: 1}", name, attempt, baseline=COMPARED)[:2]
    assert 0 == asked("suppressions_added: {max: 2}", name, attempt, baseline=COMPARED)[0]
    assert (0, "0 new findings with a comment that excuses it") == asked(
        "suppressions_added: {}", name, ran("bandit", Kind.CODE), baseline=COMPARED
    )[:2]
    unknown = "nobody knows which comments that excuse findings are new"
    assert (3, unknown, "compare with a baseline: `--baseline REF`") == asked(
        "suppressions_added: {max: 9}", name, attempt
    )
    assert 0 == asked("suppressions_added: {unknown: ignore}", name, attempt)[0]


def test_a_finding_without_a_line_is_named_by_the_first(
    asked: Make, ran: Make, finding: Make, suppressed: Make
) -> None:
    whole = finding(line=None, state=State.NEW, suppressions=suppressed("inSource"))
    _, sentence, _ = asked("suppressions_added: {}", "suppressions-added",
                           ran("bandit", Kind.CODE, whole), baseline=COMPARED)  # fmt: skip

    assert "(a.py:1; 0 allowed)" in sentence


def test_many_are_counted_and_few_are_named(
    asked: Make, ran: Make, finding: Make, suppressed: Make
) -> None:
    found = [
        finding(line=n, state=State.NEW, suppressions=suppressed("inSource"), identity=str(n))
        for n in range(1, 9)
    ]
    _, sentence, _ = asked("suppressions_added: {}", "suppressions-added",
                           ran("bandit", Kind.CODE, *found), baseline=COMPARED)  # fmt: skip

    assert "(a.py:1, a.py:2, a.py:3 and 5 more; 0 allowed)" in sentence


DENIED = "denied: {packages: [pypi/pycrypto, 'pypi/evil-*']}"


UNLISTED = "nobody has listed the packages, so nobody knows whether a denied one is there"


@pytest.mark.parametrize(
    ("looked", "code", "sentence"),
    [
        (["r.txt: flask==1.0"], 0, "no package that the pack denies"),
        (["a: pycrypto==2", "a: b==1"], 1, "1 package that the pack denies: a: pycrypto==2"),
        (["a: Evil_T==1", "a: pycryptodome==3"], 1, "1 package that the pack denies: a: Evil_T==1"),
        (["package-lock.json"], 3, UNLISTED),
        ([], 3, UNLISTED),
    ],
)
def test_denied_packages(
    asked: Make, ran: Make, looked: list[str], code: int, sentence: str
) -> None:
    """A scanner that names files and no packages has listed none."""
    attempts = (ran("bandit", Kind.CODE), ran("pip-audit", Kind.DEPENDENCIES, looked=looked))

    assert (code, sentence) == asked(DENIED, "denied", *attempts)[:2]


def test_a_package_without_an_exact_version_is_denied_as_well(asked: Make, ran: Make) -> None:
    audit = ran("pip-audit", Kind.DEPENDENCIES, looked=["r.txt: flask==1.0"])
    open_ = NotAssessed(subject="r.txt: pycrypto>=2", reason="no exact version", path="r.txt")
    missed = replace(audit, report=replace(audit.report, not_assessed=(open_,)))

    assert 1 == asked(DENIED, "denied", missed)[0]
    assert 1 == asked(DENIED, "denied", audit, target={"not_assessed": (open_,)})[0]


def test_nothing_to_list_is_nothing_denied(asked: Make, ran: Make, skipped: Make) -> None:
    idle = skipped("pip-audit", Kind.DEPENDENCIES, Why.NOT_APPLICABLE)
    missing = skipped("pip-audit", Kind.DEPENDENCIES, Why.UNAVAILABLE, "no data")
    code = ran("bandit", Kind.CODE)

    assert 0 == asked(DENIED, "denied", code, idle)[0]
    assert 3 == asked(DENIED, "denied", code, missing)[0]
    assert 0 == asked(DENIED.replace("]}", "], unknown: ignore}"), "denied", code, missing)[0]


def test_without_a_gate_the_build_is_only_warned(pack: Make, scan: Make, ran: Make) -> None:
    chosen = no_gate(pack(require="require: {tests: {}}"))
    given = Given(evidence=Evidence(tests=Counted(tests=1, failed=1)))
    verdict = judge(scan(ran("bandit", Kind.CODE)), chosen, given=given)

    assert (0, "warning") == (verdict.exit_code, told(verdict, "tests").effect)
