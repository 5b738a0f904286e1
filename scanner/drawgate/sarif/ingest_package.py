"""Which package a foreign result is about, by the words of policies/tables/package_logs.yaml."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

from drawgate.core.errors import PolicyError
from drawgate.core.finding import Dependency
from drawgate.resources import table

_WHERE: Final = "policies/tables/package_logs.yaml"
_NOTHING: Final = re.compile(r"(?!)")
_LONGEST: Final = 4096
"""Characters of a message that are looked at."""
_REQUIREMENTS: Final = re.compile(r"(?:.*[-_.])?requirements(?:[-_.].*)?\.txt")
"""Lists of packages are named `requirements-dev.txt` and `dev-requirements.txt` as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How one tool tells."""

    message: re.Pattern[str]
    advisory: re.Pattern[str]
    aliases: re.Pattern[str]


def package_of(tool: str, rule: str, message: str, path: str) -> Dependency | None:
    """Read the package from a result's words; None where they tell of none."""
    words = _words(tool.lower())
    ecosystem = _ecosystem(path) if words else ""
    if not words or not ecosystem:
        return None
    told, advisory = words.message.match(message[:_LONGEST]), words.advisory.search(rule)
    if not told or not advisory:
        return None
    fixed = told.groupdict().get("fixed") or ""
    named = set(words.aliases.findall(message[:_LONGEST])) - {advisory[0]}
    return Dependency(
        ecosystem=ecosystem,
        name=told["name"],
        version=told["version"],
        advisory=advisory[0],
        aliases=tuple(sorted(named)),
        fixed=tuple(filter(None, map(str.strip, fixed.split(",")))),
    )


def _ecosystem(path: str) -> str:
    name = PurePosixPath(path).name.lower()
    known: dict[str, str] = table("package_logs")["manifests"]
    return known.get(name) or (known["requirements.txt"] if _REQUIREMENTS.fullmatch(name) else "")


@cache
def _words(tool: str) -> _Words | None:
    tools: dict[str, Any] = table("package_logs")["tools"]
    raw = tools.get(tool) or tools.get(tool.partition(" ")[0])
    if raw is None:
        return None
    try:
        return _Words(
            message=re.compile(raw["message"]),
            advisory=re.compile(raw["advisory"]),
            aliases=re.compile(raw["aliases"]) if "aliases" in raw else _NOTHING,
        )
    except (KeyError, TypeError, re.error) as error:
        raise PolicyError(f"the table has another layout: {error}", where=_WHERE) from error
