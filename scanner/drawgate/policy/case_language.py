"""The shape of a pack's own tests."""

from typing import Final

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.policy.case import Around, Case, Decision, Expected, Facts
from drawgate.policy.confidence import Confidence
from drawgate.policy.model import ROLES, Since, Suppressed
from drawgate.policy.written import AGE, CWE, DAY, NAME
from drawgate.strict import (
    boolean,
    choice,
    integer,
    list_of,
    member_of,
    number,
    one_or_more,
    pattern,
    record,
    text,
)

_PACKAGE: Final = pattern(r"[A-Za-z.]+/[!-.0-~][!-~]*", "a package such as pypi/django")
_FACTS: Final = record(
    Facts,
    {
        "kind": member_of(Kind),
        "tool": text,
        "rule": text,
        "severity": member_of(Severity),
        "path": text,
        "line": integer(1),
        "role": choice(*ROLES).about("by `path` where it is not given"),
        "cwe": one_or_more(CWE),
        "state": member_of(Since),
        "package": _PACKAGE,
        "version": text,
        "fixed_version": one_or_more(text),
        "malicious": boolean,
        "kev": boolean,
        "epss": number(0, 1),
        "direct": boolean,
        "runtime": boolean,
        "confidence": member_of(Confidence),
        "verified": boolean,
        "licence": text,
        "age": AGE.about("how long ago it was first seen"),
        "suppressed": member_of(Suppressed),
    },
)
_AROUND: Final = record(
    Around,
    {
        "branch": text,
        "environment": text,
        "as_of": DAY.then(lambda day: day.isoformat()).about("the day on which it is judged"),
    },
)
_EXPECTED: Final = record(
    Expected,
    {
        "decision": member_of(Decision),
        "rules": list_of(NAME).about("the rules that count a finding, and no other one"),
    },
)
CASES: Final = list_of(
    record(
        Case,
        {
            "name": text,
            "given": one_or_more(_FACTS).about("findings, by their facts; all else is unknown"),
            "around": _AROUND.about("the build and the day"),
            "expect": _EXPECTED,
        },
    ),
    key=lambda case: case.name,
).about("what this pack decides about findings; `drawgate policy test` tries it")
"""Tests of a pack."""
