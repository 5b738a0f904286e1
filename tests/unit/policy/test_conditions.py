"""Each condition of a rule, where it holds, where it does not, and where nobody knows."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import Finding, Kind, Location, Scope
from drawgate.core.severity import Severity
from drawgate.policy.conditions import conditions
from drawgate.policy.fixes import texts
from drawgate.policy.tally import Standing, standing
from drawgate.policy.upgrade import lowest_fix

Make = Callable[..., Any]

ELSEWHERE = (Location(path="src/b.py"),)


def rule_of(pack: Make, scope: str = "", match: str = "") -> Any:  # noqa: ANN401 - a rule
    return pack(f"- {{id: r, title: R, scope: {{{scope}}}, match: {{{match}}}}}").rules[0]


def counts(rule: Any) -> Callable[[Finding], bool]:  # noqa: ANN401 - as above
    stands = standing(rule)
    counted = {Standing.COUNTED, Standing.COUNTED_UNKNOWN}
    return lambda finding: stands(finding) in counted


@pytest.mark.parametrize(
    ("threshold", "counted"),
    [
        ("critical", ["critical"]),
        ("high", ["critical", "high"]),
        ("medium", ["critical", "high", "medium"]),
        ("low", ["critical", "high", "medium", "low"]),
        ("info", ["critical", "high", "medium", "low", "info"]),
    ],
)
@pytest.mark.parametrize("unknown", ["block", "ignore"])
def test_a_threshold(
    pack: Make, finding: Make, threshold: str, counted: list[str], unknown: str
) -> None:
    """What reaches it counts; an unknown severity as the rule says."""
    count = counts(rule_of(pack, match=f"severity: '>={threshold}', unknown: {unknown}"))
    found = [severity.value for severity in Severity if count(finding(severity=severity))]

    assert counted + (["unknown"] if unknown == "block" else []) == found


@pytest.mark.parametrize(
    ("scope", "given", "expected"),
    [
        ("kind: code", {"kind": Kind.CODE}, True),
        ("kind: [secrets, code]", {"kind": Kind.CODE}, True),
        ("kind: secrets", {"kind": Kind.CODE}, False),
        ("roles: test", {"role": "test"}, True),
        ("roles: test", {"role": ""}, False),
        ("roles_not: test", {"role": "test"}, False),
        ("roles_not: test", {"role": ""}, True),
        ("roles_not: [test, docs]", {"role": "docs"}, False),
        ("paths: src/", {"path": "src/a.py"}, True),
        ("paths: src/", {"path": "lib/a.py"}, False),
        ("paths: ['*.js', '*.py']", {"path": "lib/a.py"}, True),
        ("paths_not: src/", {"path": "src/a.py"}, False),
        ("paths_not: src/", {"path": "lib/a.py"}, True),
        ("paths: src/", {"path": "lib/a.py", "elsewhere": ELSEWHERE}, True),
        ("paths_not: lib/", {"path": "lib/a.py", "elsewhere": ELSEWHERE}, True),
        ("paths_not: [lib/, src/]", {"path": "lib/a.py", "elsewhere": ELSEWHERE}, False),
        ("tools: bandit", {"tool": "bandit"}, True),
        ("tools: ruff", {"tool": "bandit"}, False),
        ("tools: bandit", {"tool": "Bandit"}, True),
        ("tools: Semgrep OSS", {"tool": "semgrep oss"}, True),
        ("kind: code, tools: ruff", {"kind": Kind.CODE, "tool": "bandit"}, False),
        ("kind: code, tools: bandit", {"kind": Kind.CODE, "tool": "bandit"}, True),
    ],
)
def test_a_scope(
    pack: Make,
    finding: Make,
    scope: str,
    given: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:
    assert expected == counts(rule_of(pack, scope=scope))(finding(**given))


@pytest.mark.parametrize(
    ("match", "given", "expected"),
    [
        ("rule: B602", {"rule": "B602"}, True),
        ("rule: B602", {"rule": "B6021"}, False),
        ("rule: 'B6*'", {"rule": "B602"}, True),
        ("rule: ['S1', 'B6?2']", {"rule": "B602"}, True),
        ("rule: 'B6*'", {"rule": "XB602"}, False),
        ("cwe: CWE-78", {"cwe": (78,)}, True),
        ("cwe: [CWE-89, CWE-78]", {"cwe": (20, 78)}, True),
        ("cwe: CWE-78", {"cwe": (20,)}, False),
        ("cwe: CWE-78", {"cwe": ()}, True),
        ("cwe: CWE-78, unknown: ignore", {"cwe": ()}, False),
        ("cwe: CWE-78, unknown: ignore", {"cwe": (78,)}, True),
        ("malicious: true", {}, False),
        ("malicious: false", {}, True),
        ("cwe: CWE-78, rule: X", {"cwe": (), "rule": "B602"}, False),
        ("severity: '>=high', cwe: CWE-78", {"cwe": (), "severity": Severity.HIGH}, True),
        ("severity: '>=high', cwe: CWE-78", {"cwe": (78,), "severity": Severity.LOW}, False),
        (
            "severity: '>=high', cwe: CWE-78, unknown: ignore",
            {"cwe": (), "severity": Severity.HIGH},
            False,
        ),
        (
            "severity: '>=high', cwe: CWE-78, unknown: ignore",
            {"cwe": (78,), "severity": Severity.UNKNOWN},
            False,
        ),
    ],
)
def test_a_match(
    pack: Make,
    finding: Make,
    match: str,
    given: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:
    assert expected == counts(rule_of(pack, match=match))(finding(**given))


@pytest.mark.parametrize("malicious", [True, False])
def test_malicious_packages(pack: Make, vulnerable: Make, malicious: bool) -> None:  # noqa: FBT001
    finding = vulnerable(malicious=malicious)

    assert malicious == counts(rule_of(pack, match="malicious: true"))(finding)
    assert malicious != counts(rule_of(pack, match="malicious: false"))(finding)


@pytest.mark.parametrize(
    ("match", "told", "expected"),
    [
        ("kev: true", {"kev": Listed.YES}, True),
        ("kev: true", {"kev": Listed.NO}, False),
        ("kev: true", {}, True),
        ("kev: true, unknown: ignore", {}, False),
        ("kev: false", {"kev": Listed.NO}, True),
        ("kev: false", {"kev": Listed.YES}, False),
        ("epss: '>=0.5'", {"epss": 0.5}, True),
        ("epss: '>= 0.5'", {"epss": 0.49999}, False),
        ("epss: '>=0'", {"epss": 0.0}, True),
        ("epss: '>=1'", {"epss": 1.0}, True),
        ("epss: '>=0.5'", {}, True),
        ("epss: '>=0.5', unknown: ignore", {}, False),
        ("epss: '>=0.5', kev: true", {"kev": Listed.NO}, False),
        ("epss: '>=0.5', kev: true", {"kev": Listed.YES}, True),
        ("epss: '>=0.5', kev: true, unknown: ignore", {"kev": Listed.YES}, False),
    ],
)
def test_what_is_known_of_attacks(
    pack: Make, vulnerable: Make, finding: Make, match: str, told: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Unknown is neither yes nor no; and code has no entry in a catalogue of packages."""
    rule = rule_of(pack, match=match)

    assert expected == counts(rule)(vulnerable(exploit=Exploit(**told)))
    assert ("kev: false" in match) == counts(rule)(finding())


