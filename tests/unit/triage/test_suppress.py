"""Waivers excuse what a person approved, no longer and no more than that."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import Finding, Kind, Region, Rule, Suppression, SuppressionKind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits, Match, Standing, Told, Waiver, WaiverType
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.triage.code_key import code_of
from drawgate.triage.correlate import correlate
from drawgate.triage.steps import triage_log
from drawgate.triage.suppress import suppress, without_waivers
from samples import waivers as made
from samples.waivers import ID, LINE, OTHER, SECRET, TOKENS, package, shell, waiver

FREE = Limits()
FLASK = Match(advisory="CVE-2020-1", package="pkg:pypi/Flask", versions=(">=0.10,<1.0",))
COMMENT = Suppression(kind=SuppressionKind.IN_SOURCE, justification="nosec")


def apply(scan: Scan, limits: Limits = FREE) -> tuple[tuple[Finding, ...], tuple[Told, ...]]:
    done = suppress(scan, limits)
    assert done.waived
    return done.scan.findings, done.waived.waivers


def one(
    finding: Finding, *waivers: Waiver, limits: Limits = FREE, as_of: str = "2026-02-01"
) -> tuple[Finding, Told]:
    (found,), (told, *_) = apply(made.scan(finding, waivers=waivers, as_of=as_of), limits)
    return found, told


def test_a_waived_finding_stays_with_all_that_is_known_of_its_waiver() -> None:
    found, told = one(shell(), waiver(approver="bob"))

    assert found.suppressed
    assert found.suppressions == (
        Suppression(
            kind=SuppressionKind.EXTERNAL,
            justification="only for developers",
            by="shell",
            source="waivers.yaml",
            type="accepted",
            owner="ann",
            approver="bob",
            expires="2026-03-31",
        ),
    )
    assert (told.standing, told.findings, told.lapsed) == (Standing.IN_FORCE, 1, 0)


@pytest.mark.parametrize(
    ("as_of", "standing"),
    [
        ("2026-03-16", Standing.IN_FORCE),
        ("2026-03-17", Standing.EXPIRING),
        ("2026-03-31", Standing.EXPIRING),
        ("2026-04-01", Standing.EXPIRED),
    ],
)
def test_it_counts_to_the_end_of_its_last_day(as_of: str, standing: Standing) -> None:
    found, told = one(shell(), waiver(), as_of=as_of)

    assert told.standing is standing
    assert found.suppressed is (standing is not Standing.EXPIRED)


LAPSES: dict[str, tuple[Finding, Waiver, Limits, str, str]] = {
    "the severity rose": (
        shell(severity=Severity.CRITICAL), waiver(), FREE,
        "the severity is critical, and high was approved", "rejected"),
    "nobody can rate it any more": (
        shell(severity=Severity.UNKNOWN), waiver(), FREE,
        "the severity is unknown, and high was approved", "rejected"),
    "it was approved blindly, and is rated now": (
        shell(severity=Severity.LOW), waiver(severity=Severity.UNKNOWN), FREE,
        "the severity is low, and unknown was approved", "rejected"),
    "the line is another one": (
        shell(), waiver(Match(identity=(ID,), code=code_of(shell(fingerprints={LINE: "x"})))),
        FREE, "the code is not what was approved", "rejected"),
    "the code can't be compared": (
        shell(fingerprints={}), waiver(Match(identity=(ID,), code=code_of(shell()))),
        FREE, "the code is not what was approved", "rejected"),
    "CISA lists it": (
        package(Exploit(kev=Listed.YES)), waiver(FLASK), FREE,
        "CISA lists the vulnerability as exploited (KEV)", "rejected"),
    "a fix is out, and the waiver said until then": (
        package(fixed=("1.0",)), waiver(FLASK, until_fix=True), FREE,
        "a version without the flaw is out: flask 1.0", "rejected"),
    "a fix is out, and the pack says until then": (
        package(fixed=("1.0",)), waiver(FLASK), Limits(until_fix=True),
        "a version without the flaw is out: flask 1.0", "rejected"),
    "it is malware": (
        package(malicious=True), waiver(FLASK, severity=Severity.CRITICAL, kev=True), FREE,
        "malware can't be waived", "rejected"),
    "it is malware by the id of its rule": (
        shell(rule=Rule(id="MAL-2024-1")), waiver(), FREE, "malware can't be waived", "rejected"),
    "it lasts too long": (
        shell(), waiver(), Limits(max_age={"high": timedelta(days=30)}),
        "it lasts 89 days, and the pack allows 30 for severity high", "rejected"),
    "it lasts longer than a year, and the pack says nothing": (
        shell(), waiver(expires="2027-01-02"), FREE,
        "it lasts 366 days, and the pack allows 365 for severity high", "rejected"),
    "nobody approved it": (
        shell(), waiver(), Limits(four_eyes=True),
        "nobody but its owner has approved it", "underReview"),
    "its owner approved it": (
        shell(), waiver(owner="Ann  Lee", approver=" ann lee"), Limits(four_eyes=True),
        "nobody but its owner has approved it", "underReview"),
    "its owner approved it under a name that looks the same": (
        shell(), waiver(owner="Ann Lee", approver="\uff21nn\u200b Lee"), Limits(four_eyes=True),
        "nobody but its owner has approved it", "underReview"),
    "the pack has no such type": (
        shell(), waiver(), Limits(types=(WaiverType.FALSE_POSITIVE,)),
        "the pack allows no waiver of type accepted", "rejected"),
    "it begins in the future": (
        shell(), waiver(created="2026-02-02"), FREE,
        "it is dated in the future (2026-02-02)", "rejected"),
}  # fmt: skip


@pytest.mark.parametrize("case", LAPSES)
def test_it_stops_to_count_and_says_why(case: str) -> None:
    finding, approved, limits, why, status = LAPSES[case]

    found, told = one(finding, approved, limits=limits)

    assert not found.suppressed
    assert [(said.status, said.why) for said in found.suppressions] == [(status, why)]
    assert (told.findings, told.lapsed, told.why) == (0, 1, (why,))
    assert told.standing in (Standing.LAPSED, Standing.REFUSED)


@pytest.mark.parametrize(
    ("finding", "approved", "limits"),
    [
        (shell(severity=Severity.LOW), waiver(), FREE),
        (shell(severity=Severity.UNKNOWN), waiver(severity=Severity.UNKNOWN), FREE),
        (package(Exploit(kev=Listed.YES)), waiver(FLASK, kev=True), FREE),
        (package(Exploit(kev=Listed.UNKNOWN)), waiver(FLASK), FREE),
        (package(fixed=("1.0",)), waiver(FLASK), FREE),
        (package(), waiver(FLASK, until_fix=True), FREE),
        (shell(), waiver(approver="bob"), Limits(four_eyes=True)),
        (
            shell(fingerprints={LINE: "new line", TOKENS: "old region"},
                  region=Region(start_line=3, end_line=5)),
            waiver(Match(identity=(ID,), code=code_of(shell()))), FREE,
        ),
        (
            shell(fingerprints={LINE: "old line", TOKENS: "the next line changed"}),
            waiver(Match(identity=(ID,), code=code_of(shell()))), FREE,
        ),
    ],
    ids=["milder", "unknown as approved", "KEV approved", "KEV unknown", "a fix, not asked for",
         "no fix yet", "two people", "wrapped by a formatter", "neighbour changed"],
)  # fmt: skip
def test_it_holds_where_nothing_that_matters_has_changed(
    finding: Finding,
    approved: Waiver,
    limits: Limits,
) -> None:
    found, _ = one(finding, approved, limits=limits)

    assert found.suppressed


def test_another_argument_in_a_call_of_several_lines_is_another_code() -> None:
    wide = Region(start_line=3, end_line=5)
    before = shell(region=wide)
    after = shell(region=wide, fingerprints={LINE: "old line", TOKENS: "user input"})

    found, _ = one(after, waiver(Match(identity=(ID,), code=code_of(before))))

    assert not found.suppressed


def secret(value: str = "") -> Finding:
    keys = {LINE: "***"} | ({SECRET: value} if value else {})
    return shell(kind=Kind.SECRETS, tool="detect-secrets", fingerprints=keys, masked=True)


@pytest.mark.parametrize(
    ("approved", "now", "holds"),
    [("", "", True), ("a", "a", True), ("a", "b", False), ("a", "", True), ("", "b", True)],
)
def test_a_secret_stays_waived_while_nothing_says_that_it_is_another_one(
    approved: str, now: str, *, holds: bool
) -> None:
    found, _ = one(secret(now), waiver(Match(identity=(ID,), code=code_of(secret(approved)))))

    assert found.suppressed is holds


def test_a_second_waiver_that_is_refused_does_not_undo_the_first() -> None:
    late = waiver(Match(rule=("B602",), paths=("/shop/",)), id="late", expires="2026-01-15")

    found, told = one(shell(), waiver(), late)
    reverse, _ = one(shell(), late, waiver())

    assert found.suppressed
    assert reverse.suppressed
    assert told.findings == 1


def test_a_waiver_that_is_refused_does_not_undo_a_comment() -> None:
    found, told = one(shell(suppressions=(COMMENT,)), waiver(expires="2026-01-15"))

    assert found.suppressed
    assert found.suppressions == (COMMENT,)
    assert told.lapsed == 1


@pytest.mark.parametrize(
    ("match", "meant"),
    [
        (Match(rule=("B602",), paths=("/shop/a.py",)), True),
        (Match(rule=("B602",), paths=("shop/",)), True),
        (Match(rule=("B602",), paths=("*.py",)), True),
        (Match(rule=("B602",), paths=("a.py",)), True),
        (Match(rule=("B6*",), paths=("**",)), True),
        (Match(rule=("B101", "B602"), tool="Bandit", paths=("/lib/", "/shop/*.py")), True),
        (Match(rule=("B602",), tool="semgrep", paths=("**",)), False),
        (Match(rule=("B602",), paths=("/a.py",)), False),
        (Match(rule=("B602",), paths=("/shop/b.py", "/shop/a.pyc")), False),
        (Match(rule=("b602",), paths=("**",)), False),
        (Match(identity=(OTHER,)), False),
        (FLASK, False),
    ],
)
def test_a_rule_is_waived_in_its_paths_only(match: Match, *, meant: bool) -> None:
    found, told = one(shell(), waiver(match))

    assert found.suppressed is meant
    assert told.standing is (Standing.IN_FORCE if meant else Standing.UNMATCHED)


@pytest.mark.parametrize(
    ("finding", "meant"),
    [
        (package(), True),
        (package(advisory="CVE-2020-1", aliases=()), True),
        (package(advisory="cve-2020-1", aliases=()), True),
        (package(name="FLASK", version="0.10"), True),
        (package(version="1.0"), False),
        (package(version="0.9"), False),
        (package(version="none of ours"), False),
        (package(version=""), False),
        (package(name="flask-login"), False),
        (package(ecosystem="npm"), False),
        (package(advisory="PYSEC-2", aliases=()), False),
        (shell(rule=Rule(id="CVE-2020-1")), False),
    ],
)
def test_an_advisory_is_waived_in_its_package_and_versions_only(
    finding: Finding, *, meant: bool
) -> None:
    found, _ = one(finding, waiver(FLASK))

    assert found.suppressed is meant


def group(**given: Any) -> tuple[Finding, Finding]:  # noqa: ANN401 - any field
    """Make one flaw that two scanners report."""
    place = {"fingerprints": {LINE: "one"}, "rule": Rule(id="B602", cwe=(78,))}
    first = shell(**place, **given)
    ruff = shell(**(place | {"rule": Rule(id="S602", cwe=(78,))}), tool="ruff", identity=OTHER)
    both = correlate((first, ruff))
    assert all(each.membership for each in both)
    return both


def test_a_flaw_counts_until_all_that_report_it_are_waived() -> None:
    members = group()

    half, _ = apply(made.scan(*members, waivers=(waiver(),)))
    whole, (told,) = apply(made.scan(*members, waivers=(waiver(Match(identity=(ID, OTHER))),)))

    assert [(each.tool, each.suppressed, each.folded) for each in half] == [
        ("bandit", True, True),
        ("ruff", False, False),
    ]
    assert all(each.suppressed for each in whole)
    assert told.findings == 1, "one flaw, whoever reports it"


def test_a_log_that_is_judged_again_by_another_day_or_pack_forgets_what_held() -> None:
    first = suppress(made.scan(*group(), waivers=(waiver(Match(identity=(ID, OTHER))),)), FREE)

    same = suppress(first.scan, FREE)
    later = suppress(replace(first.scan, as_of="2026-05-01T00:00:00Z"), FREE)
    strict = suppress(first.scan, Limits(four_eyes=True))

    assert same == first
    assert not any(each.suppressed for each in (*later.scan.findings, *strict.scan.findings))
    assert without_waivers(later.scan).attempts == without_waivers(first.scan).attempts


def test_a_written_log_is_judged_as_the_scan_was() -> None:
    first = suppress(made.scan(shell(), package(identity=OTHER), waivers=(waiver(),)), FREE)

    read = triage_log(ingest(emit(first.scan), "log"))
    again = suppress(read, FREE)

    assert again.waived == first.waived
    assert [each.suppressions for each in again.scan.findings] == [
        each.suppressions for each in first.scan.findings
    ]


def test_waivers_of_a_log_that_does_not_hold_them_stand_until_they_end() -> None:
    first = suppress(made.scan(shell(), waivers=(waiver(),)), FREE).scan

    now = suppress(replace(first, waivers=None), FREE)
    later = suppress(replace(first, waivers=None, as_of="2026-05-01T00:00:00Z"), FREE)

    assert [each.suppressed for each in now.scan.findings] == [True]
    assert [each.suppressed for each in later.scan.findings] == [False]
    assert later.scan.findings[0].suppressions[0].why == "it expired on 2026-03-31"


def test_what_a_change_adds_has_no_say_and_is_counted() -> None:
    scan = made.proposing(made.scan(shell(), package(identity=OTHER)), waiver())

    done = suppress(scan, FREE)

    assert done.waived
    assert (done.waived.proposed, done.waived.proposed_findings) == (("shell",), 1)
    assert not any(each.suppressed for each in done.scan.findings)


def test_nothing_is_called_unmatched_by_a_scan_that_looked_at_a_part() -> None:
    scan = replace(
        made.scan(package(identity=OTHER), waivers=(waiver(),)),
        target=TargetFacts(name="shop", partial="--diff"),
    )

    _, (told,) = apply(scan)

    assert told.standing is Standing.UNSEEN


def test_a_day_that_nobody_can_read_lets_nothing_hold() -> None:
    scan = replace(made.scan(shell(), waivers=(waiver(),)), as_of="soon")

    (found,), _ = apply(scan)

    assert not found.suppressed


@pytest.mark.parametrize(
    "match",
    [
        Match(advisory="CVE-2020-1", package="flask", versions=("*",)),
        Match(advisory="CVE-2020-1", package="pkg:pypi/flask", versions=("~=1",)),
        Match(rule=("B602",), paths=("[z-a]",)),
        Match(rule=("B602",), paths=("**/" * 30 + "x",)),
        Match(rule=("B602",), paths=("*a*a*a*a*a*a*b",)),
    ],
)
def test_what_a_log_brings_and_nobody_can_read_matches_nothing(match: Match) -> None:
    found, told = one(shell(), waiver(match))

    assert not found.suppressed
    assert told.standing is Standing.UNMATCHED
