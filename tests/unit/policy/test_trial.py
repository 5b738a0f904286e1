"""A pack's own tests, what is odd about a pack, how it is shown, and how a rule is explained."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.errors import DrawgateError, PolicyError
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.policy import lint
from drawgate.policy.case import Decision
from drawgate.policy.explain import explain, importance, remedies, stand
from drawgate.policy.layers import Joined, join
from drawgate.policy.pack import builtin_packs, find, load_pack, made, ours
from drawgate.policy.show import show
from drawgate.policy.tally import Standing
from drawgate.policy.terms import NOTHING, Terms
from drawgate.policy.trial import try_all, untested

Make = Callable[..., Any]
HEAD = "apiVersion: drawgate/v1\nid: mine\nversion: 1.0.0\ntitle: Mine\n"


@pytest.fixture
def joined(tmp_path: Path) -> Callable[..., Joined]:
    """Write packs by name, and join the last one."""

    def make(**bodies: str) -> Joined:
        for name, body in bodies.items():
            (tmp_path / f"{name}.yaml").write_text(HEAD + body)
        return join(find(str(tmp_path / f"{name}.yaml")), ours)

    return make


@pytest.mark.parametrize("name", builtin_packs())
def test_our_packs_decide_as_their_tests_say_and_test_each_rule(name: str) -> None:
    source = find(name)
    pack = load_pack(name)
    rules = join(source, ours).node.at("rules")
    assert rules
    assert isinstance(rules.value, tuple)
    nodes = zip(pack.rules, rules.value, strict=True)
    own = [rule for rule, node in nodes if node.place.file == str(source.path)]
    tried = try_all(pack)

    assert [] == [each.case.name for each in tried if not each.passed]
    assert [] == list(untested(own, tried))


@pytest.mark.parametrize("name", builtin_packs())
def test_our_packs_need_no_extra_and_mean_what_they_say(name: str) -> None:
    """Staging is weaker than the default pack on purpose; nothing else is odd about any."""
    remarks = [each.what for each in lint.remarks(join(find(name), ours))]

    assert [] == [rule.id for rule in load_pack(name).rules if rule.when]
    assert [] == [each for each in remarks if name != "staging" or "is weaker than" not in each]


CASES = """\
sla: {high: 10d}
rules:
  - {id: flaws, title: F, scope: {kind: code, roles_not: test}, match: {severity: ">=high"}}
  - {id: two, title: T, scope: {kind: secrets}, match: {severity: ">=low"}, allow: {max: 1}}
  - {id: told, title: A, scope: {tools: [ruff]}, enforcement: advisory}
  - {id: later, title: L, scope: {paths: /new/}, effective_from: 2026-06-01}
  - {id: off, title: O, enforcement: disabled}
  - {id: late, title: S, scope: {kind: iac}, match: {sla: breached}, count_suppressed: inline}
  - {id: pack, title: P, scope: {kind: dependencies, packages: npm/a, branches: main},
     match: {kev: true, epss: ">=0.5", fix_available: true, malicious: false}}
  - {id: cred, title: V, scope: {kind: dast, environment: p},
     match: {cwe: CWE-1, rule: X*, confidence: ">=high", licence: MIT}}
  - {id: way, title: W, scope: {kind: sbom}, match: {direct: false, runtime: true}}
