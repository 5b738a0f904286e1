"""The outcome in one sentence that a stranger understands."""

from collections.abc import Iterable, Sequence
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.core.words import count, series
from drawgate.policy.verdict import Effect, Outcome, Verdict

_NOUNS: Final = {
    Kind.SECRETS: "secret",
    Kind.CODE: "code flaw",
    Kind.DEPENDENCIES: "package flaw",
    Kind.CONTAINER: "image flaw",
    Kind.IAC: "infrastructure flaw",
    Kind.SBOM: "component flaw",
    Kind.DAST: "service flaw",
    Kind.LICENSE: "licence flaw",
}
"""What is found, by kind; the first ones are said first."""

_BUILD: Final = {
    "tests": "tests did not pass",
    "test-coverage": "tests reach too little",
    "suppressions-added": "too many findings are excused by new comments",
    "denied": "a package is there that the pack denies",
}
"""What the build lacks, by the requirement that says so."""


def headline(verdict: Verdict, blocking: Iterable[Finding]) -> str:
    """Say the outcome; `blocking` are the findings that count against a broken rule."""
    match verdict.outcome:
        case Outcome.FAILED:
            also = "; the scan is incomplete as well" if verdict.incomplete else ""
            return "; ".join(_failure(verdict, list(blocking))) + also + _waived(verdict)
        case Outcome.INCOMPLETE:
            text = "No rule is broken, but the scan is incomplete, so this proves nothing"
            return text + _waived(verdict)
        case Outcome.PASSED:
            listed = verdict.totals.findings
            told = f"; {count(listed, 'finding')} listed" if listed else ""
            return "No rule is broken" + told + _waived(verdict)


def _waived(verdict: Verdict) -> str:
    """Say at once that somebody has set findings apart, be it the target itself."""
    waived = verdict.waivers
    return f"; {count(waived.findings, 'finding')} waived" if waived and waived.findings else ""


def _failure(verdict: Verdict, blocking: Sequence[Finding]) -> list[str]:
    broken = [r for r in verdict.rules if r.broken and r.enforcement.fails]
    parts = []
    if broken:
        verb = "breaks" if len(blocking) == 1 else "break"
        rules = f"{len(broken)} of {count(len(verdict.rules), 'rule')}"
        parts.append(f"{_amounts(blocking)} {verb} {rules}")
    failing = {r.name for r in verdict.requirements if r.effect is Effect.FAIL}
    if failing - _BUILD.keys():
        parts.append("too little was looked at")
    parts += [words for name, words in _BUILD.items() if name in failing]
    return parts


def _amounts(findings: Iterable[Finding]) -> str:
    kinds = [finding.kind for finding in findings]
    return series(
        [count(kinds.count(kind), noun) for kind, noun in _NOUNS.items() if kind in kinds]
    )
