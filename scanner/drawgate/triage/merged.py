"""Masks what logs tell of credentials while they are merged: result by result, as plain JSON.

Merging never holds all results, so this sees one at a time, and beside it what others tell of its
line (`triage/merged_lines.py`). A value that one result tells is not looked for on other lines.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Final

import msgspec

from drawgate.core.finding import Finding, Kind, changed
from drawgate.resources import table
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.ingest_results import Reader
from drawgate.sarif.ingest_rules import Rules
from drawgate.sarif.ingest_run import kind_of
from drawgate.sarif.ingest_severity import kept_score
from drawgate.sarif.merge import Masks
from drawgate.sarif.model import Named, Result, Run
from drawgate.triage import values
from drawgate.triage.credentials import is_credential
from drawgate.triage.known import known
from drawgate.triage.mask import Mask
from drawgate.triage.merged_lines import Lines, Placed, lines_of
from drawgate.triage.net import STARS, mask_text
from drawgate.triage.told import is_ours, told_values

Json = dict[str, Any]

_SOURCE: Final = frozenset({"snippet", "insertedContent", "contents", "body", "arguments"})
"""Properties that hold pieces of files, or the pieces that a message is made of."""
_HASHES: Final = frozenset({"fingerprints", "partialFingerprints"})
_NAMES: Final = frozenset(
    {"id", "guid", "ruleId", "correlationGuid", "kind", "level", "status", "baselineState", "uri"}
    | {"uriBaseId", "name", "fullyQualifiedName", "version", "semanticVersion", "roles"}
    | {"language", "columnKind", "$schema"}
)
"""Properties by which things are found again: their values stay, but for known credentials."""
_NO_VALUES: Final = Mask()
_TEXTS: Final = 4096
"""Texts and values that are looked at once: results of one file or one commit come together."""
_FIRST_TO_LAST: Final = re.compile(r"""(["'`]).*\1""", re.DOTALL)


class _RunMask:
    """What masks the results of one run."""

    def __init__(self, lines: Lines, body: Json) -> None:
        """Take a run without its results. ValidationError: it is none."""
        self._lines = lines
        run = msgspec.convert(body, Run)
        self._tool = run.tool.driver.name
        self._kind = kind_of(self._tool)
        self._rules = Rules(run)
        self.places = Places(run)
        self._reader = Reader(run=run, rules=self._rules, places=self.places, kind=self._kind)
        self.always = (
            self._kind is Kind.SECRETS
            or self._tool.lower() in table("credentials")["rules"]
            or any(map(self._is_about, _each_rule(run)))
        )
        """Whether any result may be about a credential; else only one that has taxa of its own."""

    def concerns(self, result: Json) -> bool:
        """Tell whether a result is about a credential. ValidationError: it is no result."""
        return self._kind is Kind.SECRETS or self._is_about(msgspec.convert(result, Named))

    def told(self, result: Json) -> frozenset[str] | None:
        """Give the values that a result tells; None where it is not about a credential."""
        if not self.concerns(result):
            return None
        return frozenset(told_values((self._read(result)[0],)))

    def on_line(self, result: Json) -> frozenset[str] | None:
        """Give what is told of a result's lines; None where no credential is on them."""
        told = self._lines.told
        if not told:
            return None
        found = [line for line in self._numbers(result) if line in told]
        return frozenset().union(*(told[line] for line in found)) if found else None

    def mask(self, result: Json, told: frozenset[str] = frozenset()) -> list[Any]:
        """Mask a result about a credential, in place, and give what is hidden now.

        `told` are values that other results tell of the same line. ValidationError: it is no
        result.
        """
        finding, said = self._read(result)
        hiding = _Hiding(mask=_mask_for(told_values((finding,)) | told, said))
        hiding.hashes(result, finding.fingerprints)
        hiding.rest(result)
        return hiding.hidden

    def _read(self, result: Json) -> tuple[Finding, str]:
        """Read a result with all that it shows of files, and give its other texts."""
        finding = self._reader.read(msgspec.convert(result, Result))
        said: list[str] = []
        source: list[str] = []
        for name, value in result.items():
            _texts(value, [] if name in _HASHES else source if name in _SOURCE else said, source)
        # A secret scanner's finding tells more than one about a flaw in code does.
        snippet = "\n".join(dict.fromkeys((finding.snippet, *source)))
        return changed(finding, kind=Kind.SECRETS, snippet=snippet), "\n".join(said)

    def _numbers(self, result: Json) -> Iterator[int]:
        try:
            placed = msgspec.convert(result, Placed)
        except msgspec.ValidationError:  # one about a credential is refused elsewhere
            return iter(())
        return lines_of(placed, self.places)

    def _is_about(self, named: Named) -> bool:
        rule = self._rules.describe(named).rule
        return is_credential(Finding(kind=self._kind, rule=rule, message="", tool=self._tool))


def _mask_body(body: Json) -> None:
    """Mask what looks like a credential in a run without its results, or a log without its runs."""
    for key, value in body.items():
        body[key] = _netted(key, value)


def masks() -> Masks:
    """Mask, in one merge, what is told of credentials, and what looks like one elsewhere."""
    lines = Lines()
    return Masks(results=partial(_RunMask, lines), body=_mask_body, look=lines.look)


def _each_rule(run: Run) -> Iterator[Named]:
    for component in (run.tool.driver, *run.tool.extensions):
        yield from (Named(rule_id=rule.id) for rule in component.rules or ())


def _mask_for(told: Iterable[str], said: str) -> Mask:
    """Look only for what is there to be found: most values are told by a snippet alone."""
    found = [form for value in told for form in _forms(value) if form in said]
    return Mask(all=known(found)) if found else _NO_VALUES


@lru_cache(_TEXTS)
def _forms(value: str) -> tuple[str, ...]:
    return tuple(values.forms(value))


@lru_cache(_TEXTS)
def _netted_text(text: str) -> str:
    return _FIRST_TO_LAST.sub(rf"\1{STARS}\1", mask_text(text))


def _texts(value: Any, said: list[str], source: list[str]) -> None:  # noqa: ANN401 - any JSON value
    """Sort the texts of a result into pieces of files and all others."""
    if isinstance(value, str):
        said.append(value)
    elif isinstance(value, dict):
        for key, held in value.items():
            if type(held) is not int:  # most of what a place consists of
                _texts(held, source if key in _SOURCE else said, source)
    elif isinstance(value, list):
        for held in value:
            _texts(held, said, source)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hiding:
    """Hides what a result tells, and remembers what that was."""

    mask: Mask
    hidden: list[Any] = field(default_factory=list, repr=False)

    def hashes(self, result: Json, told: Mapping[str, str]) -> None:
        """Take off what another tool hashed."""
        ours = {key: value for key, value in told.items() if is_ours(key, value)}
        for name in sorted(_HASHES & result.keys()):
            self._keep(result, name, {k: v for k, v in result[name].items() if ours.get(k) == v})

    def rest(self, result: Json) -> None:
        """Mask all else: what a tool carries beside its words goes, but for what is ours."""
        bag = result.get("properties")
        if isinstance(bag, dict):
            kept = {k: v for k, v in bag.items() if k.startswith("drawgate/")} | kept_score(bag)
            self._keep(result, "properties", kept)
        for key in list(result):
            if key not in _HASHES:
                result[key] = self._masked(key, result[key])

    def _keep(self, result: Json, name: str, kept: Json) -> None:
        if len(kept) < len(result[name]):
            self.hidden.append(result[name])
        result[name] = kept
        if not kept:
            del result[name]

    def _masked(self, key: str, value: Any, *, source: bool = False) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, str):
            return self._text(key, value, source=source or key in _SOURCE)
        if isinstance(value, list):
            source = source or key in _SOURCE
            return [self._masked(key, held, source=source) for held in value]
        if isinstance(value, dict):
            source = source or key in _SOURCE
            return {
                name: held if type(held) is int else self._masked(name, held, source=source)
                for name, held in value.items()
            }
        return value

    def _text(self, key: str, text: str, *, source: bool) -> str:
        if source:
            shown = STARS
        elif key in _NAMES:
            shown = self.mask.values(text)
        else:
            shown = _netted_text(self.mask.values(text))
        if shown != text:
            self.hidden.append(text)
        return shown


def _netted(key: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return value if key in _NAMES else mask_text(value)
    if isinstance(value, list):
        return [_netted(key, held) for held in value]
    if isinstance(value, dict):
        return {name: _netted(name, held) for name, held in value.items()}
    return value
