"""Expressions: what they may say, what they may not, and that no error ever passes a build."""

import builtins
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from drawgate.core.errors import PolicyError
from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import Finding, Kind, Location, State
from drawgate.core.severity import Severity
from drawgate.policy import cel
from drawgate.policy.cel import MAX_LENGTH, ExpressionError, compiled, legs
from drawgate.policy.conditions import conditions
from drawgate.policy.gate import judge
from drawgate.policy.tally import Standing, standing
from drawgate.policy.terms import Given, Terms
from drawgate.policy.variables import TYPES, VARIABLES, Type

Make = Callable[..., Any]


def rule_of(pack: Make, when: str, unknown: str = "block") -> Any:  # noqa: ANN401 - a rule
    match = f"match: {{unknown: {unknown}}}"
    return pack(f"- id: r\n  title: R\n  {match}\n  when: |\n    {when}\n").rules[0]


def answer(pack: Make, when: str, finding: Finding, **given: str) -> bool | None:
    terms = Terms(as_of=datetime(2026, 11, 25, tzinfo=UTC), given=Given(**given))
    (one,) = conditions(rule_of(pack, when), terms)
    return one.test(finding)


EXAMPLES = {Type.BOOL: "{}", Type.DOUBLE: "{} > 0.5", Type.INT: "{} > 3", Type.STRING: "{} == 'x'",
            Type.DURATION: "{} > duration('720h')", Type.INTS: "78 in {}",
            Type.STRINGS: "'x' in {}"}  # fmt: skip


@pytest.mark.parametrize("name", TYPES)
def test_every_variable_can_be_asked_for(name: str) -> None:
    """Some words are reserved in CEL; none of ours may be."""
    program = compiled(EXAMPLES[TYPES[name]].format(name))

    assert name in program.names
    assert program.answer({name: True} if name.startswith("has_") else {}) is (
        True if name.startswith("has_") else None
    )


def _bare(finding: Make) -> Finding:
    return finding(severity=Severity.UNKNOWN, location=None)  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", [name for name, each in VARIABLES.items() if each.unknown])
def test_what_is_unknown_is_neither_true_nor_false(
    pack: Make, finding: Make, vulnerable: Make, name: str
) -> None:
    """And what asks whether it is known has an answer."""
    bare = {
        "verified": finding(kind=Kind.SECRETS),
        "kev": vulnerable(),
        "epss": vulnerable(),
        "fix_available": vulnerable(),
        "licence": vulnerable(),
        "direct": vulnerable(),
        "runtime": vulnerable(),
    }.get(name, _bare(finding))
    asks = EXAMPLES[TYPES[name]].format(name)

    assert answer(pack, asks, bare) is None
    assert answer(pack, f"!({asks})", bare) is None
    assert answer(pack, f"has_{name} && {asks}", bare) is False
    assert answer(pack, f"kind == 'dast' && {asks}", bare) is False
    assert answer(pack, f"kind != 'dast' || {asks}", bare) is True
    assert answer(pack, f"has_{name}", bare) is False


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("kind == 'dependencies' && tool == 'pip-audit' && rule == 'GHSA-1'", True),
        ("severity in ['high', 'critical']", True),
        ("score >= 9.0", True),
        ("confidence == 'high'", True),
        ("cwe.exists(n, n == 79) && !(78 in cwe)", True),
        ("path.startsWith('req') && paths == ['requirements.txt', 'b.txt'] && line == 3", True),
        ("role == '' && state == 'newly-disclosed'", True),
        ("age > duration('24h') && age <= duration('48h')", True),
        ("package_name == 'pypi/jinja2' && version == '2.10'", True),
        ("'CVE-2099-1' in advisories && 'GHSA-1' in advisories", True),
        ("fix_available && !malicious && kev && epss > 0.4 && epss < 0.6", True),
        ("licence == 'MIT' && !verified", True),
        ("branch == 'main' && environment.matches('^prod')", True),
        ("has_age && has_kev && has_branch && has_licence && has_line", True),
        ("epss > 0.5", False),
    ],
)
def test_the_facts_of_a_finding(pack: Make, vulnerable: Make, when: str, *, expected: bool) -> None:
    found = vulnerable(
        line=3,
        cwe=(79, 80),
        score=9.8,
        confidence="High",
        elsewhere=(Location(path="b.txt"),),
        state=State.NEW,
        newly_disclosed=True,
        first_seen="2026-11-23T00:00:00Z",
        fixed=("2.11",),
        exploit=Exploit(kev=Listed.YES, epss=0.5),
        properties={"license": "MIT"},
    )
    found = replace(found, dependency=replace(found.dependency, aliases=("CVE-2099-1",)))

    assert expected is answer(pack, when, found, branch="main", environment="production")