tests:
"""


@pytest.mark.parametrize(
    ("given", "around", "decision", "counting"),
    [
        ("{kind: code, severity: high}", "", "fail", ("flaws",)),
        ("{kind: code}", "", "fail", ("flaws",)),
        ("{kind: code, severity: low}", "", "pass", ()),
        ("{kind: code, severity: high, path: tests/test_a.py}", "", "pass", ()),
        ("{kind: code, severity: high, path: tests/test_a.py, role: docs}", "", "fail", ("flaws",)),
        ("{kind: code, severity: high, suppressed: inline}", "", "pass", ()),
        ("{kind: secrets, severity: low}", "", "pass", ("two",)),
        ("[{kind: secrets, severity: low}, {kind: secrets, severity: high}]", "", "fail", ("two",)),
        ("{kind: license, tool: ruff}", "", "pass", ("told",)),
        ("{kind: license, path: new/a}", "", "pass", ("later",)),
        ("{kind: license, path: new/a}", "{as_of: 2026-05-31}", "pass", ("later",)),
        ("{kind: license, path: new/a}", "{as_of: 2026-06-01}", "fail", ("later",)),
        ("{kind: license, path: new/a}", "{as_of: 2026-06-02}", "fail", ("later",)),
        ("{kind: iac, severity: high, age: 11d, suppressed: inline}", "", "fail", ("late",)),
        ("{kind: iac, severity: high, age: 11d, suppressed: external}", "", "pass", ()),
        ("{kind: iac, severity: high, age: 9d}", "", "pass", ()),
        ("{kind: dependencies, package: npm/a, kev: true, epss: 0.5, fixed_version: 2}",
         "{branch: main}", "fail", ("pack",)),
        ("{kind: dependencies, package: npm/a}", "", "fail", ("pack",)),
        ("{kind: dependencies, package: npm/a, kev: false}", "", "pass", ()),
        ("{kind: dependencies, package: npm/a, epss: 0.4}", "", "pass", ()),
        ("{kind: dependencies, package: npm/a, malicious: true}", "", "pass", ()),
        ("{kind: dependencies, package: pypi/a}", "", "pass", ()),
        ("{kind: dependencies, package: npm/a}", "{branch: x}", "pass", ()),
        ("{kind: dast, cwe: CWE-1, rule: X1, confidence: high, licence: MIT}",
         "{environment: p}", "fail", ("cred",)),
        ("{kind: dast, cwe: CWE-2, rule: X1}", "", "pass", ()),
        ("{kind: sbom, direct: false, runtime: true}", "", "fail", ("way",)),
        ("{kind: sbom, direct: true, runtime: true}", "", "pass", ()),
        ("{kind: sbom, direct: false, runtime: false}", "", "pass", ()),
        ("{kind: sbom}", "", "fail", ("way",)),
        ("{kind: dast, rule: Y1}", "", "pass", ()),
        ("{kind: dast, rule: X1, confidence: low}", "", "pass", ()),
        ("{kind: dast, rule: X1}", "{environment: q}", "pass", ()),
    ],
)  # fmt: skip
def test_a_case_is_judged_by_its_facts_and_nothing_else(
    joined: Callable[..., Joined], given: str, around: str, decision: str, counting: tuple[str, ...]
) -> None:
    given = given.replace("fixed_version: 2", "fixed_version: '2'")
    expect = f"{{decision: {decision}, rules: [{', '.join(counting)}]}}"
    if not counting:
        expect = f"{{decision: {decision}}}"
    there = f"    around: {around}\n" if around else ""
    case = f"  - name: it\n    given: {given}\n{there}    expect: {expect}\n"
    (tried,) = try_all(made(joined(mine=CASES + case), "mine.yaml"))

    assert (Decision(decision), counting) == (tried.decision, tried.counting)
    assert tried.passed


@pytest.mark.parametrize(
    "expect",
    [
        "{decision: pass}",
        "{decision: fail, rules: [two]}",
        "{decision: pass, rules: [flaws]}",
        "{decision: fail, rules: [flaws, two]}",
    ],
)
def test_a_case_that_comes_out_otherwise_has_failed(
    joined: Callable[..., Joined], expect: str
) -> None:
    case = f"  - {{name: it, given: {{kind: code, severity: high}}, expect: {expect}}}\n"
    (tried,) = try_all(made(joined(mine=CASES + case), "mine.yaml"))

    assert not tried.passed
    assert Standing.COUNTED == tried.stands["flaws"][0].where


def test_rules_without_a_case_for_and_one_against_are_listed(joined: Callable[..., Joined]) -> None:
    """A case of another kind proves nothing about what a rule leaves out."""
    cases = (
        "  - {name: a, given: {kind: code, severity: high}, "
        "expect: {decision: fail, rules: [flaws]}}\n"
        "  - {name: b, given: {kind: secrets, severity: info}, expect: {decision: pass}}\n"
    )
    pack = made(joined(mine=CASES + cases), "mine.yaml")
    lacking = {each.rule: each.missing for each in untested(pack.rules, try_all(pack))}

    assert {
        "flaws": ("negative",),
        "two": ("positive",),
        "told": ("positive",),
        "later": ("positive",),
        "late": ("positive", "negative"),
        "pack": ("positive", "negative"),
        "cred": ("positive", "negative"),
        "way": ("positive", "negative"),
    } == lacking


KEV = "rules: [{id: aaa, title: A, match: {kev: true}}]\n"
EXPECT = "tests: [{name: t, given: {kind: code}, expect: {decision: fail%s}}]\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (KEV.replace("kev: true", "sla: breached"), "5:42: this pack gives no times: it has no"),
        (KEV + EXPECT % ", rules: [aab]", "6:73: no rule is called 'aab' .did you mean 'aaa'"),
        (KEV + EXPECT % "", "a test that expects 'fail' names the rules"),
    ],
)
def test_what_keys_must_agree_about_is_told_at_its_place(
    joined: Callable[..., Joined], body: str, message: str
) -> None:
    with pytest.raises(PolicyError, match=message):
        made(joined(mine=body), "mine.yaml")


WRONG = """\
rules:
  - {id: a, title: A, treshold: 3}
  - {id: b, title: B, match: {severity: ">=hihg"}}
  - {id: c, match: {kev: true}}
  - {id: d, title: D, match: {kev: true}, when: "epss > 1"}
  - {id: e, title: E, match: {kev: true}, effective_from: 2026-02-30}
  - {id: f, title: F, match: {kev: true}, effective_from: 2026-01-01, enforcement: advisory}
  - {id: g, title: G, scope: {roles: test, roles_not: test}}
  - {id: h, title: H, match: {sla: breached}}