@pytest.mark.parametrize(
    ("match", "told", "expected"),
    [
        ("direct: true", {"direct": True}, True),
        ("direct: true", {"direct": False}, False),
        ("direct: true", {}, True),
        ("direct: true, unknown: ignore", {}, False),
        ("direct: false", {"direct": False}, True),
        ("direct: false", {"direct": True}, False),
        ("runtime: true", {"scope": Scope.RUNTIME}, True),
        ("runtime: true", {"scope": Scope.DEVELOPMENT}, False),
        ("runtime: true", {}, True),
        ("runtime: true, unknown: ignore", {}, False),
        ("runtime: false", {"scope": Scope.DEVELOPMENT}, True),
        ("direct: true, runtime: true", {"direct": True, "scope": Scope.DEVELOPMENT}, False),
        ("direct: true, runtime: true, unknown: ignore", {"direct": True}, False),
    ],
)
def test_how_a_package_came_in(
    pack: Make, vulnerable: Make, finding: Make, match: str, told: dict[str, Any],
    expected: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    """Unknown is neither yes nor no; and what is about no package is neither as well."""
    rule = rule_of(pack, match=match)

    assert expected == counts(rule)(vulnerable(**told))
    assert not counts(rule)(finding())


def test_a_log_of_another_tool_names_malware_by_its_rule(pack: Make, finding: Make) -> None:
    """osv-scanner writes `MAL-…` as the rule's id, and knows no property of ours."""
    assert counts(rule_of(pack, match="malicious: true"))(finding(rule="MAL-2024-1"))


@pytest.mark.parametrize(
    ("refused", "kinds", "status", "expected"),
    [
        ("", [], "accepted", True),
        ("", ["inSource"], "accepted", False),
        ("", ["external"], "accepted", False),
        ("", ["inSource"], "underReview", True),
        ("", ["inSource"], "rejected", True),
        ("inline", ["inSource"], "accepted", True),
        ("inline", ["external"], "accepted", False),
        ("inline", ["inSource", "external"], "accepted", False),
        ("external", ["inSource"], "accepted", False),
        ("external", ["external"], "accepted", True),
        ("[inline, external]", ["inSource", "external"], "accepted", True),
    ],
)
def test_suppressions_a_rule_honours(
    pack: Make, finding: Make, suppressed: Make,
    refused: str, kinds: list[str], status: str, expected: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    extra = f", count_suppressed: {refused}" if refused else ""
    rule = pack(f"- {{id: r, title: R, match: {{severity: '>=high'}}{extra}}}").rules[0]

    assert expected == counts(rule)(finding(suppressions=suppressed(*kinds, status=status)))


def test_conditions_say_what_they_expect(pack: Make) -> None:
    rule = rule_of(
        pack,
        "kind: [code, iac], roles: test, roles_not: [docs, vendored], paths: src/, "
        "paths_not: [a, b], tools: bandit",
        "severity: '>=high', malicious: false, cwe: [CWE-89, CWE-78], rule: ['B*', S1], "
        "kev: true, epss: '>=0.5'",
    )

    expected = [
        ("scope.kind", "code or iac"),
        ("scope.roles", "test"),
        ("scope.roles_not", "not docs or vendored"),
        ("scope.paths", "src/"),
        ("scope.paths_not", "not a or b"),
        ("scope.tools", "bandit"),
        ("match.severity", "high or worse"),
        ("match.malicious", "false"),
        ("match.kev", "true"),
        ("match.epss", "0.5 or more"),
        ("match.cwe", "CWE-78 or CWE-89"),
        ("match.rule", "B* or S1"),
    ]
    assert expected == [(c.name, c.expected) for c in conditions(rule)]


def test_a_rule_has_the_conditions_it_names_and_no_other(pack: Make) -> None:
    scoped, matched = rule_of(pack, "kind: code"), rule_of(pack, match="severity: '>=low'")

    assert ["scope.kind"] == [c.name for c in conditions(scoped)]
    assert ["match.severity"] == [c.name for c in conditions(matched)]


def test_every_field_of_a_fix_text(vulnerable: Make, finding: Make) -> None:
    template = (
        "{{x}} {package} {version} {fixed_version} {advisory} {path} {rule} {severity} {tool}"
    )

    expected = "{x} jinja2 2.10 2.11 GHSA-1 requirements.txt GHSA-1 high pip-audit"
    assert (expected,) == texts(template, [vulnerable(fixed=("2.11",))])
    expected = (
        "{x} the package this version a version without this flaw (none is known) "
        "the advisory the target B602 high bandit"
    )
    assert (expected,) == texts(template, [finding(location=None)])


def test_findings_of_one_package_share_the_version_that_closes_them(vulnerable: Make) -> None:
    """In each manifest; what has no fix does not take the others' away."""
    found = [
        vulnerable(fixed=("2.10.1",)),
        vulnerable(fixed=("3.1.4",)),
        vulnerable(),
        vulnerable(fixed=("2.10.1",), path="dev.txt"),
    ]

    expected = (
        "3.1.4 requirements.txt",
        "a version without this flaw (none is known) requirements.txt",
        "2.10.1 dev.txt",
    )
    assert expected == texts("{fixed_version} {path}", found)


@pytest.mark.parametrize(
    ("version", "fixed", "expected"),
    [
        ("2.10", [("2.11",)], "2.11"),
        ("2.10", [("2.11",), ("2.12",)], "2.12"),
        ("2.9", [("2.10",), ("2.9.1",)], "2.10"),
        ("2.10", [("2.11.3", "3.1.4")], "2.11.3"),
        ("2.10", [("2.11.3", "3.1.4"), ("3.1.2",)], "3.1.4"),
        ("2.10", [("2.11.3", "3.1.4"), ("2.11.3", "3.1.2")], "2.11.3"),
        ("2.10", [("2.11.3", "3.1.4"), ("2.11.4", "3.1.2")], "3.1.4"),
        ("3.0.1", [("2.11.3", "3.1.4")], "3.1.4"),
        ("3.0.1", [("2.11.3",)], ""),
        ("2.10", [("2.10",)], ""),
        ("2.10", [()], ""),
        ("2.10", [("2.11",), ()], ""),
        ("r2", [("r3",)], "r3"),
        ("r2", [("r3",), ("r3",)], "r3"),
        ("r2", [("r3",), ("r4",)], ""),
        ("r2", [("r3", "r4")], ""),
        ("2.10", [("2.11", "newest!")], ""),
    ],
)
def test_the_lowest_version_that_closes_all(
    vulnerable: Make, version: str, fixed: list[tuple[str, ...]], expected: str
) -> None:
    found = [vulnerable(version=version, fixed=versions) for versions in fixed]

    assert expected == lowest_fix(found)
    assert expected == lowest_fix(reversed(found))


def test_findings_without_a_package_have_no_version(finding: Make) -> None:
    assert "" == lowest_fix([finding()])
