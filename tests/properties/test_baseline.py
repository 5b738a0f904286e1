"""What holds for every comparison: one to one, idempotent, and in any order."""

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule, State
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
