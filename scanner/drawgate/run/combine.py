"""The results of all pieces become one attempt, the same however the work was split."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from drawgate.core.adapter import Report
from drawgate.core.attempt import Execution, Failed, Ran, ToolFacts
from drawgate.core.finding import Finding
from drawgate.core.target import NotAssessed
from drawgate.plan import Planned
from drawgate.run import hidden
from drawgate.run.process import Done
from drawgate.run.work import Result

_WORDS: Final = 60
"""Words of a command that are kept; the rest is a list of the target's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything an attempt is made of. Results are in the order of their numbers."""

    planned: Planned
    tool: ToolFacts
    argv: tuple[str, ...]
    results: tuple[Result, ...]
    private: Path


def combine(outcome: Outcome) -> Ran | Failed:
    """Merge what the pieces said; one fault anywhere makes the attempt a failed one."""
    results = outcome.results
    report = merge([result.report for result in results if not result.piece.second])
    known = tuple(
        item for job in outcome.planned.jobs if job.inventory for item in job.inventory.not_pinned
    )
    report = replace(
        report,
        # Whoever wrote the adapter does not decide whose finding it is.
        findings=tuple(replace(f, tool=outcome.planned.adapter.name) for f in report.findings),
        not_assessed=_unique((*report.not_assessed, *known)),
    )
    faults = [result.fault for result in results if result.fault]
    if faults:
        more = f" (and {len(faults) - 1} more of {len(results)} parts)" if len(faults) > 1 else ""
        return Failed(
            subject=outcome.planned.subject,
            error=_shorten(faults[0].error, outcome.private) + more,
            hint=faults[0].hint,
            partial=report,
            tool=outcome.tool,
            execution=_execution(outcome),
            raw=_raw(outcome),
        )
    return Ran(
        subject=outcome.planned.subject,
        report=replace(report, findings=_with_hidden(outcome, report.findings)),
        tool=outcome.tool,
        execution=_execution(outcome),
        raw=_raw(outcome),
    )


def merge(reports: Sequence[Report]) -> Report:
    """Merge reports so that neither their order nor their number can be told any more."""
    return Report(
        findings=tuple(sorted((f for r in reports for f in r.findings), key=_order)),
        looked_at=frozenset().union(*(report.looked_at for report in reports)),
        not_assessed=_unique(item for report in reports for item in report.not_assessed),
        documents=_documents(reports),
        assumed=any(report.assumed for report in reports),
    )


def _with_hidden(outcome: Outcome, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    second = [result for result in outcome.results if result.piece.second]
    if not second:
        return findings
    files = frozenset(path for result in second for path in result.piece.job.inputs)
    report = merge([result.report for result in second])
    return hidden.mark(findings, report, files, outcome.planned.adapter.name)


def _order(finding: Finding) -> tuple[object, ...]:
    place = finding.location
    spot = (place.column, place.end_line, place.end_column) if place else ()
    package = finding.dependency
    return (
        finding.path,
        finding.line or 0,
        tuple(number or 0 for number in spot),
        finding.rule.id,
        finding.message,
        (package.name, package.version) if package else (),
    )


def _unique(items: Iterable[NotAssessed]) -> tuple[NotAssessed, ...]:
    key = lambda item: (item.subject, item.reason, item.path, item.line or 0)  # noqa: E731 - used once, beside it
    return tuple(sorted(dict.fromkeys(items), key=key))


def _documents(reports: Sequence[Report]) -> dict[str, bytes]:
    """Collect documents; of one name in several reports the later ones get a number."""
    found: dict[str, bytes] = {}
    for number, report in enumerate(reports, start=1):
        for name, content in sorted(report.documents.items()):
            path = PurePosixPath(name)
            free = name if name not in found else f"{path.stem}-{number}{path.suffix}"
            found[free] = content
    return found


def _execution(outcome: Outcome) -> Execution:
    ended = [result for result in outcome.results if result.done]
    done = [result.done for result in ended if result.done]
    if not done:
        return Execution()
    started = min(each.started for each in done)
    return Execution(
        started=datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds"),
        wall=max(each.started + each.wall for each in done) - started,
        cpu=sum(each.cpu for each in done),
        peak=max(each.peak for each in done),
        processes=len(done),
        commands=tuple(_command(outcome, result) for result in ended),
        code=_worst(outcome.results, done),
    )


def _worst(results: Sequence[Result], done: Sequence[Done]) -> int:
    """Give the first code that is a fault, else the largest: findings beat none."""
    faults = (result.done.code for result in results if result.fault and result.done)
    return next(faults, max(each.code for each in done))


def _command(outcome: Outcome, result: Result) -> tuple[str, ...]:
    words = (*outcome.argv, *result.piece.command.args)
    shown = tuple(_shorten(word, outcome.private) for word in words[:_WORDS])
    rest = len(words) - _WORDS
    return (*shown, f"… and {rest} more") if rest > 0 else shown


def _shorten(text: str, private: Path) -> str:
    """Take the name of our temporary directory out: it differs from run to run."""
    return text.replace(str(private), "$PRIVATE")


def _raw(outcome: Outcome) -> dict[str, bytes]:
    """Name what each process printed: `bandit.json`, or `bandit-2.json` for several."""
    name = outcome.planned.adapter.name
    several = len(outcome.results) > 1
    return {
        f"{name}{f'-{result.piece.number}' if several else ''}.{_suffix(result.done.stdout)}":
            result.done.stdout
        for result in outcome.results
        if result.done and result.done.stdout
    }  # fmt: skip


def _suffix(content: bytes) -> str:
    ends = content.strip()
    looks_like_json = ends[:1] + ends[-1:] in (b"{}", b"[]")
    return "json" if looks_like_json else "txt"
