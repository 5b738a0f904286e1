"""The results of all pieces become one attempt, the same however the work was split."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from drawgate.core.adapter import Grain, Report
from drawgate.core.attempt import Execution, Failed, Ran, ToolFacts
from drawgate.core.finding import Finding, changed
from drawgate.core.target import NotAssessed
from drawgate.plan import Planned
from drawgate.run import hidden
from drawgate.run.private import shorten
from drawgate.run.process import Done
from drawgate.run.text import file_name
from drawgate.run.work import Fault, Result

_WORDS: Final = 60
"""Words of a command that are kept; the rest is a list of the target's files."""
_NAMED: Final = 3
"""Examples in a sentence that counts the rest."""
RAW: Final = 64 << 20
"""Bytes of what a scanner printed, all processes together, that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Everything an attempt is made of. Results are in the order of their numbers."""

    planned: Planned
    tool: ToolFacts
    argv: tuple[str, ...]
    results: tuple[Result, ...]
    private: Path
    recalled: Report = field(default_factory=Report)
    """What is known from earlier scans; these files are no input of any result."""


def combine(outcome: Outcome) -> Ran | Failed:
    """Merge what the pieces said; one fault anywhere makes the attempt a failed one."""
    results = outcome.results
    first = [result.report for result in results if not result.piece.second]
    report = merge([*first, outcome.recalled])
    known = tuple(
        item for job in outcome.planned.jobs if job.inventory for item in job.inventory.not_pinned
    )
    told = (
        replace(item, reason=shorten(item.reason, outcome.private)) for item in report.not_assessed
    )
    report = replace(
        report,
        findings=tuple(_ours(finding, outcome) for finding in report.findings),
        not_assessed=_unique((*told, *known)),
    )
    if fault := _cause([each.fault for each in results if each.fault and not each.divided]):
        return Failed(
            subject=outcome.planned.subject,
            error=shorten(fault.error, outcome.private),
            hint=shorten(fault.hint, outcome.private),
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


def complete(outcome: Outcome) -> frozenset[str]:
    """Give the subjects about which the results say all there is to say."""
    first = merge([result.report for result in outcome.results if not result.piece.second])
    split = outcome.planned.adapter.grain is Grain.FILE
    if (first.documents and split) or not all(finding.path for finding in first.findings):
        return frozenset()  # there is more to it than what was said about each subject
    missed = {item.subject for item in first.not_assessed}
    if any(result.piece.second for result in outcome.results):
        findings = tuple(_ours(finding, outcome) for finding in first.findings)
        missed |= hidden.doubtful(findings, _second(outcome))
    return first.looked_at - missed


def slow(outcome: Outcome) -> frozenset[str]:
    """Give the files that the tool ran out of time on."""
    first = (result.report for result in outcome.results if not result.piece.second)
    late = frozenset(path for report in first for path in report.slow)
    return late if outcome.planned.adapter.grain is Grain.FILE else frozenset()


def bounded(results: Sequence[Result]) -> list[Result]:
    """Let go of all that an adapter's processes printed once it is too much to keep."""
    if not _too_much(results):
        return list(results)
    return [
        replace(result, done=replace(result.done, stdout=b"")) if result.done else result
        for result in results
    ]


def merge(reports: Sequence[Report]) -> Report:
    """Merge reports so that neither their order nor their number can be told any more."""
    return Report(
        findings=tuple(sorted((f for r in reports for f in r.findings), key=_order)),
        looked_at=frozenset().union(*(report.looked_at for report in reports)),
        not_assessed=_unique(item for report in reports for item in report.not_assessed),
        documents=_documents(reports),
        assumed=any(report.assumed for report in reports),
    )


def _ours(finding: Finding, outcome: Outcome) -> Finding:
    """Whoever wrote the adapter does not decide whose finding it is."""
    message = shorten(finding.message, outcome.private)
    return changed(finding, tool=outcome.planned.adapter.name, message=message)


def _cause(faults: Sequence[Fault]) -> Fault | None:
    """Choose the fault that explains the failure, whichever part was the first to have one.

    Neither how many parts there were nor when each ended can be told from it: both depend on
    the machine, and an error goes into logs that shall be the same bytes each time.
    """
    if not faults:
        return None
    fault = min(faults, key=_rank)
    if not fault.missing:
        return fault
    missing = sorted({subject for each in faults for subject in each.missing})
    named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
    return replace(fault, error=f"it says nothing about {len(missing)} of its inputs: {named}")


def _rank(fault: Fault) -> tuple[object, ...]:
    return (fault.given_up, not fault.final, bool(fault.missing), fault.error, fault.hint)


def _with_hidden(outcome: Outcome, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    second = [result for result in outcome.results if result.piece.second]
    if not second:
        return findings
    files = frozenset(path for result in second for path in result.piece.job.inputs)
    return hidden.mark(findings, _second(outcome), files, outcome.planned.adapter.name)


def _second(outcome: Outcome) -> Report:
    """Give what was said with inline suppressions honoured."""
    report = merge([result.report for result in outcome.results if result.piece.second])
    return replace(report, findings=tuple(_ours(each, outcome) for each in report.findings))


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
    recalled = len(outcome.recalled.looked_at)
    if not done:
        return Execution(recalled=recalled)
    started = min(each.started for each in done)
    return Execution(
        started=datetime.fromtimestamp(started, UTC).isoformat(timespec="milliseconds"),
        wall=max(each.started + each.wall for each in done) - started,
        cpu=sum(each.cpu for each in done),
        peak=max(each.peak for each in done),
        processes=len(done),
        commands=tuple(_command(outcome, result) for result in ended),
        code=_worst(outcome.results, done),
        recalled=recalled,
    )


def _worst(results: Sequence[Result], done: Sequence[Done]) -> int:
    """Give the first code that is a fault, else the largest: findings beat none."""
    faulty = (each for each in results if each.fault and not each.divided)
    faults = (result.done.code for result in faulty if result.done)
    return next(faults, max(each.code for each in done))


def _command(outcome: Outcome, result: Result) -> tuple[str, ...]:
    words = (*outcome.argv, *result.piece.command.args)
    shown = tuple(shorten(word, outcome.private) for word in words[:_WORDS])
    rest = len(words) - _WORDS
    return (*shown, f"… and {rest} more") if rest > 0 else shown


def _raw(outcome: Outcome) -> dict[str, bytes]:
    """Name what each process printed: `bandit.json`, or `bandit-2.json` for several."""
    name = file_name(outcome.planned.adapter.name)
    if _too_much(outcome.results):
        told = f"What {name} printed is not kept: it is more than {RAW >> 20} MiB.\n"
        return {f"{name}.txt": told.encode()}
    results = [result for result in outcome.results if not result.divided]
    several = len(results) > 1
    return {
        f"{name}{f'-{number}' if several else ''}.{_suffix(result.done.stdout)}":
            result.done.stdout
        for number, result in enumerate(results, start=1)
        if result.done and result.done.stdout
    }  # fmt: skip


def _too_much(results: Sequence[Result]) -> bool:
    return sum(result.printed for result in results) > RAW


def _suffix(content: bytes) -> str:
    ends = content.strip()
    looks_like_json = ends[:1] + ends[-1:] in (b"{}", b"[]")
    return "json" if looks_like_json else "txt"
