"""How a vulnerable package came in, in words for people; what nobody knows is called unknown."""

from drawgate.core.finding import Dependency, Scope
from drawgate.reporting.text import shorten

_LONGEST = 200
"""Characters of a way that are shown."""


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
