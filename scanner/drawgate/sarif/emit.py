"""A scan in, one SARIF log out: sorted, the same bytes each time, no dates and no durations.

The first run speaks about the scan: target, exclusions, skipped adapters, what nobody could
look at. Then comes one run per adapter and category that ran or failed. What `ingest` gives
back is the same scan, but for `Execution`, `raw` and `Report.documents`, which have files of
their own, and for lone surrogates outside of paths (`text.py`).
"""

import re
from dataclasses import asdict
from typing import Any, Final

import msgspec

from drawgate import __version__
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import (
    Failed,
    Ran,
    Skipped,
    absent_of,
    findings_of,
    not_assessed_of,
)
from drawgate.core.baseline import Compared, OtherVersion
from drawgate.core.finding import PACKAGES, Finding, sort_key
from drawgate.core.scan import Scan
from drawgate.core.target import Exclusion
from drawgate.core.vex import Use
from drawgate.core.waiver import Waivers
from drawgate.sarif import names
from drawgate.sarif.emit_notes import (
    declare,
    failure,
    not_assessed,
    skipped,
    unscanned,
)
from drawgate.sarif.emit_results import as_result
from drawgate.sarif.emit_rules import Index, cwe_reference, cwe_taxonomy, index_rules
from drawgate.sarif.model import (
    SCHEMA,
    VERSION,
    Artifact,
    ArtifactLocation,
    AutomationDetails,
    Component,
    Invocation,
    Log,
    LogicalLocation,
    Properties,
    Result,
    Run,
    Tool,
)
from drawgate.sarif.text import as_text
from drawgate.sarif.uri import is_web, to_uri

_ENCODER: Final = msgspec.json.Encoder()
_SEMANTIC: Final = re.compile(
    r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?"
)
"""Semantic Versioning 2.0.0, as §3.19.12 wants it."""
_PACKAGE: Final = ": "
"""What a package's subject has (`MANIFEST: REQUIREMENT`) and hardly any path."""


def emit(scan: Scan) -> bytes:
    """Write the scan as a SARIF 2.1.0 log: one line of JSON, UTF-8."""
    attempts = [attempt for attempt in scan.attempts if not isinstance(attempt, Skipped)]
    attempts.sort(key=lambda attempt: (attempt.subject.name, attempt.subject.category))
    runs = [_scan_run(scan), *map(_attempt_run, attempts)]
    return _ENCODER.encode(Log(schema=SCHEMA, version=VERSION, runs=runs)) + b"\n"


def _scan_run(scan: Scan) -> Run:
    skips = [attempt for attempt in scan.attempts if isinstance(attempt, Skipped)]
    skips.sort(key=lambda attempt: (attempt.subject.name, attempt.subject.category))
    notes = [not_assessed(item) for item in scan.target.not_assessed]
    for skip in skips:
        notes += [not_assessed(item, skip.subject) for item in skip.not_assessed]
    notes += map(unscanned, scan.target.unscanned)
    invocation = Invocation(
        execution_successful=True,
        tool_execution_notifications=notes,
        tool_configuration_notifications=[skipped(skip) for skip in skips],
    )
    notifications = declare(invocation)
    driver = Component(name=names.SCAN, version=__version__, rules=[], notifications=notifications)
    return Run(
        tool=Tool(driver=driver),
        automation_details=AutomationDetails(id=names.scan_category(_part(scan))),
        invocations=[invocation],
        results=[],
        artifacts=[
            Artifact(location=ArtifactLocation(uri=to_uri(path)), length=size)
            for path, size in sorted(scan.target.sizes.items())
        ],
        properties=_scan_properties(scan),
    )


def _part(scan: Scan) -> str:
    """Give the folder or file that all attempts are about; empty for a whole, or for several."""
    parts = {attempt.subject.category for attempt in scan.attempts}
    return parts.pop() if len(parts) == 1 and scan.target.form else ""


def _scan_properties(scan: Scan) -> Properties:
    target = scan.target
    facts: dict[str, Any] = {
        "name": as_text(target.name),
        "form": target.form.value if target.form else "",
        "commit": target.commit,
        "files": target.files,
        "exclusions": [_plain(exclusion) for exclusion in target.exclusions],
        "notes": [as_text(note) for note in target.notes],
        "folders": list(map(to_uri, target.folders)),
        "links": [[to_uri(link), to_uri(place)] for link, place in target.links],
        "partial": as_text(target.partial),
    }
    present = {key: value for key, value in facts.items() if value}
    compared = {names.COMPARED: _compared(scan.baseline)} if scan.baseline else {}
    waived = {names.WAIVERS: _waivers(scan.waivers)} if scan.waivers else {}
    heard = {names.VEX: [_plain(use) for use in scan.vex]} if scan.vex else {}
    return (
        compared
        | waived
        | heard
        | {
            names.AS_OF: scan.as_of,
            names.OFFLINE: scan.offline.value,
            names.TARGET: {"name": "", "files": 0} | present,
        }
    )


def _waivers(waivers: Waivers) -> dict[str, Any]:
    """Write them whole, but for the optional parts that they do not have."""
    facts = msgspec.to_builtins(waivers)
    for name in ("waivers", "proposed"):
        facts[name] = [_present(each) | {"match": _present(each["match"])} for each in facts[name]]
    return _present(facts)


def _present(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value or key in _ALWAYS}


