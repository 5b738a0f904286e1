"""Credentials that another tool's log tells: its sources are not at hand, but its words are."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from drawgate.core.finding import Finding, Rule, changed
from drawgate.sarif import names
from drawgate.triage import identity, literals, values
from drawgate.triage.credentials import is_credential
from drawgate.triage.net import STARS

_FIRST_TO_LAST: Final = re.compile(r"""(["'`])(.*)\1""", re.DOTALL)
_TOKEN: Final = re.compile(r"[\w+/=~-]{12,}")
_SHORT_TOKEN: Final = re.compile(r"[\w+/=~!$%-]{6,}")
_NO_DIGIT: Final = re.compile(r"[A-Za-z_+/=~!$%-]*")
_PARTS: Final = re.compile(r"[-_/]")
_RANDOM: Final = 16
"""Characters of a token that no word of prose has when it mixes cases and digits."""
_HEX: Final = re.compile(r"[0-9a-fA-F]{20,}")
_WORDS: Final = re.compile(r"[A-Za-z]{1,12}(?:[ _-][A-Za-z]{1,12}){0,8}")
_OURS: Final = frozenset(
    {
        identity.LINE_HASH,
        identity.LINE_TEXT,
        identity.MESSAGE,
        identity.PACKAGE,
        identity.SECRET,
        identity.TOKENS,
        identity.TOKENS_1,
        identity.SCOPE,
        identity.WHOLE,
    }
)
_DIGEST: Final = re.compile(r"[0-9a-f]{1,64}(?::\d{1,9})?")
_TEXTS: Final = 4096
"""Texts that are taken apart once: results of one file or one commit come together."""
_RULES: Final = 1024
"""Rules whose texts are looked at once, however many results a log has of them."""
_STATES: Final = frozenset({names.RESULT_KIND})
"""What SARIF itself says about a result: one of a few words."""


def told_values(findings: Iterable[Finding]) -> set[str]:
    """Give what results about credentials quote, show or carry; our own `***` is none of it.

    Paths, ids and words of the rule are names, not credentials, unless they look random.
    """
    findings = tuple(findings)
    paths = frozenset(finding.path for finding in findings if finding.path)
    parts = frozenset(part for path in paths for part in path.split("/"))
    found: set[str] = set()
    rules: set[Rule] = set()
    for finding in findings:
        if is_credential(finding):
            found.update(v for v in set(_values(finding)) if not _is_named(v, finding))
            rules.add(finding.rule)
    for rule in rules:
        found.update(_told_by(rule))
    return {value for value in found if STARS not in value and value not in paths | parts}


def bare(finding: Finding) -> Finding:
    """Take off what a result about a credential carries beside its words, but for what is ours."""
    if not is_credential(finding):
        return finding
    properties = {k: v for k, v in finding.properties.items() if k in _STATES and v.isalpha()}
    hashes = {k: v for k, v in finding.fingerprints.items() if is_ours(k, v)}
    return changed(finding, properties=properties, fingerprints=hashes)


def _values(finding: Finding) -> Iterator[str]:
    code = literals.is_code(finding.path)
    yield from values.harvest(finding.snippet, code=code)
    for text in (finding.message, *(one.justification for one in finding.suppressions)):
        yield from _worded(text)
    hashes = (text for key, text in finding.fingerprints.items() if not is_ours(key, text))
    for text in (*finding.properties.values(), *hashes):
        yield from _carried(text)


@lru_cache(_TEXTS)
def _worded(text: str) -> frozenset[str]:
    """Give what a sentence tells."""
    found = {word for word in _TOKEN.findall(text) if _is_mixed(word)} | values.quoted(text)
    if values.is_quoting(text):
        inside = (match[2] for match in _FIRST_TO_LAST.finditer(text))
        found.update(each for each in inside if each[values.SHORTEST - 1 :])
    return frozenset(found)


@lru_cache(_TEXTS)
def _carried(text: str) -> frozenset[str]:
    """Give what a property tells: a commit, an author, a match."""
    found = {word for word in _SHORT_TOKEN.findall(text) if _is_mixed(word)}
    return frozenset(found | values.quoted(text))


def is_ours(key: str, value: str) -> bool:
    """Tell whether a fingerprint is one that was taken over masked text."""
    return key in _OURS and bool(_DIGEST.fullmatch(value))


def _is_mixed(word: str) -> bool:
    """Tell letters with digits from words: `Base64-encoded` and `src/v2/app` are words."""
    if _NO_DIGIT.fullmatch(word):
        return False
    return any(
        len(part) > values.SHORTEST + 1
        and any(c.isdigit() for c in part)
        and any(c.isalpha() for c in part)
        and not part.rstrip("0123456789").isalpha()
        for part in _PARTS.split(word)
    ) or (word[-1].isdigit() and word.isalnum() and word.rstrip("0123456789").isalpha())


def _random(text: str) -> Iterator[str]:
    for token in _TOKEN.findall(text):
        for part in _PARTS.split(token):
            mixed = any(c.isdigit() for c in part) and not (part.islower() or part.isupper())
            if (len(part) >= _RANDOM and mixed) or _HEX.fullmatch(part):
                yield part
                yield token


@lru_cache(_RULES)
def _told_by(rule: Rule) -> frozenset[str]:
    return frozenset(value for text in _rule_texts(rule) for value in _random(text))


def _rule_texts(rule: Rule) -> tuple[str, ...]:
    return (rule.name, rule.description, rule.help, rule.help_uri, *rule.tags)


def _is_named(value: str, finding: Finding) -> bool:
    """Tell whether a value is a name that the result goes by."""
    if value in (finding.rule.id, finding.tool):
        return True
    return bool(_WORDS.fullmatch(value)) and value.lower() in _said_by(finding.rule)


@lru_cache(_RULES)
def _said_by(rule: Rule) -> str:
    return " ".join((rule.id, *_rule_texts(rule))).lower()
