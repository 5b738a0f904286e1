"""What an expression may ask of a finding: one table, from which the docs are made as well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from drawgate.core.exploit import Listed
from drawgate.core.finding import Finding, Scope
from drawgate.core.severity import Severity
from drawgate.policy.about_package import fixable, licence, package
from drawgate.policy.about_report import verified
from drawgate.policy.about_time import age
from drawgate.policy.confidence import confidence
from drawgate.policy.states import since
from drawgate.policy.terms import Terms

Fact = bool | int | float | str | timedelta | tuple[str, ...] | tuple[int, ...] | None
"""None: nobody knows."""


class Type(StrEnum):
    """The types of CEL that a variable has."""

    BOOL = "bool"
    DOUBLE = "double"
    DURATION = "duration"
    INT = "int"
    STRING = "string"
    INTS = "list(int)"
    STRINGS = "list(string)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One fact under the name that expressions use."""

    type: Type
    about: str
    read: Callable[[Finding, Terms], Fact]
    unknown: bool = False
    """Whether it can be unknown; then there is a `has_…` as well."""


def _kev(finding: Finding, _: Terms) -> bool | None:
    listed = finding.dependency.exploit.kev if finding.dependency else Listed.NO
    return None if listed is Listed.UNKNOWN else listed is Listed.YES


def _epss(finding: Finding, _: Terms) -> float | None:
    return finding.dependency.exploit.epss if finding.dependency else 0.0


def _severity(finding: Finding, _: Terms) -> str | None:
    return None if finding.severity is Severity.UNKNOWN else finding.severity.value


def _runtime(finding: Finding, _: Terms) -> bool | None:
    scope = finding.dependency.scope if finding.dependency else Scope.DEVELOPMENT
    return scope is Scope.RUNTIME if scope else None


def _advisories(finding: Finding, _: Terms) -> tuple[str, ...]:
    about = finding.dependency
    return (about.advisory, *about.aliases) if about else ()


