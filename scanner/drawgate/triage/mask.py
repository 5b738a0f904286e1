"""What is known about the credentials of one scan, and how to keep them out of any text."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.triage import blocks, literals, values
from drawgate.triage.credentials import credential_lines, is_credential
from drawgate.triage.known import Known, known
from drawgate.triage.lines import split
from drawgate.triage.net import STARS, mask_source, mask_text

_SHOWN: Final = 3
"""Lines, from a finding's first, that a snippet can hold."""
_PASSES: Final = 3
"""A value of many lines may grow when it is masked, so there must be an end."""
_WORD: Final = re.compile(r"[a-z]+")
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
    all: Known = field(default_factory=Known)
    """Values of the whole scan."""
    own: Mapping[str, Known] = field(default_factory=dict, repr=False)
    """Values that stand in one file, by path."""

    def text(self, text: str) -> str:
        """Mask any text that leaves: messages, properties, errors, what tools printed."""
        known = self.values(text)
        netted = mask_text(known)
        return netted if netted == known else self.values(netted)

    def values(self, text: str) -> str:
        """Mask the values of this scan's credentials, and nothing that only looks like one.

        A value may hold stars itself, so what one leaves behind may be another one.
        """
        for _ in range(_PASSES):
            before, text = text, self.all.without(text)
            if text == before:
                break
        return text

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
        own = self.own.get(path, Known())
        for first, last in _runs(wanted, len(lines)):
            lines[first - 1 : last] = self._block(path, first, lines[first - 1 : last], code=code)
        return _netted(own.without("\n".join(lines)), shown, wanted, code=code)

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
    names = _rule_words(findings)
    found = {
        path: {v for v in _values(path, text, lines[path]) if v.lower() not in names}
        for path, text in texts.items()
    }
    forms = {value: tuple(values.forms(value)) for value in set(told).union(*found.values())}
    public = _path_words(findings)
    whole = known(form for each in forms.values() for form in each if form not in public)
    shared = public.isdisjoint(forms)
    own = {
        path: whole
        if shared and len(each) == len(forms)
        else known(f for v in each for f in forms[v])
        for path, each in found.items()
    }
    return Mask(lines=lines, bare=_named(findings), all=whole, own=own)


def mask_sources(
    mask: Mask, findings: Iterable[Finding], sources: Mapping[str, str]
) -> dict[str, str]:
    """Mask the files themselves, line by line, for snippets and hashes."""
    shown: dict[str, set[int]] = {}
    for finding in findings:
        if finding.line:
            shown.setdefault(finding.path, set()).update(range(finding.line, finding.line + _SHOWN))
    return {path: mask.source(path, text, shown.get(path, ())) for path, text in sources.items()}


def _rule_words(findings: Iterable[Finding]) -> frozenset[str]:
    """Give the words of which rules are named: "Secret Keyword" tells no secret."""
    rules = {finding.rule for finding in findings if is_credential(finding)}
    return frozenset(w for r in rules for w in _WORD.findall(f"{r.id} {r.name}".lower()))


def _path_words(findings: Iterable[Finding]) -> frozenset[str]:
    """Give the plain words of paths: they stand in every report, whoever takes one for a password.

    A development set-up has often the project's name for one. Its own file hides it all the same.
    """
    paths = {finding.path for finding in findings}
    return frozenset(part for path in paths for part in path.split("/") if part.isalpha())


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