require: {kinds: [cod], tests: {passed: maybe}}
nothing: 3
"""


def test_all_that_is_wrong_is_told_at_once(joined: Callable[..., Joined]) -> None:
    """What only follows from another mistake is not."""
    errors = lint.errors(joined(mine=WRONG))

    assert [
        ("6:23", "unknown key"),
        ("7:41", "expected a threshold"),
        ("8:5", "the key 'title' is missing"),
        ("9:55", "this expression can't be read"),
        ("10:59", "the calendar has no such day"),
        ("11:5", "'effective_from' means nothing"),
        ("12:30", "'test' is in 'roles'"),
        ("14:19", "expected a known word"),
        ("14:41", "expected true or false"),
        ("15:1", "unknown key"),
    ] == list(map(_told, errors))


def test_a_wrong_value_of_a_key_that_must_be_there_is_one_mistake(
    joined: Callable[..., Joined],
) -> None:
    body = "rules: [{id: a, title: 3, match: {kev: true}}, {id: b, title: B, scope: {kind: x}}]\n"
    (title, kind) = lint.errors(joined(mine=body.replace("id: mine", "id: Mine")))

    assert ("5:24", "5:80") == (_told(title)[0], _told(kind)[0])


def _told(error: DrawgateError) -> tuple[str, str]:
    return error.where.partition(".yaml:")[2], next(
        (words for words in _WORDS if error.what.startswith(words)), error.what
    )


_WORDS = (
    "unknown key", "expected a threshold", "the key 'title' is missing", "expected a known word",
    "this expression can't be read", "the calendar has no such day", "'test' is in 'roles'",
    "'effective_from' means nothing", "expected true or false",
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ("rules: [{id: a, title: A, match: {sla: breached}}]\n", ["no 'sla'"]),
        ("", ["the key 'rules' is missing"]),
        ("rules: []\n", ["expected a list with at least one item"]),
        ("rules: [3]\n", ["expected a table"]),
        ("rules: [{id: a, title: A, match: {kev: true}}]\nid: b\n", []),
    ],
)
def test_few_errors_are_no_cascade(
    joined: Callable[..., Joined], body: str, messages: list[str]
) -> None:
    if body.endswith("id: b\n"):
        with pytest.raises(PolicyError, match="stands here twice"):
            joined(mine=body)
        return
    errors = lint.errors(joined(mine=body))

    assert len(messages) == len(errors)
    assert all(word in error.what for word, error in zip(messages, errors, strict=True))


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("scope: {kind: code}, match: {kev: true}", "only packages have 'kev'"),
        ("scope: {kind: [code, iac]}, match: {epss: '>=0.1'}", "only packages have 'epss'"),
        ("scope: {kind: secrets}, match: {malicious: true}", "only packages have 'malicious'"),
        ("scope: {kind: iac}, match: {fix_available: true}", "only packages have 'fix_available'"),
        ("scope: {kind: code}, match: {direct: true}", "only packages have 'direct'"),
        ("scope: {kind: code}, match: {runtime: true}", "only packages have 'runtime'"),
        ("scope: {kind: code}, match: {verified: true}", "only secrets are verified"),
        ("scope: {paths_not: '**'}", "'**' leaves everything out"),
        ("scope: {packages_not: '*/*'}", "'*/*' leaves everything out"),
        ("scope: {branches_not: '*'}", "'*' leaves everything out"),
        ("scope: {kind: [dependencies, sbom], roles: test}", "of tests or documentation only"),
        ("match: {severity: '>=high'}", "asks the same as the rule first"),
    ],
)
def test_what_can_count_nothing_is_odd(joined: Callable[..., Joined], rule: str, what: str) -> None:
    first = "rules:\n  - {id: first, title: F, match: {severity: '>=high'}}\n"
    remarks = list(lint.remarks(joined(mine=f"{first}  - {{id: it, title: I, {rule}}}\n")))

    (one,) = remarks
    assert what in one.what
    assert ".yaml:7:" in one.where


@pytest.mark.parametrize(
    "rule",
    [
        "scope: {kind: dependencies}, match: {kev: true}",
        "scope: {kind: [code, dependencies]}, match: {kev: true}",
        "scope: {kind: code}, match: {kev: false}",
        "match: {kev: true}",
        "scope: {kind: secrets}, match: {verified: true}",
        "match: {verified: true}",
        "scope: {paths_not: 'src/**'}",
        "scope: {kind: [dependencies], roles: test}",
        "match: {severity: '>=high'}, enforcement: disabled",
    ],
)
def test_what_can_count_something_is_not(joined: Callable[..., Joined], rule: str) -> None:
    first = "rules:\n  - {id: first, title: F, match: {severity: '>=high'}}\n"

    assert [] == list(lint.remarks(joined(mine=f"{first}  - {{id: it, title: I, {rule}}}\n")))


BASE = "rules: [{id: r, title: R, scope: {kind: code}, match: {severity: '>=medium'}, "
BASE += "allow: {max: 2}, enforcement: soft, count_suppressed: inline}]\n"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("match: {severity: '>=medium'}, allow: {max: 3}, %s", ["allows 3, not 2"]),
        ("match: {severity: '>=high'}, %s", ["begins at high, not at medium"]),
        ("match: {severity: '>=medium', unknown: ignore}, %s", ["what is unknown does not"]),
        ("match: {severity: '>=medium'}", ["more suppressions excuse"]),
        ("match: {severity: '>=medium'}, enforcement: advisory", ["advisory, not soft"]),
        ("enforcement: disabled", ["disabled, not soft"]),
        ("match: {severity: '>=low'}, count_suppressed: [inline, external]", []),
        ("match: {severity: '>=medium'}, allow: {max: 2}, %s", []),
    ],
)
def test_a_rule_that_is_weaker_than_its_namesake_is_told(
    joined: Callable[..., Joined], rule: str, said: list[str]
) -> None:
    rule = rule.replace("%s", "count_suppressed: inline")
    top = f"extends: base.yaml\nrules: [{{id: r, title: R, scope: {{kind: code}}, {rule}}}]\n"
    remarks = list(lint.remarks(joined(base=BASE, top=top)))

    assert len(said) == len(remarks)
    for words, remark in zip(said, remarks, strict=True):
        assert "the rule r is weaker than the one below it" in remark.what
        assert words in remark.what
        assert "top.yaml:6:9" in remark.where


def test_a_pack_is_shown_whole_with_the_origin_of_each_key(joined: Callable[..., Joined]) -> None:
    base = (
        "rules:\n  - {id: one, title: One thing, scope: {kind: [code, iac]}}\n"
        "require: {coverage_min: {code: 0.5, iac: 1}}\n"
    )
    top = (
        "extends: base.yaml\nrequire: {coverage_min: {code: 0.75}, sbom: true}\n"
        "rules:\n  - {id: two, title: 'on', match: {kev: true}}\n"
    )
    whole = joined(base=base, top=top)
    written = list(show(whole, "d" * 64))
    lines = [" ".join(line.split()) for line in written]
    below = whole.layers[0].digest

    assert [
        f"# digest: sha256:{'d' * 64}",
        f"# extends: base.yaml sha256:{below}",
        "apiVersion: drawgate/v1 # top.yaml:1",
        "id: mine # top.yaml:2",
        'version: "1.0.0" # top.yaml:3',
        "title: Mine # top.yaml:4",
        "extends: base.yaml # top.yaml:5",
        "rules:",
        "- id: one # base.yaml:6",
        'title: "One thing" # base.yaml:6',
        "scope:",
        "kind: [code, iac] # base.yaml:6",
        "- id: two # top.yaml:8",
        'title: "on" # top.yaml:8',
        "match:",
        "kev: true # top.yaml:8",
        "require:",
        "coverage_min:",
        "code: 0.75 # top.yaml:6",
        "iac: 1 # base.yaml:7",
        "sbom: true # top.yaml:6",
    ] == lines
    starts = {line.split()[0]: len(line) - len(line.lstrip()) for line in written}
    assert (2, 4, 6, 2, 4) == tuple(starts[w] for w in ("-", "match:", "kev:", "sbom:", "iac:"))


@pytest.mark.parametrize("name", builtin_packs())
def test_what_is_shown_is_the_same_pack_again(name: str, tmp_path: Path) -> None:
    text = "\n".join(show(join(find(name), ours), "x"))
    alone = "\n".join(line for line in text.split("\n") if not line.startswith("extends:"))
    (tmp_path / "shown.yaml").write_text(alone)
    again, before = load_pack(str(tmp_path / "shown.yaml")), load_pack(name)

    assert (before.rules, before.require, before.sla) == (again.rules, again.require, again.sla)


MISSING = (
    "1 of them count because a fact is missing: look for `unknown` below, and let the scan have it "
    "(docs/advisories.md)"
)


def test_a_rule_is_explained_by_what_it_counts(
    pack: Make, scan: Make, ran: Make, finding: Make, vulnerable: Make
) -> None:
    rule = ("- {id: r, title: R, scope: {kind: [code, dependencies]}, match: {severity: '>=high'}, "
            "allow: {max: 1}, fix: 'Mend {path}.'}")  # fmt: skip
    unrated, mild, worst = Severity.UNKNOWN, Severity.LOW, Severity.CRITICAL
    found = [finding(path="a.py"), finding(path="b.py", severity=unrated),
             finding(path="c.py", severity=mild), vulnerable(severity=worst)]  # fmt: skip
    chosen = pack(rule)
    told = explain(chosen.rules[0], scan(ran("bandit", Kind.CODE, *found)), chosen, NOTHING)

    assert ["a.py", "b.py", "requirements.txt"] == [each.finding.path for each in told.counted]
    assert [("scope.kind", "code or dependencies", "code", True),
            ("match.severity", "high or worse", "unknown", None)] == [
        (leaf.name, leaf.expected, leaf.actual, leaf.holds) for leaf in told.counted[1].leaves
    ]  # fmt: skip
    assert [
        "2 of 3 findings must go (1 allowed)",
        "Mend requirements.txt.",
        "Mend a.py.",
        "Mend b.py.",
        MISSING,
    ] == list(remedies(told))
    assert "hard" == importance(told.result, told.rule)


def test_a_rule_that_is_not_broken_needs_nothing(
    pack: Make, scan: Make, ran: Make, finding: Make
) -> None:
    chosen = pack("- {id: r, title: R, scope: {kind: code}, effective_from: 2030-01-01}")
    green = explain(chosen.rules[0], scan(ran("x", Kind.CODE)), chosen, NOTHING)
    told = explain(chosen.rules[0], scan(ran("x", Kind.CODE, finding())), chosen, NOTHING)

    assert [] == list(remedies(green))
    assert "hard from 2030-01-01, advisory until then" == importance(told.result, told.rule)


def test_where_a_finding_stands(pack: Make, finding: Make) -> None:
    rule = pack("- {id: r, title: R, scope: {kind: code, roles: test}}").rules[0]
    told = stand(rule, finding(role="docs"), Terms())

    assert ("scope.roles", False) == (told.where, told.counted)
    assert [("code", True), ("docs", False)] == [(leaf.actual, leaf.holds) for leaf in told.leaves]
