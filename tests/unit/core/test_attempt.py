"""However an attempt ended, what it found and what it missed can be asked for."""

from drawgate.core.adapter import Report
from drawgate.core.attempt import (
    Attempt,
    Failed,
    Ran,
    Skipped,
    Subject,
    Why,
    findings_of,
    not_assessed_of,
)
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.target import NotAssessed

SUBJECT = Subject(name="x", kind=Kind.CODE)


def _finding(path: str) -> Finding:
    return Finding(kind=Kind.CODE, rule=Rule(id="R"), message="m", location=Location(path=path))


ONE, TWO = _finding("b.py"), _finding("a.py")
MISSED = NotAssessed(subject="c.py", reason="odd")
REPORT = Report(findings=(ONE,), not_assessed=(MISSED,))
RAN = Ran(subject=SUBJECT, report=REPORT)
FAILED = Failed(subject=SUBJECT, error="killed", partial=Report(findings=(TWO,)))
SKIPPED = Skipped(
    subject=SUBJECT, why=Why.UNAVAILABLE, reason="not installed", not_assessed=(MISSED,)
)
ATTEMPTS: tuple[Attempt, ...] = (RAN, FAILED, SKIPPED)


def test_a_failed_attempt_keeps_what_its_parts_found() -> None:
    assert [(ONE,), (TWO,), ()] == [findings_of(attempt) for attempt in ATTEMPTS]


def test_what_was_missed_is_never_lost() -> None:
    assert [(MISSED,), (), (MISSED,)] == [not_assessed_of(attempt) for attempt in ATTEMPTS]


def test_a_scan_lists_all_of_it_in_one_order() -> None:
    mine = NotAssessed(subject="d.bin", reason="unreadable")
    target = TargetFacts(name="shop", not_assessed=(mine,))
    scan = Scan(target=target, attempts=ATTEMPTS, as_of="2026-01-01T00:00:00Z")

    assert ((TWO, ONE), (mine, MISSED, MISSED)) == (scan.findings, scan.not_assessed)
