"""String literals and comments of any text, found without parsing its language."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

_DOUBLE: Final = r"(?:[^\"\\\r\n]|\\(?:\r\n|.))*+"
_SINGLE: Final = r"(?:[^'\\\r\n]|\\(?:\r\n|.))*+"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kind:
    """One way to write a literal or a comment: how it starts, all of it, and all but its end."""

    opening: tuple[str, ...]
    whole: re.Pattern[str]
    body: re.Pattern[str]


def _kind(opening: str, body: str, closing: str, *more: str) -> _Kind:
    quote = "|".join(map(re.escape, (opening, *more)))
    whole = rf"(?P<quote>{quote})(?P<content>{body}){closing}"
    return _Kind(
        opening=(opening, *more),
        whole=re.compile(whole, re.DOTALL),
        body=re.compile(f"(?:{quote}){body}", re.DOTALL),
    )


_QUOTES: Final = (_kind('"', _DOUBLE, '"'), _kind("'", _SINGLE, "'"))
_LITERALS: Final = (
    _kind('"""', ".*?", r"(?:(?P=quote)|\Z)", "'''"),
    *_QUOTES,
    _kind("`", "[^`]*+", "`"),
)
_GAP: Final = re.compile(r"[\s+\\.&()]*[rbfuRBFU]{0,2}")
"""What may stand between two literals that the language joins into one."""

_SLASHES: Final = (
    "js|jsx|mjs|cjs|ts|tsx|java|kt|kts|scala|groovy|gradle|go|rs|c|h|cc|cpp|hpp|cs|swift|m|dart"
)
_HASHES: Final = "py|pyw|pyi|rb|lua|jl|ex|exs|tf|hcl|json|ipynb"
_CODE: Final = re.compile(rf"(?is).*\.(?:{_SLASHES}|{_HASHES})")
_SLASH_COMMENTS: Final = re.compile(rf"(?is).*\.(?:{_SLASHES}|vue)")
_PYTHON_SCRIPT: Final = re.compile(r"#![^\r\n]*python")
_STRINGS: Final = (
    _kind('"""', r"(?:[^\"\\]|\\.|\"(?!\"\"))*+", '"""'),
    _kind("'''", r"(?:[^'\\]|\\.|'(?!''))*+", "'''"),
    *_QUOTES,
)
_AFTER_HASH: Final = (_kind("#", r"[^\r\n]*+", ""), *_STRINGS)
_AFTER_SLASHES: Final = (
    _kind("//", r"[^\r\n]*+", ""),
    _kind("/*", r"(?:[^*]|\*(?!/))*+", r"\*/"),
    _kind("`", r"(?:[^`\\]|\\.)*+", "`"),
    *_STRINGS,
)


def is_code(path: str, text: str = "") -> bool:
    """Tell whether bare words are names here: then only literals and comments hide a value."""
    return bool(_CODE.fullmatch(path) or _PYTHON_SCRIPT.match(text))


def find(text: str) -> Iterator[re.Match[str]]:
    """Give the literals of a text of any language; `quote` and `content` are their groups."""
    return _find(_LITERALS, text)


def without(text: str, put: str | Callable[[re.Match[str]], str] = "") -> str:
    """Put something else where literals are."""
    pieces: list[str] = []
    end = 0
    for match in find(text):
        pieces += (text[end : match.start()], put if isinstance(put, str) else put(match))
        end = match.end()
    return "".join((*pieces, text[end:]))


def masked(match: re.Match[str]) -> str:
    """Give a literal with `***` on each of its lines."""
    stars = "\n".join("***" for _ in match["content"].split("\n"))
    opening = match["quote"]
    closed = match[0].endswith(opening) and len(match[0]) >= 2 * len(opening)
    return f"{opening}{stars}{opening if closed else ''}"


def joined(text: str) -> Iterator[str]:
    """Give what literals that follow one another make together: `'ab' 'c'` is `abc`."""
    parts: list[str] = []
    end = 0
    for match in find(text):
        if parts and not _GAP.fullmatch(text, end, match.start()):
            yield "".join(parts)
            parts = []
        parts.append(match["content"])
        end = match.end()
    yield "".join(parts)


def long_literals(path: str, text: str) -> list[tuple[int, int]]:
    """Give first and last line of each literal that spans several lines, in order."""
    if not any(sign in text for sign in ('"""', "'''", "`", "\\\n", "\\\r")):
        return []
    lexer = _AFTER_SLASHES if _SLASH_COMMENTS.fullmatch(path) else _AFTER_HASH
    starts = line_starts(text)
    spans = []
    for match in _find(lexer, text):
        first, last = bisect_right(starts, match.start()), bisect_right(starts, match.end() - 1)
        if first < last:
            spans.append((first, last))
    return spans


def line_starts(text: str) -> list[int]:
    """Give the offset at which each line starts."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


def _find(kinds: tuple[_Kind, ...], text: str) -> Iterator[re.Match[str]]:
    """Search in linear time, whatever stands there.

    Where one that starts here does not end, none of its kind does that starts before the place
    where the search for its end gave up: all openings up to there are escaped. So each kind looks
    at each character once.
    """
    starts = re.compile("|".join(re.escape(one[0]) for kind in kinds for one in kind.opening))
    dead = dict.fromkeys(kinds, 0)
    position = 0
    while found := starts.search(text, position):
        start = found.start()
        match = None
        for kind in kinds:
            if match is None and start >= dead[kind] and text.startswith(kind.opening, start):
                match = kind.whole.match(text, start)
                body = None if match else kind.body.match(text, start)
                dead[kind] = body.end() if body else 0
        position = match.end() if match else start + 1
        if match:
            yield match
