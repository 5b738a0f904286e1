"""Each finding as a line, with the rules it breaks and who else reports it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drawgate.core.finding import Finding
from drawgate.core.scan import Scan
from drawgate.policy.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding, and the broken rules it counts against."""

    finding: Finding
    breaks: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Who else reports the same flaw, and by which rule: `bandit B602`."""

    @property
    def apart(self) -> bool:
        """Whether it is suppressed and blocks nothing: then it stands apart."""
        return self.finding.suppressed and not self.breaks


def rows_of(scan: Scan, verdict: Verdict) -> tuple[Row, ...]:
    """Give a row for each finding that nobody else speaks for."""
    breaks: dict[str, list[str]] = {}
    for rule in verdict.rules:
        if rule.broken and rule.enforcement.fails:
            for identity in dict.fromkeys(rule.findings):
                breaks.setdefault(identity, []).append(rule.id)
    return tuple(
        Row(finding=f, breaks=tuple(breaks.get(f.identity, ())), also=also(scan.spoken_for(f)))
        for f in scan.counted
    )


def gone_rows(found: Sequence[Finding]) -> tuple[Row, ...]:
    """Give a row for each flaw that is gone; none of them breaks anything."""
    folded: dict[str, list[Finding]] = {}
    for each in found:
        if each.folded:
            folded.setdefault(_group(each), []).append(each)
    return tuple(
        Row(finding=f, breaks=(), also=also(folded.get(_group(f), ())))
        for f in found
        if not f.folded
    )


def _group(finding: Finding) -> str:
    return finding.membership.group if finding.membership else ""


def also(folded: Iterable[Finding]) -> tuple[str, ...]:
    """Name who else reports a flaw; a package's finding by its advisory, which is its rule."""
    return tuple(sorted({f"{finding.tool} {finding.rule.id}" for finding in folded}))
