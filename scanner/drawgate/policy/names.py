"""Patterns and names in a pack that could never fit anything, found while the pack is read.

A pattern that fits nothing is no error at the gate: it looks like a clean scan. What a message
repeats of them is decided in `strict.echo`.
"""

import re
from typing import Final

from drawgate import registry
from drawgate.core import glob
from drawgate.core.errors import UsageError


def path_pattern(written: str) -> str:
    """Give a pattern back, or raise ValueError when no path of a target can fit it."""
    for sign, reason in _NEVER.items():
        if sign.search(written):
            raise ValueError(f"no path can fit this pattern: {reason}")
    try:
        glob.compiled(written)
    except UsageError as error:
        raise ValueError(f"this pattern can't be read: {error.hint}") from error
    return written


def rule_pattern(written: str) -> str:
    """Give a pattern for rule ids back, or raise ValueError when no id can fit it."""
    if written != written.strip():
        raise ValueError("no rule's id can fit this pattern: it starts or ends with a space")
    return written


def trimmed(written: str) -> str:
    """Give a text back, or raise ValueError when it has a space where nobody sees it."""
    if written != written.strip():
        raise ValueError("it starts or ends with a space")
    return written


def package_pattern(written: str) -> str:
    """Give a pattern for packages back, or raise ValueError when no package can fit it."""
    if not _PACKAGE.fullmatch(written):
        raise ValueError("no package can fit this pattern: write ECOSYSTEM/NAME, as in pypi/django")
    return written


def tool_name(written: str) -> str:
    """Give a scanner's name back, or raise ValueError for a slip in a name of ours.

    Any other name is good: a pack may judge the log of a tool that we don't know.
    """
    ours = registry.ours()
    if written.lower() in ours:
        return written
    for name in ours:
        if _is_slip(_plain(written), _plain(name)):
            raise ValueError(f"no scanner is called {written!r}; did you mean {name!r}?")
    return written


_PACKAGE: Final = re.compile(r"[A-Za-z.*?]+/\S+")
_NEVER: Final = {
    re.compile(r"\A/*\Z"): "it is empty",
    re.compile(r"\A\s|\s\Z"): "it starts or ends with a space",
    re.compile(r"\\"): "folders are parted by /, and a backslash means nothing",
    re.compile(r"//"): "two slashes stand together",
    re.compile(r"(?:\A|/)\.(?:/|\Z)"): "paths count from the target's root and hold no '.'",
    re.compile(r"(?:\A|/)\.\.(?:/|\Z)"): "paths count from the target's root and hold no '..'",
    re.compile(r"\A~/"): "paths count from the target's root, not from somebody's home",
    re.compile(r"\A[A-Za-z]:/"): "paths count from the target's root and name no drive",
    re.compile(r"\A!"): "an exclamation mark negates nothing here; use 'paths_not'",
}


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "-", name.lower())


def _is_slip(written: str, name: str) -> bool:
    """Tell whether one letter is wrong, missing, added, or two have changed places."""
    start = next((i for i, (a, b) in enumerate(zip(written, name, strict=False)) if a != b), None)
    if start is None:
        return abs(len(written) - len(name)) <= 1
    mine, right = written[start:], name[start:]
    changed = mine[1::-1] + mine[2:]
    return right in (mine[1:], changed) or right[1:] in (mine, mine[1:])
