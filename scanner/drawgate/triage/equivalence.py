"""Reads policies/tables/equivalence.yaml: which rules mean one flaw, and who speaks for a group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

from drawgate import resources, strict
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding, Kind
from drawgate.strict import (
    Node,
    Shape,
    list_of,
    member_of,
    pattern,
    record,
    table_of,
    text,
)
from drawgate.strict.shapes import entries


class Basis(StrEnum):
    """What the severity of a group may rest on."""

    VENDOR = "vendor"
    SCORE = "score"
    WORD = "word"


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """The table. Tools and rules are compared in lower case."""

    tools: tuple[str, ...]
    names: Mapping[str, str]
    severity: tuple[Basis, ...]
    rated_by: Mapping[str, tuple[str, ...]]
    vendors: tuple[str, ...]
    guesses: Mapping[str, tuple[str, ...]]
    weaknesses: Mapping[int, str]
    classes: Mapping[str, Mapping[str, tuple[str, ...]]]

    def __post_init__(self) -> None:
        known = set(self.tools)
        raters = chain.from_iterable(self.rated_by.values())
        used = (("names", self.names.values()), ("guesses", self.guesses), ("rated_by", raters))
        for where, tools in used:
            if strange := next((tool for tool in tools if tool not in known), None):
                raise ValueError(f"{where!r} has {strange!r}, which is not among 'tools'")
        if strange := next((name for name in self.rated_by if name not in self.classes), None):
            raise ValueError(f"'rated_by' has {strange!r}, which is no class")
        if missing := set(Basis) - set(self.severity):
            raise ValueError(f"'severity' lacks {min(missing).value!r}")

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        ranks = {tool: rank for rank, tool in enumerate(self.tools)}
        return ranks | {name: ranks[tool] for name, tool in self.names.items()}

    @cached_property
    def _classes(self) -> Mapping[tuple[str, str], str]:
        return {
            (tool, rule.lower()): name
            for name, members in self.classes.items()
            for tool, rules in members.items()
            for rule in rules
        }

    @cached_property
    def _guesses(self) -> Mapping[tuple[str, str], int]:
        return {
            (tool, rule.lower()): rank
            for tool, rules in self.guesses.items()
            for rank, rule in enumerate(rules, 1)
        }

    def rank(self, tool: str) -> int:
        """Give a tool's place in the order; who is not listed comes last."""
        return self._ranks.get(tool.lower(), len(self.tools))

    def classes_of(
        self, tool: str, rule: str, weaknesses: tuple[int, ...]
    ) -> tuple[bool, tuple[str, ...]]:
        """Give a rule's class; else say that the table is silent, and give those of its CWE."""
        tool = tool.lower()
        name = self._classes.get((self.names.get(tool, tool), rule.lower()))
        if name:
            return False, (name,)
        named = {self.weaknesses[cwe] for cwe in weaknesses if cwe in self.weaknesses}
        return True, tuple(sorted(named))

    def word_rank(self, name: str, tool: str) -> int:
        """Give the place of a tool's word in a class: who rates it, then who speaks."""
        tool = tool.lower()
        raters = self.rated_by.get(name, ())
        own = self.names.get(tool, tool)
        return raters.index(own) if own in raters else len(raters) + self.rank(tool)

    def guess(self, finding: Finding) -> int:
        """Give the place of a secret's detector among those that guess; 0: it is exact."""
        if finding.kind is not Kind.SECRETS:
            return 0
        tool = finding.tool.lower()
        return self._guesses.get((self.names.get(tool, tool), finding.rule.id.lower()), 0)

    def of_vendor(self, finding: Finding) -> bool:
        """Tell whether a vendor or distribution speaks about a package of its own."""
        package = finding.dependency
        return package is not None and package.advisory.upper().startswith(self.vendors)


_LOWER: Final = pattern(r"[a-z0-9][a-z0-9._ -]*", "a tool's name in lower case")
_NAME: Final = pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a name such as 'shell-command'")
_RULES: Final = list_of(text, key=str.lower)
_CWE: Final = pattern(r"CWE-[1-9][0-9]{0,5}", "a weakness such as CWE-89").then(
    lambda written: int(written.removeprefix("CWE-"))
)


_MEMBERS: Final = table_of(_LOWER, _RULES)


def _read_classes(node: Node) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Refuse a rule that stands in two classes, and a class that joins nothing."""
    classes = table_of(_NAME, _MEMBERS)(node)
    seen: dict[tuple[str, str], str] = {}
    for name, entry in entries(node).items():
        if len(classes[name]) < 2:  # noqa: PLR2004 - a flaw that two scanners report
            raise node.wrong(f"{name!r} joins rules of fewer than two tools", place=entry.place)
        for tool, rule in _each(classes[name]):
            if (tool, rule) in seen:
                what = f"the rule {rule!r} of {tool} is in {seen[tool, rule]!r} as well"
                raise node.wrong(what, place=entry.place)
            seen[tool, rule] = name
    return classes


def _each(members: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return ((tool, rule.lower()) for tool, rules in members.items() for rule in rules)


_CLASSES: Final = Shape(read=_read_classes, schema=table_of(_NAME, _MEMBERS).schema)

EQUIVALENCE: Final[Shape[Equivalence]] = record(
    Equivalence,
    {
        "tools": list_of(_LOWER).about("who speaks for a group: the first that is in it"),
        "names": table_of(_LOWER, _LOWER).about("other names of these tools"),
        "severity": list_of(member_of(Basis)).about("what decides how bad a group is, in order"),
        "rated_by": table_of(_NAME, list_of(_LOWER)).about(
            "whose word counts first in a class, where that is not who speaks"
        ),
        "vendors": list_of(pattern(r"[A-Z0-9]+-", "the beginning of an id such as 'DSA-'")).about(
            "how ids of advisories begin that vendors write about packages of their own"
        ),
        "guesses": table_of(_LOWER, _RULES).about(
            "rules of secret scanners that judge by the look of a text, the best first"
        ),
        "weaknesses": table_of(_CWE, _NAME).about(
            "the class of rules that stand in none, by their weakness"
        ),
        "classes": _CLASSES.about(
            "rules that mean the same flaw, by tool; no rule is in two of them"
        ),
    },
)
"""The whole table."""


def load(path: Path) -> Equivalence:
    """Read a table. Raises PolicyError with file, line and column."""
    data = strict.read_bytes(path, PolicyError)
    return EQUIVALENCE(strict.parse_yaml(data, str(path), PolicyError))


@cache
def equivalence() -> Equivalence:
    """Read our own table, once."""
    return load(resources.data("policies") / "tables" / "equivalence.yaml")


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate table of equivalent rules",
        **EQUIVALENCE.schema,
    }
