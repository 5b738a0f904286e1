"""The verdict as JUnit XML: each rule, requirement and scanner is a test that can fail.

The dialect is what Jenkins and GitLab read in common; times are left out, since the same view
shall give the same bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from drawgate.core.finding import Finding
from drawgate.policy.verdict import AttemptFacts, Effect, Requirement, RuleResult, State
from drawgate.reporting.text import line, path, shorten
from drawgate.reporting.view import View

_LISTED: Final = 1000
"""Findings that a failed rule lists."""
_LONGEST: Final = 400
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold (§2.2)."""


def render(view: View) -> bytes:
    """Write three suites: the rules of the pack, what it requires, and the scanners."""
    root = Element("testsuites", name="drawgate")
    by_identity = {row.finding.identity: row.finding for row in view.rows}
    _suite(root, "rules", [_rule(rule, by_identity) for rule in view.verdict.rules])
    _suite(root, "requirements", [_requirement(each) for each in view.verdict.requirements])
    _suite(root, "scanners", [_scanner(facts) for facts in view.verdict.attempts])
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    _count(root, view)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(root: Element, name: str, cases: Sequence[Element]) -> None:
    counts = {
        "tests": len(cases),
        "failures": _having(cases, "failure"),
        "errors": _having(cases, "error"),
        "skipped": _having(cases, "skipped"),
    }
    suite = SubElement(root, "testsuite", name=f"drawgate.{name}")
    for key, number in counts.items():
        suite.set(key, str(number))
    for case in cases:
        case.set("classname", f"drawgate.{name}")
        suite.append(case)


def _count(root: Element, view: View) -> None:
    """Say how many reports there were, and what became of them (`properties` of a suite)."""
    totals = view.verdict.totals
    properties = Element("properties")
    for name in ("raw", "folded", "suppressed", "findings"):
        SubElement(properties, "property", name=name, value=str(getattr(totals, name)))
    root[0].insert(0, properties)


def _having(cases: Iterable[Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)


def _rule(rule: RuleResult, findings: dict[str, Finding]) -> Element:
    case = Element("testcase", name=_text(f"{rule.id}: {rule.title}"))
    if rule.broken:
        said = f"{rule.count:,} found, {rule.limit:,} allowed"
        places = list(_places(rule, findings))
        if rule.enforcement.fails:
            SubElement(case, "failure", message=said, type="rule").text = "\n".join(places)
        else:
            SubElement(case, "system-out").text = "\n".join([f"{_why(rule)}: {said}", *places])
    return case


def _why(rule: RuleResult) -> str:
    return f"would fail from {rule.effective_from}" if rule.effective_from else rule.enforcement


def _places(rule: RuleResult, findings: dict[str, Finding]) -> Iterator[str]:
    for identity in rule.findings[:_LISTED]:
        finding = findings[identity]
        where = f"{path(finding.path)}:{finding.line or 1}" if finding.path else "the target"
        yield _text(f"{where} [{finding.severity}] {finding.rule.id}: {finding.message}")
    if (rest := len(rule.findings) - _LISTED) > 0:
        yield f"… and {rest:,} more in results.sarif"


def _requirement(requirement: Requirement) -> Element:
    case = Element("testcase", name=_text(requirement.name))
    said = _text(f"{requirement.sentence} {requirement.hint}".strip())
    if requirement.effect is Effect.FAIL:
        SubElement(case, "failure", message=said, type="requirement")
    elif requirement.effect is Effect.INCOMPLETE:
        SubElement(case, "error", message=said, type="incomplete")
    elif requirement.effect is Effect.WARNING:
        SubElement(case, "system-out").text = f"warning: {said}"
    return case


def _scanner(facts: AttemptFacts) -> Element:
    case = Element("testcase", name=_text(f"{facts.name} {facts.category}".strip()))
    said = _text(f"{facts.state}: {facts.reason} {facts.hint}".strip())
    if facts.state is State.FAILED:
        SubElement(case, "error", message=said, type="scanner")
    elif facts.state is not State.RAN:
        SubElement(case, "skipped", message=said)
    else:
        found = f"{facts.findings:,} findings, {facts.looked_at:,} looked at"
        SubElement(case, "system-out").text = f"{found}, {facts.not_assessed:,} not assessed"
    return case


def _text(text: str) -> str:
    return _ILLEGAL.sub("", shorten(line(text), _LONGEST))
