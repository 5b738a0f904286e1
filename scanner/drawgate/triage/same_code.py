"""Which findings in code and infrastructure are one flaw: one class of rules, one place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.triage.equivalence import Equivalence
from drawgate.triage.places import Span, clusters, span

_KINDS: Final = frozenset({Kind.CODE, Kind.IAC, Kind.CONTAINER})
"""Kinds whose scanners read the same files."""
_Placed = tuple[str, Span, int]
"""A tool, a place and the number of a finding."""


def same_code(
    findings: Sequence[Finding], table: Equivalence
) -> Iterator[tuple[list[int], tuple[str, ...]]]:
    """Give the numbers of findings that are one flaw, two or more, and what they have in common.

    A rule that the table does not know belongs to the classes of its weaknesses. So it may be in
    several; the first, by name, in which it finds a partner counts.
    """
    buckets = _buckets(findings, table)
    taken: set[int] = set()
    for name, path in sorted(buckets):
        found = [each for each in buckets[name, path] if each[2] not in taken]
        if len({tool for tool, _, _ in found}) == 1:
            continue
        # Of equal ones at one place, which finds the partner must not hang on their order.
        found.sort(key=lambda each: findings[each[2]].identity)
        ranked = [(tool, place, rank) for rank, (tool, place, _) in enumerate(found)]
        for cluster in clusters(_by_tool(ranked, table)):
            if len(cluster.members) > 1:
                members = [found[rank][2] for rank in cluster.members]
                taken.update(members)
                yield members, ("code", name, path)


def _buckets(
    findings: Sequence[Finding], table: Equivalence
) -> dict[tuple[str, str], list[_Placed]]:
    buckets: defaultdict[tuple[str, str], list[_Placed]] = defaultdict(list)
    known: dict[tuple[str, str, tuple[int, ...]], tuple[bool, tuple[str, ...]]] = {}
    for number, finding in enumerate(findings):
        rule = finding.tool, finding.rule.id, finding.rule.cwe
        if rule not in known:
            known[rule] = table.classes_of(*rule)
        silent, names = known[rule]
        if not names or finding.kind not in _KINDS or not finding.path:
            continue
        if place := span(finding, strict=silent):
            for name in names:
                buckets[name, finding.path].append((finding.tool.lower(), place, number))
    return buckets


def _by_tool(
    found: Iterable[_Placed], table: Equivalence
) -> Iterator[tuple[str, list[tuple[Span, int]]]]:
    """Sort by tool, the first to speak first."""
    tools: dict[str, list[tuple[Span, int]]] = {}
    for tool, place, number in found:
        tools.setdefault(tool, []).append((place, number))
    for tool in sorted(tools, key=lambda tool: (table.rank(tool), tool)):
        yield tool, tools[tool]
