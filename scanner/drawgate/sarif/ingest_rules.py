"""Which rule a result is about, and what the log says of that rule (§3.27.5-7, §3.49, §3.52)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from drawgate.core.finding import Rule
from drawgate.sarif import names
from drawgate.sarif.model import (
    Component,
    ComponentReference,
    Descriptor,
    DescriptorReference,
    Level,
    Multiformat,
    Result,
    Run,
)

NO_RULE: Final = "no-rule-id"
"""Stands for the rule of results that name none (§3.27.5 allows that)."""
_CWE_ID: Final = re.compile(r"(?:CWE[-_ :]?)0*([1-9]\d*)", re.IGNORECASE)
_CWE_TAG: Final = re.compile(r"(?:external/cwe/)?cwe[-_ :/]?0*([1-9]\d*)\b.*", re.IGNORECASE)
"""As CodeQL ("external/cwe/cwe-079") and semgrep ("CWE-79: Improper …") write it."""
_TOP_SCORE: Final = 10.0


class _Own(msgspec.Struct, kw_only=True):
    """What Drawgate says about a rule, under its own names."""

    id: str = msgspec.field(name=names.RULE_ID, default="")
    help_uri: str = msgspec.field(name=names.HELP_URI, default="")
    tags: tuple[str, ...] | None = msgspec.field(name=names.TAGS, default=None)
    filled: tuple[str, ...] = msgspec.field(name=names.FILLED, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A rule, and what the log says of its results unless they say otherwise."""

    rule: Rule
    level: Level | None
    score: float | None
    precision: str


class Rules:
    """The rules of one run."""

    def __init__(self, run: Run) -> None:
        self._driver = run.tool.driver
        self._extensions = run.tool.extensions
        self._by_id: dict[str, Descriptor] = {}
        for component in (self._driver, *self._extensions):
            for descriptor in component.rules or ():
                self._by_id.setdefault(descriptor.id, descriptor)
        self._overrides = [
            {self._find(one.descriptor): one.configuration.level for one in overrides}
            for overrides in (one.rule_configuration_overrides for one in run.invocations)
        ]
        self._described: dict[tuple[int, str, tuple[int, ...]], Described] = {}

    def describe(self, result: Result) -> Described:
        """Give the result's rule; what the log says of one rule is read once."""
        descriptor = self._descriptor(result)
        identifier = _identifier(result, descriptor)
        weaknesses = tuple(_numbers(result.taxa))
        key = (id(descriptor), identifier, weaknesses)
        if key not in self._described:
            self._described[key] = _describe(descriptor, identifier, weaknesses)
        return self._described[key]

    def message(self, result: Result, name: str) -> Multiformat | None:
        """Look a message up by its id: in the rule, then in its component (§3.11.7)."""
        descriptor = self._descriptor(result)
        mine = descriptor.message_strings if descriptor else {}
        return mine.get(name) or self._driver.global_message_strings.get(name)

    def override(self, result: Result) -> Level | None:
        """Give the level that the user configured for the result's invocation (§3.27.10)."""
        index = result.provenance.invocation_index if result.provenance else -1
        if not 0 <= index < len(self._overrides):
            return None
        descriptor = self._descriptor(result)
        return self._overrides[index].get(id(descriptor)) if descriptor else None

    def _descriptor(self, result: Result) -> Descriptor | None:
        reference = result.rule or DescriptorReference()
        identifier = reference.id or result.rule_id
        index = reference.index if reference.index >= 0 else result.rule_index
        found = self._at(reference.tool_component, index, reference.guid)
        return found or self._named(identifier)

    def _find(self, reference: DescriptorReference) -> int:
        found = self._at(reference.tool_component, reference.index, reference.guid)
        return id(found or self._named(reference.id))

    def _at(
        self, reference: ComponentReference | None, index: int, guid: str | None
    ) -> Descriptor | None:
        component = self._component(reference)
        rules = (component.rules if component else None) or []
        if 0 <= index < len(rules):
            return rules[index]
        if guid is None:
            return None
        return next((one for one in rules if one.guid == guid), None)

    def _component(self, reference: ComponentReference | None) -> Component | None:
        """Find the driver or an extension (§3.54.2)."""
        if reference is None:
            return self._driver
        if reference.index >= 0:
            known = reference.index < len(self._extensions)
            return self._extensions[reference.index] if known else None
        if reference.guid is None:
            return self._driver
        components = (self._driver, *self._extensions)
        return next((one for one in components if one.guid == reference.guid), None)

    def _named(self, identifier: str | None) -> Descriptor | None:
        """Find by id; a result may name a part of a rule, `CA1000/1` of `CA1000` (§3.27.5)."""
        while identifier:
            if identifier in self._by_id:
                return self._by_id[identifier]
            identifier = identifier.rpartition("/")[0]
        return None


def _identifier(result: Result, descriptor: Descriptor | None) -> str:
    """Give the most exact id that the result has."""
    reference = result.rule.id if result.rule else None
    return result.rule_id or reference or (descriptor.id if descriptor else NO_RULE)


def _describe(
    descriptor: Descriptor | None, identifier: str, weaknesses: tuple[int, ...]
) -> Described:
    if descriptor is None:
        rule = Rule(id=identifier, cwe=weaknesses)
        return Described(rule=rule, level=None, score=None, precision="")
    default = descriptor.default_configuration
    return Described(
        rule=_rule(descriptor, identifier, weaknesses),
        level=default.level if default else None,
        score=_score(descriptor.properties.get("security-severity")),
        precision=_text(descriptor.properties.get("precision")),
    )


def _rule(descriptor: Descriptor, identifier: str, weaknesses: tuple[int, ...]) -> Rule:
    own = msgspec.convert(descriptor.properties, _Own)
    tags = _tags(descriptor)
    targets = _numbers(one.target for one in descriptor.relationships)
    tagged = _tagged(tags) if own.tags is None else ()
    numbers = dict.fromkeys((*targets, *tagged, *weaknesses))
    long, short = _text_of(descriptor.full_description), _text_of(descriptor.short_description)
    return Rule(
        id=own.id + identifier.removeprefix(descriptor.id) if own.id else identifier,
        name=descriptor.name or "",
        description="" if "description" in own.filled else long or short,
        help="" if "help" in own.filled else _text_of(descriptor.help),
        help_uri=descriptor.help_uri or own.help_uri,
        cwe=tuple(numbers),
        tags=tags if own.tags is None else own.tags,
    )


def _text_of(text: Multiformat | None) -> str:
    return (text.text or text.markdown or "") if text else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tags(descriptor: Descriptor) -> tuple[str, ...]:
    tags = descriptor.properties.get("tags")
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def _numbers(references: Iterable[DescriptorReference]) -> Iterable[int]:
    """Read CWE numbers from taxa; "327" alone counts when the taxonomy is named CWE."""
    for reference in references:
        component = reference.tool_component
        named = bool(component and (component.name or "").upper() == "CWE")
        identifier = reference.id or ""
        match = _CWE_ID.fullmatch(identifier)
        if match:
            yield int(match[1])
        elif named and identifier.isdecimal():
            yield int(identifier)


def _tagged(tags: Iterable[str]) -> Iterable[int]:
    return (int(match[1]) for tag in tags if (match := _CWE_TAG.fullmatch(tag)))


def _score(value: object) -> float | None:
    """Read GitHub's `security-severity`: a number above 0, most often in a string."""
    try:
        score = float(value) if isinstance(value, str | int | float) else 0.0
    except ValueError:  # "null" and "undefined" are met in the wild (codeql-action #2187)
        return None
    return score if 0 < score <= _TOP_SCORE else None
