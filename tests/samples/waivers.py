"""Waivers and scans to apply them to."""

from dataclasses import replace
from typing import Any, Final

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.exploit import Exploit
from drawgate.core.finding import Dependency, Finding, Kind, Location, Region, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.waiver import Match, Waiver, Waivers, WaiverType

ID: Final = "5c656f0a-8390-5e98-a3cd-f9c6139a847e"
OTHER: Final = "6929d892-74bf-5e94-99cf-7eb8da879cc9"
LINE: Final = "drawgate/lineText/v1"
TOKENS: Final = "drawgate/snippetTokens/v2"
SECRET: Final = "drawgate/secret/v1"


def shell(**given: Any) -> Finding:  # noqa: ANN401 - any field
    """Make a call of a shell that bandit found."""
    defaults: dict[str, Any] = {
        "kind": Kind.CODE,
        "rule": Rule(id="B602"),
        "message": "a shell is started",
        "location": Location(path="shop/a.py", line=3),
        "region": Region(start_line=3),
        "severity": Severity.HIGH,
        "tool": "bandit",
        "identity": ID,
        "fingerprints": {LINE: "old line", TOKENS: "old region"},
    }
    return Finding(**(defaults | given))


def package(exploit: Exploit | None = None, **given: Any) -> Finding:  # noqa: ANN401 - any field
    """Make a finding of a vulnerable flask, 0.12 if nothing else is said."""
    facts: dict[str, Any] = {"ecosystem": "PyPI", "name": "flask", "version": "0.12"}
    facts |= {"advisory": "PYSEC-1", "aliases": ("CVE-2020-1",)}
    known = ("ecosystem", "name", "version", "advisory", "aliases", "fixed", "malicious")
    facts |= {key: given.pop(key) for key in known if key in given}
    facts |= {"exploit": exploit} if exploit else {}
    return shell(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=facts["advisory"]),
        location=Location(path="requirements.txt", line=1),
        region=None,
        tool="pip-audit",
        fingerprints={},
        dependency=Dependency(**facts),
        **given,
    )


def waiver(match: Match | None = None, **given: Any) -> Waiver:  # noqa: ANN401 - any field
    """Make a waiver of 2026 that lasts a quarter."""
    defaults: dict[str, Any] = {
        "id": "shell",
        "match": match or Match(identity=(ID,)),
        "type": WaiverType.ACCEPTED,
        "reason": "only for developers",
        "owner": "ann",
        "created": "2026-01-01",
        "expires": "2026-03-31",
        "severity": Severity.HIGH,
    }
    return Waiver(**(defaults | given))


def scan(*findings: Finding, waivers: tuple[Waiver, ...] = (), as_of: str = "2026-02-01") -> Scan:
    """Make a scan of one tool for each that the findings name."""
    tools = sorted({finding.tool for finding in findings})
    attempts = tuple(
        Ran(
            subject=Subject(name=tool, kind=next(f.kind for f in findings if f.tool == tool)),
            report=Report(findings=tuple(f for f in findings if f.tool == tool)),
            tool=ToolFacts(version="1.0"),
        )
        for tool in tools
    )
    return Scan(
        target=TargetFacts(name="shop"),
        attempts=attempts,
        as_of=f"{as_of}T00:00:00Z",
        waivers=Waivers(source="waivers.yaml", digest="d", waivers=waivers),
    )


def proposing(scan: Scan, *waivers: Waiver) -> Scan:
    """Give the scan of a change that adds waivers."""
    assert scan.waivers
    return replace(scan, waivers=replace(scan.waivers, proposed=waivers))
