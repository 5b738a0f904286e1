"""Redaction, the first step of triage: no secret leaves through a finding or a tool's output."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from drawgate.core.finding import Finding
from drawgate.triage.credentials import credential_lines, is_credential
from drawgate.triage.mask import Mask, mask_of, mask_sources
from drawgate.triage.net import STARS, mask_text

__all__ = ["Mask", "credential_lines", "mask_of", "mask_raw", "mask_sources", "mask_text", "redact"]

_QUOTED: Final = re.compile(r"""(["'`])(?:(?!\1).)*\1""", re.DOTALL)
_VISIBLE: Final = re.compile(r"\S")
_FIRST_TO_LAST: Final = re.compile(r"""(["'`]).*\1""", re.DOTALL)
"""Tools don't escape what they quote: in 'it's mine' only the outermost quotes can be trusted."""


def redact(findings: tuple[Finding, ...], mask: Mask) -> tuple[Finding, ...]:
    """Mask messages and properties, and flag findings whose line holds a credential."""
    known: dict[str, str] = {}

    def masked(text: str) -> str:
        if text not in known:
            known[text] = mask.text(text)
        return known[text]

    def quotes_masked(text: str) -> str:
        return _FIRST_TO_LAST.sub(rf"\1{STARS}\1", masked(text))

    def literals_masked(text: str) -> str:
        return _QUOTED.sub(rf"\1{STARS}\1", masked(text))

    result = []
    for finding in findings:
        held = _on_credential_line(finding, mask)
        about = is_credential(finding)
        hide = quotes_masked if about else literals_masked if held else masked
        properties = {key: hide(value) for key, value in finding.properties.items()}
        message = hide(finding.message)
        if about or held or message != finding.message or properties != finding.properties:
            finding = replace(  # noqa: PLW2901 - the loop's own next state
                finding,
                message=message,
                properties=properties,
                fingerprints=_own(finding) if about or held else finding.fingerprints,
                masked=about or held,
            )
        result.append(finding)
    return tuple(result)


def mask_raw(mask: Mask, data: bytes, keys: frozenset[str]) -> bytes:
    """Mask what a tool printed: JSON value by value, anything else as text.

    `keys` are JSON keys whose values are dropped whole (`Adapter.raw_keys`), also where the
    output is cut off in the middle.
    """
    text = data.decode("utf-8", "replace")
    try:
        documents = list(_documents(text))
    except (ValueError, RecursionError):
        return mask.text(_without_keys(text, keys)).encode("utf-8", "replace")
    known: dict[str, str] = {}
    shown = [_walk(document, mask, keys, known) for document in documents]
    # Without an indent, because only then is the encoder the quick one.
    return "".join(f"{json.dumps(each)}\n" for each in shown).encode()


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


def _after_space(text: str, position: int) -> int:
    found = _VISIBLE.search(text, position)
    return found.start() if found else len(text)


def _walk(value: Any, mask: Mask, keys: frozenset[str], known: dict[str, str]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        if value not in known:
            known[value] = mask.text(value)
        return known[value]
    if isinstance(value, list):
        return [_walk(each, mask, keys, known) for each in value]
    if isinstance(value, dict):
        return {
            _walk(key, mask, keys, known): STARS if key in keys else _walk(each, mask, keys, known)
            for key, each in value.items()
        }
    return value


def _without_keys(text: str, keys: frozenset[str]) -> str:
    if not keys:
        return text
    names = "|".join(sorted(map(re.escape, keys)))
    value = re.compile(rf'("(?:{names})"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)
    return value.sub(rf'\1"{STARS}"', text)
