"""The shape of `require`: what a pack asks of the scan and of the build."""

from typing import Final

from drawgate.core.finding import Kind
from drawgate.policy import names
from drawgate.policy.model import (
    AdvisoryLimits,
    Answer,
    Denied,
    Require,
    SuppressionsAsked,
    TestsAsked,
)
from drawgate.policy.written import AGE
from drawgate.strict import (
    boolean,
    integer,
    list_of,
    member_of,
    number,
    one_or_more,
    record,
    table_of,
    text,
)

_ANSWER: Final = member_of(Answer)
_ADVISORIES: Final = record(
    AdvisoryLimits,
    {
        "max_age": AGE.about("older advisory data leaves the verdict incomplete"),
        "warn_age": AGE.about("older advisory data is mentioned"),
        "unknown": _ANSWER.about("what data of unknown age means (default: block)"),
    },
)
_TESTS: Final = record(
    TestsAsked,
    {
        "passed": boolean.about("tests ran and none failed (default: true)"),
        "coverage_min": number(0, 1).about("least share of lines that tests reach"),
        "unknown": _ANSWER.about("what it means when no --evidence says it (default: block)"),
    },
)
_SUPPRESSIONS: Final = record(
    SuppressionsAsked,
    {
        "max": integer(0).about("how many comments that excuse a finding a change may add"),
        "unknown": _ANSWER.about("what it means when there is no baseline (default: block)"),
    },
)
_DENIED: Final = record(
    Denied,
    {
        "packages": one_or_more(text.then(names.package_pattern)).about(
            "packages that must not be there, such as pypi/pycrypto; * and ? are wildcards"
        ),
        "unknown": _ANSWER.about("what it means when nobody listed the packages (default: block)"),
    },
)
REQUIRE: Final = record(
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
        "scanners": list_of(text.then(names.tool_name)).about("each of these must have run"),
        "sbom": boolean.about("a list of components must have been made"),
        "tests": _TESTS,
        "suppressions_added": _SUPPRESSIONS,
        "denied": _DENIED,
    },
)
"""What must be known or true before findings mean anything."""
