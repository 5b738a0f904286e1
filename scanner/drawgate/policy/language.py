"""The shape of a pack file; the JSON Schema for editors comes from the same definitions."""

import re
from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits, WaiverType
from drawgate.policy import fixes, names
from drawgate.policy.asked import REQUIRE
from drawgate.policy.case_language import CASES
from drawgate.policy.confidence import Confidence
from drawgate.policy.expression import EXPRESSION
from drawgate.policy.model import (
    ROLES,
    Allow,
    Answer,
    Enforcement,
    Match,
    PackFile,
    PackRule,
    Scope,
    Since,
    Suppressed,
)
from drawgate.policy.sla import Clock, Sla
from drawgate.policy.speakers import Speakers
from drawgate.policy.written import AGE, CWE, DAY, NAME, age
from drawgate.strict import (
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    member_of,
    one_or_more,
    pattern,
    record,
    table_of,
    text,
)

_COMPARABLE: Final = tuple(s for s in Severity if s is not Severity.UNKNOWN)


_ANSWER: Final = member_of(Answer)
_KINDS: Final = one_or_more(member_of(Kind))
_ROLES: Final = one_or_more(choice(*ROLES))
_PATHS: Final = one_or_more(text.then(names.path_pattern))
_TOOLS: Final = one_or_more(text.then(names.tool_name))
_RULES: Final = one_or_more(text.then(names.rule_pattern))
_PACKAGES: Final = one_or_more(text.then(names.package_pattern))
_WILD: Final = one_or_more(text.then(names.trimmed))
_WORDS: Final = one_or_more(text.then(names.trimmed))
_CONFIDENCE: Final = (
    pattern(f">= *(?:{'|'.join(Confidence)})", "a threshold such as '>=medium'")
    .then(lambda written: Confidence(re.sub(">= *", "", written)))
    .about("the scanner is at least so sure")
)
_SEVERITY: Final = (
    pattern(f">= *(?:{'|'.join(_COMPARABLE)})", "a threshold such as '>=high'")
    .then(lambda written: Severity(re.sub(">= *", "", written)))
    .about("the finding is at least this bad")
)

_SHARE: Final = (
    pattern(r">= *(?:0(?:\.[0-9]{1,9})?|1(?:\.0{1,9})?)", "a threshold such as '>=0.5'")
    .then(lambda written: float(re.sub(">= *", "", written)))
    .about("the chance of an attack within 30 days (EPSS) is at least this, 0 to 1")
)

_SCOPE: Final = record(
    Scope,
    {
        "kind": _KINDS.about("what sort of scanner reported it"),
        "roles": _ROLES.about("only in paths of these roles"),
        "roles_not": _ROLES.about("not in paths of these roles"),
        "paths": _PATHS.about("only in paths that fit one of these patterns (as in .gitignore)"),
        "paths_not": _PATHS.about("not in paths that fit one of these patterns"),
        "tools": _TOOLS.about("only what these scanners reported"),
        "state": one_or_more(member_of(Since)).about(
            "what became of it since the baseline; without one everything is new"
        ),
        "packages": _PACKAGES.about("only about these packages, such as pypi/django; * and ?"),
        "packages_not": _PACKAGES.about("not about these packages"),
        "branches": _WILD.about("only when one of these is built (--branch); * and ?"),
        "branches_not": _WILD.about("not when one of these is built"),
        "environment": _WORDS.about("only for one of these (--environment)"),
    },
)
_MATCH: Final = record(
    Match,
    {
        "severity": _SEVERITY,
        "malicious": boolean.about("the package is malware, not merely vulnerable"),
        "cwe": one_or_more(CWE),
        "rule": _RULES.about("scanners' rule ids; * and ? are wildcards"),
        "unknown": _ANSWER.about("what it means when a fact is missing (default: block)"),
        "kev": boolean.about("CISA's catalogue lists the vulnerability as exploited (KEV)"),
        "epss": _SHARE,
        "direct": boolean.about("the project names the package itself; false: another needs it"),
        "runtime": boolean.about(
            "the package is installed where the project runs; false: only for development"
        ),
        "confidence": _CONFIDENCE,
        "fix_available": boolean.about("an advisory names a version without the flaw"),
        "verified": boolean.about("a scanner has tried the credential, and it works"),
        "licence": _WILD.about("the licence that it is about; * and ? are wildcards"),
        "licence_not": _WILD.about("any licence but these"),
        "age": pattern(r"> *[1-9][0-9]{0,4}[mhdw]", "an age such as '>30d'")
        .then(lambda written: written.removeprefix(">").strip())
        .then(age)
        .about("it was first seen longer ago than this"),
        "sla": choice("breached").about("it has been there longer than the pack's `sla` gives it"),
    },
)
RULE: Final = record(
    PackRule,
    {
        "id": NAME,
        "title": text.about("what a reader of the verdict sees"),
        "scope": _SCOPE,
        "match": _MATCH,
        "allow": record(Allow, {"max": integer(0).about("how many findings are tolerated")}),
        "enforcement": member_of(Enforcement).about(
            "advisory rules never fail the gate; disabled ones are not asked"
        ),
        "count_suppressed": one_or_more(member_of(Suppressed)).about(
            "suppressions of these kinds excuse nothing"
        ),
        "fix": text.then(fixes.check).about(f"what to do; fields: {', '.join(fixes.FIELDS)}"),
        "when": EXPRESSION.about("an expression in CEL that must hold as well"),
        "effective_from": DAY.about("before this day the rule only tells that it would fail"),
    },
)
_TIME: Final = AGE.about("the longest time that a finding of this severity may stay")
_SLA: Final = record(
    Sla,
    {
        **{severity.value: _TIME for severity in _COMPARABLE},
        "kev": AGE.about("the longest time for what is known to be exploited"),
        "clock": member_of(Clock).about("from when on the time counts"),
    },
)
_WAIVERS: Final = record(
    Limits,
    {
        "max_age": table_of(choice(*map(str, Severity), "default"), AGE).about(
            "longest time from a waiver's creation to its end, by its severity (default: 365d)"
        ),
        "four_eyes": boolean.about("somebody other than the owner must have approved a waiver"),
        "types": list_of(member_of(WaiverType)).about("other types of waivers count for nothing"),
        "until_fix": boolean.about("waivers of packages end as soon as a fix is known"),
    },
)
_SPEAKERS: Final = record(
    Speakers,
    {
        "authors": one_or_more(text).about("VEX documents by these authors count, by no others"),
        "products": one_or_more(text).about(
            "what is being scanned, in the words of the documents, such as pkg:pypi/shop@1.2"
        ),
    },
)
EXTENDS: Final = one_or_more(
    pattern(
        r"[A-Za-z0-9._/-][A-Za-z0-9._/ -]{0,200}(?:@sha256:[0-9a-f]{64})?",
        "a pack's name or file, such as 'default' or 'base.yaml@sha256:…'",
    )
).about("packs whose rules and requirements this one starts from; later ones count")
"""What a pack extends."""
PACK: Final[Shape[PackFile]] = record(
    PackFile,
    {
        "apiVersion": choice("drawgate/v1"),
        "id": NAME,
        "version": pattern(r"[0-9]+\.[0-9]+\.[0-9]+", "a version such as '1.0.0'"),
        "title": text,
        "rules": list_of(RULE, key=lambda rule: rule.id),
        "require": REQUIRE,
        "extends": EXTENDS,
        "sla": _SLA,
        "tests": CASES,
        "waivers": _WAIVERS,
        "vex": _SPEAKERS,
    },
)
"""A whole pack file."""


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of a pack file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate policy pack",
        **PACK.schema,
    }
