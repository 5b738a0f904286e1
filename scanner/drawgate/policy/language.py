"""The shape of a pack file; the JSON Schema for editors comes from the same definitions."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits, WaiverType
from drawgate.policy import fixes, names
from drawgate.policy.model import (
    ROLES,
    AdvisoryLimits,
    Allow,
    Answer,
    Enforcement,
    Match,
    PackFile,
    PackRule,
    Require,
    Scope,
    Since,
    Speakers,
    Suppressed,
)
from drawgate.strict import (
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    member_of,
    number,
    one_or_more,
    pattern,
    record,
    table_of,
    text,
)

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_COMPARABLE: Final = tuple(s for s in Severity if s is not Severity.UNKNOWN)


def _age(written: str) -> timedelta:
    return timedelta(**{_UNITS[written[-1]]: int(written[:-1])})


def _cwe(written: str) -> int:
    return int(written.removeprefix("CWE-"))


_NAME: Final = pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a name such as 'new-secrets'")
_AGE: Final = pattern(r"[1-9][0-9]{0,4}[mhdw]", "an age such as 14d, 36h or 2w").then(_age)
_ANSWER: Final = member_of(Answer)
_KINDS: Final = one_or_more(member_of(Kind))
_ROLES: Final = one_or_more(choice(*ROLES))
_PATHS: Final = one_or_more(text.then(names.path_pattern))
_TOOLS: Final = one_or_more(text.then(names.tool_name))
_RULES: Final = one_or_more(text.then(names.rule_pattern))
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
    },
)
_MATCH: Final = record(
    Match,
    {
        "severity": _SEVERITY,
        "malicious": boolean.about("the package is malware, not merely vulnerable"),
        "cwe": one_or_more(pattern("CWE-[1-9][0-9]{0,5}", "a weakness such as CWE-89").then(_cwe)),
        "rule": _RULES.about("scanners' rule ids; * and ? are wildcards"),
        "unknown": _ANSWER.about("what it means when a fact is missing (default: block)"),
        "kev": boolean.about("CISA's catalogue lists the vulnerability as exploited (KEV)"),
        "epss": _SHARE,
        "direct": boolean.about("the project names the package itself; false: another needs it"),
        "runtime": boolean.about(
            "the package is installed where the project runs; false: only for development"
        ),
    },
)
_RULE: Final = record(
    PackRule,
    {
        "id": _NAME,
        "title": text.about("what a reader of the verdict sees"),
        "scope": _SCOPE,
        "match": _MATCH,
        "allow": record(Allow, {"max": integer(0).about("how many findings are tolerated")}),
        "enforcement": member_of(Enforcement).about("advisory rules never fail the gate"),
        "count_suppressed": one_or_more(member_of(Suppressed)).about(
            "suppressions of these kinds excuse nothing"
        ),
        "fix": text.then(fixes.check).about(f"what to do; fields: {', '.join(fixes.FIELDS)}"),
    },
)
_ADVISORIES: Final = record(
    AdvisoryLimits,
    {
        "max_age": _AGE.about("older advisory data leaves the verdict incomplete"),
        "warn_age": _AGE.about("older advisory data is mentioned"),
        "unknown": _ANSWER.about("what data of unknown age means (default: block)"),
    },
)
_REQUIRE: Final = record(
    Require,
    {
        "kinds": list_of(member_of(Kind)).about("a scanner of each of these must have run"),
        "not_selected": _ANSWER.about(
            "what it means when the user left a required kind out (default: block)"
        ),
        "unscanned": _ANSWER.about(
            "what it means when no scanner looks at a language of a required kind (default: block)"
        ),
        "unavailable": _ANSWER.about(
            "what it means when a scanner of a required kind could not run, though another did "
            "(default: ignore)"
        ),
        "coverage_min": table_of(member_of(Kind), number(0, 1)).about(
            "least share of each kind's inputs that was looked at"
        ),
        "coverage_warn": table_of(member_of(Kind), number(0, 1)).about(
            "a smaller share of a kind's inputs is mentioned"
        ),
        "advisories": _ADVISORIES,
    },
)
_WAIVERS: Final = record(
    Limits,
    {
        "max_age": table_of(choice(*map(str, Severity), "default"), _AGE).about(
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
PACK: Final[Shape[PackFile]] = record(
    PackFile,
    {
        "apiVersion": choice("drawgate/v1"),
        "id": _NAME,
        "version": pattern(r"[0-9]+\.[0-9]+\.[0-9]+", "a version such as '1.0.0'"),
        "title": text,
        "rules": list_of(_RULE, key=lambda rule: rule.id),
        "require": _REQUIRE,
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
