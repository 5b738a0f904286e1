"""The values on lines that hold credentials, and the shapes in which they turn up elsewhere."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Final
from urllib.parse import quote, quote_plus

from drawgate.triage import known, literals, net
from drawgate.triage.credentials import plain_words

SHORTEST: Final = known.HEAD
"""Characters. Shorter values are in every other word; their own line is masked all the same."""
_LATELY: Final = 16
"""Literals that are looked at once: all that is asked of one follows at once."""
_LONG: Final = 8
_WORD: Final = 6
_FEW: Final = 4
"""A line of more words is prose; taking them all would mask every other message."""

_CROWD: Final = 40
"""Literals of one statement or row of lines, as in minified code, or a page with its data in it.
Most are names: were all of them taken, any message could lose its words, and all are masked where
they stand."""
_RANDOM: Final = 20
"""Characters of a value that a scanner of disorder means, whatever stands beside it."""
_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z_./$-]*+")
_DENSE: Final = re.compile(r"[^\s(){}\[\]<>;\0]{4,500}")
"""What a crowd is searched for: no code between two quotes that belong to others."""
_ESCAPED: Final = 2000
"""Characters; what is longer is looked for as it is, and its parts in every form."""

_ASSIGNED: Final = re.compile(r"[\w.\-\"'\])]\s*(?::=|=>|=|:)\s*(\S.*)")
_PART: Final = re.compile(r"[^\s;&,=:@/?#\"'`(){}\[\]<>]+")
_USER_INFO: Final = re.compile(r"://[^\s/:@]{0,300}:")
_SPACE: Final = re.compile(r"\s|\Z")
_LONGEST: Final = 1000
"""Characters of a password in a URL."""
_ANNOUNCED: Final = re.compile(
    r"(?i)(?:pass\w{0,60}|pwd|secret|token|key|auth\w{0,60})[^\w\n]+(\S+)"
)
_OPTION: Final = re.compile(r"(?<![\w-])-[A-Za-z]{0,4}?[pPawWku][ \t=]{0,4}(\S{1,1000})")
"""A password's option has one letter; `-sSu bob:…`, `-p…`."""
_SCHEME: Final = re.compile(r"(?i)\b(?:bearer|basic|identified by)[\\ \t]{1,4}(\S{1,4000})")
_SIGNS: Final = re.compile(r"[:;,=&|]")
_AROUND: Final = "\\\"'`,;(){}[]<>"
_COMMENT: Final = re.compile(r"(?:#|//|/\*|--|<!--)\s*(.*)")
_ESCAPE: Final = re.compile(
    r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": "", "b": "\b", "f": "\f"}


def harvest(block: str, *, code: bool) -> set[str]:
    """Give everything on these lines that may be a secret or a part of one."""
    matches = list(literals.find(block))
    found: set[str] = set()
    for text in {literals.content(match) for match in matches}:
        found.update(_literal_values(text))
    whole = set(literals.join(matches, block))
    for text in whole:
        found.update((text, decoded(text)))
    beside = set(_beside(matches, block).split("\n"))
    for line in beside:
        found.update(_bare_values(line, code=code))
    crowd = len(matches) > _CROWD
    if code or crowd:
        meant = _meant(block, whole, code=code)
        meant.update(each for text in (*whole, *beside) for each in passwords(text))
        found = _without_names(found, meant, crowd=crowd)
    return {value for value in found if _is_telling(value)}


def _meant(block: str, whole: Iterable[str], *, code: bool) -> set[str]:
    """Give what the names of credentials announce in these lines."""
    meant = set(net.announced(block, code=code))
    sizes = sorted({len(each) for each in meant if each})
    meant.update(text for text in whole if _starts_with_one(text, meant, sizes))
    return {value for text in meant for value in _literal_values(text)}


def _starts_with_one(text: str, beginnings: Collection[str], sizes: Iterable[int]) -> bool:
    """Ask for no beginning longer than the text: then all texts of a file cost what it is long."""
    return any(text[:size] in beginnings for size in takewhile(len(text).__ge__, sizes))


def _without_names(found: set[str], meant: set[str], *, crowd: bool) -> set[str]:
    """Drop what is a name of something, where it is known which literals are the credentials.

    `login(role="owner", password="…")` would take the word "owner" out of every message.
    """
    if crowd:
        found = {value for value in found if _DENSE.fullmatch(value)}
    others = {value for value in found if not _NAME.fullmatch(value)}
    known_which = meant or any(len(value) >= _RANDOM for value in others)
    return meant | others if known_which else found


def quoted(text: str) -> set[str]:
    """Give what a sentence puts into quotes, and the parts of it that may be secrets."""
    if not is_quoting(text):
        return set()
    contents = {literals.content(match) for match in literals.find(text)}
    found = {value for content in contents for value in _literal_values(content)}
    return {value for value in found if _is_telling(value)}


def is_quoting(text: str) -> bool:
    """Tell whether there is a quote; most texts that a log carries have none."""
    return '"' in text or "'" in text or "`" in text


def main(block: str, *, code: bool) -> str:
    """Give the one value a secret scanner most likely means: the longest there is."""
    found = {decoded(text) for text in literals.joined(block)}
    if not any(found):
        found = {value for line in block.split("\n") for value in _bare_values(line, code=code)}
    return max(found, key=lambda value: (len(value), value), default="") or block.strip()


def forms(value: str) -> Iterator[str]:
    """Give the value as it is, and as JSON, URLs, Python, HTML, base64 and SHA-1 show it."""
    data = value.encode("utf-8", "surrogatepass")
    yield value
    # Nobody escapes letters and digits.
    if len(value) <= _ESCAPED and not (value.isascii() and value.isalnum()):
        yield json.dumps(value)[1:-1]
        yield json.dumps(value, ensure_ascii=False)[1:-1]
        yield repr(value)[1:-1]
        yield html.escape(value)
        yield quote(data, safe="")
        if " " in value:
            yield quote_plus(data)
    yield data.hex()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(data).decode().rstrip("=")
    # detect-secrets prints this one: without salt, it can be guessed.
    yield hashlib.sha1(data, usedforsecurity=False).hexdigest()


def decoded(text: str) -> str:
    r"""Resolve `\n`, `\x41`, `é` and the like, as most languages do."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits:
        code = int(digits, 16)
        return chr(code) if code <= 0x10FFFF else match[0]  # noqa: PLR2004 - Unicode's last
    return _SIMPLE.get(match[4], match[4])


def _beside(matches: Iterable[re.Match[str]], block: str) -> str:
    """Give what stands outside of literals, with a mark in place of each."""
    pieces: list[str] = []
    end = 0
    for match in matches:
        start, after = match.span()
        pieces.append(block[end:start])
        end = after
    return "\0".join((*pieces, block[end:]))


@lru_cache(_LATELY)
def _literal_values(text: str) -> frozenset[str]:
    found: set[str] = set()
    for value in {text, decoded(text), decoded(text).replace("\r\n", "\n")}:
        found.add(value)
        found.update(passwords(value))
        found.update(_announced(value))
        if len(value) > _LONG:
            found.update(_parts(value))
            found.update(line.strip() for line in value.split("\n") if len(line) >= _WORD)
    return frozenset(found)


def _bare_values(line: str, *, code: bool) -> Iterator[str]:
    """Outside of literals, code holds values only in comments; elsewhere any word may be one."""
    line = line.strip()
    comment = _COMMENT.search(line)
    yield from _parts(comment[1] if code and comment else "" if code else line)
    if code and comment:
        yield from _announced(comment[1])
    if code or not line or "\0" in line:  # beside a literal stand names
        return
    yield line
    yield from passwords(line)
    yield from _announced(line)
    if assigned := _ASSIGNED.search(line):
        yield assigned[1]
        yield from _pieces(assigned[1].split()[0])
    name, *rest = line.split()
    if len(rest) < _FEW:
        for word in rest or [name]:
            yield from _pieces(word)


def passwords(text: str) -> Iterator[str]:
    """Give what stands between the user's colon and the last `@` of each URL."""
    end = 0
    for match in _USER_INFO.finditer(text) if "@" in text else ():
        start = match.end()
        if start >= end and (space := _SPACE.search(text, start)):
            end = space.start()
        place = text.rfind("@", start, min(end, start + _LONGEST + 1))
        if place > start:
            yield text[start:place]


def _announced(text: str) -> Iterator[str]:
    """Give the words that a name, an option or a scheme announces as credentials."""
    for pattern in (_ANNOUNCED, _OPTION, _SCHEME):
        for word in pattern.findall(text):
            yield from _pieces(word)


def _pieces(word: str) -> Iterator[str]:
    """Give a word, what is inside of its brackets, and its parts: `bob:…`, `session=…;`."""
    yield word
    if word.isalnum():
        return
    if "://" not in word:
        yield word.strip(_AROUND)
        yield from (part.strip(_AROUND) for part in _SIGNS.split(word))


def _parts(text: str) -> Iterator[str]:
    """Give the words of a value that are no plain words: those with a digit."""
    for part in _PART.findall(text):
        if len(part) >= _WORD and any(character.isdigit() for character in part):
            yield part


def _is_telling(value: str) -> bool:
    """Tell whether a value is worth looking for in other texts."""
    if len(value.strip()) < SHORTEST or len(set(value)) == 1:
        return False
    if value.strip("\"'`:=,;()[]{} ").lower() in plain_words():
        return False
    return len(value) >= _WORD or not (value.isalpha() or value.isdigit())
