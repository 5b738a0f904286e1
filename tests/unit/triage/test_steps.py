"""All of triage at once: findings go back to their attempts, and nothing known leaves."""

from collections.abc import Callable, Mapping

from drawgate.core.adapter import Report
from drawgate.core.attempt import Failed, Ran, Skipped, Subject, Why
from drawgate.core.finding import Finding, Kind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import NotAssessed
from drawgate.triage.steps import Knowledge, triage, triage_log

Maker = Callable[..., Finding]
SUBJECT = Subject(name="x", kind=Kind.SECRETS)
MISSED = NotAssessed(subject="c.py", reason="near hunter22")
HIDDEN = NotAssessed(subject="c.py", reason="near ***")


def _knowledge(files: Mapping[str, bytes], key: bytes = b"") -> Knowledge:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(path)
        return files[path]

    return Knowledge(
        read=read,
        look_up=lambda _: {},
        raw_keys={"x": frozenset({"code"})},
        identity_key=key,
    )


def test_findings_return_to_their_attempts_with_all_that_triage_adds(finding: Maker) -> None:
    one = finding("tests/a.py", 1, kind=Kind.SECRETS, tool="x", reported_severity="high")
    two = finding("gone.py", 3)
    ran = Ran(subject=SUBJECT, report=Report(findings=(one,)))
    failed = Failed(subject=SUBJECT, error="killed", partial=Report(findings=(two,)))

    told = triage((ran, failed), _knowledge({"tests/a.py": b"p = 'hunter22'\n"}, key=b"k"))

    assert isinstance(told[0], Ran)
    assert isinstance(told[1], Failed)
    (first,), (second,) = told[0].report.findings, told[1].partial.findings
    assert (first.snippet, first.severity, first.role) == ("p = '***'", Severity.HIGH, "test")
    assert "drawgate/secret/v1" in first.fingerprints
    assert (second.path, second.snippet) == ("gone.py", "")
    assert first.identity != second.identity


def test_every_text_of_an_attempt_is_masked(finding: Maker) -> None:
    """Reasons, errors, hints and raw output, whichever attempt knew the secret."""
    secret = finding("a.py", 1, kind=Kind.SECRETS)
    raw = {"stdout": b'{"code": "p", "text": "hunter22"}'}
    report = Report(findings=(secret,), not_assessed=(MISSED,))
    attempts = (
        Ran(subject=SUBJECT, report=report, raw=raw),
        Failed(
            subject=SUBJECT,
            error="died at hunter22",
            hint="mind hunter22",
            partial=Report(not_assessed=(MISSED,)),
            raw=raw,
        ),
        Skipped(subject=SUBJECT, why=Why.UNAVAILABLE, reason="no hunter22", not_assessed=(MISSED,)),
    )

    ran, failed, skipped = triage(attempts, _knowledge({"a.py": b"p = 'hunter22'\n"}))

    assert isinstance(ran, Ran)
    assert isinstance(failed, Failed)
    assert isinstance(skipped, Skipped)
    masked = {"stdout": b'{"code": "***", "text": "***"}\n'}
    assert ((HIDDEN,), masked) == (ran.report.not_assessed, ran.raw)
    assert ("died at ***", "mind ***") == (failed.error, failed.hint)
    assert ((HIDDEN,), masked) == (failed.partial.not_assessed, failed.raw)
    assert ("no ***", (HIDDEN,)) == (skipped.reason, skipped.not_assessed)


def test_a_log_may_hold_secrets_of_the_tool_that_wrote_it(finding: Maker) -> None:
    """Without the sources, a credential's snippet goes as a whole."""
    findings = (
        finding("a.py", 1, cwe=(798,), snippet="p = 'hunter22'"),
        finding("b.py", 1, snippet="password: hunter22"),
        finding("c.py", 1),
    )
    ran = Ran(subject=SUBJECT, report=Report(findings=findings))
    scan = Scan(target=TargetFacts(name="log"), attempts=(ran,), as_of="2026-01-01T00:00:00Z")

    told = triage_log(scan).findings

    assert ["***", "password: ***", ""] == [each.snippet for each in told]
    assert all(each.identity for each in told)
