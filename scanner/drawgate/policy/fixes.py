"""The `fix` texts of a pack, with their fields filled in from a finding."""

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from drawgate.core.finding import Dependency, Finding
from drawgate.policy.upgrade import lowest_fix
from drawgate.strict import named, suggestion


def check(template: str) -> str:
    """Give a template back, or raise ValueError when a field is unknown or a brace is open."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError("a brace has no partner; write two for a plain one") from error
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in FIELDS:
            unknown = f"unknown field{named(name, FIELDS)}"
            raise ValueError(f"{unknown}; {suggestion(name, FIELDS)}")
        if spec or conversion:
            raise ValueError(f"the field {{{name}}} takes no format")
    return template


def texts(template: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Fill a checked template in for each finding: each text once, those of the worst first.

    One upgrade must close all of a package's findings that have a fix, so they share its version.
    """
    if not template:
        return ()
    worst_first = sorted(findings, key=lambda finding: finding.severity.order)
    packages: dict[object, list[Finding]] = {}
    for finding in worst_first:
        packages.setdefault(_upgraded(finding), []).append(finding)
    filled = (_fill(template, f, packages[_upgraded(f)]) for f in worst_first)
    return tuple(text for text in dict.fromkeys(filled) if text)


def _upgraded(finding: Finding) -> object:
    """Name what one upgrade changes: a package in one manifest; findings without a fix apart."""
    package = finding.dependency
    if package is None:
        return None
    return package.ecosystem, package.name, package.version, finding.path, bool(package.fixed)


def _fill(template: str, finding: Finding, siblings: Sequence[Finding]) -> str:
    parts = string.Formatter().parse(template)
    return "".join(
        text + (FIELDS[name](finding, siblings) if name else "") for text, name, _, _ in parts
    )


def _fixed_version(finding: Finding, siblings: Sequence[Finding]) -> str:
    return lowest_fix(siblings) or "a version without this flaw (none is known)"


def _of_package(fact: Callable[[Dependency], str], otherwise: str) -> "_Fact":
    def read(finding: Finding, siblings: Sequence[Finding]) -> str:
        return fact(finding.dependency) if finding.dependency else otherwise

    return read


def _of_finding(fact: Callable[[Finding], str]) -> "_Fact":
    def read(finding: Finding, siblings: Sequence[Finding]) -> str:
        return fact(finding)

    return read


_Fact = Callable[[Finding, Sequence[Finding]], str]

FIELDS: Final[Mapping[str, _Fact]] = {
    "advisory": _of_package(lambda package: package.advisory, "the advisory"),
    "fixed_version": _fixed_version,
    "package": _of_package(lambda package: package.name, "the package"),
    "path": _of_finding(lambda finding: finding.path or "the target"),
    "rule": _of_finding(lambda finding: finding.rule.id),
    "severity": _of_finding(lambda finding: finding.severity.value),
    "tool": _of_finding(lambda finding: finding.tool),
    "version": _of_package(lambda package: package.version, "this version"),
}
"""What may stand in braces, and how it is filled."""
