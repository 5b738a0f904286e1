"""Joins what the advisories say onto the findings about dependencies."""

from collections.abc import Mapping
from dataclasses import replace

from packaging.version import Version

from drawgate.advisories.join import advisory_key
from drawgate.core.advisory import Advisory
from drawgate.core.finding import Dependency, Finding, Rule
from drawgate.core.severity import Severity


def enrich(
    findings: tuple[Finding, ...], advisories: Mapping[str, Advisory]
) -> tuple[Finding, ...]:
    """Fill severity, score, vector, CWE, aliases, fixed versions, exploits, text and link.

    `advisories` has `advisory_key`s, as `Mirror.advisories` gives it. A finding without an
    advisory stays as it was, and what the advisory does not know stays unknown.
    """
    return tuple(_enriched(finding, advisories) for finding in findings)


def _enriched(finding: Finding, advisories: Mapping[str, Advisory]) -> Finding:
    dependency = finding.dependency
    advisory = advisories.get(advisory_key(dependency)) if dependency else None
    if dependency is None or advisory is None:
        return finding
    return replace(
        finding,
        rule=_rule(finding.rule, advisory),
        severity=finding.severity if advisory.severity is Severity.UNKNOWN else advisory.severity,
        score=finding.score if advisory.score is None else advisory.score,
        dependency=_dependency(dependency, advisory),
    )


def _rule(rule: Rule, advisory: Advisory) -> Rule:
    """Keep the tool's words where it had some; the advisory fills the gaps."""
    return replace(
        rule,
        description=advisory.summary or rule.description,
        help=rule.help or advisory.details,
        help_uri=rule.help_uri or advisory.url,
        cwe=tuple(sorted({*rule.cwe, *advisory.cwe})),
    )


def _dependency(dependency: Dependency, advisory: Advisory) -> Dependency:
    aliases = {*dependency.aliases, *advisory.aliases, advisory.id} - {dependency.advisory}
    return replace(
        dependency,
        aliases=tuple(sorted(aliases)),
        fixed=_fixed(dependency, advisory),
        vector=dependency.vector or advisory.vector,
        malicious=dependency.malicious or advisory.malicious,
        rated_by=advisory.rated_by or dependency.rated_by,
        exploit=advisory.exploit if advisory.exploit.known else dependency.exploit,
    )


def _fixed(dependency: Dependency, advisory: Advisory) -> tuple[str, ...]:
    """Give the fixed versions above the installed one: nobody fixes by going back.

    Only PyPI versions are compared; elsewhere the advisory's own order stays.
    """
    if dependency.ecosystem != "PyPI":
        return dependency.fixed or advisory.fixed
    versions = {_version(text): text for text in (*advisory.fixed, *dependency.fixed)}
    present = _version(dependency.version)
    if present is None:
        return dependency.fixed or advisory.fixed
    later = sorted(version for version in versions if version is not None and version > present)
    return tuple(versions[version] for version in later)


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # none at all, or of more digits than Python reads
        return None
