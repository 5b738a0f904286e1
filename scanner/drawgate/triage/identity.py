"""Identity: keys that find a flaw again, and a UUID that stays with it."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Final
from uuid import UUID

from drawgate.core.finding import Dependency, Finding, Kind, changed
from drawgate.sarif.fingerprint import line_hashes
from drawgate.triage import literals, values
from drawgate.triage.credentials import keys
from drawgate.triage.digest import digest, joined
from drawgate.triage.lines import split
from drawgate.triage.scopes import scopes
from drawgate.triage.tokens import Cut, cut, tokens, whole

LINE_HASH: Final = "primaryLocationLineHash"
"""GitHub's key. It has no version, and nobody else's value may stand there."""
LINE_TEXT: Final = "drawgate/lineText/v1"
MESSAGE: Final = "drawgate/message/v1"
PACKAGE: Final = "drawgate/package/v1"
SECRET: Final = "drawgate/secret/v1"  # noqa: S105 - a key's name
TOKENS: Final = "drawgate/snippetTokens/v2"
TOKENS_1: Final = "drawgate/snippetTokens/v1"
"""Knew of quotes; code without any has one key in both."""
WHOLE: Final = "drawgate/wholeRegion/v1"
"""All of a region of which `TOKENS` takes only the beginning; only such have it."""
SCOPE: Final = "drawgate/scope/v1"

_NAMESPACE: Final = UUID("6f1d6a52-6f0e-5c59-9d0e-0d6f7b7c2b11")
_LAYOUT: Final = re.compile(r"[\s()]+")
_DIGITS: Final = re.compile(r"\d+")
_QUOTED_PATH: Final = re.compile(r"([\"'`])[^\"'`\s]*[/\\][^\"'`\s]*\1")


def identify(
    findings: tuple[Finding, ...],
    sources: Mapping[str, str],
    masked: Mapping[str, str],
    key: bytes = b"",
) -> tuple[Finding, ...]:
    """Give each finding its partial fingerprints and an identity; one that it alone has stays.

    Everything is hashed over `masked`, for a hash of a secret can be guessed. `sources` is
    read only with a `key` (DRAWGATE_IDENTITY_KEY): then a secret's value gets an HMAC-SHA-256.
    """
    texts = _texts(findings, sources, masked)
    secrets = _secrets(findings, sources, key) if key else {}
    messages: dict[str, str] = {}
    return _identified(
        findings, [_fingerprints(finding, texts, secrets, messages) for finding in findings]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What keys are made of in one file: its masked lines."""

    masked: str
    hashes: Mapping[int, str]
    cut: Cut
    scopes: Mapping[int, str]


def _texts(
    findings: Iterable[Finding], sources: Mapping[str, str], masked: Mapping[str, str]
) -> dict[str, _Text]:
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        if finding.path in masked:
            wanted.setdefault(finding.path, set()).update((1, finding.line or 1))
    return {
        path: _text(path, masked[path], sources.get(path, ""), numbers)
        for path, numbers in wanted.items()
    }


def _text(path: str, masked: str, source: str, wanted: set[int]) -> _Text:
    lines = split(masked)
    return _Text(
        masked=masked,
        hashes=line_hashes(masked, wanted),
        cut=cut(lines, [] if source == masked else split(source)),
        scopes=scopes(path, lines, wanted),
    )


def _fingerprints(
    finding: Finding,
    texts: Mapping[str, _Text],
    secrets: Mapping[tuple[str, int], str],
    messages: dict[str, str],
) -> dict[str, str]:
    """Give the keys, each of them only where it can be known."""
    found = dict(finding.fingerprints)
    path, line = finding.path, finding.line or 1
    if text := texts.get(path):
        # A line that the file does not have counts as the file: its first line.
        found[LINE_HASH] = text.hashes.get(line, text.hashes[1])
    if finding.dependency:
        found[PACKAGE] = digest(*_package(finding.dependency), path)
    elif text and finding.line and 0 < finding.line <= len(text.cut.lines):
        found |= _in_source(finding, finding.line, text)
    if MESSAGE not in found:
        found[MESSAGE] = messages.get(finding.message) or digest(_plain(finding.message))
        messages[finding.message] = found[MESSAGE]
    if value := secrets.get((path, line)):
        found[SECRET] = value
    return found


def _in_source(finding: Finding, line: int, text: _Text) -> dict[str, str]:
    found = {LINE_TEXT: line_text(text.cut.lines[line - 1])}
    if finding.region:
        found[TOKENS] = digest(tokens(text.cut, finding.region, whole=finding.masked))
        long = whole(text.cut, finding.region, hidden=finding.masked)
        if long != "":
            found[WHOLE] = digest(long) if long else _of_file(text.masked)
    if scope := text.scopes.get(line):
        found[SCOPE] = digest(scope)
    return found


