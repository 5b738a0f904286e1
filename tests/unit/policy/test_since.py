"""A rule may look at what a change brought in, and only there."""

from dataclasses import replace

import pytest

from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule, State
from drawgate.core.severity import Severity
from drawgate.policy.model import PackRule, Scope, Since
from drawgate.policy.pack import load_pack
from drawgate.policy.tally import Standing, standing

FLAW = Finding(
    kind=Kind.DEPENDENCIES,
    rule=Rule(id="X-1"),
    message="m",
    location=Location(path="r.txt", line=1),
    severity=Severity.CRITICAL,
    dependency=Dependency(ecosystem="PyPI", name="x", version="1", advisory="X-1"),
)
CASES = [
    (FLAW, Since.NEW),
    (replace(FLAW, state=State.NEW), Since.NEW),
    (replace(FLAW, state=State.UNCHANGED), Since.EXISTING),
    (replace(FLAW, state=State.UPDATED), Since.EXISTING),
    (replace(FLAW, state=State.NEW, newly_disclosed=True), Since.NEWLY_DISCLOSED),
]


@pytest.mark.parametrize(("finding", "since"), CASES)
def test_each_state_is_one_of_three(finding: Finding, since: Since) -> None:
    """What was compared with nothing is new."""
    for wanted in Since:
        rule = PackRule(id="r", title="r", scope=Scope(state=(wanted,)))
        expected = Standing.COUNTED if wanted is since else "scope.state"
        assert expected == standing(rule)(finding)


def _hard(finding: Finding) -> list[str]:
    rules = [rule for rule in load_pack("pull-request").rules if rule.enforcement == "hard"]
    return [rule.id for rule in rules if standing(rule)(finding) == Standing.COUNTED]


@pytest.mark.parametrize(("finding", "since"), CASES)
def test_a_pull_request_answers_for_what_it_brings_in(finding: Finding, since: Since) -> None:
    assert (["dependencies"] if since is Since.NEW else []) == _hard(finding)


@pytest.mark.parametrize("state", [None, *State])
def test_malware_always_counts(state: State) -> None:
    assert FLAW.dependency
    bad = replace(FLAW, state=state, dependency=replace(FLAW.dependency, malicious=True))

    assert "malicious" in _hard(bad)
