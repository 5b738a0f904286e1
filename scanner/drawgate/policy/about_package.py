"""Conditions on the package that a finding is about."""

import re
from collections.abc import Iterator
from fnmatch import translate
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.policy.condition import UNKNOWN, Condition, either
from drawgate.policy.model import Match, Scope


def of_names(scope: Scope) -> Iterator[Condition]:
    """Give the conditions on a package's name."""
    if scope.packages:
        fits = one_of(scope.packages)
        yield Condition(
            name="scope.packages",
            expected=either(scope.packages),
            test=lambda finding: fits.match(package(finding)) is not None,
            actual=_named,
        )
    if scope.packages_not:
        refused = one_of(scope.packages_not)
        yield Condition(
            name="scope.packages_not",
            expected=f"not {either(scope.packages_not)}",
            test=lambda finding: refused.match(package(finding)) is None,
            actual=_named,
        )


def of_facts(match: Match) -> Iterator[Condition]:
    """Give the conditions on what is published about a package."""
    if match.fix_available is not None:
        yield _fix_available(wanted=match.fix_available)
    if match.licence:
        yield _licence("match.licence", match.licence, wanted=True)
    if match.licence_not:
        yield _licence("match.licence_not", match.licence_not, wanted=False)


def package(finding: Finding) -> str:
    """Name a finding's package as packs do: `pypi/django`; empty where it is about none."""
    about = finding.dependency
    return f"{about.ecosystem.lower()}/{about.name}" if about else ""


def fixable(finding: Finding) -> bool | None:
    """Tell whether an advisory names a version without the flaw.

    That none does proves nothing: there may be one of which the advisory does not know.
    """
    if finding.dependency is None:
        return False
    return True if finding.dependency.fixed else None


def licence(finding: Finding) -> str | None:
    """Give the licence that a finding is about; None where it should have one and nobody says.

    Scanners of licences write it into the id of their rule, behind the package if they name that.
    """
    if named := finding.properties.get("licence") or finding.properties.get("license"):
        return named
    if finding.kind is Kind.LICENSE:
        return finding.rule.id.rpartition(":")[2] or None
    return None if finding.kind in _LICENSED else ""


def one_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Compile wildcards to one expression; capitals play no part."""
    return re.compile("|".join(translate(each) for each in patterns), re.IGNORECASE)


_LICENSED: Final = frozenset({Kind.DEPENDENCIES, Kind.SBOM, Kind.CONTAINER})


def _named(finding: Finding) -> str:
    return package(finding) or "no package"


def _fix_available(*, wanted: bool) -> Condition:
    def test(finding: Finding) -> bool | None:
        known = fixable(finding)
        return None if known is None else known is wanted

    def actual(finding: Finding) -> str:
        about = finding.dependency
        return either(about.fixed) or "none is known" if about else "no package"

    return Condition(
        name="match.fix_available", expected=str(wanted).lower(), test=test, actual=actual
    )


def _licence(name: str, patterns: tuple[str, ...], *, wanted: bool) -> Condition:
    fits = one_of(patterns)

    def test(finding: Finding) -> bool | None:
        known = licence(finding)
        if not known:
            return None if known is None else False
        return (fits.match(known) is not None) is wanted

    def actual(finding: Finding) -> str:
        known = licence(finding)
        return UNKNOWN if known is None else known or "it is about no licence"

    expected = ("" if wanted else "not ") + either(patterns)
    return Condition(name=name, expected=expected, test=test, actual=actual)