_ALWAYS: Final = frozenset({"created", "digest", "expires", "id", "owner", "reason", "source"})
"""What a waiver, or all of them, can't be without."""


def _attempt_run(attempt: Ran | Failed) -> Run:
    findings = (*findings_of(attempt), *absent_of(attempt))
    rules = index_rules(findings)
    taxonomies = cwe_taxonomy(rules)
    invocation = _invocation(attempt)
    # What another tool's log does not say, ours must not say for it.
    silent = isinstance(attempt, Ran) and not attempt.report.proven
    driver = driver_of(attempt)
    driver.rules = [rule for _, rule in rules.values()]
    driver.notifications = declare(invocation)
    driver.supported_taxonomies = [cwe_reference()] if taxonomies else []
    subject = attempt.subject
    return Run(
        tool=Tool(driver=driver),
        automation_details=AutomationDetails(id=names.category(subject.name, subject.category)),
        invocations=[] if silent else [invocation],
        column_kind="utf16CodeUnits",
        artifacts=_artifacts(attempt),
        logical_locations=_packages(attempt),
        taxonomies=taxonomies,
        results=_results(attempt, findings, rules),
        properties=_properties(attempt),
    )


def driver_of(attempt: Ran | Failed) -> Component:
    """Describe the tool of an attempt; its rules are for the caller to add."""
    subject, version = attempt.subject, attempt.tool.version
    return Component(
        name=subject.name,
        version=version or None,
        semantic_version=version if _SEMANTIC.fullmatch(version) else None,
        information_uri=subject.homepage if is_web(subject.homepage) else None,
    )


def _invocation(attempt: Ran | Failed) -> Invocation:
    notes = [not_assessed(item) for item in not_assessed_of(attempt)]
    failures = [failure(attempt)] if isinstance(attempt, Failed) else []
    return Invocation(
        execution_successful=isinstance(attempt, Ran),
        tool_execution_notifications=failures + notes,
    )


def _results(
    attempt: Ran | Failed, findings: tuple[Finding, ...], rules: Index
) -> list[Result] | None:
    """Write the findings in their order; a tool that got nowhere has none, not even zero.

    An empty list says "looked, and found nothing" (§3.14.23), whatever stands beside it.
    """
    if isinstance(attempt, Failed) and not findings and not attempt.partial.looked_at:
        return None
    suppressions = any(finding.suppressions for finding in findings)
    name = attempt.subject.name
    pairs = [(sort_key(f), as_result(f, rules, name, suppressions=suppressions)) for f in findings]
    pairs.sort(key=lambda pair: (pair[0], _ENCODER.encode(pair[1])))
    return [result for _, result in pairs]


def _artifacts(attempt: Ran | Failed) -> list[Artifact]:
    """Name the files that were looked at: the proof that an empty result list means something."""
    uris = sorted(to_uri(name) for name in _looked_at(attempt) if not _is_package(name, attempt))
    return [Artifact(location=ArtifactLocation(uri=uri), roles=["analysisTarget"]) for uri in uris]


def _packages(attempt: Ran | Failed) -> list[LogicalLocation]:
    """Name the packages that were looked at; they are no files, so no artifacts."""
    subjects = sorted(name for name in _looked_at(attempt) if _is_package(name, attempt))
    return [LogicalLocation(fully_qualified_name=name, kind="package") for name in subjects]


def _is_package(name: str, attempt: Ran | Failed) -> bool:
    """Tell by what the tool looks for: a file's name may look like a package's subject."""
    about = attempt.subject.kind in PACKAGES
    return about and _PACKAGE in name and as_text(name) == name


def _looked_at(attempt: Ran | Failed) -> frozenset[str]:
    return attempt.report.looked_at if isinstance(attempt, Ran) else attempt.partial.looked_at


def _properties(attempt: Ran | Failed) -> Properties:
    subject, tool = attempt.subject, attempt.tool
    report = attempt.report if isinstance(attempt, Ran) else attempt.partial
    coverage = {
        "lookedAt": len(report.looked_at),
        "notAssessed": len(report.not_assessed),
        "assumed": report.assumed,
    }
    optional = {
        names.ADVISORIES: _plain(tool.advisories) if tool.advisories else None,
        names.HOMEPAGE: "" if is_web(subject.homepage) else as_text(subject.homepage),
        names.ORIGIN: as_text(subject.origin),
        names.PYTHON: tool.python,
        names.RULESET: as_text(tool.ruleset),
    }
    always = {
        names.COVERAGE: coverage,
        names.GRAIN: subject.grain.value,
        names.KIND: subject.kind.value,
    }
    special = {} if subject.applicable else {names.APPLICABLE: False}
    present = {key: value for key, value in optional.items() if value}
    return dict(sorted((always | special | present).items()))


def _compared(baseline: Compared) -> Properties:
    """Say with what the scan was compared; what is not known is left out."""
    facts = _plain(baseline) | {
        "tools": [_plain(each) for each in baseline.tools],
        "warnings": list(map(as_text, baseline.warnings)),
    }
    return {key: value for key, value in facts.items() if value or key in _COMPARED}


_COMPARED: Final = ("source", "target", "commit")


def _plain(fact: Exclusion | AdvisoryData | Compared | OtherVersion | Use) -> dict[str, Any]:
    return {key: _as_told(value) for key, value in asdict(fact).items()}


def _as_told(value: object) -> object:
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return list(map(as_text, value))
    return as_text(value) if isinstance(value, str) else value
