"""Which Python parses a file that the scanner's own Python can't."""

import re
from dataclasses import replace
from typing import Final

from drawgate.core.target import NotAssessed

_OLD: Final = re.compile(
    r"^[ \t]*print\s+[^\s=(,.\[]|^[ \t]*except\s+[\w.]+\s*,\s*[a-z_]\w*\s*:|^[ \t]*exec\s+[\"'\w]"
    r"|^[ \t]*raise\s+\w+\s*,|\bur[\"']|[^<]<>[^>]",
    re.MULTILINE,
)
"""Statements that ended with Python 2 (PEP 3105, 3110, 3109)."""

_NEWER: Final = (
    ("3.14", "PEP 750, template strings", re.compile(r"(?:[=(,\[{]|return)\s*(?:rt|tr|t)[\"']")),
    (
        "3.14",
        "PEP 758, except without parentheses",
        re.compile(r"^[ \t]*except\s+[A-Z][\w.]*+(?:\s*+,\s*+[A-Z][\w.]*+)++\s*+:", re.MULTILINE),
    ),
    (
        "3.12",
        "PEP 695, type parameters",
        re.compile(
            r"^[ \t]*(?:type[ \t]+\w++[ \t]*+(?:\[.*\][ \t]*+)?="
            r"|(?:async\s+def|def|class)\s+\w+\[)",
            re.MULTILINE,
        ),
    ),
    (
        "3.12",
        "PEP 701, quotes inside of f-strings",
        re.compile(
            r"\bf\"[^\"{\n]*+(?:\{[^\"{}\n]*+\}[^\"{\n]*+)*\{[^\"}\n]*+\"[^\"\n]*+\"[^}\n]*+\}"
            r"|\bf'[^'{\n]*+(?:\{[^'{}\n]*+\}[^'{\n]*+)*\{[^'}\n]*+'[^'\n]*+'[^}\n]*+\}"
        ),
    ),
    ("3.11", "PEP 654, except*", re.compile(r"^[ \t]*except\*\s", re.MULTILINE)),
    (
        "3.10",
        "PEP 634, match",
        re.compile(r"^[ \t]*match\s+\S.*:[ \t]*\n[ \t]+case\s", re.MULTILINE),
    ),
)
"""Newest first: the newest thing in a file decides. Each needs at least that Python."""


_LONGEST: Final = 1000
"""Characters. Longer lines tell nobody's syntax, and hostile ones take long to search."""

_MOST: Final = 256 * 1024
"""Characters of a file. What needs a newer Python is seldom seen first below that."""


def explain(item: NotAssessed, source: str, variable: str) -> NotAssessed:
    """Say which Python would do. `variable` is where the user names another tool."""
    short = "\n".join(line for line in source[:_MOST].split("\n") if len(line) <= _LONGEST)
    advice = _advice(item.unparsed, short, variable)
    return replace(item, reason=f"{item.reason}; {advice}", unparsed="")


def _advice(python: str, source: str, variable: str) -> str:
    for version, feature, expression in _NEWER:
        if _number(version) > _number(python) and expression.search(source):
            return (
                f"it needs Python {version} ({feature}): "
                f"point {variable} at the tool installed there"
            )
    if _OLD.search(source):
        return "it is written for Python 2, which no supported Python parses"
    return "no syntax of a newer Python was recognised in it, so it may just be broken"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
