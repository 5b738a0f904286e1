"""A scan beside a baseline: states, what is gone, and what can't be said."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.baseline import Baseline
from drawgate.core.finding import Dependency, Finding, Kind, Membership, State
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.target import NotAssessed
from drawgate.triage.compare import AGAIN, MALWARE, baseline_of, compare, summary
from drawgate.triage.gone import STILL
from drawgate.triage.identity import identify

Maker = Callable[..., Finding]
SUBJECT = Subject(name="t", kind=Kind.CODE)
FLASK = Dependency(ecosystem="PyPI", name="flask", version="1.0", advisory="X-1")
PIN = "r.txt: flask==1.0"


def _scan(*attempts: Attempt, name: str = "shop", partial: str = "") -> Scan:
    return Scan(target=TargetFacts(name=name, partial=partial), attempts=attempts, as_of="")


def _ran(*findings: Finding, version: str = "", **report: object) -> Ran:
    told = identify(findings, {}, {})
    tool = ToolFacts(version=version)
    return Ran(subject=SUBJECT, report=Report(findings=told, **report), tool=tool)  # type: ignore[arg-type]


@pytest.fixture
def flaw(finding: Maker) -> Finding:
    return finding("a.py", 1, tool="t")


@pytest.fixture
def old(flaw: Finding) -> Baseline:
    return baseline_of(_scan(_ran(flaw)), "main")


def test_what_a_failed_scanner_found_before_is_not_gone(old: Baseline) -> None:
    """Nobody has looked: unknown is never clean."""
    failed = Failed(subject=SUBJECT, error="killed")
    skipped = Skipped(subject=SUBJECT, why=Why.UNAVAILABLE, reason="missing")

    for attempt in (failed, skipped):
        done = compare(_scan(attempt), old)
        assert done.absent == ()
        (note,) = done.target.notes
        assert note.endswith("so nobody knows what became of 1 finding of the baseline")


def test_what_nobody_could_read_is_not_gone(old: Baseline) -> None:
    unread = NotAssessed(subject="a.py", path="a.py", reason="no Python")

    assert compare(_scan(_ran(not_assessed=(unread,))), old).absent == ()
    assert [State.ABSENT] == [f.state for f in compare(_scan(_ran()), old).absent]


def test_of_a_part_only_what_was_looked_at_can_be_gone(old: Baseline) -> None:
    part, other = frozenset({"b.py"}), frozenset({"a.py"})

    assert compare(_scan(_ran(looked_at=part), partial="--diff"), old).absent == ()
    assert len(compare(_scan(_ran(looked_at=other), partial="--diff"), old).absent) == 1


@pytest.mark.parametrize(
    ("before", "now", "disclosed"),
    [
        ({PIN}, FLASK, True),
        ({"r.txt: flask==0.9"}, FLASK, False),
        ({"s.txt: flask==1.0"}, FLASK, False),
        (set(), FLASK, False),
        ({PIN}, replace(FLASK, malicious=True), False),
    ],
)
def test_newly_disclosed_is_what_the_baseline_had_looked_at(
    finding: Maker, before: set[str], now: Dependency, *, disclosed: bool
) -> None:
    """In the same version and manifest; malware never is."""
    baseline = baseline_of(_scan(_ran(looked_at=frozenset(before))), "main")
    new = finding("r.txt", 1, tool="t", kind=Kind.DEPENDENCIES, dependency=now)

    (told,) = compare(_scan(_ran(new)), baseline).findings

    assert (State.NEW, disclosed) == (told.state, told.newly_disclosed)


@pytest.mark.parametrize(
    "facts",
    [
        {"malicious": True},
        {"advisory": "MAL-2024-1"},
        {"advisory": "GHSA-2222-3333-4444", "aliases": ("MAL-2024-1",)},
    ],
)
def test_malware_is_new_whatever_the_baseline_had(finding: Maker, facts: dict[str, object]) -> None:
    """Also where nothing but a name in another tool's log says that it is malware."""
    bad = replace(FLASK, **facts)  # type: ignore[arg-type]
    new = finding("r.txt", 1, tool="t", kind=Kind.DEPENDENCIES, dependency=bad)
    scan = _scan(_ran(new))

    (told,) = compare(scan, baseline_of(scan, "main")).findings

    assert (State.NEW, MALWARE) == (told.state, told.matched_by)
    assert told.identity == scan.findings[0].identity


def test_a_new_finding_takes_nobodys_identity(finding: Maker) -> None:
    """The first scan would have given it the one that an edited flaw has carried on."""
    before, after = "def f():\n    eval(a)\n", "def f():\n    eval(b)\ndef g():\n    eval(a, 1)\n"
    (one,) = identify((finding("a.py", 2, tool="t"),), {}, {"a.py": before})
    many = (finding("a.py", 2, tool="t"), finding("a.py", 4, tool="t"))
    found = identify(many, {}, {"a.py": after})
    clash = (found[0], replace(found[1], identity=one.identity))
    report = Report(findings=clash)

    done = compare(
        _scan(Ran(subject=SUBJECT, report=report)),
        Baseline(source="main", findings=(one,)),
    )

    assert [State.UPDATED, State.NEW] == [each.state for each in done.findings]
    assert done.findings[0].identity == one.identity != done.findings[1].identity


