"""The verdict as JUnit XML: each rule, requirement and scanner is a test that can fail.

The dialect is what Jenkins and GitLab read in common; times are left out, since the same view
shall give the same bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from drawgate.core.excuse import excuse
from drawgate.core.finding import Finding
from drawgate.core.waiver import Told
from drawgate.core.words import count
from drawgate.policy.verdict import AttemptFacts, Effect, Requirement, RuleResult, State
from drawgate.reporting.text import line, path, shorten
from drawgate.reporting.view import Row, View
from drawgate.reporting.waived import terms

_LISTED: Final = 1000
"""Findings that a failed rule lists."""
_LONGEST: Final = 400
_STATES: Final = ("new", "newly_disclosed", "unchanged", "updated", "absent")
_MARKED: Final = ("new", "newly disclosed")
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold (§2.2)."""


def render(view: View) -> bytes:
    """Write suites: the rules of the pack, what it requires, the scanners, what is suppressed."""
    root = Element("testsuites", name="drawgate")
    by_identity = {row.finding.identity: row.finding for row in view.rows}
    _suite(root, "rules", [_rule(rule, by_identity) for rule in view.verdict.rules])
    _suite(root, "requirements", [_requirement(each) for each in view.verdict.requirements])
    _suite(root, "scanners", [_scanner(facts) for facts in view.verdict.attempts])
    if waived := view.verdict.waivers:
        _suite(root, "waivers", [_waiver(told) for told in waived.waivers])
    if view.apart:
        _suite(root, "suppressed", list(_suppressed(view.apart)))
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
    """Say how many reports there were and what became of them, as properties of a suite."""
    totals, known = view.verdict.totals, view.verdict.baseline
    facts = {name: getattr(totals, name) for name in ("raw", "folded", "suppressed", "findings")}
    if known:
        facts["baseline"] = known.source
        facts |= {name: getattr(known, name) for name in _STATES}
    properties = Element("properties")
    for name, value in facts.items():
        SubElement(properties, "property", name=name, value=_text(str(value)))
    root[0].insert(0, properties)
    if said := "\n".join(_told(view)):
        SubElement(root[0], "system-out").text = said


def _told(view: View) -> Iterator[str]:
    """Say in words what the numbers mean, and name what is gone: no test stands for it."""
    yield from (_text(said) for said in (view.counts, view.since) if said)
    for row in view.gone[:_LISTED]:
        # Without its message: nobody has looked whether a value stands there that is masked now.
        yield f"gone: {_line(replace(row.finding, message=row.finding.rule.name))}"
    if (rest := len(view.gone) - _LISTED) > 0:
        yield f"… and {rest:,} more in results.sarif"


def _suppressed(rows: Sequence[Row]) -> Iterator[Element]:
    """Give a skipped test for each finding that a comment or a waiver keeps from counting."""
    for row in rows[:_LISTED]:
        case = Element("testcase", name=_line(row.finding))
        SubElement(case, "skipped", message=_text(excuse(row.finding)))
        yield case
    if (rest := len(rows) - _LISTED) > 0:
        case = Element("testcase", name=f"… and {rest:,} more in results.sarif")
        SubElement(case, "skipped", message="suppressed")
        yield case


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
        yield _line(findings[identity])
    if (rest := len(rule.findings) - _LISTED) > 0:
        yield f"… and {rest:,} more in results.sarif"


def _line(finding: Finding) -> str:
    where = f"{path(finding.path)}:{finding.line or 1}" if finding.path else "the target"
    state = "newly disclosed" if finding.newly_disclosed else finding.state or ""
    marks = f"[{finding.severity}] [{state}]" if state in _MARKED else f"[{finding.severity}]"
    return _text(f"{where} {marks} {finding.rule.id}: {finding.message}")


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
        found = f"{count(facts.findings, 'finding')}, {facts.looked_at:,} looked at"
        SubElement(case, "system-out").text = f"{found}, {facts.not_assessed:,} not assessed"
    return case


def _waiver(told: Told) -> Element:
    """Skip what a waiver excuses; one that excuses nothing is told as an output."""
    case = Element("testcase", name=_text(f"{told.id}: {told.about}"))
    found = count(told.findings, "finding")
    said = f"{told.standing}, {found}; {terms(told)}; {'; '.join((*told.why, told.reason))}"
    if told.findings:
        SubElement(case, "skipped", message=_text(said.rstrip("; ")))
    else:
        SubElement(case, "system-out").text = _text(said.rstrip("; "))
    return case


def _text(text: str) -> str:
    return _ILLEGAL.sub("", shorten(line(text), _LONGEST))
