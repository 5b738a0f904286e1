"""How bad a result of another tool is: its score, its word, its level."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, log, only, read, result, run, severity_of


@pytest.mark.parametrize(
    ("result_level", "default", "kind", "score", "severity"),
    [
        ("error", "note", None, None, Severity.HIGH),
        (None, "error", None, None, Severity.HIGH),
        (None, "note", "fail", None, Severity.LOW),
        (None, None, None, None, Severity.MEDIUM),
        ("none", "error", None, None, Severity.INFO),
        ("none", "error", "fail", None, Severity.UNKNOWN),
        (None, "none", "fail", None, Severity.UNKNOWN),
        ("none", None, "fail", "5.0", Severity.MEDIUM),
        (None, "error", "informational", None, Severity.INFO),
        (None, "error", "review", None, Severity.UNKNOWN),
        ("none", "error", "open", None, Severity.UNKNOWN),
        ("error", None, "review", None, Severity.HIGH),
        ("note", None, None, "9.8", Severity.CRITICAL),
        ("note", None, None, 7.5, Severity.HIGH),
        ("error", None, None, "2.5", Severity.LOW),
    ],
)
def test_severity(
    result_level: str | None,
    default: str | None,
    kind: str | None,
    score: object,
    severity: Severity,
) -> None:
    """A score decides; then the result's level, the rule's, and `warning` (§3.27.10)."""
    rule: Json = {"id": "A", "properties": {"security-severity": score} if score else {}}
    if default:
        rule["defaultConfiguration"] = {"level": default}
    one = result(**{k: v for k, v in (("level", result_level), ("kind", kind)) if v})

    assert severity == severity_of(read(one, driver={"rules": [rule]}))


@pytest.mark.parametrize(
    ("tool", "severity"),
    [("hadolint", Severity.LOW), ("Semgrep OSS", Severity.HIGH), ("other", Severity.HIGH)],
)
def test_a_tools_own_words(tool: str, severity: Severity) -> None:
    """`error` means what the severity table says it means in that tool."""
    assert severity == severity_of(read(result(level="error"), driver={"name": tool}))


SECRET_SCANNERS = [
    "gitleaks", "Gitleaks", "TruffleHog", "trufflehog3", "Kingfisher", "detect-secrets", "ggshield",
    "GitGuardian ggshield", "noseyparker", "Nosey Parker", "whispers", "GitHub Secret Scanning",
    "secretlint", "betterleaks", "git-secrets",
]  # fmt: skip


@pytest.mark.parametrize("tool", SECRET_SCANNERS)
@pytest.mark.parametrize("kind", [None, "fail"])
def test_a_secret_without_a_level(tool: str, kind: str | None) -> None:
    """SARIF's default of `warning` is nobody's judgement: how bad the secret is, is unknown."""
    rules = {"name": tool, "rules": [{"id": "aws-access-token"}]}
    one = {"ruleId": "aws-access-token"} | ({"kind": kind} if kind else {})
    finding = read(result(**one), driver=rules)

    assert (finding.kind, finding.reported_severity) == (Kind.SECRETS, "")
    assert severity_of(finding) is Severity.UNKNOWN


@pytest.mark.parametrize(
    "rule",
    [
        {"properties": {"tags": ["security", "external/cwe/cwe-798"]}},
        {"properties": {"tags": ["CWE-259: Use of Hard-coded Password"]}},
        {"properties": {"tags": ["CWE-321"]}},
        {"properties": {"tags": ["Secret"]}},
        {"defaultConfiguration": {"level": "none"}, "properties": {"tags": ["secrets"]}},
    ],
)
def test_a_credential_of_any_tool_without_a_level(rule: Json) -> None:
    """What a rule about credentials finds is never medium by default, whoever found it."""
    finding = read(result(), driver={"rules": [{"id": "A"} | rule]})

    assert severity_of(finding) is Severity.UNKNOWN


@pytest.mark.parametrize(
    ("one", "rule", "severity"),
    [
        ({"level": "warning"}, {}, Severity.MEDIUM),
        ({"level": "note"}, {}, Severity.LOW),
        ({"level": "none"}, {}, Severity.UNKNOWN),
        ({"kind": "informational"}, {}, Severity.INFO),
        ({}, {"defaultConfiguration": {"level": "warning"}}, Severity.MEDIUM),
        ({}, {"properties": {"security-severity": "5.0"}}, Severity.MEDIUM),
        ({"properties": {"security-severity": "low"}}, {}, Severity.LOW),
    ],
)
def test_a_secret_with_a_word_of_its_tool(one: Json, rule: Json, severity: Severity) -> None:
    """What the tool says counts: only what it does not say is unknown."""
    finding = read(result(**one), driver={"name": "gitleaks", "rules": [{"id": "A"} | rule]})

    assert severity == severity_of(finding)


def test_a_secret_whose_rule_says_it_all() -> None:
    """The table's row for a rule counts in a log without levels, too."""
    finding = read(result(ruleId="aws-access-key"), driver={"name": "detect-secrets"})

    assert severity_of(finding) is Severity.CRITICAL