def test_what_is_not_about_packages_is_neither_exploited_nor_likely_to_be(
    pack: Make, finding: Make
) -> None:
    code = finding()

    asks = "kev || epss > 0.0 || fix_available || malicious || direct || runtime"
    assert answer(pack, asks, code) is False
    assert answer(pack, "package_name == '' && version == '' && licence == ''", code) is True
    assert answer(pack, "size(advisories) == 0", code) is True


@pytest.mark.parametrize(
    ("when", "line", "column", "reason"),
    [
        ("epss > 1", 1, 6, r"found no matching overload for '_>_' applied to '\(double, int\)'"),
        ("epsss > 0.5", 1, 1, "unknown variable or function 'epsss'"),
        ("kind ==", 1, 8, "Syntax error: mismatched input"),
        ("kind == 'a'\n  && foo(3)", 2, 9, "unknown variable or function"),
        ("kind", 1, 1, "it must be true or false, and is of the type STRING"),
        ("dyn(kind)", 1, 1, "it must be true or false, and is of the type DYN"),
        ("[1, 2]", 1, 1, "it must be true or false, and is of the type LIST<INT>"),
        ("(" * 400 + "true" + ")" * 400, 1, 1, "Expression recursion limit exceeded"),
        ("true" + " " * MAX_LENGTH, 1, 1, f"it is longer than {MAX_LENGTH} characters"),
        ("kev == kev == 'a' # b", 1, 1, "Syntax error: token recognition error"),
    ],
)
def test_what_does_not_compile_has_a_place_and_a_reason(
    when: str, line: int, column: int, reason: str
) -> None:
    with pytest.raises(ExpressionError, match=reason) as error:
        compiled(when)

    if "token recognition" not in reason:
        assert (line, column) == (error.value.line, error.value.column)


def test_a_misspelt_variable_gets_a_suggestion_and_a_pasted_secret_is_not_repeated() -> None:
    with pytest.raises(ExpressionError) as near:
        compiled("epsss > 0.5")
    assert "did you mean 'epss'?" == near.value.hint

    with pytest.raises(ExpressionError) as whole:
        compiled("epss > 1")
    assert "write a number with a point, as in 1.0" in whole.value.hint

    for pasted in ("ghp_0123456789abcdefFAKE == kind", "kind == 'ghp_0123456789abcdefFAKE"):
        with pytest.raises(ExpressionError) as error:
            compiled(pasted)
        assert "ghp_" not in error.value.reason + error.value.hint


PACK_LINES = [
    ("  when: epss > 1", "9:14"),
    ("  when: 'epss > 1'", "9:15"),
    ('  when: "epss > 1"', "9:15"),
    ("  when: |\n    kind == 'code' &&\n    epss > 1", "11:10"),
    ("  when: |-\n\n      epss > 1", "11:12"),
    ("  when: >\n    kind == 'code' &&\n    epss > 1", "9:9"),
    ("  when: 'kind == ''a'' && epss > 1'", "9:9"),
    ("  when: kind == 'code' &&\n    epss > 1", "9:9"),
]


@pytest.mark.parametrize(("lines", "place"), PACK_LINES)
def test_a_mistake_is_told_with_line_and_column_in_the_pack(
    pack: Make, lines: str, place: str
) -> None:
    """Of a text that YAML folds or escapes it is the start."""
    rule = f"- id: r\n  title: R\n  scope: {{kind: code}}\n{lines}\n"

    with pytest.raises(PolicyError, match=rf"^test\.yaml:{place}: this expression can't be read"):
        pack(rule)


def test_an_error_of_an_evaluation_is_no_answer(pack: Make, scan: Make, ran: Make,
                                                finding: Make) -> None:  # fmt: skip
    """The library gives a value that is true to Python; here the command ends with 2."""
    rules = '- {id: r, title: R, when: "cwe[3] == 78", match: {unknown: ignore}}'
    found = finding(cwe=(78,), path="src/a.py", line=7)

    said = r"^rule r: `cwe\[3\] == 78` has no answer for the finding src/a.py/B602 \(src/a.py:7\): "
    with pytest.raises(PolicyError, match=f"{said}Index error"):
        judge(scan(ran("bandit", Kind.CODE, found)), pack(rules))


