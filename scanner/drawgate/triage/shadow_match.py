"""Which flaws of another log are known here: by what they are and where, never by rule ids alone.

The keys are those of correlation (`same_package`, `same_code`, secrets by line). What differs is
that one tool may stand on both sides, so that the same report of the same tool is one flaw too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.triage.credentials import is_credential
from drawgate.triage.equivalence import Equivalence
from drawgate.triage.same_package import names_of, spelt

Members = Sequence[Finding]
"""The reports of one flaw, who speaks first."""
_REACH: Final = 400
"""Lines of a finding that are looked at: some tools report a whole class."""
_LINES: Final = 1_000_000
"""Lines of all findings that are looked at: of many, each has fewer."""
_ALIKE: Final = 64
"""Flaws that are kept of one key: that many of one sort on a line are no scanner's work."""


def reach(findings: int) -> int:
    """Give the lines of each finding that may be looked at where there are so many."""
    return max(1, min(_REACH, _LINES // max(1, findings)))


def keys(finding: Finding, table: Equivalence, most: int) -> Iterator[tuple[object, ...]]:
    """Give what a flaw is known by; two that have one in common are one flaw.

    Of one that is long, `most` lines behind the first are looked at.
    """
    if package := finding.dependency:
        name, version = spelt(package)
        yield from (("package", name, version, alias) for alias in names_of(finding))
        return
    place = finding.location
    if place is None or place.line is None:
        yield "whole", finding.path, finding.tool.lower(), finding.rule.id
        return
    region = finding.region
    last = max(place.line, (region.end_line if region else place.end_line) or 0)
    about = tuple(_about(finding, table))
    for line in range(place.line, min(last, place.line + most) + 1):
        yield from (("line", finding.path, line, what) for what in about)


def _about(finding: Finding, table: Equivalence) -> Iterator[str]:
    """Name the weakness in every way: by class, by number, as a credential, by the tool's rule."""
    rule = finding.rule
    if finding.kind is Kind.SECRETS or is_credential(finding):
        yield "credential"
    if finding.kind is not Kind.SECRETS:
        yield from table.classes_of(finding.tool, rule.id, rule.cwe)[1]
        yield from (f"CWE-{number}" for number in rule.cwe)
    yield f"{finding.tool.lower()} {rule.id}"


class Known:
    """Our flaws by their keys."""

    def __init__(self, flaws: Sequence[Members], table: Equivalence) -> None:
        self._table = table
        self._flaws = flaws
        self._by_key: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        self._by_line: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        most = reach(len(flaws))
        for number, members in enumerate(flaws):
            for key in {key for each in members for key in keys(each, table, most)}:
                if len(same := self._by_key[key]) < _ALIKE:
                    same.append(number)
            for each in members:
                if each.line and len(self._by_line[each.path, each.line]) < _ALIKE:
                    self._by_line[each.path, each.line].append(number)

    def of(self, members: Members, most: int) -> list[int]:
        """Give the numbers of our flaws that are this one, the best first."""
        asked = (key for each in members for key in keys(each, self._table, most))
        found = {number for key in asked for number in self._at(key)}
        return sorted(found, key=lambda number: self._rank(number, members[0]))

    def beside(self, finding: Finding) -> Iterable[Finding]:
        """Give what we report on the line where a flaw of theirs begins, whatever it is about."""
        place = (finding.path, finding.line or 0)
        return (self._flaws[number][0] for number in dict.fromkeys(self._by_line.get(place, ())))

    def _at(self, key: tuple[object, ...]) -> Sequence[int]:
        return self._by_key.get(key, ())

    def _rank(self, number: int, theirs: Finding) -> tuple[object, ...]:
        """Prefer what counts, the same tool's word, then what is nearest."""
        ours = self._flaws[number][0]
        same = ours.tool.lower() == theirs.tool.lower() and ours.rule.id == theirs.rule.id
        apart = abs((ours.line or 0) - (theirs.line or 0))
        return ours.suppressed, not same, ours.path != theirs.path, apart, number
