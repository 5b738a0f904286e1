"""Rules of a run: descriptors, their severities, and the CWE taxonomy they point into."""

import re
from collections.abc import Iterable
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from drawgate.core.finding import Finding, Rule
from drawgate.core.severity import Severity
from drawgate.sarif import names
from drawgate.sarif.model import (
    Component,
    ComponentReference,
    Configuration,
    Descriptor,
    DescriptorReference,
    Level,
    Multiformat,
    Properties,
    Relationship,
)
from drawgate.sarif.objects import free_name
from drawgate.sarif.text import as_text
from drawgate.sarif.uri import is_web

LEVELS: Final[dict[Severity, Level]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.UNKNOWN: "warning",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES: Final = {
    Severity.CRITICAL: 9.5,
    Severity.HIGH: 8.0,
    Severity.MEDIUM: 5.5,
    Severity.LOW: 2.0,
}
"""GitHub's `security-severity` where a tool has only words; info and unknown have none."""
_PRECISIONS: Final = ("low", "medium", "high", "very-high")
_SHORT: Final = 1024
"""GitHub's limit for both descriptions, in characters."""
_TAGS: Final = 9
"""GitHub takes fewer than ten tags of a rule."""
_CWE: Final = uuid5(NAMESPACE_URL, "https://cwe.mitre.org/")
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s")

Index = dict[Rule, tuple[int, Descriptor]]


def index_rules(findings: Iterable[Finding]) -> Index:
    """Describe each rule once, in a fixed order.

    When a tool describes one id in two ways (its words may depend on the match), the first in
    that order keeps the id and the others get `/2`, `/3`: GitHub wants rule ids to be unique.
    """
    members: dict[Rule, list[Finding]] = {}
    for finding in findings:
        members.setdefault(finding.rule, []).append(finding)
    ids = _unique_ids(members)
    return {
        rule: (number, _descriptor(rule, ids[rule], members[rule]))
        for number, rule in enumerate(sorted(members, key=_rule_key))
    }


def cwe_taxonomy(rules: Iterable[Rule]) -> list[Component]:
    """Give the CWE entries that the rules point to as a standard taxonomy (§3.19.3), or none."""
    numbers = sorted({number for rule in rules for number in rule.cwe})
    if not numbers:
        return []
    taxonomy = Component(
        name="CWE",
        guid=str(_CWE),
        organization="MITRE",
        information_uri="https://cwe.mitre.org/",
        short_description=Multiformat(text="Common Weakness Enumeration"),
        taxa=[_taxon(number) for number in numbers],
    )
    return [taxonomy]


def cwe_reference() -> ComponentReference:
    """Point to the CWE taxonomy: by guid, since `index` means tool.extensions (§3.54.4)."""
    return ComponentReference(name="CWE", guid=str(_CWE))


def _rule_key(rule: Rule) -> tuple[object, ...]:
    names_and_texts = (rule.id, rule.name, rule.description, rule.help, rule.help_uri)
    return (*names_and_texts, rule.cwe, rule.tags)


def _unique_ids(rules: Iterable[Rule]) -> dict[Rule, str]:
    taken = {rule.id for rule in rules}
    seen: set[str] = set()
    last: dict[str, int] = {}
    ids = {}
    for rule in sorted(rules, key=_rule_key):
        ids[rule] = rule.id if rule.id not in seen else free_name(rule.id, taken, last)
        seen.add(rule.id)
        taken.add(ids[rule])
    return ids


def _descriptor(rule: Rule, identifier: str, findings: list[Finding]) -> Descriptor:
    description = as_text(rule.description or rule.name or rule.id)
    return Descriptor(
        id=as_text(identifier),
        name=as_text(rule.name) or None,
        short_description=Multiformat(text=_first_sentence(description)),
        full_description=Multiformat(text=description),
        default_configuration=Configuration(level=LEVELS[_worst(findings)]),
        help_uri=rule.help_uri if is_web(rule.help_uri) else None,
        help=_help(rule, description),
        relationships=[_relationship(number) for number in dict.fromkeys(rule.cwe)],
        properties=_properties(rule, identifier, findings),
    )


def _first_sentence(text: str) -> str:
    sentence = _SENTENCE.split(text.strip(), maxsplit=1)[0] or text
    return sentence if len(sentence) <= _SHORT else f"{sentence[: _SHORT - 1]}…"


def _help(rule: Rule, description: str) -> Multiformat:
    text = as_text(rule.help) or description
    link = f"\n\n<{rule.help_uri}>" if is_web(rule.help_uri) else ""
    return Multiformat(text=text, markdown=f"{text}{link}")


def _properties(rule: Rule, identifier: str, findings: list[Finding]) -> Properties:
    score = _security_severity(findings)
    filled = [name for name in ("description", "help") if not getattr(rule, name)]
    unlinked = "" if is_web(rule.help_uri) else as_text(rule.help_uri)
    own = {
        names.FILLED: filled,
        names.HELP_URI: unlinked,
        names.RULE_ID: as_text(rule.id) if identifier != rule.id else "",
        "precision": _precision(findings),
        "security-severity": score,
    }
    present = {key: value for key, value in own.items() if value}
    tags = {names.TAGS: [as_text(tag) for tag in rule.tags], "tags": _tags(rule, score)}
    return dict(sorted((present | (tags if tags["tags"] else {})).items()))


def _tags(rule: Rule, score: str) -> list[str]:
    """Give the tags that GitHub shows; `drawgate/tags` holds the tool's own, all of them."""
    weaknesses = (f"external/cwe/cwe-{number:03}" for number in rule.cwe)
    wanted = ("security",) if score else ()
    return list(dict.fromkeys((*wanted, *weaknesses, *map(as_text, rule.tags))))[:_TAGS]


def _worst(findings: list[Finding]) -> Severity:
    return min((finding.severity for finding in findings), key=lambda severity: severity.order)


def _security_severity(findings: list[Finding]) -> str:
    """Give the highest score of the rule's findings, as GitHub wants it, or nothing.

    It is a string above 0.0, or GitHub refuses the file; 9.0 stands for critical, and as GitHub
    says "over 9.0" it is written 9.1.
    """
    scores = [finding.score or _SCORES.get(finding.severity, 0.0) for finding in findings]
    highest = max(scores)
    if highest <= 0:
        return ""
    shown = f"{max(highest, 0.1):.1f}"
    return "9.1" if shown == "9.0" else shown


def _precision(findings: list[Finding]) -> str:
    """Say how sure the rule is: no surer than its least sure finding."""
    words = {finding.confidence.lower() for finding in findings}
    return next((word for word in _PRECISIONS if word in words), "")


def _relationship(number: int) -> Relationship:
    """Say that the weakness takes in all the rule finds, so results need no taxa (§3.27.8)."""
    target = DescriptorReference(
        id=f"CWE-{number}", guid=_taxon_guid(number), tool_component=cwe_reference()
    )
    return Relationship(target=target, kinds=["superset"])


def _taxon(number: int) -> Descriptor:
    page = f"https://cwe.mitre.org/data/definitions/{number}.html"
    return Descriptor(id=f"CWE-{number}", guid=_taxon_guid(number), help_uri=page)


def _taxon_guid(number: int) -> str:
    return str(uuid5(_CWE, str(number)))
