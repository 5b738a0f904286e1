"""Small scans and packs, built from the core types."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate import strict
from drawgate.core.adapter import Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.errors import PolicyError
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Rule,
    Suppression,
    SuppressionKind,
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import Form, NotAssessed
from drawgate.policy.language import PACK
from drawgate.policy.model import Pack

Make = Callable[..., Any]


@pytest.fixture
def finding() -> Make:
    """Make a finding of bandit's, at a.py:1, high; anything else by keyword."""

    def make(**given: Any) -> Finding:  # noqa: ANN401 - any field
        path = given.pop("path", "a.py")
        rule = Rule(id=given.pop("rule", "B602"), cwe=given.pop("cwe", ()))
        defaults: dict[str, Any] = {
            "kind": Kind.CODE,
            "message": "subprocess with a shell",
            "location": Location(path=path, line=given.pop("line", 1)),
            "severity": Severity.HIGH,
            "tool": "bandit",
            "identity": f"{path}/{rule.id}",
        }
        return Finding(rule=rule, **(defaults | given))

    return make


@pytest.fixture
def vulnerable(finding: Make) -> Make:
    """Make a dependency finding on jinja2 2.10."""

    def make(**given: Any) -> Finding:  # noqa: ANN401 - any field
        names = ("name", "version", "advisory", "fixed", "malicious", "exploit", "direct", "scope")
        package = {name: given.pop(name) for name in names if name in given}
        defaults: dict[str, Any] = {
            "ecosystem": "PyPI",
            "name": "jinja2",
            "version": "2.10",
            "advisory": "GHSA-1",
        }
        dependency = Dependency(**(defaults | package))
        known: dict[str, Any] = {
            "kind": Kind.DEPENDENCIES,
            "tool": "pip-audit",
            "rule": dependency.advisory,
            "path": "requirements.txt",
            "dependency": dependency,
        }
        return finding(**(known | given))  # type: ignore[no-any-return]

    return make


@pytest.fixture
def suppressed() -> Callable[..., tuple[Suppression, ...]]:
    """Suppressions by their kinds: `suppressed("inSource")`."""

    def make(*kinds: str, status: str = "accepted") -> tuple[Suppression, ...]:
        return tuple(Suppression(kind=SuppressionKind(kind), status=status) for kind in kinds)

    return make


@pytest.fixture
def ran() -> Make:
    """Make an attempt that ran: name, kind, findings, then what it looked at and what it missed."""

    def make(name: str, kind: Kind, *findings: Finding, **given: Any) -> Ran:  # noqa: ANN401 - any field
        missed = [NotAssessed(subject=s, reason="broken", path=s) for s in given.get("missed", ())]
        report = Report(
            findings=findings,
            looked_at=frozenset(given.get("looked", ["a.py"])),
            not_assessed=tuple(missed),
        )
        tool = ToolFacts(version="1.0", advisories=given.get("data"))
        return Ran(subject=Subject(name=name, kind=kind), report=report, tool=tool)

    return make


@pytest.fixture
def failed() -> Make:
    def make(name: str, kind: Kind, *partial: Finding) -> Failed:
        return Failed(
            subject=Subject(name=name, kind=kind),
            error="it was killed",
            hint="try again",
            partial=Report(findings=partial, looked_at=frozenset(["a.py"])),
        )

    return make


@pytest.fixture
def skipped() -> Make:
    def make(name: str, kind: Kind, why: Why, reason: str = "a reason") -> Skipped:
        applicable = why is not Why.NOT_APPLICABLE
        subject = Subject(name=name, kind=kind, applicable=applicable)
        return Skipped(subject=subject, why=why, reason=reason)

    return make


@pytest.fixture
def scan() -> Make:
    """Make a scan of a directory with these attempts."""

    def make(*attempts: Attempt, **given: Any) -> Scan:  # noqa: ANN401 - any field
        target: dict[str, Any] = {"name": "shop", "form": Form.DIRECTORY, "files": 3}
        target |= given.pop("target", {})
        given.setdefault("as_of", "2026-11-20T00:00:00Z")
        return Scan(target=TargetFacts(**target), attempts=attempts, **given)

    return make


@pytest.fixture
def data() -> Make:
    def make(newest: str = "2026-11-20T00:00:00Z", records: int = 40) -> AdvisoryData:
        return AdvisoryData(source="OSV", records=records, newest=newest, digest="d" * 64)

    return make


@pytest.fixture
def pack() -> Make:
    """Make a pack from YAML: its rules, and what it requires."""

    def make(rules: str = "", require: str = "") -> Pack:
        rules = rules or "- {id: high, title: Nothing high, match: {severity: '>=high'}}"
        header = "apiVersion: drawgate/v1\nid: test\nversion: 1.2.3\ntitle: Test\n"
        text = f"{header}rules:\n{rules}\n{require}"
        content = PACK(strict.parse_yaml(text.encode(), "test.yaml", PolicyError))
        return Pack(
            id=content.id,
            version=content.version,
            title=content.title,
            rules=content.rules,
            require=content.require,
            source="test.yaml",
            digest="0" * 64,
            sla=content.sla,
        )

    return make
