"""Target and selection in, jobs out; for everything else the reason why not."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from drawgate.core.adapter import Adapter, Grain, Job
from drawgate.core.attempt import Failed, Skipped, Subject, Why
from drawgate.core.border import ASK, PASS_ON, raised
from drawgate.core.dependency import Inventory, joined
from drawgate.core.finding import PACKAGES, Kind
from drawgate.core.selection import Selection
from drawgate.core.target import Exclusion, File, NotAssessed, Target
from drawgate.core.words import count
from drawgate.roles import having
from drawgate.target import unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One adapter that shall run.

    `jobs` may be split further by the runner where the grain is FILE. `second` repeats the
    work with inline suppressions honoured, for the files that hold a marker.
    """

    adapter: Adapter
    subject: Subject
    jobs: tuple[Job, ...]
    second: Job | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes per input, to split work evenly."""
    digests: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """SHA-256 per input, to know again what has not changed."""
    not_assessed: tuple[NotAssessed, ...] = ()
    """What no scanner of this sort can look at, known before it starts."""
    exclusions: tuple[Exclusion, ...] = ()
    """What it isn't given on purpose: `Adapter.spares`."""
    spared: Mapping[str, str] = field(default_factory=dict)
    """The same by path, with the role."""


Step = TypeVar("Step", bound=Planned | Skipped | Failed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All adapters, each once: to run, skipped with a reason, or broken before the start."""

    planned: tuple[Planned, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...] = ()
    in_reserve: tuple[Planned, ...] = ()
    """Those that run only where the tool of the one they stand in for can't be found."""
    spared: tuple[Planned, ...] = ()
    """Those that are skipped because nothing is left of what they would look at."""

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        """What scanners leave out on purpose, each by its own name."""
        return tuple(each for planned in self.planned for each in planned.exclusions)

    def only(self, kinds: Collection[Kind]) -> "Plan":
        """Give what it says of the adapters of some kinds."""
        return Plan(
            planned=tuple(each for each in self.planned if each.subject.kind in kinds),
            skipped=tuple(each for each in self.skipped if each.subject.kind in kinds),
            failed=tuple(each for each in self.failed if each.subject.kind in kinds),
            in_reserve=tuple(each for each in self.in_reserve if each.subject.kind in kinds),
            spared=tuple(each for each in self.spared if each.subject.kind in kinds),
        )

    def beside(self, other: "Plan") -> "Plan":
        """Join it with a plan about other adapters."""
        return Plan(
            planned=self.planned + other.planned,
            skipped=self.skipped + other.skipped,
            failed=self.failed + other.failed,
            in_reserve=self.in_reserve + other.in_reserve,
            spared=self.spared + other.spared,
        )


def make_plan(
    target: Target,
    adapters: Iterable[Adapter],
    selection: Selection,
    inventories: tuple[Inventory, ...],
) -> Plan:
    """Decide for each adapter what it shall do.

    `inventories` are the target's packages in layers, no package in two versions in one.
    """
    steps = [
        of_part(_consider(target, adapter, selection, inventories), target.part)
        for adapter in adapters
    ]
    planned = [step for step in steps if isinstance(step, Planned) and step.jobs]
    spared = [step for step in steps if isinstance(step, Planned) and not step.jobs]
    sure = [step for step in planned if selection.wants_always(step.adapter)]
    running = {step.adapter.name for step in sure}
    stand_ins = [step for step in planned if step not in sure]
    idle = (step for step in stand_ins if step.adapter.stands_in_for not in running)
    return Plan(
        planned=tuple(sure),
        skipped=(
            *(step for step in steps if isinstance(step, Skipped)),
            *map(_without_work, spared),
            *map(stood_down, idle),
        ),
        failed=tuple(step for step in steps if isinstance(step, Failed)),
        in_reserve=tuple(step for step in stand_ins if step.adapter.stands_in_for in running),
        spared=tuple(spared),
    )


def stood_down(planned: Planned) -> Skipped:
    """Say why an adapter that stands in for another one does not run."""
    adapter = planned.adapter
    reason = f"{adapter.stands_in_for} looks for the same; `--only {adapter.name}` runs it alone"
    return Skipped(subject=planned.subject, why=Why.NOT_SELECTED, reason=reason)


def _without_work(planned: Planned) -> Skipped:
    """Say what an adapter is not given, where nothing else is there for it."""
    reason = f"it is not given: {_counted(planned.spared)}"
    return Skipped(subject=planned.subject, why=Why.NOT_APPLICABLE, reason=reason)


def of_part(step: Step, part: str) -> Step:
    """Say which part of a repository an attempt is about: scans of others stay apart from it."""
    return replace(step, subject=replace(step.subject, category=part)) if part else step


def _consider(
    target: Target, adapter: Adapter, selection: Selection, inventories: tuple[Inventory, ...]
) -> Planned | Skipped | Failed:
    objection = selection.objection(adapter)
    try:
        inputs = adapter.inputs(target) if not adapter.applies or adapter.applies(target) else ()
        if not objection:
            return _plan(target, adapter, inputs, selection, inventories)
    except PASS_ON:
        raise
    except BaseException as error:  # noqa: BLE001 - a border: an adapter's code
        if not objection:
            return _broken(adapter, error)
        inputs = ("unknown",)  # nobody asked for it, so it may well have applied
    here = _subject(adapter, applicable=bool(inputs))
    return Skipped(subject=here, why=Why.NOT_SELECTED, reason=objection)


def _broken(adapter: Adapter, error: BaseException) -> Failed:
    return Failed(
        subject=_subject(adapter, applicable=True),
        error=raised("the adapter broke while planning", error),
        hint=ASK,
    )


def _plan(
    target: Target,
    adapter: Adapter,
    inputs: tuple[str, ...],
    selection: Selection,
    inventories: tuple[Inventory, ...],
) -> Planned | Skipped:
    if not inputs:
        if unread := tuple(_unreadable_text(target, adapter)):
            return _nothing_readable(adapter, unread)
        return _not_applicable(adapter, "the target holds nothing for it")
    if adapter.kind in PACKAGES:
        return _plan_packages(target, adapter, inputs, inventories, selection)
    return _plan_files(target, adapter, inputs, selection)


def _plan_packages(
    target: Target,
    adapter: Adapter,
    inputs: tuple[str, ...],
    inventories: tuple[Inventory, ...],
    selection: Selection,
) -> Planned | Skipped:
    not_pinned = tuple(item for inventory in inventories for item in inventory.not_pinned)
    if not any(inventory.pins for inventory in inventories):
        if not not_pinned:
            return _not_applicable(adapter, "the manifests name no packages")
        return Skipped(
            subject=_subject(adapter, applicable=True),
            why=Why.UNAVAILABLE,
            reason=_no_pins(not_pinned),
            not_assessed=not_pinned,
        )
    if adapter.kind is Kind.SBOM:
        inventories = (joined(inventories),)
    jobs = tuple(
        Job(root=target.root, inputs=inputs, inventory=inventory) for inventory in inventories
    )
    return Planned(
        adapter=adapter,
        subject=_subject(adapter, applicable=True),
        jobs=jobs,
    )


def _no_pins(not_pinned: tuple[NotAssessed, ...]) -> str:
    """Say why there is nothing to ask about; a broken lock file is not a missing one."""
    if unread := [item for item in not_pinned if item.uncounted and item.subject == item.path]:
        more = f", nor {len(unread) - 1} more" if len(unread) > 1 else ""
        first = unread[0]
        what = f"{first.subject} can't be used{more}: {first.reason}"
        return f"{what}; mend it, and see with `drawgate plan` what it gives"
    return (
        f"no package has an exact version ({len(not_pinned)} requirements have none); "
        "commit a lock file, or let pip choose: `drawgate scan` does so without --offline"
    )


def _plan_files(
    target: Target, adapter: Adapter, inputs: tuple[str, ...], selection: Selection
) -> Planned | Skipped:
    by_path = {file.path: file for file in target.files}
    spared = having(target, inputs, adapter.spares)
    inputs = tuple(path for path in inputs if path not in spared)
    if not inputs:
        here = _subject(adapter, applicable=False)
        return Planned(adapter=adapter, subject=here, jobs=(), spared=spared)
    refused = dict(_refused(adapter, [by_path[path] for path in inputs]))
    inputs = tuple(path for path in inputs if path not in refused)
    if not inputs:
        return _nothing_readable(adapter, tuple(refused.values()))
    marked = tuple(p for p in inputs if by_path[p].markers & set(adapter.markers))
    job = Job(root=target.root, inputs=inputs)
    return Planned(
        adapter=adapter,
        subject=_subject(adapter, applicable=True),
        jobs=(job,),
        second=replace(job, inputs=marked, suppressions=True) if marked else None,
        sizes={path: by_path[path].size for path in inputs},
        digests={path: by_path[path].digest for path in inputs},
        not_assessed=(*refused.values(), *_unreadable_text(target, adapter)),
        exclusions=tuple(
            Exclusion(origin=adapter.name, pattern=f"{role} files", files=number)
            for role, number in sorted(Counter(spared.values()).items())
        ),
        spared=spared,
    )


def _counted(spared: Mapping[str, str]) -> str:
    numbers = sorted(Counter(spared.values()).items())
    return ", ".join(count(number, f"{role} file") for role, number in numbers)


def _nothing_readable(adapter: Adapter, unread: tuple[NotAssessed, ...]) -> Skipped:
    return Skipped(
        subject=_subject(adapter, applicable=True),
        why=Why.UNAVAILABLE,
        reason="it can look at none of the files that are there for it; `drawgate plan` lists them",
        not_assessed=unread,
    )


def _refused(adapter: Adapter, files: Iterable[File]) -> Iterator[tuple[str, NotAssessed]]:
    for file in files:
        if adapter.refuses and (reason := adapter.refuses(file)):
            yield file.path, NotAssessed(subject=file.path, reason=reason, path=file.path)


def _unreadable_text(target: Target, adapter: Adapter) -> Iterator[NotAssessed]:
    """Secrets can hide in any text, so what can't be read of it must not go unmentioned."""
    if adapter.kind is Kind.SECRETS and adapter.grain is Grain.FILE:
        yield from unreadable.text(target.files)


def _not_applicable(adapter: Adapter, reason: str) -> Skipped:
    subject = _subject(adapter, applicable=False)
    return Skipped(subject=subject, why=Why.NOT_APPLICABLE, reason=reason)


def _subject(adapter: Adapter, *, applicable: bool) -> Subject:
    return Subject(
        name=adapter.name,
        kind=adapter.kind,
        grain=adapter.grain,
        homepage=adapter.homepage,
        applicable=applicable,
    )
