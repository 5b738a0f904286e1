"""What is known about the credentials of one scan, and how to keep them out of any text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.triage import blocks, literals, values
from drawgate.triage.credentials import credential_lines
from drawgate.triage.lines import split
from drawgate.triage.net import STARS, mask_source, mask_text

_WHOLE_FROM: Final = 8
"""Characters from which a value is masked inside of words too."""
_SHOWN: Final = 3
"""Lines, from a finding's first, that a snippet can hold."""
_FEW: Final = 20
"""Characters of text per head that make one search per head worth while."""
_COMMENT: Final = re.compile(r"(#|//|/\*|<!--).*")
_NUMBER: Final = re.compile(r"\b\d{4,}+\b")
_TELLING: Final = re.compile(r"\b\d{4,}+\b|[\w+/=-]{12,}")
_PUNCTUATION: Final = re.compile(r"[\s{}\[\]():,;=]*")
_NAME: Final = re.compile(r"[\s{(-]*(?:export\s+)?[A-Za-z_][\w.-]{0,60}\s*[:=]\s*[,;})\]]*")
"""What may stand beside a literal: the one name it is assigned to."""
_KEY: Final = re.compile(
    r"(?i)(\s*(?:- +|export +|set +|env +|arg +)?[\w.-]{0,40}"
    r"(?:pass|pwd|secret|token|key|cred|auth|url|uri|dsn|conn|user|login)[\w.-]{0,40}\s*[:=]\s*)(?=\S)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """Which lines hold credentials, and every value that stands on them.

    It is only ever kept in memory. Its `repr` shows no value.
    """

    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Lines to mask, by path."""
    bare: Mapping[str, frozenset[int]] = field(default_factory=dict, repr=False)
    """Lines that a secret scanner named: one without a literal is masked whole."""
    heads: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Values and their forms, longest first, by their first four characters."""
    own: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, repr=False)
    """The same for the values that stand in one file, by path."""

    def text(self, text: str) -> str:
        """Mask any text that leaves: messages, properties, errors, what tools printed."""
        return mask_text(self.values(text))

    def values(self, text: str) -> str:
        """Mask the values of this scan's credentials, and nothing that only looks like one."""
        return _without(self.heads, text)

    def data(self, data: bytes) -> bytes:
        """Mask bytes that hold text; bytes that are not UTF-8 become U+FFFD."""
        return self.text(data.decode("utf-8", "replace")).encode("utf-8", "surrogateescape")

    def source(self, path: str, text: str, shown: Iterable[int] = ()) -> str:
        r"""Mask a file's text line by line. What is `shown` also passes the second net.

        The result has the same lines; its line ends are all `\n`.
        """
        lines = split(text)
        code = literals.is_code(path, text)
        wanted = self.lines.get(path, frozenset())
        # Only the file's own values: what stands in other files must not change its hashes.
        own = self.own.get(path, {})
        for first, last in _runs(wanted, len(lines)):
            lines[first - 1 : last] = self._block(path, first, lines[first - 1 : last], code=code)
        return _netted(_without(own, "\n".join(lines)), shown, wanted, code=code)

    def _block(self, path: str, first: int, lines: list[str], *, code: bool) -> Iterator[str]:
        hidden = literals.without("\n".join(lines), literals.masked).split("\n")
        bare = self.bare.get(path, frozenset())
        # The body of a heredoc is text, whatever the language around it is.
        plain = {n for start, end in blocks.heredocs(lines) for n in range(start + 1, end)}
        for number, line in enumerate(hidden, 1):
            text = not code or number in plain
            yield _plain_line(line) if text else _code_line(line, whole=first + number - 1 in bare)


def mask_of(
    findings: Iterable[Finding], sources: Mapping[str, str], told: Iterable[str] = ()
) -> Mask:
    """Learn what to mask. `sources` is the decoded text of files that have findings.

    `told` are values that are known without a source.
    """
    findings = tuple(findings)
    lines = credential_lines(findings, sources)
    texts = {path: sources[path] for path in lines if path in sources}
    found = {path: set(_values(path, text, lines[path])) for path, text in texts.items()}
    forms = {value: tuple(values.forms(value)) for value in set(told).union(*found.values())}
    return Mask(
        lines=lines,
        bare=_named(findings),
        heads=values.index(forms.values()),
        own={path: values.index(forms[value] for value in own) for path, own in found.items()},
    )


def mask_sources(
    mask: Mask, findings: Iterable[Finding], sources: Mapping[str, str]
) -> dict[str, str]:
    """Mask the files themselves, line by line, for snippets and hashes."""
    shown: dict[str, set[int]] = {}
    for finding in findings:
        if finding.line:
            shown.setdefault(finding.path, set()).update(range(finding.line, finding.line + _SHOWN))
    return {path: mask.source(path, text, shown.get(path, ())) for path, text in sources.items()}


def _named(findings: Iterable[Finding]) -> dict[str, frozenset[int]]:
    named: dict[str, set[int]] = {}
    for finding in findings:
        if finding.kind is Kind.SECRETS and finding.line:
            named.setdefault(finding.path, set()).add(finding.line)
    return {path: frozenset(lines) for path, lines in named.items()}


def _values(path: str, text: str, wanted: frozenset[int]) -> Iterator[str]:
    lines = split(text)
    code = literals.is_code(path, text)
    for first, last in _runs(wanted, len(lines)):
        block = lines[first - 1 : last]
        yield from values.harvest("\n".join(block), code=code)
        for start, end in blocks.heredocs(block) if code else ():
            yield from values.harvest("\n".join(block[start : end - 1]), code=False)


def _runs(wanted: Iterable[int], count: int) -> Iterator[tuple[int, int]]:
    """Give first and last of each unbroken row of numbers up to `count`."""
    first = last = 0
    for number in sorted(n for n in wanted if n <= count):
        if number != last + 1 or not first:
            if first:
                yield first, last
            first = number
        last = number
    if first:
        yield first, last


def _without(heads: Mapping[str, tuple[str, ...]], text: str) -> str:
    if not heads:
        return text
    pieces, end = [], 0
    for start in _starts(heads, text):
        if start >= end and (value := _value_at(text, start, heads[text[start : start + 4]])):
            pieces.append(text[end:start])
            pieces.append(f"{STARS}\n" * value.count("\n") + STARS)
            end = start + len(value)
    return "".join((*pieces, text[end:]))


def _starts(heads: Mapping[str, tuple[str, ...]], text: str) -> Iterable[int]:
    """Give the places where one of the heads stands; few heads are quicker to look for."""
    if len(heads) * _FEW > len(text):
        size = values.SHORTEST
        return [i for i in range(len(text) - size + 1) if text[i : i + size] in heads]
    return sorted(i for head in heads for i in _places(head, text))


def _places(head: str, text: str) -> Iterator[int]:
    place = text.find(head)
    while place >= 0:
        yield place
        place = text.find(head, place + 1)


def _value_at(text: str, start: int, candidates: tuple[str, ...]) -> str:
    for value in candidates:
        if text.startswith(value, start) and _stands_alone(text, start, value):
            return value
    return ""


def _stands_alone(text: str, start: int, value: str) -> bool:
    """Short values and plain words count only as whole words, or "port" would hit "import"."""
    if len(value) >= _WHOLE_FROM and not value.isalpha():
        return True
    before, after = text[start - 1 : start], text[start + len(value) : start + len(value) + 1]
    return not (before.isalnum() and value[0].isalnum()) and not (
        after.isalnum() and value[-1].isalnum()
    )


def _code_line(line: str, *, whole: bool) -> str:
    """Hide comments, numbers and long mixed words; an odd quote means we lost our place."""
    line = _TELLING.sub(_hidden, _COMMENT.sub(rf"\1 {STARS}", line))
    rest = line.replace('"***"', "").replace("'***'", "").replace("`***`", "")
    lost = any(quote in rest.replace('"""', "").replace("'''", "") for quote in "\"'`")
    return STARS if lost or (whole and STARS not in line) else line


def _hidden(match: re.Match[str]) -> str:
    """Hide a number, and a word that mixes letters and digits; of any other, its numbers."""
    word = match[0]
    letters = any("a" <= character <= "z" for character in word.lower())
    if letters and any(character.isdecimal() for character in word):
        return STARS
    return _NUMBER.sub(STARS, word)


def _plain_line(line: str) -> str:
    """Outside of code, keep a name that announces a credential, and nothing else."""
    rest = line.replace('"***"', "").replace("'***'", "").replace(STARS, "")
    if _PUNCTUATION.fullmatch(rest) or (
        _NAME.fullmatch(rest) and _TELLING.sub(_hidden, rest) == rest
    ):
        return line
    key = _KEY.match(line)
    return f"{key[1]}{STARS}" if key else STARS


def _netted(text: str, shown: Iterable[int], wanted: frozenset[int], *, code: bool) -> str:
    numbers = sorted(set(shown) - wanted)
    if not numbers:
        return text
    lines = text.split("\n")
    for number in numbers:
        if 0 < number <= len(lines):
            lines[number - 1] = mask_source(lines[number - 1], code=code)
    return "\n".join(lines)