def test_what_comes_back_is_new_and_has_its_old_identity(flaw: Finding, old: Baseline) -> None:
    """It is carried for one scan: who looks a year later finds no trace of it."""
    named = replace(old, findings=tuple(replace(f, identity="first") for f in old.findings))
    gone = compare(_scan(_ran()), named)

    (back,) = compare(_scan(_ran(flaw)), baseline_of(gone, "gone")).findings
    later = compare(_scan(_ran()), baseline_of(gone, "gone"))

    assert (State.NEW, "first") == (back.state, back.identity)
    assert back.matched_by.startswith(AGAIN)
    assert () == later.absent


def test_an_edited_flaw_is_not_what_was_gone(finding: Maker) -> None:
    """Somebody may have accepted the one that was there."""
    texts = ("def f():\n    eval(a)\n", "def f():\n    pass\n", "def f():\n    eval(b)\n")
    one, other = (
        identify((finding("a.py", 2, tool="t"),), {}, {"a.py": text}) for text in texts[::2]
    )
    gone = compare(_scan(Ran(subject=SUBJECT, report=Report())), Baseline(source="", findings=one))

    (new,) = compare(
        _scan(Ran(subject=SUBJECT, report=Report(findings=other))), baseline_of(gone, "")
    ).findings

    assert (State.NEW, "") == (new.state, new.matched_by)
    assert new.identity != one[0].identity


def test_other_tools_versions_and_repositories_are_said(flaw: Finding) -> None:
    before = baseline_of(_scan(_ran(flaw, version="1"), name="other"), "main")
    here = replace(flaw, location=replace(flaw.location, path="b.py"))  # type: ignore[type-var]

    done = compare(_scan(_ran(here, version="2")), before)
    unknown = compare(_scan(_ran(here)), replace(before, tools=()))

    assert done.target.notes == (
        "the baseline is of other, not of shop: 0 of its 1 file with findings are here",
        "t was 1 in the baseline and is 2 now: what is new may be its rules",
    )
    assert "did not run for the baseline" in unknown.target.notes[-1]


def test_states_are_counted(flaw: Finding, old: Baseline) -> None:
    done = compare(_scan(_ran(flaw)), old)

    assert "0 new, 0 newly disclosed, 1 unchanged, 0 updated, 0 absent" == summary(done)


def test_first_seen_is_carried_from_scan_to_scan(flaw: Finding, finding: Maker) -> None:
    """What a dated baseline had was seen then, if not before; what is new is seen now."""
    fresh = finding("b.py", 1, tool="t", message="Another flaw.")
    first = replace(_scan(_ran(flaw)), as_of="2026-01-01T00:00:00Z")
    second = replace(_scan(_ran(flaw, fresh)), as_of="2026-02-02T00:00:00Z")
    third = replace(_scan(_ran(flaw)), as_of="2026-03-03T00:00:00Z")

    once = compare(second, baseline_of(first, "one"))
    twice = compare(third, baseline_of(once, "two"))

    assert [""] == [each.first_seen for each in first.findings]
    assert {"a.py": "2026-01-01T00:00:00Z", "b.py": "2026-02-02T00:00:00Z"} == {
        each.path: each.first_seen for each in once.findings
    }
    assert ["2026-01-01T00:00:00Z"] == [each.first_seen for each in twice.findings]
    assert ["2026-02-02T00:00:00Z"] == [each.first_seen for each in twice.absent]


def test_who_does_not_say_when_leaves_first_seen_unknown(old: Baseline, flaw: Finding) -> None:
    """A baseline file has no date by design, and a commit that is scanned today has none either."""
    now = replace(_scan(_ran(flaw)), as_of="2026-02-02T00:00:00Z")
    assert [""] == [each.first_seen for each in compare(now, replace(old, as_of="")).findings]


def test_a_flaw_is_gone_when_all_who_reported_it_have_stopped(finding: Maker) -> None:
    """One scanner that stops is told, and counts for nothing while another goes on."""
    other = replace(SUBJECT, name="u")
    place = Membership(group="g")
    one, two = (
        replace(each, membership=place)
        for each in identify((finding("a.py", 1, tool="t"), finding("a.py", 1, tool="u")), {}, {})
    )
    before = _scan(
        Ran(subject=SUBJECT, report=Report(findings=(one,))),
        Ran(subject=other, report=Report(findings=(two,))),
    )
    stopped, goes_on, ended = (
        Ran(subject=SUBJECT, report=Report(findings=())),
        Ran(subject=other, report=Report(findings=(two,))),
        Ran(subject=other, report=Report(findings=())),
    )
    base = baseline_of(before, "main")

    half, whole = compare(_scan(stopped, goes_on), base), compare(_scan(stopped, ended), base)

    assert [STILL] == [each.matched_by for each in half.absent]
    assert "0 absent" in summary(half)
    assert ["", ""] == [each.matched_by for each in whole.absent]
    assert "0 absent" not in summary(whole)
