"""Each rule of a verdict says what it made of every finding, and what of it is dead."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.finding import (
    Finding,
    Kind,
    Location,
    Membership,
    Rule,
    Suppression,
    SuppressionKind,
)
from drawgate.core.severity import Severity
from drawgate.core.target import Form
from drawgate.policy.alike import sort_out
from drawgate.policy.gate import judge
from drawgate.policy.model import Answer, Match, PackRule, Scope, Suppressed
from drawgate.policy.tally import Standing, apply, standing
from drawgate.policy.unmatched import Seen
from drawgate.policy.verdict import ConditionResult, Unmatched, as_json

Make = Callable[..., Any]
NOTHING = Seen(
    kinds=frozenset(),
    tools=frozenset(),
    rules=frozenset(),
    cwe=frozenset(),
    paths=frozenset(),
    all_paths=True,
)


def test_a_rule_says_what_it_left_out_and_why(
    scan: Make, ran: Make, pack: Make, finding: Make, suppressed: Make
) -> None:
    """Each finding counts at the first condition that leaves it out."""
    findings = [
        finding(path="a.py"),
        finding(path="b.py", severity=Severity.UNKNOWN),
        finding(path="c.py", severity=Severity.LOW),
        finding(path="d.py", role="test", severity=Severity.LOW),
        finding(path="e.py", suppressions=suppressed("external")),
        finding(path="f.py", suppressions=suppressed("inSource")),
        finding(path="g.py", kind=Kind.SECRETS),
    ]
    rule = (
        "- {id: r, title: R, scope: {kind: code, roles_not: test}, match: {severity: '>=high'}, "
        "count_suppressed: inline}"
    )
    (told,) = judge(scan(ran("bandit", Kind.CODE, *findings)), pack(rule)).rules

    assert ("a.py/B602", "b.py/B602", "f.py/B602") == told.findings
    assert {
        "conditions": [
            {"name": "scope.kind", "expected": "code", "left_out": 1},
            {"name": "scope.roles_not", "expected": "not test", "left_out": 1},
            {"name": "match.severity", "expected": "high or worse", "left_out": 1},
        ],
        "unknown": "block",
        "count_unknown": 1,
        "left_out_unknown": 0,
        "count_suppressed": ["inline"],
        "left_out_suppressed": 1,
        "unmatched": [],
    } == {key: value for key, value in json.loads(as_json(told)).items() if key in NEW}


NEW = (
    "conditions", "unknown", "count_unknown", "left_out_unknown", "count_suppressed",
    "left_out_suppressed", "unmatched",
)  # fmt: skip


FINDINGS = st.builds(
    Finding,
    kind=st.sampled_from([Kind.CODE, Kind.SECRETS]),
    message=st.just("m"),
    tool=st.sampled_from(["bandit", "Ruff"]),
    rule=st.builds(Rule, id=st.sampled_from(["A", "B"]), cwe=st.sampled_from([(), (78,), (89,)])),
    location=st.builds(Location, path=st.sampled_from(["a.py", "src/b.py"]), line=st.just(1)),
    severity=st.sampled_from(Severity),
    suppressions=st.sampled_from(
        [(), *((Suppression(kind=kind, status="accepted"),) for kind in SuppressionKind)]
    ),
)
RULES = st.builds(
    PackRule,
    id=st.just("r"),
    title=st.just("R"),
    scope=st.builds(
        Scope,
        kind=st.just((Kind.CODE,)),
        tools=st.sampled_from([(), ("ruff",)]),
        paths=st.sampled_from([(), ("src/",)]),
    ),
    match=st.builds(
        Match,
        severity=st.sampled_from([None, Severity.HIGH, Severity.LOW]),
        cwe=st.sampled_from([(), (78,)]),
        unknown=st.sampled_from(Answer),
    ),
    count_suppressed=st.sampled_from([(), (Suppressed.INLINE,), tuple(Suppressed)]),
)


@given(RULES, st.lists(FINDINGS, max_size=12))
def test_the_numbers_of_a_rule_add_up(rule: PackRule, findings: list[Finding]) -> None:
    told = apply(rule, sort_out(findings, {}), NOTHING)

    left_out = sum(condition.left_out for condition in told.conditions)
    all_of_them = told.count + left_out + told.left_out_unknown + told.left_out_suppressed
    assert len(findings) == all_of_them
    assert told.count_unknown <= told.count
    assert not (told.count_unknown and told.unknown is Answer.IGNORE)
    assert not (told.left_out_unknown and told.unknown is Answer.BLOCK)


@given(RULES, st.lists(FINDINGS, max_size=12))
def test_a_rule_asks_each_sort_of_findings_once_and_says_the_same(
    rule: PackRule, findings: list[Finding]
) -> None:
    """Asked one by one, each finding stands where it stands among all."""
    numbered = [replace(each, identity=str(n)) for n, each in enumerate(findings)]
    told = apply(rule, sort_out(numbered, {}), NOTHING)
    stands = standing(rule)
    alone = Counter(map(stands, numbered))

    counts = (Standing.COUNTED, Standing.COUNTED_UNKNOWN)
    assert tuple(f.identity for f in numbered if stands(f) in counts) == told.findings
    assert [alone[each.name] for each in told.conditions] == [c.left_out for c in told.conditions]
    assert (alone[Standing.UNDECIDED], alone[Standing.EXCUSED]) == (
        told.left_out_unknown,
        told.left_out_suppressed,
    )


def test_the_numbers_add_up_where_one_finding_speaks_for_others(pack: Make, finding: Make) -> None:
    place = Membership(group="g", reporters=("bandit", "ruff"))
    spoken, alone = finding(membership=place, kind=Kind.SECRETS), finding(identity="x")
    rule = pack("- {id: r, title: R, scope: {kind: code}}").rules[0]
    told = apply(rule, sort_out([spoken, alone], {spoken.identity: (spoken,)}), NOTHING)

    assert (1, [1]) == (told.count, [each.left_out for each in told.conditions])


@pytest.mark.parametrize(
    ("as_of", "broken"),
    [
        ("2026-12-31T23:59:59Z", ("advisory", "2027-01-01")),
        ("2027-01-01T00:00:00Z", ("hard", "")),
        ("2028-01-01T00:00:00Z", ("hard", "")),
    ],
)
def test_a_rule_fails_from_its_day_on(
    scan: Make, ran: Make, pack: Make, finding: Make, as_of: str, broken: tuple[str, str]
) -> None:
    chosen = pack("- {id: r, title: R, scope: {kind: code}, effective_from: 2027-01-01}")
    verdict = judge(scan(ran("bandit", Kind.CODE, finding()), as_of=as_of), chosen)
    (told,) = verdict.rules

    assert broken == (told.enforcement, told.effective_from)
    assert (1 if broken[0] == "hard" else 0) == verdict.exit_code


DEAD = """\
- id: r
  title: R
  scope: {kind: [code, secrets], paths: [src/, lib/], paths_not: [old/], tools: [bandit, semgrep]}
  match: {cwe: [CWE-78, CWE-89], rule: ['B6*', 'X*']}"""


def test_words_of_a_rule_that_fit_nothing_are_listed(
    scan: Make, ran: Make, pack: Make, finding: Make
) -> None:
    """Any of them may be dead or misspelt; what fits something is not in the list."""
    attempt = ran("Bandit", Kind.CODE, finding(cwe=(78,)), looked=["src/a.py", "b.py"])
    verdict = judge(scan(attempt), pack(DEAD))

    path, finding_rule = "no path that was looked at fits", "no finding's rule fits"
    assert (
        Unmatched(name="scope.paths", word="lib/", reason=path),
        Unmatched(name="scope.paths_not", word="old/", reason=path),
        Unmatched(
            name="scope.tools", word="semgrep", reason="no scanner of this name is known here"
        ),
        Unmatched(name="match.cwe", word="CWE-89", reason="no finding has this weakness"),
        Unmatched(name="match.rule", word="X*", reason=finding_rule),
    ) == verdict.rules[0].unmatched
    assert () == verdict.requirements


def test_kinds_that_no_scanner_looks_for_are_listed(scan: Make, ran: Make, pack: Make) -> None:
    rules = "- {id: r, title: R, scope: {kind: [iac, dast]}}"
    (told,) = judge(scan(ran("bandit", Kind.CODE)), pack(rules)).rules

    reason = "no scanner of such a kind is known here"
    assert (Unmatched(name="scope.kind", word="iac or dast", reason=reason),) == told.unmatched
    assert (ConditionResult(name="scope.kind", expected="iac or dast", left_out=0),) == (
        told.conditions
    )


GUARDS_NOTHING = """\
- {id: a, title: A, scope: {tools: [semgrep, trivy]}}
- {id: b, title: B, scope: {paths: scr/}}"""


def test_a_rule_that_guards_nothing_is_a_warning(scan: Make, ran: Make, pack: Make) -> None:
    verdict = judge(scan(ran("bandit", Kind.CODE)), pack(GUARDS_NOTHING))

    assert [
        (
            "rule:a",
            "warning",
            "the rule a guards nothing: no scanner of this name is known here (semgrep or trivy)",
            "see whether `scope.tools` is spelt as it is meant",
        ),
        (
            "rule:b",
            "warning",
            "the rule b guards nothing: no path that was looked at fits (scr/)",
            "see whether `scope.paths` is spelt as it is meant",
        ),
    ] == [(r.name, r.effect.value, r.sentence, r.hint) for r in verdict.requirements]
    assert 0 == verdict.exit_code


def test_a_change_need_not_touch_what_a_rule_is_about(scan: Make, ran: Make, pack: Make) -> None:
    """The words are listed all the same."""
    verdict = judge(
        scan(ran("bandit", Kind.CODE), target={"partial": "--files"}), pack(GUARDS_NOTHING)
    )

    assert () == verdict.requirements
    assert [2, 1] == [len(rule.unmatched) for rule in verdict.rules]


def test_a_log_need_not_say_which_paths_there_are(scan: Make, ran: Make, pack: Make) -> None:
    verdict = judge(scan(ran("bandit", Kind.CODE), target={"form": None}), pack(GUARDS_NOTHING))

    assert ["rule:a"] == [item.name for item in verdict.requirements]
    assert () == verdict.rules[1].unmatched


@pytest.mark.parametrize(
    "target", [{"form": Form.GIT, "folders": ("services/web",)}, {"form": Form.FILE}]
)
def test_a_part_of_a_repository_need_not_have_all_its_paths(
    scan: Make, ran: Make, pack: Make, target: dict[str, object]
) -> None:
    """A pack names paths of the whole, whatever folder or file of it is scanned."""
    verdict = judge(scan(ran("bandit", Kind.CODE), target=target), pack(GUARDS_NOTHING))

    assert ["rule:a"] == [item.name for item in verdict.requirements]


def test_files_that_nobody_could_read_are_paths_as_well(scan: Make, ran: Make, pack: Make) -> None:
    attempt = ran("bandit", Kind.CODE, looked=["a.py"], missed=["scr/b.py"])
    verdict = judge(scan(attempt, target={"form": Form.GIT}), pack(GUARDS_NOTHING))

    assert () == verdict.rules[1].unmatched
