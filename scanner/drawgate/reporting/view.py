"""The one view that every output format renders; reports/README.md lists its fields."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from drawgate.core.baseline import Compared
from drawgate.core.finding import Finding, changed
from drawgate.core.scan import Scan
from drawgate.core.shadow import Shadow
from drawgate.core.target import Exclusion
from drawgate.policy.verdict import AttemptFacts, State, Verdict
from drawgate.reporting import counts, heard
from drawgate.reporting.advice import Fix, fix_first
from drawgate.reporting.groups import Group, group
from drawgate.reporting.headline import headline
from drawgate.reporting.publisher import Publisher
from drawgate.reporting.reasons import Reason, reasons_of, warnings_of
from drawgate.reporting.rows import Row, gone_rows, rows_of
from drawgate.reporting.silence import (
    Missed,
    NotRun,
    PassedOver,
    idle,
    labels,
    missed_of,
    not_run_of,
    passed_over_by,
)
from drawgate.reporting.waived import set_apart
from drawgate.triage.gone import gone


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a report shows, in the order in which it shows it."""

    status: str
    """PASSED, FAILED or INCOMPLETE."""
    headline: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    fix_first: tuple[Fix, ...]
    not_run: tuple[NotRun, ...]
    ran: tuple[AttemptFacts, ...]
    groups: tuple[Group, ...]
    not_assessed: tuple[Missed, ...]
    suppressed: tuple[Group, ...]
    exclusions: tuple[Exclusion, ...]
    passed_over: tuple[PassedOver, ...]
    warnings: tuple[Reason, ...]
    rows: tuple[Row, ...]
    """Every finding but the folded ones, suppressed ones included, in the order of the log."""
    folded: tuple[Finding, ...] = ()
    """Reports of a flaw that one of the rows speaks for, in the order of the log."""
    baseline: Compared | None = None
    """What the findings were compared with, if anything."""
    absent: tuple[Finding, ...] = ()
    """What is gone since the baseline, every report of it; it counts nowhere."""
    gone: tuple[Row, ...] = ()
    """The same without those that another one speaks for."""
    shadow: Shadow | None = None
    """What another log found beside this one; it decides nothing."""
    set_apart: tuple[str, ...] = ()
    """Sentences that count what is suppressed, by who said so."""
    publisher: Publisher | None = None
    """Who publishes a VEX document of it; other formats need nobody."""

    @property
    def counts(self) -> str:
        """Reconcile what scanners reported with what is counted; empty where that is the same."""
        return counts.reconciled(self.verdict)

    @property
    def since(self) -> str:
        """Count the states since the baseline; empty where nothing was compared."""
        return counts.since(self.verdict.baseline)

    @property
    def excused(self) -> tuple[str, ...]:
        """Say by whose word, of those that VEX documents give, findings do not count."""
        return heard.excused(self.verdict.vex)

    @property
    def further_warnings(self) -> tuple[Reason, ...]:
        """Warnings for a report that lists the scanners."""
        return tuple(reason for reason in self.warnings if not reason.listed)

    @property
    def apart(self) -> tuple[Row, ...]:
        """Rows of suppressed findings that block nothing."""
        return tuple(row for row in self.rows if row.apart)


def make_view(scan: Scan, verdict: Verdict, shadow: Shadow | None = None) -> View:
    """Build the view. Texts in it are as the scanners gave them; formats make them safe."""
    rows = rows_of(scan, verdict)
    blocks = [row.finding for row in rows if row.breaks]
    blocking = frozenset(finding.identity for finding in blocks)
    reasons = tuple(reasons_of(verdict, scan.findings))
    label = labels(verdict.attempts)
    shown = [row.finding for row in rows if not row.apart]
    apart = [row.finding for row in rows if row.apart]
    compared = verdict.baseline is not None
    absent = gone(scan)
    return View(
        status=verdict.outcome.value.upper(),
        headline=headline(verdict, blocks),
        verdict=verdict,
        reasons=reasons,
        fix_first=fix_first([_mendable(f, scan.spoken_for(f)) for f in shown], blocking),
        not_run=tuple(not_run_of(verdict.attempts, label, reasons)),
        ran=tuple(
            replace(facts, name=label(facts))
            for facts in verdict.attempts
            if facts.state is State.RAN
        ),
        groups=group(shown, blocking, compared=compared),
        not_assessed=missed_of(scan),
        suppressed=group(apart, blocking),
        exclusions=verdict.target.exclusions,
        passed_over=tuple(passed_over_by(verdict.rules)),
        warnings=tuple(warnings_of(verdict)),
        rows=rows,
        folded=tuple(finding for finding in scan.findings if finding.folded),
        baseline=scan.baseline,
        absent=absent,
        gone=gone_rows(absent),
        shadow=shadow,
        set_apart=set_apart(apart),
    )


def _mendable(finding: Finding, folded: Iterable[Finding]) -> Finding:
    """Take the fixed versions from who knows them: who speaks for a group need not."""
    package = finding.dependency
    if package is None or package.fixed:
        return finding
    known = (each.dependency.fixed for each in folded if each.dependency)
    fixed = next(filter(None, known), ())
    return changed(finding, dependency=replace(package, fixed=fixed)) if fixed else finding


__all__ = [
    "Fix",
    "Group",
    "Missed",
    "NotRun",
    "PassedOver",
    "Reason",
    "Row",
    "View",
    "idle",
    "make_view",
]
