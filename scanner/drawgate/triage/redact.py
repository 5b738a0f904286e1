"""Redaction, the first step of triage: no secret leaves through a finding or a tool's output."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from drawgate.core.finding import Finding, Rule, changed
from drawgate.triage.credentials import credential_lines, is_credential
from drawgate.triage.mask import Mask, mask_of, mask_sources
from drawgate.triage.net import STARS, mask_text
from drawgate.triage.texts import with_texts

__all__ = ["Mask", "credential_lines", "mask_of", "mask_raw", "mask_sources", "mask_text", "redact"]

_QUOTED: Final = re.compile(r"""(["'`])(?:(?!\1).)*\1""", re.DOTALL)
_VISIBLE: Final = re.compile(r"\S")
_FIRST_TO_LAST: Final = re.compile(r"""(["'`]).*\1""", re.DOTALL)
"""Tools don't escape what they quote: in 'it's mine' only the outermost quotes can be trusted."""


def redact(findings: tuple[Finding, ...], mask: Mask) -> tuple[Finding, ...]:
    """Mask messages, properties, rules and reasons; flag findings whose line holds a credential."""
    hiding = _Hiding(mask=mask)
    return tuple(_redacted(finding, hiding) for finding in findings)


def mask_raw(mask: Mask, data: bytes, keys: frozenset[str]) -> bytes:
    """Mask what a tool printed: JSON value by value, anything else as text.

    `keys` are JSON keys whose values are dropped whole (`Adapter.raw_keys`), also where the
    output is cut off in the middle.
    """
    known: dict[str, str] = {}
    with suppress(msgspec.MsgspecError, RecursionError):  # the quick way, for one sound document
        return msgspec.json.encode(_walk(msgspec.json.decode(data), mask, keys, known)) + b"\n"
    text = data.decode("utf-8", "replace")
    try:
        # Without an indent, because only then is the encoder the quick one. Walking and writing
        # may go too deep as well: how deep reading may go is another limit in every Python.
        shown = [f"{_compact(_walk(each, mask, keys, known))}\n" for each in _documents(text)]
    except (ValueError, RecursionError):
        return mask.text(_without_keys(text, keys)).encode("utf-8", "replace")
    return "".join(shown).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hiding:
    """The ways to hide, from the mildest to the strictest, each text and rule looked at once."""

    mask: Mask
    texts: dict[str, str] = field(default_factory=dict, repr=False)
    rules: dict[Rule, Rule] = field(default_factory=dict, repr=False)

    def values(self, text: str) -> str:
        """Hide what the mask knows."""
        if text not in self.texts:
            self.texts[text] = self.mask.text(text)
        return self.texts[text]

    def literals(self, text: str) -> str:
        """Hide also whatever stands in quotes."""
        return _QUOTED.sub(rf"\1{STARS}\1", self.values(text))

    def quotes(self, text: str) -> str:
        """Hide also all from the first quote to the last."""
        return _FIRST_TO_LAST.sub(rf"\1{STARS}\1", self.values(text))

    def rule(self, rule: Rule) -> Rule:
        """Hide what a rule's texts say of the match; its id is a name that waivers go by."""
        if rule not in self.rules:
            self.rules[rule] = replace(with_texts(rule, self.described), id=rule.id)
        return self.rules[rule]

    def described(self, _: str, text: str) -> str:
        """Hide what the mask knows, in any field."""
        return self.values(text)


def _redacted(finding: Finding, hiding: _Hiding) -> Finding:
    held = _on_credential_line(finding, hiding.mask)
    about = is_credential(finding)
    hide = hiding.quotes if about else hiding.literals if held else hiding.values
    fields: dict[str, Any] = {
        "message": hide(finding.message),
        "properties": {hiding.values(key): hide(each) for key, each in finding.properties.items()},
        "rule": hiding.rule(finding.rule),
        "suppressions": with_texts(finding.suppressions, hiding.described),
    }
    if about or held:
        fields |= {"fingerprints": _own(finding), "masked": True}
    elif all(getattr(finding, name) == value for name, value in fields.items()):
        return finding
    return changed(finding, **fields)


def _own(finding: Finding) -> Mapping[str, str]:
    """Drop what another tool hashed over a credential's line; ours were hashed masked."""
    ours = any(key.startswith("drawgate/") for key in finding.fingerprints)
    return finding.fingerprints if ours else {}


def _on_credential_line(finding: Finding, mask: Mask) -> bool:
    place = finding.location
    if place is None or place.line is None or not (lines := mask.lines.get(place.path)):
        return False
    return any(line in lines for line in range(place.line, (place.end_line or place.line) + 1))


def _documents(text: str) -> Iterator[Any]:
    """Give the JSON documents that follow one another; kingfisher prints two, for example."""
    decoder = json.JSONDecoder()
    position = _after_space(text, 0)
    while position < len(text):
        document, end = decoder.raw_decode(text, position)
        yield document
        position = _after_space(text, end)


def _compact(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, separators=(",", ":"))


def _after_space(text: str, position: int) -> int:
    found = _VISIBLE.search(text, position)
    return found.start() if found else len(text)


def _walk(value: Any, mask: Mask, keys: frozenset[str], known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """Mask all strings; most of a tool's output are numbers and words that stand there often."""
    if isinstance(value, str):
        return known.get(value) or known.setdefault(value, mask.text(value))
    if isinstance(value, list):
        return [_walk(each, mask, keys, known) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        known.get(key) or _walk(key, mask, keys, known): (
            STARS if key in keys else each if type(each) is int else _walk(each, mask, keys, known)
        )
        for key, each in value.items()
    }


def _without_keys(text: str, keys: frozenset[str]) -> str:
    if not keys:
        return text
    names = "|".join(sorted(map(re.escape, keys)))
    value = re.compile(rf'("(?:{names})"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
    return value.sub(rf'\1"{STARS}"', text)