def test_a_configured_level_overrides() -> None:
    """What the user configured for an invocation counts more than the rule's default."""
    override = {"descriptor": {"index": 0}, "configuration": {"level": "error"}}
    one = result(ruleIndex=0, provenance={"invocationIndex": 0})
    finding = read(
        one,
        driver={"rules": [{"id": "A", "defaultConfiguration": {"level": "note"}}]},
        invocations=[{"executionSuccessful": True, "ruleConfigurationOverrides": [override]}],
    )

    assert finding.reported_severity == "error"


BAGS: dict[str, Callable[[Json], Json]] = {
    "result": lambda bag: run(result(level="note", properties=bag)),
    "rule": lambda bag: run(
        result(level="note"), driver={"rules": [{"id": "A", "properties": bag}]}
    ),
    "default": lambda bag: run(
        result(level="note"),
        driver={"rules": [{"id": "A", "defaultConfiguration": {"properties": bag}}]},
    ),
    "override": lambda bag: run(
        result(level="note", provenance={"invocationIndex": 0}),
        driver={"rules": [{"id": "A"}]},
        invocations=[
            {
                "executionSuccessful": True,
                "ruleConfigurationOverrides": [
                    {"descriptor": {"id": "A"}, "configuration": {"properties": bag}}
                ],
            }
        ],
    ),
}
"""A run that keeps a bag there, and whose level says less than any score here."""


def rated(run: Json) -> tuple[Severity, float | None, tuple[str, ...]]:
    scan = ingest(log(run), "x.sarif")
    return severity_of(only(scan)), only(scan).score, scan.target.notes


@pytest.mark.parametrize("bag", BAGS)
@pytest.mark.parametrize("name", ["security-severity", "security_severity", "securitySeverity"])
@pytest.mark.parametrize(
    ("said", "severity", "score"),
    [
        (9.8, Severity.CRITICAL, 9.8),
        ("9.8", Severity.CRITICAL, 9.8),
        (" 9,8 ", Severity.CRITICAL, 9.8),
        (7, Severity.HIGH, 7.0),
        (10, Severity.CRITICAL, 10.0),
        ("Critical", Severity.CRITICAL, None),
        ("important", Severity.HIGH, None),
        (0, Severity.LOW, None),
        ("0.0", Severity.LOW, None),
        (None, Severity.LOW, None),
        ("", Severity.LOW, None),
        ("undefined", Severity.LOW, None),
        ("N/A", Severity.LOW, None),
    ],
)
def test_a_score_in_any_bag(
    bag: str, name: str, said: object, severity: Severity, score: float | None
) -> None:
    """A score counts wherever a tool keeps it and however it writes it; no score is the level."""
    assert (severity, score, ()) == rated(BAGS[bag]({name: said}))


@pytest.mark.parametrize("bag", BAGS)
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (98, " 98"),
        ("11", " 11"),
        (-1, " -1"),
        ("-1.5", " -1.5"),
        ("9.8.1", " 9.8.1"),
        (1e300, ""),
        (int("9" * 40), ""),
        ("9" * 5000, ""),
        ("NaN", ""),
        ("Infinity", ""),
        ("1_0", ""),
        ("CVSS:3.1/AV:N", ""),
        ("frightful", ""),
        ("s3cr3t-value", ""),
        (True, ""),
        ([9.8], ""),
        ({"score": 9.8}, ""),
    ],
)
def test_a_score_that_can_not_be_read(bag: str, said: object, shown: str) -> None:
    """It never falls back to a lower level in silence: the severity is unknown, and it is said."""
    one = BAGS[bag]({"security-severity": said})
    note = (
        "1 finding of x with a security-severity that is no number from 0.0 to 10.0: "
        "the severity is unknown"
    )

    assert (Severity.UNKNOWN, None, (note,)) == rated(one)
    (finding,) = ingest(log(one), "x.sarif").findings
    assert f"unreadable security-severity{shown}" == finding.reported_severity


@pytest.mark.parametrize(
    ("on_result", "on_default", "on_rule", "score"),
    [
        ("9.8", "2.0", "3.0", 9.8),
        (2.0, "9.8", "9.8", 2.0),
        ("0.0", "8.0", "3.0", 8.0),
        ("null", None, "3.0", 3.0),
    ],
)
def test_the_most_exact_score_counts(
    on_result: object, on_default: object, on_rule: object, score: float
) -> None:
    """The result's own score counts more than its rule's, as its level does; no score is none."""
    rule = {
        "id": "A",
        "defaultConfiguration": {"properties": {"security-severity": on_default}},
        "properties": {"security-severity": on_rule},
    }
    one = result(properties={"security-severity": on_result})

    assert score == read(one, driver={"rules": [rule]}).score


def test_our_own_log_says_it_once() -> None:
    """A log of ours that holds such a finding is read with the note it has, and no second one."""
    scan = ingest(log(BAGS["result"]({"security-severity": 98})), "x.sarif")
    written = emit(replace(scan, as_of="2026-01-01T00:00:00Z"))

    assert scan.target.notes == ingest(written, "y.sarif").target.notes
