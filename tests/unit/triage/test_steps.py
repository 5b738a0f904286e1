"""All of triage at once: findings go back to their attempts, and nothing known leaves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.finding import Finding, Kind, Rule, Suppression, SuppressionKind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import NotAssessed
from drawgate.triage.steps import Knowledge, triage, triage_log

Maker = Callable[..., Finding]
SUBJECT = Subject(name="x", kind=Kind.SECRETS)
MISSED = NotAssessed(subject="c.py: hunter22", reason="near hunter22")
HIDDEN = NotAssessed(subject="c.py: ***", reason="near ***")


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


def _scan(*attempts: Attempt, target: TargetFacts | None = None) -> Scan:
    facts = target or TargetFacts(name="x")
    return Scan(target=facts, attempts=attempts, as_of="2026-01-01T00:00:00Z")


def test_findings_return_to_their_attempts_with_all_that_triage_adds(finding: Maker) -> None:
    one = finding("tests/a.py", 1, kind=Kind.SECRETS, tool="x", reported_severity="high")
    two = finding("gone.py", 3)
    ran = Ran(subject=SUBJECT, report=Report(findings=(one,)))
    failed = Failed(subject=SUBJECT, error="killed", partial=Report(findings=(two,)))

    told = triage(
        _scan(ran, failed), _knowledge({"tests/a.py": b"p = 'hunter22'\n"}, key=b"k")
    ).scan.attempts

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

    told = triage(_scan(*attempts), _knowledge({"a.py": b"p = 'hunter22'\n"})).scan
    ran, failed, skipped = told.attempts

    assert isinstance(ran, Ran)
    assert isinstance(failed, Failed)
    assert isinstance(skipped, Skipped)
    masked = {"stdout": b'{"code":"***","text":"***"}\n'}
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


def test_what_is_said_about_the_target_is_masked(finding: Maker) -> None:
    """A gap on a credential's line goes by its place alone."""
    secret = finding("r.txt", 1, kind=Kind.SECRETS)
    gaps = (
        MISSED,
        NotAssessed(subject="r.txt: x @ https://odd", reason="no pin", path="r.txt", line=1),
        NotAssessed(subject="r.txt: y", reason="no pin", path="r.txt", line=2),
    )
    facts = TargetFacts(name="x", not_assessed=gaps, notes=("hunter22 was met",))
    scan = _scan(Ran(subject=SUBJECT, report=Report(findings=(secret,))), target=facts)

    told = triage(scan, _knowledge({"r.txt": b"password = hunter22\ny\n"})).scan.target

    assert ["c.py: ***", "r.txt: line 1", "r.txt: y"] == [i.subject for i in told.not_assessed]
    assert ("*** was met",) == told.notes


def test_rules_suppressions_and_documents_of_a_scan_are_masked(finding: Maker) -> None:
    """Another package's adapter may put the match anywhere."""
    rule = Rule(id="R1", description="like hunter22", help_uri="https://x/?q=hunter22")
    why = Suppression(kind=SuppressionKind.IN_SOURCE, justification="hunter22 is fake")
    known = finding("a.py", 1, kind=Kind.SECRETS)
    other = replace(finding("b.py", 1), rule=rule, suppressions=(why,))
    report = Report(findings=(known, other), documents={"bom.json": b'{"x": "hunter22"}'})

    told = triage(
        _scan(Ran(subject=SUBJECT, report=report)), _knowledge({"a.py": b"p = 'hunter22'\n"})
    )

    (ran,) = told.scan.attempts
    assert isinstance(ran, Ran)
    seen = ran.report.findings[1]
    assert Rule(id="R1", description="like ***", help_uri="https://x/?q=***") == seen.rule
    assert ("*** is fake",) == tuple(each.justification for each in seen.suppressions)
    assert {"bom.json": b'{"x":"***"}\n'} == ran.report.documents


FAKE = "h7Kq2Vx9Lm4Tz8Rb3Nw6"


