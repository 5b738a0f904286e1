"""Conditions on packages, builds, time and confidence: where they hold, where not, who knows."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.policy.conditions import conditions
from drawgate.policy.terms import Given, Terms

Make = Callable[..., Any]
TODAY = datetime(2026, 11, 25, tzinfo=UTC)


def asked(pack: Make, scope: str = "", match: str = "", sla: str = "", **given: str) -> Any:  # noqa: ANN401 - a condition
    """Make the one condition of a rule."""
    made = pack(f"- {{id: r, title: R, scope: {{{scope}}}, match: {{{match}}}}}", sla)
    terms = Terms(as_of=TODAY, sla=made.sla, given=Given(**given))
    (one,) = conditions(made.rules[0], terms)
    return one


@pytest.mark.parametrize(
    ("scope", "named", "expected"),
    [
        ("packages: pypi/jinja2", "jinja2", True),
        ("packages: PyPI/Jinja2", "jinja2", True),
        ("packages: [npm/a, 'pypi/jin*']", "jinja2", True),
        ("packages: 'pypi/jinja?'", "jinja22", False),
        ("packages: '*/jinja2'", "jinja2", True),
        ("packages: npm/jinja2", "jinja2", False),
        ("packages: pypi/jinja", "jinja2", False),
        ("packages_not: pypi/jinja2", "jinja2", False),
        ("packages_not: [npm/x, pypi/other]", "jinja2", True),
    ],
)
def test_packages(pack: Make, vulnerable: Make, scope: str, named: str, *, expected: bool) -> None:
    one = asked(pack, scope)

    assert expected is one.test(vulnerable(name=named))
    assert f"pypi/{named}" == one.actual(vulnerable(name=named))


def test_a_finding_about_no_package_fits_no_pattern(pack: Make, finding: Make) -> None:
    inside, outside = asked(pack, "packages: '*/*'"), asked(pack, "packages_not: pypi/x")

    assert (False, True) == (inside.test(finding()), outside.test(finding()))
    assert ("no package", "no package") == (inside.actual(finding()), outside.actual(finding()))
    assert ("*/*", "not pypi/x") == (inside.expected, outside.expected)


@pytest.mark.parametrize(
    ("scope", "branch", "expected"),
    [
        ("branches: main", "main", True),
        ("branches: [main, 'release/*']", "release/1", True),
        ("branches: [main, 'release/*']", "Main", False),
        ("branches: main", "", None),
        ("branches_not: main", "main", False),
        ("branches_not: main", "feature/x", True),
        ("branches_not: main", "", None),
    ],
)
def test_branches(
    pack: Make, finding: Make, scope: str, branch: str, *, expected: bool | None
) -> None:
    one = asked(pack, scope, branch=branch)

    assert expected is one.test(finding())
    assert (branch or "unknown") == one.actual(finding())


@pytest.mark.parametrize(
    ("environment", "expected"), [("production", True), ("test", False), ("", None)]
)
def test_environments(
    pack: Make, finding: Make, environment: str, *, expected: bool | None
) -> None:
    one = asked(pack, "environment: [production, staging]", environment=environment)

    assert (expected, "production or staging") == (one.test(finding()), one.expected)
    assert (environment or "unknown") == one.actual(finding())


@pytest.mark.parametrize(
    ("least", "said", "expected"),
    [
        ("low", "LOW", True),
        ("medium", "LOW", False),
        ("medium", "Medium", True),
        ("medium", "high", True),
        ("high", "MEDIUM", False),
        ("high", "very-high", True),
        ("high", "", None),
        ("low", "certain", None),
    ],
)
def test_confidence(
    pack: Make, finding: Make, least: str, said: str, *, expected: bool | None
) -> None:
    one = asked(pack, match=f"confidence: '>={least}'")

    assert expected is one.test(finding(confidence=said))
    assert f"{least} or more" == one.expected


def test_confidence_is_shown_in_our_words(pack: Make, finding: Make) -> None:
    one = asked(pack, match="confidence: '>= low'")

    shown = [one.actual(finding(confidence=said)) for said in ("HIGH", "very-high", "sure")]
    assert ["high", "high", "unknown"] == shown


@pytest.mark.parametrize(
    ("wanted", "properties", "expected"),
    [
        ("true", {"verified": "true"}, True),
        ("true", {"Verified": "True"}, True),
        ("true", {"verified": "false"}, False),
        ("false", {"verified": "false"}, True),
        ("true", {}, None),
        ("true", {"verified": "perhaps"}, None),
    ],
)
def test_verified_secrets(
    pack: Make, finding: Make, wanted: str, properties: dict[str, str], *, expected: bool | None
) -> None:
    one = asked(pack, match=f"verified: {wanted}")
    secret = finding(kind=Kind.SECRETS, properties=properties)

    assert (expected, wanted) == (one.test(secret), one.expected)


def test_only_secrets_are_verified(pack: Make, finding: Make) -> None:
    one = asked(pack, match="verified: true")
    shown = [
        one.actual(finding(kind=Kind.SECRETS, properties=properties))
        for properties in ({"verified": "true"}, {})
    ]

    assert one.test(finding(properties={"verified": "true"})) is False
    assert ["true", "unknown"] == shown


def test_a_fix_is_available_or_nobody_knows_one(
    pack: Make, vulnerable: Make, finding: Make
) -> None:
    """That an advisory names no fixed version is no proof that there is none."""
    yes, no = asked(pack, match="fix_available: true"), asked(pack, match="fix_available: false")
    fixed, open_, code = vulnerable(fixed=("2.11", "3.0")), vulnerable(), finding()

    assert [True, None, False] == [yes.test(each) for each in (fixed, open_, code)]
    assert [False, None, True] == [no.test(each) for each in (fixed, open_, code)]
    assert ["2.11 or 3.0", "none is known", "no package"] == [
        yes.actual(each) for each in (fixed, open_, code)
    ]


@pytest.mark.parametrize(
    ("kind", "rule", "properties", "licence"),
    [
        (Kind.LICENSE, "left-pad:AGPL-3.0", {}, "AGPL-3.0"),
        (Kind.LICENSE, "AGPL-3.0-only", {}, "AGPL-3.0-only"),
        (Kind.DEPENDENCIES, "x", {"license": "agpl-3.0"}, "agpl-3.0"),
        (Kind.SBOM, "x", {"licence": "AGPL-1.0"}, "AGPL-1.0"),
    ],
)
def test_a_licence_is_what_the_scanner_calls_it(
    pack: Make, finding: Make, kind: Kind, rule: str, properties: dict[str, str], licence: str
) -> None:
    found = finding(kind=kind, rule=rule, properties=properties)
    denied, others = asked(pack, match="licence: 'AGPL-*'"), asked(pack, match="licence_not: MIT")
    only = asked(pack, match="licence_not: ['AGPL-*', MIT]")

    assert (True, True, False) == (denied.test(found), others.test(found), only.test(found))
    assert licence == denied.actual(found)
    assert "not AGPL-* or MIT" == only.expected


@pytest.mark.parametrize(
    ("kind", "known"),
    [(Kind.DEPENDENCIES, None), (Kind.SBOM, None), (Kind.CONTAINER, None), (Kind.CODE, False)],
)
def test_a_licence_that_nobody_names_is_unknown_where_there_must_be_one(
    pack: Make, finding: Make, kind: Kind, *, known: bool | None
) -> None:
    found = finding(kind=kind)

    assert known is asked(pack, match="licence: MIT").test(found)
    assert known is asked(pack, match="licence_not: MIT").test(found)
    shown = asked(pack, match="licence: MIT").actual(found)
    assert ("unknown" if known is None else "it is about no licence") == shown


@pytest.mark.parametrize(
    ("first_seen", "expected", "shown"),
    [
        ("2026-10-25T23:59:59Z", True, "30 days"),
        ("2026-10-26T00:00:00Z", False, "30 days"),
        ("2026-11-25T00:00:00Z", False, "no time"),
        ("2027-01-01T00:00:00Z", False, "no time"),
        ("", None, "unknown"),
        ("long ago", None, "unknown"),
    ],
)
def test_age_counts_from_the_first_scan_that_found_it(
    pack: Make, finding: Make, first_seen: str, shown: str, *, expected: bool | None
) -> None:
    one = asked(pack, match="age: '>30d'")
    found = finding(first_seen=first_seen)

    assert (expected, "more than 30 days") == (one.test(found), one.expected)
    assert one.actual(found).startswith(shown)


SLA = "sla: {critical: 7d, high: 30d, kev: 3d}"


@pytest.mark.parametrize(
    ("severity", "kev", "seen", "expected"),
    [
        (Severity.CRITICAL, Listed.NO, "2026-11-18T00:00:00Z", False),
        (Severity.CRITICAL, Listed.NO, "2026-11-17T23:00:00Z", True),
        (Severity.HIGH, Listed.NO, "2026-11-17T23:00:00Z", False),
        (Severity.HIGH, Listed.YES, "2026-11-21T00:00:00Z", True),
        (Severity.HIGH, Listed.YES, "2026-11-22T12:00:00Z", False),
        (Severity.MEDIUM, Listed.NO, "2020-01-01T00:00:00Z", False),
        (Severity.MEDIUM, Listed.YES, "2020-01-01T00:00:00Z", True),
        (Severity.HIGH, Listed.NO, "", None),
        (Severity.MEDIUM, Listed.NO, "", False),
        (Severity.UNKNOWN, Listed.NO, "2020-01-01T00:00:00Z", None),
        (Severity.UNKNOWN, Listed.YES, "2020-01-01T00:00:00Z", True),
        (Severity.UNKNOWN, Listed.YES, "2026-11-24T00:00:00Z", None),
    ],
)
def test_a_time_is_over_or_not_or_nobody_knows(
    pack: Make, vulnerable: Make, severity: Severity, kev: Listed, seen: str,
    *, expected: bool | None,
) -> None:  # fmt: skip
    """The shorter time counts; what nobody rated may be the worst there is."""
    one = asked(pack, match="sla: breached", sla=SLA)
    found = vulnerable(severity=severity, exploit=Exploit(kev=kev), first_seen=seen)

    assert expected is one.test(found)


def test_a_time_is_shown_beside_what_is_allowed(pack: Make, finding: Make) -> None:
    one = asked(pack, match="sla: breached", sla=SLA)
    seen = "2026-11-23T00:00:00Z"

    assert "2 days since it was first seen, allowed: 30 days" == one.actual(
        finding(first_seen=seen)
    )
    mild = finding(severity=Severity.LOW)
    assert "unknown since it was first seen, allowed: no end" == one.actual(mild)


def test_without_times_nobody_knows_whether_they_are_over(pack: Make, finding: Make) -> None:
    (one,) = conditions(pack("- {id: r, title: R, match: {sla: breached}}").rules[0], Terms())

    assert (None, "unknown") == (one.test(finding()), one.actual(finding()))
