"""Which rule a result is about, and what the log says of that rule (§3.27.5-7, §3.49, §3.52)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from drawgate.core.finding import Rule
from drawgate.sarif import names
from drawgate.sarif.ingest_severity import Rated, rated
from drawgate.sarif.model import (
    Configuration,
    Descriptor,
    DescriptorReference,
    Level,
    Multiformat,
    Named,
    Result,
    Run,
)
from drawgate.sarif.references import Descriptors, at, configured, is_part_of, text_of

NO_RULE: Final = "no-rule-id"
"""Stands for the rule of results that name none (§3.27.5 allows that)."""
_CWE_ID: Final = re.compile(r"(?:CWE[-_ :]?)0*([1-9]\d*)", re.IGNORECASE)
_CWE_TAG: Final = re.compile(r"(?:external/cwe/)?cwe[-_ :/]?0*([1-9]\d*)\b.*", re.IGNORECASE)
"""As CodeQL ("external/cwe/cwe-079") and semgrep ("CWE-79: Improper …") write it."""


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
    rated: Rated
    precision: str


class Rules:
    """The rules of one run.

    ValidationError, from every method: a result's references contradict each other or lead to
    nothing (§3.27.5-7).
    """

    def __init__(self, run: Run) -> None:
        self._rules = Descriptors(run, "rules", lambda component: component.rules)
        self._taxa = Descriptors(run, "taxa", lambda component: component.taxa)
        self._overrides = [
            configured(self._rules, one.rule_configuration_overrides, f"invocations[{n}].rule")
            for n, one in enumerate(run.invocations)
        ]
        self._ours = names.COVERAGE in run.properties
        self._described: dict[tuple[int, str, tuple[int, ...]], Described] = {}

    def describe(self, result: Result | Named) -> Described:
        """Give the result's rule; what the log says of one rule is read once."""
        descriptor = self._descriptor(result)
        identifier = _identifier(result, descriptor)
        weaknesses = tuple(_weaknesses(result.taxa, (self._taxa,), "taxa[{}]"))
        key = (id(descriptor), identifier, weaknesses)
        if key not in self._described:
            related = self._related(descriptor)
            everything = (*related, *weaknesses)
            self._described[key] = _describe(descriptor, identifier, everything, ours=self._ours)
        return self._described[key]

    def text(self, result: Result) -> str:
        """Give the text of the result's message."""
        component = self._rules.component(result.rule or DescriptorReference())
        return text_of(result.message, self._descriptor(result), component)

    def override(self, result: Result) -> Configuration | None:
        """Give what the user configured for the result's invocation (§3.27.10)."""
        index = result.provenance.invocation_index if result.provenance else -1
        settings = at(self._overrides, index, "invocations", "provenance.invocationIndex")
        if not settings:
            return None
        descriptor = self._descriptor(result)
        return settings.get(id(descriptor)) if descriptor else None

    def _related(self, descriptor: Descriptor | None) -> tuple[int, ...]:
        """Give the weaknesses a rule is related to; rules are also related to rules (§3.53.1)."""
        targets = [one.target for one in descriptor.relationships] if descriptor else []
        path = "rule.relationships[{}].target"
        return tuple(_weaknesses(targets, (self._taxa, self._rules), path))

    def _descriptor(self, result: Result | Named) -> Descriptor | None:
        """Follow the four ways in which a result may name its rule, which must agree."""
        reference = result.rule or DescriptorReference()
        if result.rule_id and reference.id not in (None, result.rule_id):
            raise _contradiction("ruleId", "rule.id")
        index = reference.index if reference.index >= 0 else result.rule_index
        if reference.index >= 0 and result.rule_index not in (-1, index):
            raise _contradiction("ruleIndex", "rule.index")
        identifier = reference.id or result.rule_id
        path = "rule.index" if reference.index >= 0 else "ruleIndex"
        whole = msgspec.structs.replace(reference, id=identifier, index=index)
        found = self._rules.find(whole, "rule", path)
        if index >= 0 and found and identifier and not is_part_of(identifier, found.id):
            raise _contradiction("ruleId", path)
        return found


def _contradiction(one: str, other: str) -> msgspec.ValidationError:
    what = f"this and {other} name different rules"
    return msgspec.ValidationError(f"{what} - at `$.{one}`")


def _identifier(result: Result | Named, descriptor: Descriptor | None) -> str:
    """Give the most exact id that the result has."""
    reference = result.rule.id if result.rule else None
    return result.rule_id or reference or (descriptor.id if descriptor else NO_RULE)


def _describe(
    descriptor: Descriptor | None, identifier: str, weaknesses: tuple[int, ...], *, ours: bool
) -> Described:
    if descriptor is None:
        rule = Rule(id=identifier, cwe=weaknesses)
        return Described(rule=rule, level=None, rated=Rated(), precision="")
    default = descriptor.default_configuration
    return Described(
        rule=_rule(descriptor, identifier, weaknesses, ours=ours),
        level=default.level if default else None,
        rated=rated((default.properties if default else {}, descriptor.properties)),
        precision=_text(descriptor.properties.get("precision")),
    )


def _rule(
    descriptor: Descriptor, identifier: str, weaknesses: tuple[int, ...], *, ours: bool
) -> Rule:
    own = msgspec.convert(descriptor.properties, _Own)
    tags = _tags(descriptor)
    tagged = _tagged(tags) if own.tags is None else ()
    numbers = dict.fromkeys((*weaknesses, *tagged))
    long, short = _text_of(descriptor.full_description), _text_of(descriptor.short_description)
    advice = _text_of(descriptor.help)
    # ruff puts a page with headings there, and its one sentence everywhere else.
    page = long.lstrip().startswith("#") and bool(short) and not ours
    return Rule(
        id=own.id + identifier.removeprefix(descriptor.id) if own.id else identifier,
        name=descriptor.name or "",
        description="" if "description" in own.filled else short if page else long or short,
        help="" if "help" in own.filled else long if page and advice == short else advice,
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


def _weaknesses(
    references: Iterable[DescriptorReference], lists: tuple[Descriptors, ...], path: str
) -> Iterator[int]:
    """Read CWE numbers from references into one of the lists.

    "327" alone counts when the taxonomy is named CWE.
    """
    for number, reference in enumerate(references):
        where = path.format(number)
        found = next((one for one in lists if one.holds(reference)), lists[0])
        descriptor = found.find(reference, where)
        identifier = reference.id or (descriptor.id if descriptor else "")
        match = _CWE_ID.fullmatch(identifier)
        if match:
            yield int(match[1])
        elif identifier.isdecimal() and found.component_name(reference).upper() == "CWE":
            yield int(identifier)


def _tagged(tags: Iterable[str]) -> Iterable[int]:
    return (int(match[1]) for tag in tags if (match := _CWE_TAG.fullmatch(tag)))
