"""What holds for every comparison: one to one, idempotent, and in any order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule, State
from drawgate.core.lines import CHANGED, Around, Hunk, LineMap
from drawgate.core.scan import Scan, TargetFacts
from drawgate.triage.baseline import match
from drawgate.triage.compare import baseline_of, compare
from drawgate.triage.identity import identify

PATHS = ("a.py", "b.py")
lines = st.sampled_from(("eval(a)", "eval(b)", "    eval(a)", "def f():", "def g():", "x", ""))
texts = st.dictionaries(st.sampled_from(PATHS), st.lists(lines, max_size=8).map("\n".join))
packages = st.builds(
    Dependency,
    ecosystem=st.just("PyPI"),
    name=st.sampled_from(("a", "b")),
    version=st.sampled_from(("1", "2")),
    advisory=st.sampled_from(("X-1", "X-2")),
    aliases=st.sampled_from(((), ("X-1",), ("X-3",))),
)


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """Draw a scan of small files in which many lines are alike."""
    sources = draw(texts)
    code = [
        Finding(
            kind=draw(st.sampled_from([Kind.CODE, Kind.SECRETS])),
            rule=Rule(id=draw(st.sampled_from(("R1", "R2")))),
            message="m",
            tool="t",
            location=Location(path=path, line=number),
        )
        for path, text in sources.items()
        for number, line in enumerate(text.split("\n"), 1)
        if "eval" in line
    ]
    found = code + [
        Finding(kind=Kind.DEPENDENCIES, rule=Rule(id=p.advisory), message="m", tool="t",
                dependency=p, location=Location(path="r.txt", line=1))
        for p in draw(st.lists(packages, max_size=3, unique=True))
    ]  # fmt: skip
    report = Report(findings=identify(tuple(found), sources, sources))
    attempt = Ran(subject=Subject(name="t", kind=Kind.CODE), report=report)
    return Scan(target=TargetFacts(name="x"), attempts=(attempt,), as_of="")


def _shuffled(scan: Scan) -> Scan:
    (attempt,) = scan.attempts
    assert isinstance(attempt, Ran)
    report = Report(findings=tuple(reversed(attempt.report.findings)))
    return Scan(
        target=scan.target, attempts=(Ran(subject=attempt.subject, report=report),), as_of=""
    )


@given(scans(), scans())
def test_no_finding_has_two_partners(old: Scan, new: Scan) -> None:
    links = match(old.findings, new.findings, {})

    assert len(links) == len({link.old for link in links}) == len({link.new for link in links})


@st.composite
def line_maps(draw: st.DrawFn) -> LineMap:
    """Draw what git might say, whether it fits the files or not: a log may lie about its commit."""
    hunks = st.lists(st.tuples(*[st.integers(0, 4)] * 3), max_size=3).map(_hunks)
    files = st.dictionaries(st.sampled_from(PATHS), hunks)
    around = st.dictionaries(
        st.tuples(st.sampled_from(PATHS), st.integers(1, 8)),
        st.builds(Around, above=st.sampled_from((((1, 30),), ((2, 3),), ()))),
    )
    return LineMap(before=draw(files), after=draw(files),
                   around_old=draw(around), around_new=draw(around))  # fmt: skip


def _hunks(steps: list[tuple[int, int, int]]) -> tuple[Hunk, ...]:
    found, old, new = [], 1, 1
    for kept, removed, added in steps:
        old, new = old + kept, new + kept
        found.append(Hunk(old, removed, new, added))
        old, new = old + removed + 1, new + added + 1
    return tuple(found)


@given(scans(), scans(), line_maps())
def test_whatever_git_says_no_finding_has_two_partners(
    old: Scan, new: Scan, lines: LineMap
) -> None:
    """Nor is one on a line that came ever one whose line still stands."""
    links = match(old.findings, new.findings, {}, lines)

    assert len(links) == len({link.old for link in links}) == len({link.new for link in links})
    for link in links:
        one, other = old.findings[link.old], new.findings[link.new]
        if not one.dependency:
            stands = lines.of_old(one.path, one.line or 0) > CHANGED
            assert not (stands and lines.of_new(other.path, other.line or 0) == CHANGED)


@given(scans(), scans(), line_maps())
def test_comparing_twice_by_gits_lines_changes_nothing(
    old: Scan, new: Scan, lines: LineMap
) -> None:
    baseline = replace(baseline_of(old, "old"), lines=lines)
    once = compare(new, baseline)

    assert once == compare(once, baseline)


@given(scans(), scans())
def test_every_finding_has_a_state_and_an_identity_of_its_own(old: Scan, new: Scan) -> None:
    """All of the baseline is known again or absent, and keeps its identity."""
    done = compare(new, baseline_of(old, "old"))
    known = [each for each in done.findings if each.state is not State.NEW]

    identities = [each.identity for each in (*done.findings, *done.absent)]
    assert len(identities) == len(set(identities))
    assert {each.identity for each in (*known, *done.absent)} == {f.identity for f in old.findings}
    assert all(bool(each.matched_by) is (each.state is not State.NEW) for each in done.findings)
    assert len(done.findings) == len(new.findings)


@given(scans(), scans())
def test_comparing_twice_changes_nothing(old: Scan, new: Scan) -> None:
    once = compare(new, baseline_of(old, "old"))

    assert once == compare(once, baseline_of(old, "old"))


@given(scans())
def test_a_scan_beside_itself_is_unchanged(scan: Scan) -> None:
    done = compare(scan, baseline_of(scan, "old"))

    assert [each.identity for each in scan.findings] == [each.identity for each in done.findings]
    assert {each.state for each in done.findings} <= {State.UNCHANGED}
    assert done.absent == ()


@given(scans(), scans())
def test_the_order_of_findings_does_not_matter(old: Scan, new: Scan) -> None:
    there = compare(new, baseline_of(old, "old"))
    back = compare(_shuffled(new), baseline_of(_shuffled(old), "old"))

    assert set(map(repr, there.findings)) == set(map(repr, back.findings))
    assert set(map(repr, there.absent)) == set(map(repr, back.absent))
