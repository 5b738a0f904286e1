"""Findings sorted by what most rules ask for, so that a rule asks each sort once, not each finding.

A pack of twenty rules asks a hundred thousand findings two million times which kind they are of,
and there are a few hundred answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from drawgate.core.finding import Finding
from drawgate.policy.condition import Condition, Test
from drawgate.policy.said import Said

Numbered = tuple[int, Finding]
"""A finding and its number in the order of all outputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """All findings that are judged: by sort those that speak for themselves, and the others."""

    groups: tuple[tuple[Numbered, ...], ...]
    spoken: tuple[tuple[int, Finding, tuple[Finding, ...]], ...]
    """Those that several reports speak of, with these reports."""


def sort_out(findings: Iterable[Finding], said: Said) -> Sorted:
    """Sort findings by `FACTS`."""
    groups: dict[object, list[Numbered]] = {}
    spoken = []
    for number, finding in enumerate(findings):
        if finding.membership and finding.identity in said:
            spoken.append((number, finding, said[finding.identity]))
        else:
            groups.setdefault(_facts(finding), []).append((number, finding))
    return Sorted(groups=tuple(map(tuple, groups.values())), spoken=tuple(spoken))


_facts = attrgetter("kind", "tool", "severity", "role", "state", "newly_disclosed", "confidence")
"""What a condition that is `alike` may ask for, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to ask the findings of a sort, after one of them was asked for all."""

    tests: tuple[tuple[str, Test], ...]
    """Conditions that each finding answers for itself, by name."""
    end: str = ""
    """The condition behind these that none of them meets; empty where there is none."""
    known: bool = True
    """Whether no condition that was asked for all lacks a fact."""


def left_to_ask(asked: Iterable[Condition], example: Finding) -> Left:
    """Ask one finding what all of its sort answer alike."""
    tests, known = [], True
    for condition in asked:
        if not condition.alike:
            tests.append((condition.name, condition.test))
            continue
        holds = condition.test(example)
        if holds is False:
            return Left(tests=tuple(tests), end=condition.name, known=known)
        known = known and holds is not None
    return Left(tests=tuple(tests), end="", known=known)