_of_file = lru_cache(maxsize=1)(digest)
"""Findings come file by file, and a large file may have thousands of long ones."""


def line_text(line: str) -> str:
    """Give the key of a line's text, without its layout."""
    return digest(_LAYOUT.sub("", line))


def _plain(message: str) -> str:
    """Mask what changes though the flaw does not: numbers, and the names of files."""
    return _DIGITS.sub("0", _QUOTED_PATH.sub("''", message))


def _package(dependency: Dependency) -> tuple[str, str, str]:
    """Name the flaw without the version: an upgrade that does not mend it changes nothing."""
    return dependency.ecosystem, dependency.name, dependency.advisory


def _secrets(
    findings: Iterable[Finding], sources: Mapping[str, str], key: bytes
) -> dict[tuple[str, int], str]:
    wanted: dict[str, set[int]] = {}
    for finding in findings:
        if finding.kind is Kind.SECRETS and finding.line and finding.path in sources:
            wanted.setdefault(finding.path, set()).add(finding.line)
    found = {}
    for path, numbers in wanted.items():
        for line, value in _secret_values(path, sources[path], numbers):
            data = value.encode("utf-8", "surrogatepass")
            found[path, line] = hmac.new(key, data, hashlib.sha256).hexdigest()
    return found


def _secret_values(path: str, text: str, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    lines = split(text)
    code = literals.is_code(path, text)
    spans = {
        number: (first, last)
        for first, last in (*literals.long_literals(path, text), *keys(lines))
        for number in range(first, last + 1)
    }
    known: dict[tuple[int, int], str] = {}
    for number in numbers:
        if 0 < number <= len(lines):
            first, last = span = spans.get(number, (number, number))
            if span not in known:
                known[span] = values.main("\n".join(lines[first - 1 : last]), code=code)
            yield number, known[span]


def _identified(
    findings: tuple[Finding, ...], fingerprints: list[dict[str, str]]
) -> tuple[Finding, ...]:
    """Add fingerprints and identities; equal findings are numbered in source order.

    So no two findings share an identity.
    """
    names = [_name(*each) for each in zip(findings, fingerprints, strict=True)]
    order = sorted(
        range(len(findings)), key=lambda n: (findings[n].path, _place(findings[n]), names[n])
    )
    identities = _kept(findings, order)
    taken = frozenset(identities)
    numbers = {name: count() for name in names}
    for index in order:
        fresh = (derived(names[index], number) for number in numbers[names[index]])
        identities[index] = identities[index] or next(one for one in fresh if one not in taken)
    return tuple(
        changed(finding, fingerprints=hashes, identity=identity)
        for finding, hashes, identity in zip(findings, fingerprints, identities, strict=True)
    )


def _kept(findings: tuple[Finding, ...], order: Iterable[int]) -> list[str]:
    """Give the identities that findings came with; one that came twice stays with the first.

    Another tool's log may give one GUID to many results, and two logs of ours may be one by now.
    """
    first: dict[str, int] = {}
    for index in order:
        first.setdefault(findings[index].identity, index)
    return [each.identity if first[each.identity] == n else "" for n, each in enumerate(findings)]


def derived(name: tuple[str, ...], number: int) -> str:
    """Give the identity of the n-th finding of a name."""
    return uuid5(joined(*name, str(number)).encode("utf-8", "backslashreplace"))


def uuid5(name: bytes) -> str:
    """Give what `uuid.uuid5` gives, in a third of the time (RFC 9562 §5.5)."""
    text = hashlib.sha1(_NAMESPACE.bytes + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def _name(finding: Finding, fingerprints: Mapping[str, str]) -> tuple[str, ...]:
    """Say what makes a finding this one; lines and what tools rephrase are no part of it."""
    keys = [fingerprints.get(key, "") for key in (PACKAGE, LINE_TEXT)]
    told = "" if any(keys) else digest(_DIGITS.sub("0", finding.message))
    return (finding.tool, finding.rule.id, finding.path, *keys, told)


def _place(finding: Finding) -> tuple[object, ...]:
    """Order by place, then by all the rest, so that the order of reports does not matter."""
    place = finding.location
    version = finding.dependency.version if finding.dependency else ""
    rest = (finding.message, version, finding.suppressed, finding.kind, finding.rule.cwe)
    if place is None:
        return (0, *rest)
    ends = (place.line, place.column, place.end_line, place.end_column)
    return (1, *((end is not None, end or 0) for end in ends), place.unit, *rest)
