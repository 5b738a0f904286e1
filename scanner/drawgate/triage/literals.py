"""String literals and comments of any text, found without parsing its language."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

LITERAL: Final = re.compile(
    r"(?P<quote>\"\"\"|''')(?P<long>.*?)(?:(?P=quote)|\Z)"
    r"|\"(?P<double>(?:[^\"\\\r\n]|\\(?:\r\n|.))*)\"|'(?P<single>(?:[^'\\\r\n]|\\(?:\r\n|.))*)'"
    r"|`(?P<back>[^`]*)`",
    re.DOTALL,
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
    r"|\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r"|\"(?:[^\"\\\r\n]|\\(?:\r\n|.))*\"|'(?:[^'\\\r\n]|\\(?:\r\n|.))*'"
)
_AFTER_HASH: Final = re.compile(r"#[^\r\n]*" + _STRINGS, re.DOTALL)
_AFTER_SLASHES: Final = re.compile(r"//[^\r\n]*|/\*.*?\*/|`(?:[^`\\]|\\.)*`" + _STRINGS, re.DOTALL)


def is_code(path: str, text: str = "") -> bool:
    """Tell whether bare words are names here: then only literals and comments hide a value."""
    return bool(_CODE.fullmatch(path) or _PYTHON_SCRIPT.match(text))


def content(match: re.Match[str]) -> str:
    """Give what stands between the quotes of a `LITERAL`."""
    return next(
        part for part in match.group("long", "double", "single", "back") if part is not None
    )


def masked(match: re.Match[str]) -> str:
    """Give a `LITERAL` with `***` on each of its lines."""
    stars = "\n".join("***" for _ in content(match).split("\n"))
    opening = match["quote"] or match[0][0]
    closed = match[0].endswith(opening) and len(match[0]) >= 2 * len(opening)
    return f"{opening}{stars}{opening if closed else ''}"


def joined(text: str) -> Iterator[str]:
    """Give what literals that follow one another make together: `'ab' 'c'` is `abc`."""
    parts: list[str] = []
    end = 0
    for match in LITERAL.finditer(text):
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
    lexer = _AFTER_SLASHES if _SLASH_COMMENTS.fullmatch(path) else _AFTER_HASH
    starts = line_starts(text)
    spans = []
    for match in lexer.finditer(text):
        first, last = bisect_right(starts, match.start()), bisect_right(starts, match.end() - 1)
        if first < last:
            spans.append((first, last))
    return spans


def line_starts(text: str) -> list[int]:
    """Give the offset at which each line starts."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
