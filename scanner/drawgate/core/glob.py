"""Path patterns, with the meaning people know from .gitignore."""

import re
from collections.abc import Iterable
from functools import cache

from drawgate.core.errors import UsageError


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a relative path with `/` fits one of the patterns."""
    return any(compiled(pattern).fullmatch(path) for pattern in patterns)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Turn a pattern into an expression for whole relative paths.

    `*` and `?` stay inside one folder, `**` crosses folders. A pattern without a `/` (but at
    its end) fits at any depth, one with a `/` counts from the root. A folder's pattern fits
    everything below it. Raises UsageError for a pattern that means nothing.
    """
    anchored = "/" in pattern.rstrip("/")
    core = "".join(_translate(token) for token in _TOKENS.findall(pattern.strip("/")))
    start = "" if anchored else "(?:.*/)?"
    end = "/.*" if pattern.endswith("/") else "(?:/.*)?"
    try:
        return re.compile(f"(?s:{start}{core}{end})")
    except re.error as error:
        hint = "in [a-z] the first character comes before the last"
        raise UsageError(f"the pattern {pattern!r} can't be read", hint=hint) from error


_TOKENS = re.compile(r"\*\*/|/\*\*$|\*\*|\*|\?|\[!?[^\]]+\]|.", re.DOTALL)


def _translate(token: str) -> str:
    if token.startswith("[") and token.endswith("]") and len(token) > 2:  # noqa: PLR2004 - "[x]"
        return _character_class(token[1:-1])
    return _SPECIAL.get(token) or re.escape(token)


def _character_class(inside: str) -> str:
    negated = inside.startswith("!")
    listed = inside.removeprefix("!").replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
    return f"(?!/)[{'^' if negated else ''}{listed}]"


_SPECIAL = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
