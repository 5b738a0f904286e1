"""What a message may repeat of a wrong value: next to nothing, for it may be a secret.

A token that was pasted into the wrong key must not appear in a build's log. The place says
where to look, so only what is nearly one of the allowed words is worth the risk.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]{0,39}")
_PLAIN: Final = re.compile(r"-{0,2}[a-z][a-z-]{0,23}")
"""A word that may be shown though it is like none of ours: no token is so short and plain."""
_FLAG: Final = re.compile(r"--[a-z]+(-[a-z]+)*")
_LONGER: Final = 3
"""Characters that a misspelt word may have more than the right one."""
_DIGITS: Final = 5
"""Characters of a number that may be shown; `1.5` and `86401` are no secrets."""
_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.){5,}'|\"(?:[^\"\\]|\\.){5,}\"")


def named(word: str, known: Iterable[str]) -> str:
    """Give a misspelt word in quotes with a space before it; nothing for any other text."""
    return f" {word!r}" if _nearest(word, known) else ""


def typed(word: str, known: Iterable[str]) -> str:
    """Give a word of the command line in quotes with a space before it, unless it may be secret.

    It stands where a name belongs, so a plain word is one; in a document any text may be pasted.
    """
    return f" {word!r}" if _PLAIN.fullmatch(word) else named(word, known)


def called(word: str, known: Iterable[str], where: str) -> str:
    """Give what a wrong name is called in an error: itself after a flag, elsewhere `that`.

    A flag is in front of who reads the error. A file or a variable may hold what they must not see.
    """
    return (typed(word, known) if _FLAG.fullmatch(where) else "") or " that"


def suggestion(word: str, known: Iterable[str]) -> str:
    """Give the hint for an unknown word: the nearest known one, else all of them."""
    words = sorted(known)
    near = _nearest(word, words)
    return f"did you mean {near!r}?" if near else f"known: {', '.join(words)}"


def short_number(value: float) -> str:
    """Give a number with a space before it if it is too short to be a secret, else nothing."""
    written = str(value)
    return f" {written}" if len(written) <= _DIGITS else ""


def unquoted(message: str) -> str:
    """Take out of another library's message what it quotes from the document."""
    return _QUOTED.sub("…", message)


def _nearest(word: str, known: Iterable[str]) -> str:
    if not _WORD.fullmatch(word):
        return ""
    fitting = [each for each in known if _could_be(word, each)]
    near = difflib.get_close_matches(word, fitting, n=1)
    return near[0] if near else ""


def _could_be(word: str, each: str) -> bool:
    """Passwords are words with digits; a slip of the finger seldom adds one."""
    digits = any(map(str.isdigit, word)) and not any(map(str.isdigit, each))
    return not digits and len(word) <= len(each) + _LONGER
