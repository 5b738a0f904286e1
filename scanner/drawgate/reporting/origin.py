"""What is known of a vulnerable package, in words for people; the rest is called unknown."""

from drawgate.core import exploit
from drawgate.core.finding import Dependency, Finding, Scope
from drawgate.reporting.text import shorten

_LONGEST = 600
"""Characters of any one text."""


def in_words(package: Dependency) -> str:
    """Say whether it is direct, by whom it came and what for."""
    return f"{_came(package)}; {_scope(package.scope)}"


def way(package: Dependency) -> str:
    """Give who needs whom down to the package: "flask > werkzeug"; empty where nobody knows."""
    if not package.via:
        return ""
    return shorten(" > ".join((*package.via, package.name)), _LONGEST)


def answer(fact: bool | None) -> str:  # noqa: FBT001 - a fact, not a switch
    """Write a fact that may be unknown."""
    return "unknown" if fact is None else ("yes" if fact else "no")


def published(finding: Finding) -> str:
    """Say what is known of a vulnerability, how its package came in, and since when it is known."""
    seen = f"first seen {finding.first_seen}" if finding.first_seen else ""
    package = finding.dependency
    if package is None:
        return seen
    fixed = ", ".join(package.fixed)
    told = (
        exploit.in_words(package.exploit) or "KEV and EPSS: unknown",
        shorten(package.vector, _LONGEST) or "CVSS vector unknown",
        shorten(f"fixed in {fixed}", _LONGEST) if fixed else "fixed version unknown",
        in_words(package),
        seen,
    )
    return " · ".join(filter(None, told))


def _came(package: Dependency) -> str:
    match package.direct:
        case True:
            return "direct dependency"
        case False:
            return f"transitive: {way(package) or 'by an unknown way'}"
        case None:
            return way(package) or "unknown whether direct or transitive"


def _scope(scope: Scope) -> str:
    match scope:
        case Scope.RUNTIME:
            return "runtime"
        case Scope.DEVELOPMENT:
            return "development only"
        case Scope.UNKNOWN:
            return "unknown whether it runs"
