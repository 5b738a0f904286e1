"""Any tool's SARIF 2.1.0 log in, a scan out; for our own logs the exact inverse of `emit`.

What only Drawgate writes (properties whose names start with `drawgate/`) decides where it is
there; everything else goes by the standard.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from drawgate.core.adapter import Report
from drawgate.core.attempt import Attempt, Failed, Ran, absent_of
from drawgate.core.errors import LogError
from drawgate.core.scan import Scan, TargetFacts
from drawgate.sarif.decode import NO_RUNS, decode_log
from drawgate.sarif.ingest_run import category_of, read_run
from drawgate.sarif.ingest_scan import is_scan_run, read_scan_runs
from drawgate.sarif.ingest_severity import unread
from drawgate.sarif.model import Log, Run
from drawgate.sarif.origins import repositories


def ingest(data: bytes, name: str) -> Scan:
    """Read a log; `name` is its file name, for errors and as the target's name.

    Runs of one tool and category become one attempt. `as_of` is empty where no run of ours says
    it. LogError: the file is no SARIF 2.1.0 log, or a value in it is of the wrong type.
    """
    log = decode_log(data, name)
    runs = _runs(log, name)
    tools = Counter(run.tool.driver.name for _, run in runs if not is_scan_run(run))
    scans = [(number, run) for number, run in runs if is_scan_run(run)]
    own = read_scan_runs(scans, name)
    if not scans:
        _forget_our_names(run for _, run in runs)
    places = repositories(data)
    attempts = (
        read_run(
            run,
            name,
            number,
            category_of(run, several=tools[run.tool.driver.name] > 1),
            places.get(number, ""),
        )
        for number, run in runs
        if not is_scan_run(run)
    )
    folded = _fold(attempts)
    return Scan(
        target=_noted(own.target or TargetFacts(name=name), folded),
        attempts=_sorted([*own.skipped, *folded]),
        as_of=own.as_of,
        offline=own.offline,
        baseline=own.baseline,
        waivers=own.waivers,
        vex=own.vex,
    )


def _noted(target: TargetFacts, attempts: Iterable[Ran | Failed]) -> TargetFacts:
    """Say what of the results could not be read, but for what a log of ours says already."""
    said = unread(finding for one in attempts for finding in _report(one).findings)
    return replace(target, notes=tuple(dict.fromkeys((*target.notes, *said)))) if said else target


def _forget_our_names(runs: Iterable[Run]) -> None:
    """Drop `drawgate/…` where no scan of ours stands in the log.

    Our names decide a finding's severity and kind, and another tool's log has no vote on that.
    """
    for run in runs:
        for bag in (run, *(run.results or ())):
            own = [key for key in bag.properties or () if key.startswith("drawgate/")]
            for key in own:
                del bag.properties[key]


def _runs(log: Log, name: str) -> list[tuple[int, Run]]:
    if log.runs is None:
        raise LogError(NO_RUNS, where=f"{name}: $.runs")
    if log.inline_external_properties:
        what = "results in inlineExternalProperties are not read"
        raise LogError(what, where=f"{name}: $.inlineExternalProperties")
    return list(enumerate(log.runs))


def _fold(attempts: Iterable[Ran | Failed]) -> list[Ran | Failed]:
    """Make one attempt of all runs of a tool, category and repository."""
    groups: dict[tuple[str, str, str], list[Ran | Failed]] = {}
    for attempt in attempts:
        subject = attempt.subject
        key = (subject.name, subject.category, subject.origin)
        groups.setdefault(key, []).append(attempt)
    return [reduce(_join, group) for group in groups.values()]


def _join(one: Ran | Failed, other: Ran | Failed) -> Ran | Failed:
    """Join two attempts; when one failed, together they are no proof of anything."""
    first, second = _report(one), _report(other)
    report = Report(
        findings=first.findings + second.findings,
        looked_at=first.looked_at | second.looked_at,
        not_assessed=first.not_assessed + second.not_assessed,
        assumed=first.assumed or second.assumed,
        proven=first.proven or second.proven,
    )
    failures = [attempt for attempt in (one, other) if isinstance(attempt, Failed)]
    if not failures:
        absent = absent_of(one) + absent_of(other)
        return Ran(subject=one.subject, report=report, tool=one.tool, absent=absent)
    return Failed(
        subject=one.subject,
        error="; ".join(dict.fromkeys(failure.error for failure in failures)),
        hint="; ".join(dict.fromkeys(failure.hint for failure in failures if failure.hint)),
        partial=report,
        tool=one.tool,
    )


def _report(attempt: Ran | Failed) -> Report:
    return attempt.report if isinstance(attempt, Ran) else attempt.partial


def _sorted(attempts: list[Attempt]) -> tuple[Attempt, ...]:
    return tuple(sorted(attempts, key=_order))


def _order(attempt: Attempt) -> tuple[str, ...]:
    return attempt.subject.name, attempt.subject.category, attempt.subject.origin
