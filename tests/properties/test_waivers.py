"""What holds for whatever is waived, and for whatever is written into a file of waivers."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drawgate.core.finding import Finding, Location, Rule, Suppression, SuppressionKind
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits, Match, Waiver, WaiverType
from drawgate.policy.waiver_text import added
from drawgate.policy.waivers import read_waivers
from drawgate.triage.correlate import correlate
from drawgate.triage.identity import LINE_TEXT
from drawgate.triage.suppress import suppress, without_waivers
from samples import waivers as made

IDS = tuple(f"00000000-0000-5000-8000-{number:012}" for number in range(6))
COMMENT = Suppression(kind=SuppressionKind.IN_SOURCE)
LIMITS = (Limits(), Limits(four_eyes=True), Limits(types=(WaiverType.MITIGATED,)))
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Finding, ...]:
    """Draw reports of two scanners, some of which are about one flaw."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from([("bandit", "B602"), ("ruff", "S602"), ("bandit", "B101")]),
                st.sampled_from(["a.py", "b/c.py"]),
                st.integers(1, 2),
                st.sampled_from([Severity.HIGH, Severity.LOW, Severity.UNKNOWN]),
                st.booleans(),
            ),
            max_size=6,
            unique_by=lambda row: row[:3],
        )
    )
    return correlate(
        tuple(
            made.shell(
                tool=tool,
                rule=Rule(id=rule, cwe=(78,)),
                location=Location(path=path, line=line),
                region=None,
                severity=severity,
                identity=IDS[number],
                fingerprints={LINE_TEXT: f"{path}{line}"},
                suppressions=(COMMENT,) if commented else (),
            )
            for number, ((tool, rule), path, line, severity, commented) in enumerate(rows)
        )
    )


matches = st.one_of(
    st.builds(Match, identity=st.lists(st.sampled_from(IDS), min_size=1, max_size=3).map(tuple)),
    st.builds(
        Match,
        rule=st.sampled_from([("B602",), ("B*", "S602")]),
        tool=st.sampled_from(["", "ruff"]),
        paths=st.sampled_from([("**",), ("/b/",), ("a.py",)]),
    ),
)


@st.composite
def waivers(draw: st.DrawFn) -> tuple[Waiver, ...]:
    return tuple(
        made.waiver(
            match,
            id=f"w{number}",
            expires=draw(st.sampled_from(["2026-01-15", "2026-03-31"])),
            severity=draw(st.sampled_from([Severity.LOW, Severity.CRITICAL])),
            approver=draw(st.sampled_from(["", "bob"])),
        )
        for number, match in enumerate(draw(st.lists(matches, max_size=3)))
    )


def excused(scan: Scan) -> set[str]:
    return {finding.identity for finding in scan.findings if finding.suppressed}


@settings(max_examples=150, deadline=None)
@given(findings(), waivers(), st.sampled_from(LIMITS))
def test_applied_twice_is_applied_once_and_can_be_taken_back(
    found: tuple[Finding, ...], given_: tuple[Waiver, ...], limits: Limits
) -> None:
    scan = made.scan(*found, waivers=given_)

    once = suppress(scan, limits)

    assert suppress(once.scan, limits) == once
    assert without_waivers(once.scan) == without_waivers(scan) == replace(scan, waivers=None)


@settings(max_examples=150, deadline=None)
@given(findings(), waivers(), st.sampled_from(LIMITS))
def test_no_waiver_takes_back_what_something_else_excuses(
    found: tuple[Finding, ...], given_: tuple[Waiver, ...], limits: Limits
) -> None:
    none = suppress(made.scan(*found), limits).scan
    fewer = suppress(made.scan(*found, waivers=given_[:-1]), limits).scan
    whole = suppress(made.scan(*found, waivers=given_), limits)

    assert excused(none) <= excused(fewer) <= excused(whole.scan)
    assert whole.waived
    if not any(told.counts for told in whole.waived.waivers):
        assert excused(whole.scan) == excused(none)


@settings(max_examples=150, deadline=None)
@given(findings(), waivers())
def test_the_order_of_waivers_and_findings_does_not_matter(
    found: tuple[Finding, ...], given_: tuple[Waiver, ...]
) -> None:
    scan = made.scan(*found, waivers=given_)
    turned = made.scan(*reversed(found), waivers=tuple(reversed(given_)))

    assert excused(suppress(scan, Limits()).scan) == excused(suppress(turned, Limits()).scan)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=3), texts)
def test_what_is_written_is_what_was_said(said: list[tuple[str, str, str]], comment: str) -> None:
    data = None
    wanted = []
    for number, (reason, owner, path) in enumerate(said):
        match = Match(rule=(f"B{number}",), paths=(f"/x{number}/",))
        wanted.append(made.waiver(match, id=f"w{number}", reason=reason, owner=owner, ticket=path))
        about = " ".join("".join(filter(str.isprintable, comment)).split())
        data = added(data, wanted[-1], [about], "w.yaml")

    assert data
    assert read_waivers(data, "w.yaml") == tuple(wanted)
