"""What holds for any findings that are correlated."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Membership,
    Region,
    Rule,
    Suppression,
    SuppressionKind,
)
from drawgate.core.severity import Severity
from drawgate.triage.correlate import correlate, separate
from drawgate.triage.places import span

RULES = [
    ("bandit", "B602"), ("bandit", "B605"), ("bandit", "B607"), ("ruff", "S602"), ("ruff", "S607"),
    ("semgrep", "drawgate.python.command-injection"), ("codeql", "py/command"), ("sonar", "S1"),
]  # fmt: skip
SUPPRESSED = (Suppression(kind=SuppressionKind.IN_SOURCE),)
NAMES = ["CVE-1-1", "CVE-1-2", "GHSA-a-b", "PYSEC-1", "DSA-1-1"]
facts = st.fixed_dictionaries({
    "severity": st.sampled_from(Severity),
    "score": st.none() | st.sampled_from([3.0, 9.0]),
    "suppressions": st.sampled_from([(), SUPPRESSED]),
    "membership": st.none() | st.just(Membership(group="g", folded=True)),
})  # fmt: skip


@st.composite
def in_code(draw: st.DrawFn) -> Finding:
    """Draw a finding in code, often beside others."""
    tool, rule = draw(st.sampled_from(RULES))
    line = draw(st.integers(1, 6))
    region = None
    if draw(st.booleans()):
        column = draw(st.integers(1, 5))
        last = line + draw(st.integers(0, 3))
        end = column + draw(st.integers(0, 5))
        region = Region(start_line=line, start_column=column, end_line=last, end_column=end)
    return Finding(
        kind=draw(st.sampled_from([Kind.CODE, Kind.IAC])),
        rule=Rule(id=rule, cwe=draw(st.sampled_from([(), (78,), (78, 89), (20,)]))),
        message="m",
        tool=tool,
        location=Location(path=draw(st.sampled_from("ab")), line=line),
        region=region,
        **draw(facts),
    )


@st.composite
def of_packages(draw: st.DrawFn) -> Finding:
    """Draw a finding about a package, by some of its names."""
    advisory, *aliases = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=advisory),
        message="m",
        tool=draw(st.sampled_from(["pip-audit", "trivy", "grype"])),
        location=Location(path=draw(st.sampled_from("rs"))),
        dependency=Dependency(
            ecosystem="PyPI", name="x", version="1", advisory=advisory, aliases=tuple(aliases)
        ),
        **draw(facts),
    )


@st.composite
def of_secrets(draw: st.DrawFn) -> Finding:
    """Draw a secret on one of a few lines."""
    return Finding(
        kind=Kind.SECRETS,
        rule=Rule(id=draw(st.sampled_from(["secret-keyword", "aws-access-key"]))),
        message="m",
        tool=draw(st.sampled_from(["detect-secrets", "gitleaks"])),
        location=Location(path="k", line=draw(st.integers(1, 3))),
        **draw(facts),
    )


found = st.lists(in_code() | of_packages() | of_secrets(), max_size=14).map(
    lambda drawn: tuple(replace(each, identity=str(n)) for n, each in enumerate(drawn))
)


def grouped(findings: tuple[Finding, ...]) -> dict[str, list[Finding]]:
    """Give the members of each group."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.membership:
            groups.setdefault(finding.membership.group, []).append(finding)
    return groups


@given(found)
def test_correlating_twice_is_correlating_once(findings: tuple[Finding, ...]) -> None:
    once = correlate(findings)

    assert once == correlate(once)
    assert correlate(separate(once)) == once


@given(found, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(findings: tuple[Finding, ...], random: object) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    one = {finding.identity: finding for finding in correlate(findings)}

    assert one == {finding.identity: finding for finding in correlate(tuple(shuffled))}


@given(found)
def test_nothing_is_lost_and_everything_is_spoken_for(findings: tuple[Finding, ...]) -> None:
    """Each group has one primary, in one file, and is suppressed only as a whole."""
    done = correlate(findings)

    assert [finding.identity for finding in findings] == [finding.identity for finding in done]
    for members in grouped(done).values():
        (primary,) = (member for member in members if not member.folded)
        assert len(members) > 1
        assert 1 == len({member.path for member in members})
        assert primary.suppressed is all(member.suppressed for member in members)
        assert primary.membership
        assert sorted({m.tool for m in members}) == list(primary.membership.reporters)


@given(found)
def test_a_group_in_code_is_one_place(findings: tuple[Finding, ...]) -> None:
    """No tool is in it twice, and all of its members have a line in common."""
    for members in grouped(correlate(findings)).values():
        if members[0].kind in (Kind.CODE, Kind.IAC):
            assert 1 == max(Counter(member.tool for member in members).values())
            spans = [place for member in members if (place := span(member, strict=False))]
            assert max(place.line for place in spans) <= min(place.last for place in spans)


@given(found)
def test_a_known_severity_is_never_unknown_by_its_group(findings: tuple[Finding, ...]) -> None:
    """And it is one that a member has which is not suppressed, unless all are."""
    for members in grouped(correlate(findings)).values():
        (primary,) = (member for member in members if not member.folded)
        heard = [m for m in members if m.suppressed is primary.suppressed and m.membership]
        own = {m.membership.alone for m in heard if m.membership}
        known = own - {Severity.UNKNOWN}
        assert primary.severity in (known or {Severity.UNKNOWN})
