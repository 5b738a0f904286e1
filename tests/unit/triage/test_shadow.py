"""What other tools found beside a scan: known again by what it is and where, and why if not."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
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
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.shadow import Shadow
from drawgate.core.target import Exclusion, NotAssessed
from drawgate.triage.shadow import Other, shadow
from drawgate.triage.shadow_paths import fitted

Make = Callable[..., Any]


def flaw(tool: str, rule: str, path: str, line: int | None = 1, **given: Any) -> Finding:  # noqa: ANN401 - any field
    end = given.pop("end", line)
    cwe = given.pop("cwe", ())
    region = Region(start_line=line, end_line=end) if line else None
    values: dict[str, Any] = {
        "kind": Kind.CODE,
        "severity": Severity.HIGH,
        "identity": f"{tool} {rule} {path} {line}",
        "location": Location(path=path, line=line),
        "region": region,
    }
    rule_ = Rule(id=rule, cwe=cwe)
    return Finding(rule=rule_, tool=tool, **({"message": "a flaw"} | values | given))


def package(tool: str, advisory: str, *aliases: str, **given: Any) -> Finding:  # noqa: ANN401 - any field
    dependency = Dependency(
        ecosystem="PyPI",
        name=given.pop("name", "Jinja2"),
        version=given.pop("version", "2.10"),
        advisory=advisory,
        aliases=aliases,
    )
    path = given.pop("path", "requirements.txt")
    return flaw(tool, advisory, path, kind=Kind.DEPENDENCIES, dependency=dependency, **given)


def ran(
    name: str,
    kind: Kind,
    *found: Finding,
    looked: tuple[str, ...] = ("a.py",),
    **given: Any,  # noqa: ANN401 - any field
) -> Ran:
    missed = given.pop("missed", ())
    report = Report(findings=found, looked_at=frozenset(looked), not_assessed=missed)
    tool = ToolFacts(version=given.pop("version", "1.0"), ruleset=given.pop("ruleset", ""))
    return Ran(subject=Subject(name=name, kind=kind), report=report, tool=tool)


def scan(*attempts: Any, **target: Any) -> Scan:  # noqa: ANN401 - attempts, any field
    facts = TargetFacts(name="shop", **target)
    return Scan(target=facts, attempts=attempts, as_of="2026-11-25T00:00:00Z")


def beside(ours: Scan, *found: Finding, kind: Kind = Kind.CODE, version: str = "") -> Shadow:
    by_tool: dict[str, list[Finding]] = {}
    for each in found:
        by_tool.setdefault(each.tool, []).append(each)
    theirs = [ran(tool, kind, *own, version=version) for tool, own in by_tool.items()]
    return shadow(ours, [Other(name="theirs.sarif", digest="d", scan=scan(*theirs))])


def numbers(found: Shadow) -> tuple[int, int, int]:
    return len(found.both), len(found.only_theirs), len(found.only_ours)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (flaw("bandit", "B602", "a.py", 5), flaw("semgrep", "x", "a.py", 4, end=6, cwe=(78,))),
        (flaw("bandit", "B602", "a.py", 5), flaw("ruff", "S602", "a.py", 5)),
        (flaw("bandit", "B602", "a.py", 5), flaw("Bandit", "B602", "a.py", 4, end=9)),
        (flaw("x", "one", "a.py", 5, cwe=(1234,)), flaw("y", "two", "a.py", 5, cwe=(1234,))),
        (
            flaw("detect-secrets", "aws", "a.py", 5, kind=Kind.SECRETS),
            flaw("gitleaks", "generic", "a.py", 5, kind=Kind.SECRETS),
        ),
        (
            flaw("bandit", "B105", "a.py", 5, cwe=(259,)),
            flaw("gitleaks", "k", "a.py", 5, kind=Kind.SECRETS),
        ),
        (package("pip-audit", "PYSEC-1", "CVE-1-1"), package("Trivy", "CVE-1-1", name="jinja2")),
        (package("pip-audit", "P-1-1", "CVE-1-1"), package("Trivy", "CVE-1-1", path="uv.lock")),
    ],
    ids=["weakness", "class", "same tool", "cwe", "secret", "credential", "alias", "manifest"],
)  # fmt: skip
def test_one_flaw_is_known_by_what_it_is(ours: Finding, theirs: Finding) -> None:
    found = beside(scan(ran(ours.tool, ours.kind, ours)), theirs)

    assert (1, 0, 0) == numbers(found)
    assert (theirs.rule.id, ours.identity) == (found.both[0].theirs.rule, found.both[0].ours.id)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (flaw("bandit", "B602", "a.py", 5), flaw("ruff", "S602", "a.py", 6)),
        (flaw("bandit", "B602", "a.py", 5), flaw("ruff", "S602", "b.py", 5)),
        (flaw("bandit", "B602", "a.py", 5), flaw("ruff", "S105", "a.py", 5)),
        (flaw("x", "one", "a.py", 5), flaw("y", "one", "a.py", 5)),
        (package("pip-audit", "PYSEC-1"), package("Trivy", "CVE-1-1")),
        (package("pip-audit", "CVE-1-1", version="2.11"), package("Trivy", "CVE-1-1")),
        (package("pip-audit", "CVE-1-1", name="flask"), package("Trivy", "CVE-1-1")),
    ],
    ids=["line", "file", "weakness", "rule id alone", "alias", "version", "package"],
)
def test_what_differs_is_not_taken_for_the_same(ours: Finding, theirs: Finding) -> None:
    """An equal rule id of another tool proves nothing."""
    assert (0, 1, 1) == numbers(beside(scan(ran(ours.tool, ours.kind, ours)), theirs))


def test_one_of_theirs_may_be_two_of_ours() -> None:
    """All of ours are known then, and the numbers say so."""
    ours = [flaw("bandit", "B602", "a.py", n) for n in (5, 6)]
    found = beside(
        scan(ran("bandit", Kind.CODE, *ours)), flaw("s", "x", "a.py", 4, end=9, cwe=(78,))
    )

    assert (1, 0, 0) == numbers(found)
    assert 2 == found.known


def test_a_scan_beside_itself_is_all_in_both() -> None:
    ours = scan(
        ran("bandit", Kind.CODE, *(flaw("bandit", "B602", "a.py", n) for n in range(1, 9))),
        ran("pip-audit", Kind.DEPENDENCIES, package("pip-audit", "CVE-1-1")),
    )
    found = shadow(ours, [Other(name="same", digest="", scan=ours)] * 2)

    assert (9, 0, 0) == numbers(found)


def test_nothing_of_their_words_is_told() -> None:
    """Their message may quote a value that is masked on our side."""
    theirs = flaw("x", "y", "a.py", message="AKIAIOSFODNN7EXAMPLE", snippet="AKIAIOSFODNN7EXAMPLE")

    assert "AKIA" not in repr(beside(scan(ran("bandit", Kind.CODE)), theirs))


THERE = {"looked": ("a.py", "lib/x.py")}


@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        (
            scan(
                Skipped(
                    subject=Subject(name="detect-secrets", kind=Kind.SECRETS),
                    why=Why.NOT_SELECTED,
                    reason="--only bandit",
                )
            ),
            flaw("gitleaks", "k", "a.py", kind=Kind.SECRETS),
            "no scanner for secrets ran: detect-secrets is not selected (--only bandit)",
        ),
        (
            scan(Failed(subject=Subject(name="bandit", kind=Kind.CODE), error="it hung")),
            flaw("ruff", "S1", "a.py"),
            "no scanner for code ran: bandit failed (it hung)",
        ),
        (
            scan(
                ran("bandit", Kind.CODE),
                exclusions=(Exclusion(origin="--exclude", pattern="lib/", files=3),),
            ),
            flaw("ruff", "S1", "lib/x.py"),
            "the file was left out: lib/ (--exclude)",
        ),
        (
            scan(ran("bandit", Kind.CODE), partial="--diff"),
            flaw("ruff", "S1", "b.py"),
            "only a part of the target was looked at (--diff)",
        ),
        (
            scan(
                ran(
                    "bandit",
                    Kind.CODE,
                    missed=(NotAssessed(subject="b.py", path="b.py", reason="it is broken"),),
                )
            ),
            flaw("ruff", "S1", "b.py"),
            "nobody could assess the file: it is broken",
        ),
        (
            scan(ran("bandit", Kind.CODE)),
            flaw("ruff", "S1", "b.py"),
            "no scanner saw such a file: git ignores it, or it is not in this state of the target",
        ),
        (
            scan(ran("bandit", Kind.CODE), ran("detect-secrets", Kind.SECRETS, looked=("b.txt",))),
            flaw("ruff", "S1", "b.txt"),
            "bandit is not given this file",
        ),
        (
            scan(ran("ruff", Kind.CODE)),
            flaw("ruff", "E501", "a.py"),
            "ruff runs here with its rules about security (S) alone",
        ),
        (
            scan(ran("semgrep", Kind.CODE, ruleset="87 rules, sha256:0")),
            flaw("Semgrep", "p.x", "a.py"),
            "semgrep runs here with rules of ours alone (87 rules, sha256:0)",
        ),
        (
            scan(ran("bandit", Kind.CODE)),
            flaw("bandit", "B999", "a.py"),
            "bandit is 9.9 there and 1.0 here",
        ),
        (
            scan(ran("bandit", Kind.CODE), ran("semgrep", Kind.CODE)),
            flaw("ruff", "S602", "a.py"),
            (
                "bandit and semgrep looked at the file and report no such flaw at this place "
                "(shell-command)"
            ),
        ),
        (
            scan(ran("bandit", Kind.CODE, flaw("bandit", "B101", "a.py"))),
            flaw("pylint", "W1", "a.py"),
            "bandit looked at the file and reports something else on this line: bandit B101",
        ),
        (
            scan(ran("bandit", Kind.CODE)),
            flaw("pylint", "W1", "", None, location=None, region=None),
            "it names no file, and no finding of ours is about the target as a whole",
        ),
        (
            scan(ran("pip-audit", Kind.DEPENDENCIES, looked=("requirements.txt: jinja2==2.10",))),
            package("Trivy", "CVE-1-1"),
            "pip-audit looked at Jinja2 2.10 and its data has no such flaw in this version",
        ),
        (
            scan(ran("pip-audit", Kind.DEPENDENCIES, looked=("requirements.txt: jinja2==3.0",))),
            package("Trivy", "CVE-1-1"),
            "the scan saw Jinja2 3.0 and not 2.10",
        ),
        (
            scan(ran("pip-audit", Kind.DEPENDENCIES)),
            package("Trivy", "CVE-1-1"),
            "the scan saw no package Jinja2: no manifest that it reads pins it",
        ),
    ],
)  # fmt: skip
def test_why_only_they_have_it(ours: Scan, theirs: Finding, reason: str) -> None:
    (missing,) = beside(ours, theirs, kind=theirs.kind, version="9.9").only_theirs

    assert reason == missing.reason


def test_a_flaw_that_is_suppressed_here_is_known_and_says_so() -> None:
    waiver = Suppression(
        kind=SuppressionKind.EXTERNAL, by="W-1", type="accepted", justification="it is walled in"
    )
    ours = flaw("bandit", "B602", "a.py", 5, suppressions=(waiver,))
    (both,) = beside(scan(ran("bandit", Kind.CODE, ours)), flaw("ruff", "S602", "a.py", 5)).both

    assert "waived by W-1 (accepted): it is walled in" == both.note


def test_what_their_log_could_not_do_is_said() -> None:
    failed = Failed(subject=Subject(name="trivy", kind=Kind.DEPENDENCIES), error="no database")
    other = Other(name="t.sarif", digest="", scan=scan(failed))
    found = shadow(scan(ran("bandit", Kind.CODE)), [other])

    assert (
        "t.sarif: trivy failed there: what it did not find proves nothing",
        "t.sarif has no findings",
    ) == found.notes


@pytest.mark.parametrize(
    ("theirs", "known", "renamed"),
    [
        (["/builds/x/src/a.py"], ["src/a.py"], {"/builds/x/src/a.py": "src/a.py"}),
        (["a.py", "b/c.py"], ["x/a.py", "x/b/c.py"], {"a.py": "x/a.py", "b/c.py": "x/b/c.py"}),
        (["src/a.py"], ["src/a.py"], {}),
        (["x/a.py", "y/b.py", "z/c.py"], ["src/a.py"], {}),
        (["/setup.py", "/q/1.py", "/q/2.py"], ["setup.py"], {}),
        ([], ["a.py"], {}),
    ],
)  # fmt: skip
def test_a_log_may_count_from_elsewhere(
    theirs: list[str], known: list[str], renamed: dict[str, str]
) -> None:
    """One beginning explains most of a log, or none is believed."""
    assert renamed == fitted(theirs, frozenset(known))[0]


def test_the_order_of_logs_and_findings_is_no_matter() -> None:
    found = [flaw("ruff", "S602", "a.py", n) for n in (3, 1, 2)]
    ours = scan(ran("bandit", Kind.CODE, flaw("bandit", "B602", "a.py", 2)))
    same = beside(ours, *found)

    assert same == beside(ours, *reversed(found))
    assert replace(same, logs=()) == replace(beside(ours, *found), logs=())
