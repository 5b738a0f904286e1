"""What a scan says of its target: what is there, what was left out, what nobody looks at."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial as bound

from drawgate.core.attempt import Attempt, Failed, Ran, Skipped
from drawgate.core.finding import Kind
from drawgate.core.scan import TargetFacts
from drawgate.core.target import NotAssessed, Target, Unscanned, answered_by
from drawgate.plan import Plan, Planned
from drawgate.plugin import manifests
from drawgate.roles import lending
from drawgate.target import ecosystems, read


def told(
    target: Target,
    plan: Plan,
    attempts: Iterable[Attempt],
    *,
    notes: tuple[str, ...],
    partial: str,
) -> TargetFacts:
    """Say of a target what the log and the verdict shall hold."""
    return TargetFacts(
        name=target.name,
        form=target.form,
        commit=target.commit,
        files=len(target.files),
        exclusions=(*target.exclusions, *plan.exclusions),
        not_assessed=target.not_assessed,
        notes=(*target.notes, *notes),
        folders=(target.folder,) if target.folder else (),
        links=lending(target.links),
        sizes=_sizes(target, plan),
        unscanned=unscanned(target, plan, attempts),
        partial=partial,
    )


def complete(plan: Plan, attempts: Iterable[Attempt]) -> tuple[Attempt, ...]:
    """Join what ran with what did not, sorted, and add what was known beforehand."""
    expected = (*plan.planned, *plan.in_reserve)
    known = {planned.adapter.name: planned.not_assessed for planned in expected}
    told = [_with_known(attempt, known.get(attempt.subject.name, ())) for attempt in attempts]
    everything = [*told, *plan.skipped, *plan.failed]
    return tuple(sorted(everything, key=lambda attempt: attempt.subject.name))


def _with_known(attempt: Attempt, known: tuple[NotAssessed, ...]) -> Attempt:
    match attempt:
        case Ran(report=report):
            more = replace(report, not_assessed=report.not_assessed + known)
            return replace(attempt, report=more)
        case Failed(partial=partial):
            more = replace(partial, not_assessed=partial.not_assessed + known)
            return replace(attempt, partial=more)
        case Skipped():
            return replace(attempt, not_assessed=attempt.not_assessed + known)


def unscanned(
    target: Target, plan: Plan, attempts: Iterable[Attempt] | None = None
) -> tuple[Unscanned, ...]:
    """Give what of the target no scanner looks at: of those that started, or that shall."""
    idle = {a.subject.name for a in attempts or () if isinstance(a, Skipped)}
    given: defaultdict[Kind, set[str]] = defaultdict(set)
    for planned in (*plan.planned, *(plan.in_reserve if attempts is not None else ())):
        if planned.adapter.name not in idle:
            given[planned.adapter.kind].update(_inputs(planned))
    looked_at = {kind: frozenset(paths) for kind, paths in given.items()}
    return ecosystems.unscanned(
        target.files,
        looked_at,
        bound(read, target.root),
        _left_out((*plan.spared, *(p for p in plan.planned if p.adapter.name not in idle))),
        manifests(target),
    )


def _left_out(steps: Iterable[Planned]) -> dict[Kind, dict[str, str]]:
    """Say of files who isn't given them on purpose, and why."""
    why: defaultdict[Kind, dict[str, str]] = defaultdict(dict)
    for step in steps:
        for path, role in step.spared.items():
            why[step.adapter.kind][path] = f"{step.adapter.name} is not given {role} files"
    return why


def _inputs(planned: Planned) -> Iterator[str]:
    """Give what an adapter takes. What it can't read of that, it says itself."""
    yield from (path for job in planned.jobs for path in job.inputs)
    yield from (item.path for item in planned.not_assessed)


def _sizes(target: Target, plan: Plan) -> dict[str, int]:
    """Give the bytes of what scanners of source are given; of what nobody can read, too."""
    known = {file.path: file.size for file in target.files}
    source = (p for p in plan.planned if p.adapter.kind in answered_by(Kind.CODE))
    given = {path for planned in source for path in _inputs(planned)}
    sizes = {path: known[path] for path in given if path in known} | dict(target.unread)
    return dict(sorted(sizes.items()))
