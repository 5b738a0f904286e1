"""Foreign text as Markdown that reads like prose and does nothing.

Plain words stand as they are. Whatever a renderer could act on (links, mentions, tags,
emphasis, references to issues and commits, emoji codes) stands in code spans: nothing in one is
markup on any platform (CommonMark 0.31 §6.1), and that is where people put such words anyway.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar

from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.reporting.text import line, path, shorten

T = TypeVar("T")

LONGEST: Final = 300
"""Characters of one text."""

_WORD: Final = re.compile(
    r"[(\"']*"
    r"(?:[A-Za-z]+(?:[-'][A-Za-z]+)*\d{0,4}|\d+(?:[.,]\d+)*%?|[-\u2013\u2014\u2026/&+=%])"
    r"(?:\u2026|'s|s')?[)\"']*[.,;:!?]?[)\"']?"
)
"""Words (also `SHA1`, `high-entropy`, `can't`), numbers, versions; punctuation around them."""
_REFERENCE: Final = re.compile(r"(?i)gh-|www\b|[0-9a-f]{7,}[).,;:]*$")
"""What GitHub links though it looks like a word or number: issues, addresses, commits."""
_WORDS: Final = re.compile(r"[(\"']*`[^`]+`\S*|\S+")
"""What stands in backticks is one word."""
_QUOTED: Final = re.compile("`([^`]+)`")
_BACKTICKS: Final = re.compile("`+")
_WEB: Final = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~%/#?=&+-]{0,200})?")


def prose(text: str, limit: int = LONGEST) -> str:
    """Write one line of text: words as they are, the rest in code spans."""
    words = _WORDS.findall(shorten(line(text), limit))
    parts = (
        " ".join(group) if plain else _marked(" ".join(group))
        for plain, group in groupby(words, key=_is_plain)
    )
    return " ".join(parts)


def code(text: str, clean: Callable[[str], str] = line, limit: int = LONGEST) -> str:
    """Put text into a code span, in more backticks than it holds in a row."""
    shown = shorten(clean(text), limit) or " "
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    # A blank on both sides is taken off again; without it, text could begin or end the fence.
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def place(where: str) -> str:
    """Write a path, or `path:line`, or that there is none."""
    return code(where, path) if where else "the target"


def link(address: str) -> str:
    """Write an address that can be followed and shows where it leads; else nothing."""
    return f"<{address}>" if _WEB.fullmatch(address) else ""


def capped(items: Sequence[T], show: Callable[[T], str], limit: int, noun: str) -> Iterator[str]:
    """Show the first of some items, and how many more there are."""
    yield from map(show, items[:limit])
    if (rest := len(items) - limit) > 0:
        yield f"- … and {count(rest, f'more {noun}')}"


def severity(word: Severity) -> str:
    """Write a severity so that it stands out."""
    return f"**{word.upper()}**"


def _marked(text: str) -> str:
    """Put text into a code span, without the punctuation of the sentence around it."""
    inner = text.lstrip('("')
    opening = text[: len(text) - len(inner)]
    whole = inner
    while inner.endswith(tuple('.,;:!?"')) or _closes(inner):
        inner = inner[:-1]
    closing = whole[len(inner) :]
    if not inner:
        return code(text, str)
    quoted = _QUOTED.fullmatch(inner)
    return f"{opening}{code(quoted[1] if quoted else inner, str)}{closing}"


def _closes(text: str) -> bool:
    """Tell whether it ends with the bracket of the sentence, and not with one of its own."""
    return text.endswith(")") and text.count(")") > text.count("(")


def _is_plain(word: str) -> bool:
    return bool(_WORD.fullmatch(word)) and not _REFERENCE.match(word.lstrip("(\"'"))
