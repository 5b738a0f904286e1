"""String literals and comments of any text, found without parsing its language."""

import re
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

QUOTED: Final = (
    r'"""(?s:.*?)(?:"""|\Z)|\'\'\'(?s:.*?)(?:\'\'\'|\Z)'
    r'|"(?:[^"\\\r\n]|\\.){0,4000}"?|\'(?:[^\'\\\r\n]|\\.){0,4000}\'?|`[^`]{0,4000}`?'
)
"""A literal in a pattern, closed or cut off, as messages and settings have them."""
WORD: Final = rf"(?:{QUOTED}|[^\s\"'`,;&|)}}\]]{{1,4000}})"
"""What a command line takes for one value."""

_DOUBLE: Final = r"(?:[^\"\\\r\n]|\\(?:\r\n|.))*+"
_SINGLE: Final = r"(?:[^'\\\r\n]|\\(?:\r\n|.))*+"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kind:
    """One way to write a literal or a comment: how it starts, all of it, and all but its end."""

    opening: str
    whole: re.Pattern[str]
    body: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Lexer:
    """The kinds of one language, first come first; the last two groups of a match are its own."""

    kinds: tuple[_Kind, ...]
    all: re.Pattern[str]
    """One that ends, or the opening of one that does not: then no group is set."""
    opening: re.Pattern[str]


def _kind(opening: str, body: str, closing: str) -> _Kind:
    mark = re.escape(opening)
    return _Kind(
        opening=opening,
        whole=re.compile(f"({mark})({body}){closing}", re.DOTALL),
        body=re.compile(f"{mark}{body}", re.DOTALL),
    )


def _lexer(*kinds: _Kind) -> _Lexer:
    wholes = [kind.whole.pattern for kind in kinds]
    opening = "|".join(re.escape(kind.opening) for kind in kinds)
    return _Lexer(
        kinds=kinds,
        all=re.compile("|".join((*wholes, opening)), re.DOTALL),
        opening=re.compile(opening),
    )


_QUOTES: Final = (_kind('"', _DOUBLE, '"'), _kind("'", _SINGLE, "'"))
_LITERALS: Final = _lexer(
    _kind('"""', ".*?", r'(?:"""|\Z)'),
    _kind("'''", ".*?", r"(?:'''|\Z)"),
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
_AFTER_HASH: Final = _lexer(_kind("#", r"[^\r\n]*+", ""), *_STRINGS)
_AFTER_SLASHES: Final = _lexer(
    _kind("//", r"[^\r\n]*+", ""),
    _kind("/*", r"(?:[^*]|\*(?!/))*+", r"\*/"),
    _kind("`", r"(?:[^`\\]|\\.)*+", "`"),
    *_STRINGS,
)

_SEVERAL_LINES: Final = re.compile(r"[\r\n]\s*\S")


def is_code(path: str, text: str = "") -> bool:
    """Tell whether bare words are names here: then only literals and comments hide a value."""
    return bool(_CODE.fullmatch(path) or _PYTHON_SCRIPT.match(text))


def find(text: str) -> Iterator[re.Match[str]]:
    """Give the literals of a text of any language; `content` and `opening` say what is in one."""
    return _find(_LITERALS, text)


def opening(match: re.Match[str]) -> str:
    """Give what starts a literal."""
    return match[(match.lastindex or 1) - 1]


def content(match: re.Match[str]) -> str:
    """Give what stands between the quotes."""
    return match[match.lastindex or 0]


def without(text: str, put: str | Callable[[re.Match[str]], str] = "") -> str:
    """Put something else where literals are."""
    pieces: list[str] = []
    end = 0
    always, change = (put, None) if isinstance(put, str) else ("", put)
    for match in find(text):
        start, after = match.span()
        pieces += (text[end:start], change(match) if change else always)
        end = after
    return "".join((*pieces, text[end:]))


def masked(match: re.Match[str]) -> str:
    """Give a literal with `***` on each of its lines."""
    whole, quote = match[0], opening(match)
    stars = "***" + "\n***" * whole.count("\n") if "\n" in whole else "***"
    closed = whole.endswith(quote) and len(whole) >= 2 * len(quote)
    return f"{quote}{stars}{quote if closed else ''}"


def joined(text: str) -> Iterator[str]:
    """Give what literals that follow one another make together: `'ab' 'c'` is `abc`."""
    return join(find(text), text)


def join(matches: Iterable[re.Match[str]], text: str) -> Iterator[str]:
    """Give the same for literals that were found already."""
    parts: list[str] = []
    end = 0
    for match in matches:
        if parts and not _GAP.fullmatch(text, end, match.start()):
            yield "".join(parts)
            parts = []
        parts.append(content(match))
        end = match.end()
    yield "".join(parts)


def long_literals(path: str, text: str) -> list[tuple[int, int]]:
    """Give first and last line of each literal that spans several lines, in order."""
    if not any(sign in text for sign in ('"""', "'''", "`", "\\\n", "\\\r")):
        return []
    if not _SEVERAL_LINES.search(text):
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


def _find(lexer: _Lexer, text: str) -> Iterator[re.Match[str]]:
    """Search in linear time, whatever stands there: in one go where all that starts also ends."""
    dead = dict.fromkeys(lexer.kinds, 0)
    position: int | None = 0
    while position is not None:
        for match in lexer.all.finditer(text, position):
            if not match.lastindex:
                position = yield from _step_by_step(lexer, text, match.start(), dead)
                break
            yield match
        else:
            return


def _step_by_step(
    lexer: _Lexer, text: str, position: int, dead: dict[_Kind, int]
) -> Generator[re.Match[str], None, int | None]:
    """Go on where something starts that does not end; give where that is over, if ever.

    None of its kind ends then that starts before the place where the search for its end gave up:
    all openings up to there are escaped. So each kind looks at each character once.
    """
    while found := lexer.opening.search(text, position):
        if match := _ending(lexer.kinds, text, found.start(), dead):
            position = match.end()
            yield match
        else:
            position = found.start() + 1
        if position >= max(dead.values()):
            return position
    return None


def _ending(
    kinds: tuple[_Kind, ...], text: str, start: int, dead: dict[_Kind, int]
) -> re.Match[str] | None:
    """Give the first kind that starts here and ends; note where the search for an end gave up."""
    for kind in kinds:
        if start >= dead[kind] and text.startswith(kind.opening, start):
            if match := kind.whole.match(text, start):
                return match
            body = kind.body.match(text, start)
            dead[kind] = body.end() if body else 0
    return None
