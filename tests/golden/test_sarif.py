"""A whole scan as SARIF, to be read by people: `tests/golden/sarif/scan.sarif`.

Set DRAWGATE_UPDATE_GOLDEN=1 to write it again, and read the difference before committing.
"""

import json
import os
from pathlib import Path

import jsonschema

from drawgate.core.adapter import Grain, Report
from drawgate.core.advisory import AdvisoryData, Held
from drawgate.core.attempt import Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.scan import Offline, Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import Exclusion, Form, NotAssessed
from drawgate.resources import data
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.validate import validate

_GOLDEN = Path(__file__).parent / "sarif" / "scan.sarif"

_SHELL = Rule(
    id="B602",
    name="subprocess_popen_with_shell_equals_true",
    description="A process is started through a shell. Its input can become a command.",
    help="Pass a list of arguments, and no shell.",
    help_uri="https://bandit.readthedocs.io/en/latest/plugins/b602.html",
    cwe=(78,),
)
_CODE = Ran(
    subject=Subject(
        name="bandit",
        kind=Kind.CODE,
        grain=Grain.FILE,
        homepage="https://bandit.readthedocs.io/",
    ),
    report=Report(
        findings=(
            Finding(
                kind=Kind.CODE,
                rule=_SHELL,
                message="a shell is started with input of the user",
                location=Location(path="shop/a b.py", line=3, column=4, unit=Unit.BYTE_0),
                reported_severity="HIGH",
                confidence="HIGH",
                tool="bandit",
                severity=Severity.HIGH,
                region=Region(start_line=3, start_column=5, end_column=20),
                snippet="    run(command, shell=True)",
                fingerprints={"primaryLocationLineHash": "5e4d5a9cf1294ad9:1"},
                identity="1cbb5a3f-9a5b-5c80-9cf4-7e0d3a5a5f10",
            ),
            Finding(
                kind=Kind.CODE,
                rule=_SHELL,
                message="a shell is started",
                location=Location(path="tests/caf\udce9.py", line=9, column=1, unit=Unit.UTF16_1),
                reported_severity="LOW",
                confidence="HIGH",
                tool="bandit",
                severity=Severity.LOW,
                region=Region(start_line=9, start_column=1),
                role="test",
                suppressions=(
                    Suppression(kind=SuppressionKind.IN_SOURCE, justification="# nosec"),
                ),
                fingerprints={"primaryLocationLineHash": "f7592a95a9381ac0:1"},
                identity="2cbb5a3f-9a5b-5c80-9cf4-7e0d3a5a5f10",
            ),
        ),
        looked_at=frozenset({"shop/a b.py", "shop/clean.py", "tests/caf\udce9.py"}),
        not_assessed=(
            NotAssessed(
                subject="shop/new.py",
                reason="needs Python 3.12 to be parsed",
                path="shop/new.py",
                line=7,
            ),
        ),
    ),
    tool=ToolFacts(version="1.9.4", python="3.11"),
)
_PACKAGES = Ran(
    subject=Subject(name="pip-audit", kind=Kind.DEPENDENCIES, homepage="https://example.org/"),
    report=Report(
        findings=(
            Finding(
                kind=Kind.DEPENDENCIES,
                rule=Rule(
                    id="GHSA-xxxx-yyyy-zzzz", description="Sessions can be forged.", cwe=(330,)
                ),
                message="flask 0.12 is vulnerable",
                location=Location(path="requirements.txt", line=2, unit=Unit.UTF16_1),
                reported_severity="HIGH",
                score=9.0,
                tool="pip-audit",
                severity=Severity.CRITICAL,
                region=Region(start_line=2),
                dependency=Dependency(
                    ecosystem="PyPI",
                    name="flask",
                    version="0.12",
                    advisory="GHSA-xxxx-yyyy-zzzz",
                    aliases=("CVE-2099-0001",),
                    fixed=("0.12.3", "1.0"),
                ),
                identity="3cbb5a3f-9a5b-5c80-9cf4-7e0d3a5a5f10",
            ),
        ),
        looked_at=frozenset({"requirements.txt: flask==0.12", "requirements.txt: six==1.17.0"}),
        not_assessed=(
            NotAssessed(
                subject="requirements.txt: requests>=2",
                reason="not pinned",
                path="requirements.txt",
                line=4,
            ),
        ),
    ),
    tool=ToolFacts(
        version="2.10.1",
        advisories=AdvisoryData(
            source="osv.dev",
            records=50,
            newest="2026-01-01T00:00:00Z",
            digest="00" * 32,
            ecosystems=(Held(ecosystem="PyPI", records=50),),
        ),
    ),
)
_SCAN = Scan(
    target=TargetFacts(
        name="shop",
        form=Form.GIT,
        commit="0123456789abcdef0123456789abcdef01234567",
        files=9,
        exclusions=(Exclusion(origin="flag", pattern="vendor/**", files=4),),
        not_assessed=(
            NotAssessed(subject="data/latin1.py", reason="not UTF-8", path="data/latin1.py"),
        ),
        notes=("1 symbolic link was not followed",),
    ),
    attempts=(
        _CODE,
        Failed(
            subject=Subject(name="detect-secrets", kind=Kind.SECRETS, grain=Grain.FILE),
            error="killed by signal 9",
            hint="give it more memory",
            tool=ToolFacts(version="1.5.0"),
        ),
        Skipped(
            subject=Subject(name="hadolint", kind=Kind.IAC, applicable=False),
            why=Why.NOT_APPLICABLE,
            reason="no Dockerfile",
        ),
        _PACKAGES,
        Skipped(
            subject=Subject(name="semgrep", kind=Kind.CODE),
            why=Why.UNAVAILABLE,
            reason="not installed",
            not_assessed=(NotAssessed(subject="shop/app.js", reason="nothing else reads it"),),
        ),
    ),
    as_of="2026-01-02T00:00:00Z",
    offline=Offline.NAMESPACE,
)


def _pretty(log: bytes) -> str:
    document = json.loads(log)
    document["runs"][0]["tool"]["driver"]["version"] = "VERSION"
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def test_the_log_of_a_scan() -> None:
    """The log is, to the last property, the one that people have read and agreed to."""
    log = _pretty(emit(_SCAN))
    if os.environ.get("DRAWGATE_UPDATE_GOLDEN"):
        _GOLDEN.write_text(log, encoding="utf-8")

    assert _GOLDEN.read_text(encoding="utf-8") == log


def test_it_is_valid_and_complete() -> None:
    """An independent validator and our own find nothing, and all of the scan is in it."""
    log = emit(_SCAN)
    schema = json.loads((data("policies") / "schema" / "sarif-2.1.0.json").read_bytes())
    jsonschema.Draft4Validator(schema).validate(json.loads(log))

    assert validate(log) == []
    assert ingest(log, "scan.sarif") == _SCAN
