"""Joining advisories: gaps are filled, what nobody knows stays unknown."""

from dataclasses import replace

import pytest

from drawgate.core.advisory import Advisory
from drawgate.core.finding import Dependency, Finding, Kind, Rule
from drawgate.core.severity import Severity
from drawgate.triage.enrich import enrich

DEPENDENCY = Dependency(
    ecosystem="PyPI",
    name="flask",
    version="0.12",
    advisory="CVE-1",
    aliases=("GHSA-1",),
    fixed=("1.0",),
)
FINDING = Finding(
    kind=Kind.DEPENDENCIES,
    rule=Rule(id="CVE-1", description="cut …"),
    message="flask 0.12 has CVE-1.",
    dependency=DEPENDENCY,
)
ADVISORY = Advisory(
    id="CVE-1",
    aliases=("PYSEC-1", "CVE-1"),
    summary="In short",
    details="A long story",
    severity=Severity.HIGH,
    score=7.5,
    vector="CVSS:3.1/…",
    cwe=(79,),
    fixed=("0.9", "0.12.3", "1.0.0", "2.0"),
    url="https://example.org/",
    malicious=True,
)
KEY = "PyPI/flask/CVE-1"


def test_everything_an_advisory_knows_is_joined() -> None:
    """Severity, score, vector, CWE, names, fixes above the installed version, text and link."""
    assert enrich((FINDING,), {KEY: ADVISORY}) == (
        replace(
            FINDING,
            severity=Severity.HIGH,
            score=7.5,
            rule=Rule(
                id="CVE-1",
                description="In short",
                help="A long story",
                help_uri="https://example.org/",
                cwe=(79,),
            ),
            dependency=replace(
                DEPENDENCY,
                aliases=("GHSA-1", "PYSEC-1"),
                fixed=("0.12.3", "1.0", "2.0"),
                vector="CVSS:3.1/…",
                malicious=True,
            ),
        ),
    )


def test_what_the_tool_said_stays_where_the_advisory_is_silent() -> None:
    """An empty advisory takes nothing away and makes nothing up."""
    told = replace(FINDING, severity=Severity.LOW, score=3.1)

    assert (told,) == enrich((told,), {KEY: Advisory(id="CVE-1")})


@pytest.mark.parametrize(
    "finding",
    [
        replace(FINDING, dependency=None),
        replace(FINDING, dependency=replace(DEPENDENCY, name="other")),
        replace(FINDING, dependency=replace(DEPENDENCY, ecosystem="npm")),
    ],
)
def test_others_pass_untouched(finding: Finding) -> None:
    """No dependency, or an advisory about another package: nothing changes."""
    assert (finding,) == enrich((finding,), {KEY: ADVISORY})


@pytest.mark.parametrize(
    ("ecosystem", "version", "reported", "expected"),
    [
        ("npm", "1.0.0", (), ("0.9", "0.12.3", "1.0.0", "2.0")),
        ("npm", "1.0.0", ("3.0.0",), ("3.0.0",)),
        ("PyPI", "not a version", (), ("0.9", "0.12.3", "1.0.0", "2.0")),
        ("PyPI", "1.5", ("odd",), ("2.0",)),
        ("PyPI", "9", (), ()),
    ],
)
def test_fixed_versions_are_above_the_installed_one(
    ecosystem: str, version: str, reported: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """Going back is no fix; where versions can't be compared, the advisory's list stays."""
    dependency = replace(DEPENDENCY, ecosystem=ecosystem, version=version, fixed=reported)
    finding = replace(FINDING, dependency=dependency)

    (found,) = enrich((finding,), {f"{ecosystem}/flask/CVE-1": ADVISORY})

    assert found.dependency is not None
    assert expected == found.dependency.fixed