VARIABLES: Final[Mapping[str, Variable]] = {
    "kind": Variable(
        type=Type.STRING,
        about="what sort of scanner reported it: `code`, `dependencies`, …",
        read=lambda finding, _: finding.kind.value,
    ),
    "tool": Variable(
        type=Type.STRING, about="the scanner's name", read=lambda finding, _: finding.tool
    ),
    "rule": Variable(
        type=Type.STRING, about="the scanner's rule id", read=lambda finding, _: finding.rule.id
    ),
    "severity": Variable(
        type=Type.STRING,
        about="`critical`, `high`, `medium`, `low` or `info`",
        read=_severity,
        unknown=True,
    ),
    "score": Variable(
        type=Type.DOUBLE,
        about="the CVSS base score, 0.0 to 10.0",
        read=lambda finding, _: finding.score,
        unknown=True,
    ),
    "confidence": Variable(
        type=Type.STRING,
        about="how sure the scanner is: `low`, `medium` or `high`",
        read=lambda finding, _: confidence(finding),
        unknown=True,
    ),
    "cwe": Variable(
        type=Type.INTS,
        about="the numbers of the weaknesses, as in `78 in cwe`",
        read=lambda finding, _: finding.rule.cwe or None,
        unknown=True,
    ),
    "path": Variable(
        type=Type.STRING,
        about="the file, from the repository's root; empty where it is in none",
        read=lambda finding, _: finding.path,
    ),
    "paths": Variable(
        type=Type.STRINGS,
        about="all files that it is in, its own first",
        read=lambda finding, _: finding.paths,
    ),
    "line": Variable(
        type=Type.INT,
        about="the first line",
        read=lambda finding, _: finding.line,
        unknown=True,
    ),
    "role": Variable(
        type=Type.STRING,
        about="the path's role: `test`, `docs`, `vendored`, `generated` or empty",
        read=lambda finding, _: finding.role,
    ),
    "state": Variable(
        type=Type.STRING,
        about="since the baseline: `new`, `existing` or `newly-disclosed`",
        read=lambda finding, _: since(finding).value,
    ),
    "age": Variable(
        type=Type.DURATION,
        about="the time since it was first seen, as in `age > duration('720h')`",
        read=age,
        unknown=True,
    ),
    "package_name": Variable(
        type=Type.STRING,
        about="`ECOSYSTEM/NAME` such as `pypi/django`; empty where it is about none",
        read=lambda finding, _: package(finding),
    ),
    "version": Variable(
        type=Type.STRING,
        about="the package's version",
        read=lambda finding, _: finding.dependency.version if finding.dependency else "",
    ),
    "advisories": Variable(
        type=Type.STRINGS, about="all names of the vulnerability", read=_advisories
    ),
    "direct": Variable(
        type=Type.BOOL,
        about="the project names the package itself; false where another one needs it",
        read=lambda finding, _: finding.dependency.direct if finding.dependency else False,
        unknown=True,
    ),
    "runtime": Variable(
        type=Type.BOOL,
        about="the package is installed where the project runs, not only where it is developed",
        read=_runtime,
        unknown=True,
    ),
    "fix_available": Variable(
        type=Type.BOOL,
        about="an advisory names a version without the flaw",
        read=lambda finding, _: fixable(finding),
        unknown=True,
    ),
    "malicious": Variable(
        type=Type.BOOL,
        about="the package is malware",
        read=lambda finding, _: finding.malicious,
    ),
    "kev": Variable(
        type=Type.BOOL,
        about="CISA's catalogue lists the vulnerability as exploited",
        read=_kev,
        unknown=True,
    ),
    "epss": Variable(
        type=Type.DOUBLE,
        about="the chance of an attack within 30 days, 0.0 to 1.0",
        read=_epss,
        unknown=True,
    ),
    "licence": Variable(
        type=Type.STRING,
        about="the licence that it is about; empty where it is about none",
        read=lambda finding, _: licence(finding),
        unknown=True,
    ),
    "verified": Variable(
        type=Type.BOOL,
        about="a scanner has tried the credential, and it works",
        read=lambda finding, _: verified(finding),
        unknown=True,
    ),
    "branch": Variable(
        type=Type.STRING,
        about="which branch is built (`--branch`)",
        read=lambda _, terms: terms.given.branch or None,
        unknown=True,
    ),
    "environment": Variable(
        type=Type.STRING,
        about="what it is built for (`--environment`)",
        read=lambda _, terms: terms.given.environment or None,
        unknown=True,
    ),
}
"""By name, in the order of the docs."""

TYPES: Final[Mapping[str, Type]] = {
    **{name: variable.type for name, variable in VARIABLES.items()},
    **{f"has_{name}": Type.BOOL for name, each in VARIABLES.items() if each.unknown},
}
"""All names that an expression may use."""


def reader(names: tuple[str, ...], terms: Terms) -> Callable[[Finding], tuple[Fact, ...]]:
    """Compile the question for some facts; those of two findings are equal if these are."""
    reads = [_read(name) for name in names]
    return lambda finding: tuple([read(finding, terms) for read in reads])


def bound(names: tuple[str, ...], facts: tuple[Fact, ...]) -> dict[str, object]:
    """Give facts by name as the library takes them; what is unknown is left out."""
    return {
        name: list(fact) if isinstance(fact, tuple) else fact
        for name, fact in zip(names, facts, strict=True)
        if fact is not None
    }


def table() -> str:
    """Write the table of the docs."""
    rows = ["| variable | type | may be unknown | meaning |", "|---|---|---|---|"]
    for name, each in VARIABLES.items():
        known = f"then `has_{name}` is false" if each.unknown else ""
        rows.append(f"| `{name}` | {each.type} | {known} | {each.about} |")
    return "\n".join(rows) + "\n"


def _read(name: str) -> Callable[[Finding, Terms], Fact]:
    if name in VARIABLES:
        return VARIABLES[name].read
    read = VARIABLES[name.removeprefix("has_")].read
    return lambda finding, terms: read(finding, terms) is not None