def test_a_value_that_a_log_tells_anywhere_is_masked_everywhere(finding: Maker) -> None:
    """Each field of a log is one that some tool has put a match into."""
    rule = Rule(
        id="R1", name=FAKE, description=FAKE, help=FAKE, help_uri=f"https://x/{FAKE}", tags=(FAKE,)
    )
    why = Suppression(kind=SuppressionKind.EXTERNAL, justification=f"{FAKE} is old")
    secret = replace(
        finding("a.py", 1, cwe=(798,), message=f"found '{FAKE}'"),
        properties={"match": FAKE, "drawgate/resultKind": "fail"},
        fingerprints={"secretHash": FAKE, "drawgate/lineText/v1": FAKE},
    )
    other = replace(finding(f"x/{FAKE}.py"), rule=rule, suppressions=(why,))
    gap = NotAssessed(subject=FAKE, reason=FAKE, path=FAKE)
    subject = replace(SUBJECT, category=FAKE, homepage=FAKE)
    report = Report(findings=(secret, other), not_assessed=(gap,), looked_at=frozenset({FAKE}))
    failed = Failed(
        subject=subject, error=FAKE, hint=FAKE, partial=report, tool=ToolFacts(version=FAKE)
    )
    skipped = Skipped(subject=subject, why=Why.UNAVAILABLE, reason=FAKE, not_assessed=(gap,))
    facts = TargetFacts(name=FAKE, notes=(FAKE,), not_assessed=(gap,))

    told = triage_log(_scan(failed, skipped, target=facts))

    assert FAKE not in repr(told)
    first = next(f for f in told.findings if f.rule.cwe)
    assert {"drawgate/resultKind": "fail"} == first.properties
    assert {"drawgate/message/v1"} == set(first.fingerprints)


@pytest.mark.parametrize(
    ("facts", "secret"),
    [
        ({"message": "near hunterABC99zz0"}, "hunterABC99zz0"),
        ({"snippet": "key: 'pa55 word!'"}, "pa55 word!"),
        ({"properties": {"raw": "hunter22"}}, "hunter22"),
        ({"properties": {"drawgate/properties": '{"m": "correct horse"}'}}, "correct horse"),
    ],
)
def test_values_are_known_from_wherever_a_credentials_result_has_them(
    finding: Maker, facts: dict[str, Any], secret: str
) -> None:
    here = finding("a.py", 1, cwe=(798,), **facts)
    there = finding("b.py", 1, message=f"see {secret}.")

    told = triage_log(_scan(Ran(subject=SUBJECT, report=Report(findings=(here, there)))))

    assert "see ***." == told.findings[1].message
    assert secret not in repr(told)


def test_names_and_words_of_a_log_stay_readable(finding: Maker) -> None:
    rule = Rule(id="secrets:S6290", name="Generic Key", description="Base64-encoded key, SHA256")
    message = "Generic Key: 'src/v2/app.py' has a 'Generic Key'"
    scan = _scan(
        Ran(
            subject=SUBJECT,
            report=Report(
                findings=(
                    replace(finding("src/v2/app.py", 1, message=message, cwe=(798,)), rule=rule),
                    finding("b.py", 1, message="A Generic Key in src/v2/app.py, SHA256"),
                )
            ),
        )
    )

    told = triage_log(scan).findings

    assert "A Generic Key in src/v2/app.py, SHA256" == told[0].message
    assert (rule, "src/v2/app.py") == (told[1].rule, told[1].path)


def test_a_log_of_ours_keeps_its_own_hashes(finding: Maker) -> None:
    """They were taken over masked text; a baseline finds results again by them."""
    ours = {"drawgate/lineText/v1": "c92814763831c7ec6bed2dd8dc0c608e"}
    hashes = ours | {"primaryLocationLineHash": "d6eaabc698a9be87:1"}
    secret = finding("a.py", 1, cwe=(798,), fingerprints=hashes, snippet="p = '***'")

    told = triage_log(_scan(Ran(subject=SUBJECT, report=Report(findings=(secret,)))))

    assert hashes == {key: told.findings[0].fingerprints[key] for key in hashes}
