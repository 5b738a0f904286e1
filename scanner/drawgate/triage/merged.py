"""Masks what logs tell of credentials while they are merged: result by result, as plain JSON.

Merging never holds all results, so this sees one at a time. A value that one result tells is
not looked for in another one, nor is the line that it names.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import msgspec

from drawgate.core.finding import Finding, Kind
from drawgate.resources import table
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.ingest_results import Reader
from drawgate.sarif.ingest_rules import Rules
from drawgate.sarif.ingest_run import kind_of
from drawgate.sarif.merge import Masks
from drawgate.sarif.model import Named, Result, Run
from drawgate.triage.credentials import is_credential
from drawgate.triage.mask import Mask, mask_of
from drawgate.triage.net import STARS, mask_text
from drawgate.triage.told import bare, told_values

Json = dict[str, Any]

_SOURCE: Final = frozenset({"snippet", "insertedContent", "contents", "body", "arguments"})
"""Properties that hold pieces of files, or the pieces that a message is made of."""
_HASHES: Final = frozenset({"fingerprints", "partialFingerprints"})
_BAGS: Final = _HASHES | {"properties"}
_NAMES: Final = frozenset(
    {"id", "guid", "ruleId", "correlationGuid", "kind", "level", "status", "baselineState", "uri"}
    | {"uriBaseId", "name", "fullyQualifiedName", "version", "semanticVersion", "roles"}
    | {"language", "columnKind", "$schema"}
)
"""Properties by which things are found again: their values stay, but for known credentials."""
_FIRST_TO_LAST: Final = re.compile(r"""(["'`]).*\1""", re.DOTALL)


class _RunMask:
    """What masks the results of one run."""

    def __init__(self, body: Json) -> None:
        """Take a run without its results. ValidationError: it is none."""
        run = msgspec.convert(body, Run)
        self._tool = run.tool.driver.name
        self._kind = kind_of(self._tool)
        self._rules = Rules(run)
        self._reader = Reader(run=run, rules=self._rules, places=Places(run), kind=self._kind)
        self.always = (
            self._kind is Kind.SECRETS
            or self._tool.lower() in table("credentials")["rules"]
            or any(map(self._is_about, _each_rule(run)))
        )
        """Whether any result may be about a credential; else only one that has taxa of its own."""

    def concerns(self, result: Json) -> bool:
        """Tell whether a result is about a credential. ValidationError: it is no result."""
        return self._is_about(msgspec.convert(result, Named))

    def mask(self, result: Json) -> None:
        """Mask a result that is about a credential, in place. ValidationError: it is no result."""
        finding = self._reader.read(msgspec.convert(result, Result))
        texts = "\n".join((finding.snippet, *_snippets(result)))
        # A secret scanner's finding tells more than one about a flaw in code does.
        told = told_values((replace(finding, kind=Kind.SECRETS, snippet=texts),))
        hashes = bare(replace(finding, kind=Kind.SECRETS)).fingerprints
        for name in _HASHES & result.keys():
            result[name] = {k: v for k, v in result[name].items() if hashes.get(k) == v}
        _mask(result, mask_of((), {}, told))

    def _is_about(self, named: Named) -> bool:
        rule = self._rules.describe(named).rule
        return is_credential(Finding(kind=self._kind, rule=rule, message="", tool=self._tool))


def _mask_body(body: Json) -> None:
    """Mask what looks like a credential in a run without its results, or a log without its runs."""
    for key, value in body.items():
        body[key] = _netted(key, value)


MASKS: Final = Masks(results=_RunMask, body=_mask_body)
"""Masks each result about a credential, and what looks like one beside the results."""


def _each_rule(run: Run) -> Iterator[Named]:
    for component in (run.tool.driver, *run.tool.extensions):
        yield from (Named(rule_id=rule.id) for rule in component.rules or ())


def _snippets(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Give the texts of all pieces of files."""
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _texts(held) if key in _SOURCE else _snippets(held)
    elif isinstance(value, list):
        for held in value:
            yield from _snippets(held)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for held in value.values() if isinstance(value, dict) else value:
            yield from _texts(held)


def _mask(value: Json, mask: Mask) -> None:
    """Mask an object: what a tool carries beside its words goes, but for what is ours."""
    for key in list(value):
        if key == "properties" and isinstance(value[key], dict):
            value[key] = {k: v for k, v in value[key].items() if k.startswith("drawgate/")}
        if key not in _HASHES:
            value[key] = _hidden(key, value[key], mask)
        if key in _BAGS and not value[key]:
            del value[key]


def _hidden(key: str, value: Any, mask: Mask, *, source: bool = False) -> Any:  # noqa: ANN401 - any JSON
    source = source or key in _SOURCE
    if isinstance(value, str):
        if source:
            return STARS
        if key in _NAMES:
            return mask.values(value)
        return _FIRST_TO_LAST.sub(rf"\1{STARS}\1", mask.text(value))
    if isinstance(value, list):
        return [_hidden(key, held, mask, source=source) for held in value]
    if isinstance(value, dict):
        return {name: _hidden(name, held, mask, source=source) for name, held in value.items()}
    return value


def _netted(key: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value if key in _NAMES else mask_text(value)
    if isinstance(value, list):
        return [_netted(key, held) for held in value]
    if isinstance(value, dict):
        return {name: _netted(name, held) for name, held in value.items()}
    return value