@pytest.mark.parametrize(
    "when",
    [
        "line / 0 > 1",
        "path.matches('(')",
        "int(path) > 3",
        "[1, 2, 3][int(line)] == 1",
        "{'a': 1}[path] == 1",
        "timestamp(path) > timestamp('2020-01-01T00:00:00Z')",
        "duration(path) > duration('1s')",
    ],
)
@pytest.mark.parametrize("unknown", ["block", "ignore"])
def test_whatever_fails_to_evaluate_fails_closed(
    pack: Make, finding: Make, when: str, unknown: str
) -> None:
    stands = standing(rule_of(pack, when, unknown))

    with pytest.raises(PolicyError, match="has no answer"):
        stands(finding(line=77))


def test_an_error_beside_what_decides_is_none(pack: Make, finding: Make) -> None:
    """Expressions may ask before they take something for granted."""
    assert answer(pack, "size(cwe) > 3 && cwe[3] == 78", finding(cwe=(78,))) is False


NESTED = "[1,2,3,4,5,6,7,8,9,10].all({}, {})"


@pytest.mark.parametrize(
    "when",
    [
        NESTED.format("a", NESTED.format("b", NESTED.format("c", NESTED.format("d", NESTED.format(
            "e", "a + b + c + d + e > 0"))))),
        "size(paths.map(a, paths.map(b, paths.map(c, paths.map(d, a + b + c + d))))) > 0",
    ],
)  # fmt: skip
def test_an_endless_expression_is_ended(pack: Make, finding: Make, when: str) -> None:
    many = tuple(Location(path=f"{n}.py") for n in range(300))
    start = time.process_time()

    with pytest.raises(PolicyError, match="Iteration budget exceeded"):
        answer(pack, when, finding(elsewhere=many))
    assert time.process_time() - start < 2


def test_a_pattern_takes_linear_time(pack: Make, finding: Make) -> None:
    start = time.process_time()
    answer(pack, "path.matches('^(a+)+$')", finding(path="a" * 50_000 + "!"))

    assert time.process_time() - start < 2


def test_what_is_unknown_is_answered_by_the_rule(pack: Make, vulnerable: Make) -> None:
    assert Standing.COUNTED_UNKNOWN == standing(rule_of(pack, "epss > 0.5"))(vulnerable())
    assert Standing.UNDECIDED == standing(rule_of(pack, "epss > 0.5", "ignore"))(vulnerable())


def test_an_expression_is_asked_once_for_the_same_facts(
    pack: Make, finding: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    before = cel.Program.answer

    def counting(self: cel.Program, facts: Any) -> bool | None:  # noqa: ANN401 - facts
        asked.append(facts)
        return before(self, facts)

    monkeypatch.setattr(cel.Program, "answer", counting)
    stands = standing(rule_of(pack, "kind == 'code' && severity == 'high'"))
    for number in range(50):
        stands(finding(line=number, severity=(Severity.HIGH, Severity.LOW)[number % 2]))

    assert 2 == len(asked)


def test_the_legs_of_an_expression() -> None:
    """What is explained part by part: only what "and" joins outside of brackets and texts."""
    assert ("a", "(b && c)", 'd == "x && y"', "[e && f]") == legs(
        'a && (b && c)\n && d == "x && y" && [e && f]'
    )
    assert ("a && b || c",) == legs("a && b || c")
    assert ("a ? b : c && d",) == legs("a ? b : c && d")
    assert ("(a) && b || c",) == legs("(a) && b || c")
    assert ("(a || b)", "c") == legs("(a || b) && c")
    assert (r"'\'&&' == b", "c") == legs(r"'\'&&' == b && c")


def test_each_part_is_explained_with_its_answer(pack: Make, vulnerable: Make) -> None:
    (one,) = conditions(rule_of(pack, "kind == 'code' && epss > 0.5 && !malicious"))

    assert "`kind == 'code'` is false; `epss > 0.5` is unknown; `!malicious` is true" == (
        one.actual(vulnerable())
    )
    assert "kind == 'code' && epss > 0.5 && !malicious" == one.expected


def test_without_the_extra_a_pack_with_an_expression_is_an_error(
    pack: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as Python has it
        if name.startswith("cel_expr_python"):
            raise ImportError(name)
        return real(name, *rest)

    cel._environment.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        PolicyError, match=r"needs the extra for CEL \(install it with `pip install"
    ):
        pack('- {id: r, title: R, when: "kev"}')
    assert pack().rules
    cel._environment.cache_clear()


def test_a_duration_is_one_of_python() -> None:
    assert compiled("age > duration('1h')").answer({"age": timedelta(hours=2)}) is True
