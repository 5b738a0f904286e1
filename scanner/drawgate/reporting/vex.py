"""What a scan says about vulnerabilities, as VEX statements; the formats write them.

Whoever publishes one vouches for it. So a risk that somebody accepted stays one, and what nobody
looked at is under investigation: only a false positive with a reason is "not affected".
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from drawgate.core.finding import Dependency, Finding
from drawgate.core.vex import Status
from drawgate.reporting.text import line
from drawgate.reporting.view import View
from drawgate.sarif.purl import package_url

_NAMESPACE: Final = UUID("0b0e1d6e-52b5-5c0c-9b4f-5f6f0a2e4d13")
_HARSHEST: Final = (
    Status.FIXED, Status.NOT_AFFECTED, Status.UNDER_INVESTIGATION, Status.AFFECTED,
)  # fmt: skip
_FALSE: Final = frozenset({"false-positive", Status.NOT_AFFECTED.value})
_MALWARE: Final = "Remove the package, and replace every secret that it could read."
JUSTIFICATIONS: Final = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
"""OpenVEX's labels. A reason may begin with one: `component_not_present: we build without`."""


class Risk(StrEnum):
    """What was decided about a flaw that is there, in the words of waivers."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    MITIGATED = "mitigated"


_ACTIONS: Final = {
    Risk.ACCEPTED: "The risk is accepted",
    Risk.DEFERRED: "It will be mended later",
    Risk.MITIGATED: "A mitigation is in place",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One vulnerability of one package, in what was scanned."""

    names: tuple[str, ...]
    """The vulnerability's, the best known one first."""
    package: Dependency
    status: Status
    justification: str = ""
    reason: str = ""
    """Why it is not affected, what to do where it is, or what else is known."""
    risk: Risk | None = None
    """What was decided, where a waiver says it."""

    @property
    def purl(self) -> str:
        """Name the package, and its version where one is meant."""
        return package_url(self.package)


def statements(view: View) -> tuple[Said, ...]:
    """Give one statement for each vulnerability of each package, sorted.

    Where a package stands in several manifests, or several scanners report it, the harshest word
    counts. What is absent since the baseline is fixed, unless it is still there elsewhere.
    """
    found: dict[str, list[Said]] = {}
    for finding in (*(row.finding for row in view.rows), *view.folded):
        if finding.dependency:
            _join(found.setdefault(package_url(finding.dependency), []), _word(finding))
    there = [said for same in found.values() for said in same]
    for finding in view.absent:
        if finding.dependency and not any(_same(_fixed(finding), each) for each in there):
            said = _fixed(finding)
            _join(found.setdefault(said.purl, []), said)
    told = (said for same in found.values() for said in same)
    return tuple(sorted(told, key=lambda said: (said.names, said.purl)))


def _same(one: Said, other: Said) -> bool:
    """Tell whether two are about one vulnerability of one package, whatever the version."""
    package = one.package.ecosystem, one.package.name
    same = package == (other.package.ecosystem, other.package.name)
    return same and not set(one.names).isdisjoint(other.names)


def _join(known: list[Said], said: Said) -> None:
    """Add a statement about a package; those that share a name become one, the harshest."""
    same = [each for each in known if not set(each.names).isdisjoint(said.names)]
    known[:] = [each for each in known if each not in same]
    names = _sorted(name for each in (*same, said) for name in each.names)
    known.append(replace(max((*same, said), key=_harshness), names=names))


def _harshness(said: Said) -> tuple[int, str, str]:
    return _HARSHEST.index(said.status), said.risk or "", said.reason


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    """Put the name first by which all databases know it."""
    known = {line(name).strip() for name in names}
    return tuple(sorted(filter(None, known), key=_known_best))


def _known_best(name: str) -> tuple[bool, bool, str]:
    return not name.startswith("CVE-"), not name.startswith("GHSA-"), name


def _word(finding: Finding) -> Said:
    """Say what was decided about one report."""
    package = _package(finding)
    about = _Said(names=_sorted((package.advisory, *package.aliases)), package=package)
    if finding.malicious:
        return about(Status.AFFECTED, reason=_MALWARE)
    if not finding.suppressed:
        return about(Status.UNDER_INVESTIGATION)
    types = {each.type for each in finding.suppressions}
    reasons = {each.type: line(each.justification).strip() for each in finding.suppressions}
    for risk in Risk:
        if risk in types:
            return about(Status.AFFECTED, reason=_action(risk, reasons[risk], package), risk=risk)
    if types == {Status.FIXED.value}:
        return about(Status.FIXED)
    label, reason = _why(finding)
    if types <= _FALSE | {Status.FIXED.value} and (label or reason):
        return about(Status.NOT_AFFECTED, justification=label, reason=reason)
    return about(Status.UNDER_INVESTIGATION, reason="; ".join(filter(None, reasons.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """The beginning of a statement."""

    names: tuple[str, ...]
    package: Dependency

    def __call__(self, status: Status, **rest: Any) -> Said:  # noqa: ANN401 - fields of Said
        return Said(names=self.names, package=self.package, status=status, **rest)


def _package(finding: Finding) -> Dependency:
    if finding.dependency is None:
        raise ValueError("only findings about packages become statements")
    return finding.dependency


def _action(risk: Risk, reason: str, package: Dependency) -> str:
    why = f": {reason}" if reason else ""
    update = f" Fixed in {', '.join(map(line, package.fixed))}." if package.fixed else ""
    return f"{_ACTIONS[risk]}{why.rstrip('.')}.{update}"


def _why(finding: Finding) -> tuple[str, str]:
    """Give the label and the words of the first who says that a flaw is none."""
    for each in finding.suppressions:
        label, reason = _labelled(each.label, line(each.justification).strip())
        if each.type in _FALSE and (label or reason):
            return label, reason
    return "", ""


def _labelled(label: str, reason: str) -> tuple[str, str]:
    """Take one of OpenVEX's labels, also off the beginning of a reason."""
    first, _, rest = reason.partition(":")
    if first.strip() in JUSTIFICATIONS:
        return first.strip(), rest.strip()
    return label if label in JUSTIFICATIONS else "", reason


def _fixed(finding: Finding) -> Said:
    """Call a flaw fixed that is gone, in the product and not in a version of the package.

    Who brings the old version back shall not find it excused.
    """
    package = replace(_package(finding), version="")
    names = _sorted((package.advisory, *package.aliases))
    return Said(names=names, package=package, status=Status.FIXED)


def identifier(*content: object) -> str:
    """Make a URN of what a document or a statement says, so that equal ones have equal names."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return f"urn:uuid:{uuid5(_NAMESPACE, text)}"
