"""Packages that other tools' logs name in their sentences."""

import pytest

from drawgate.core.finding import Dependency
from drawgate.sarif.ingest_package import package_of

TRIVY = (
    "Package: django\nInstalled Version: 2.2.3\nVulnerability CVE-2099-1\nSeverity: HIGH\n"
    "Fixed Version: 2.2.4, 3.0\nLink: [CVE-2099-1](https://example.org)"
)
GRYPE = (
    "A high vulnerability in python package: django, version 2.2.3 was found at: /requirements.txt"
)
OSV = (
    "Package 'django@2.2.3' is vulnerable to 'CVE-2099-1' "
    "(also known as 'PYSEC-2099-2', 'GHSA-2222-3333-4444')."
)


def django(advisory: str, *aliases: str, fixed: tuple[str, ...] = ()) -> Dependency:
    return Dependency(
        ecosystem="PyPI", name="django", version="2.2.3", advisory=advisory, aliases=aliases,
        fixed=fixed,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "rule", "message", "expected"),
    [
        ("Trivy", "CVE-2099-1", TRIVY, django("CVE-2099-1", fixed=("2.2.4", "3.0"))),
        ("Trivy Vulnerability Scanner", "CVE-2099-1", TRIVY.partition("\nFixed")[0],
         django("CVE-2099-1")),
        ("grype", "GHSA-2222-3333-4444-django", GRYPE, django("GHSA-2222-3333-4444")),
        ("Grype", "CVE-2099-1-django", GRYPE, django("CVE-2099-1")),
        ("osv-scanner", "CVE-2099-1", OSV,
         django("CVE-2099-1", "GHSA-2222-3333-4444", "PYSEC-2099-2")),
    ],
)  # fmt: skip
def test_tools_tell_in_their_own_words(
    tool: str, rule: str, message: str, expected: Dependency
) -> None:
    assert expected == package_of(tool, rule, message, "app/requirements.txt")


@pytest.mark.parametrize(
    ("path", "ecosystem"),
    [
        ("requirements-dev.txt", "PyPI"),
        ("dev-requirements.txt", "PyPI"),
        ("web/package-lock.json", "npm"),
        ("Cargo.lock", "crates.io"),
    ],
)
def test_the_manifest_tells_the_ecosystem(path: str, ecosystem: str) -> None:
    package = package_of("osv-scanner", "CVE-2099-1", OSV, path)

    assert package
    assert ecosystem == package.ecosystem


@pytest.mark.parametrize(
    ("tool", "rule", "message", "path"),
    [
        ("Trivy", "CVE-2099-1", "Artifact: Dockerfile\nType: dockerfile", "requirements.txt"),
        ("Trivy", "no id", TRIVY, "requirements.txt"),
        ("Trivy", "CVE-2099-1", TRIVY, "library/alpine"),
        ("Trivy", "CVE-2099-1", TRIVY, ""),
        ("bandit", "CVE-2099-1", TRIVY, "requirements.txt"),
        ("osv-scanner", "CVE-2099-1", "x" * 100_000, "requirements.txt"),
        ("Trivy", "CVE-2099-1", "Package: a\nInstalled Version: 1\n" + "\n" * 100_000, "x.txt"),
    ],
)
def test_what_tells_of_no_package(tool: str, rule: str, message: str, path: str) -> None:
    """It stays a finding, about no package that could be joined."""
    assert package_of(tool, rule, message, path) is None
