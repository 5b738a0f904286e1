"""The whole flow: target, packages, plan, attempts, triage."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from drawgate import registry
from drawgate.advisories.mirror import Mirror, at_hand, default_mirror_path
from drawgate.core.adapter import Adapter, Need
from drawgate.core.attempt import Attempt, Ran, Skipped
from drawgate.core.dependency import Graph
from drawgate.core.finding import PACKAGES, Kind
from drawgate.core.manifest import SCRIPT
from drawgate.core.scan import Offline, Scan
from drawgate.core.selection import Selection
from drawgate.core.target import Form, Target, Wanted
from drawgate.core.vex import Vex
from drawgate.core.waiver import Waivers
from drawgate.facts import complete, told
from drawgate.packages import Open, Packages, find_packages
from drawgate.plan import Plan, make_plan, of_part
from drawgate.remembered import cache_of, is_same, keepable, memory_of
from drawgate.run import capacity
from drawgate.run.git import Git
from drawgate.run.progress import Progress
from drawgate.run.runner import RunOptions, run
from drawgate.target import Change, Narrowing, ecosystems, open_target, read
from drawgate.triage.steps import Knowledge, triage

if TYPE_CHECKING:
    from drawgate.run.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that decides what a scan looks at; nothing of it comes from the target."""

    path: Path
    as_of: str
    selection: Selection = field(default_factory=Selection)
    narrowing: Narrowing = field(default_factory=Narrowing)
    wanted: Wanted | None = None
    """The change to look at; None: the target as it lies there."""
    index: Path | None = None
    """The index that a commit is being made from, where it is not the usual one."""
    adapters: tuple[str, ...] = ()
    """Names of other packages' adapters to load."""
    advisories: Path | None = None
    """A mirror or OSV data; None: the user's own mirror, if there is one."""
    offline: Offline = Offline.NOT_ASKED
    cores: int = 0
    """0: as many as the machine gives us."""
    timeout: float = 900.0
    identity_key: bytes = b""
    no_cache: bool = False
    """Whether to scan what has not changed, too, and to keep nothing."""
    raw: bool = False
    """Whether no report speaks for another one."""
    notes: tuple[str, ...] = ()
    """Sentences that the verdict shall repeat, such as what a configuration asked for in vain."""
    waivers: Waivers | None = None
    """What findings are waived by; None: by nothing."""
    vex: Vex | None = None
    """What VEX documents say about packages that may be found."""

    @property
    def network(self) -> bool:
        """Whether anything may call out."""
        return self.offline is Offline.NOT_ASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A target and the plan for it."""

    target: Target
    plan: Plan
    """Made with what is known: pip may yet choose versions."""
    adapters: tuple[Adapter, ...] = ()
    open: Open | None = None
    """What pip can choose while the others run; None where it is not asked."""
    graphs: tuple[Graph, ...] = ()
    """Which package needs which, as the manifests tell."""


@dataclass(slots=True, kw_only=True)
class _Later:
    """The plan about packages, made when pip has answered: no other scanner waits for it."""

    request: Request
    prepared: Prepared
    open: Open
    plan: Plan = field(init=False)
    notes: tuple[str, ...] = ()
    graphs: tuple[Graph, ...] = ()
    """As in `Prepared`, with what pip told."""

    def __call__(self, progress: Progress) -> Plan:
        """Ask pip, and plan what only now is known."""
        target = self.prepared.target
        found = self.open.ask(progress, cache_of(target, wanted=not self.request.no_cache))
        self.notes, self.graphs = found.notes, found.graphs
        self.plan = _planned(self.request, target, self.prepared.adapters, found).only(PACKAGES)
        return self.plan


def run_plan(request: Request, prepared: Prepared, progress: Progress) -> Scan:
    """Run what is planned; give a scan whose findings are masked, placed and identified.

    Raises AdvisoryError before anything has started, and StoppedError when a signal ends it.
    """
    plan = prepared.plan
    later = None
    if prepared.open:
        later = _Later(request=request, prepared=prepared, open=prepared.open)
        plan = plan.only(frozenset(Kind) - PACKAGES)
    with _mirror(request, prepared) as mirror, _served(mirror) as endpoint:
        memory = memory_of(cache_of(prepared.target, wanted=not request.no_cache))
        options = _options(request, prepared.target, mirror, endpoint, memory)
        ran = run(plan, options, progress, later)
        plan = plan.beside(later.plan) if later else plan
        done = _scan(request, prepared.target, plan, complete(plan, ran), later)
        triaged = triage(done, _knowledge(request, prepared, plan, mirror, later))
        if memory:
            kept = keepable(done.attempts, triaged)
            memory.keep(kept, partial(is_same, prepared.target.root))
        return triaged.scan


def _options(
    request: Request,
    target: Target,
    mirror: Mirror | None,
    endpoint: str,
    memory: "Memory | None",
) -> RunOptions:
    return RunOptions(
        cores=request.cores or capacity.cores(),
        timeout=request.timeout,
        endpoint=endpoint,
        advisories=mirror.data if mirror else None,
        network=request.network,
        offline=request.offline,
        memory=memory,
        avoid=target.repository,
    )


def _scan(
    request: Request,
    target: Target,
    plan: Plan,
    attempts: tuple[Attempt, ...],
    later: _Later | None,
) -> Scan:
    """Put the attempts together with what is known of the target."""
    notes = (*(later.notes if later else ()), *_stood_in(plan, attempts), *request.notes)
    narrowed = "; ".join(dict.fromkeys(_narrowed(target, request)))
    return Scan(
        target=told(target, plan, attempts, notes=notes, partial=narrowed),
        attempts=attempts,
        as_of=request.as_of,
        offline=request.offline,
    )


def _knowledge(
    request: Request,
    prepared: Prepared,
    plan: Plan,
    mirror: Mirror | None,
    later: _Later | None,
) -> Knowledge:
    steps = (*plan.planned, *plan.in_reserve)
    return Knowledge(
        read=lambda path: read(prepared.target.root, path),
        look_up=mirror.advisories if mirror else lambda _: {},
        raw_keys={step.adapter.name: step.adapter.raw_keys for step in steps},
        identity_key=request.identity_key,
        raw=request.raw,
        graphs=later.graphs if later else prepared.graphs,
        waivers=request.waivers,
        vex=request.vex,
    )


@contextmanager
def changing(request: Request) -> Iterator[Change | None]:
    """Copy the change that is asked for; the copy must outlive the scan. Raises TargetError."""
    if request.wanted is None:
        yield None
        return
    from drawgate.run.snapshot import snapshot  # noqa: PLC0415 - few scans need it

    with snapshot(Git(request.index), request.path, request.wanted) as change:
        yield change


def prepare(request: Request, change: Change | None = None) -> Prepared:
    """List the target and plan; no scanner is started. `change` is what `changing` gave.

    With the network and advisory data, pip can be asked for versions of requirements that name
    none; `run_plan` does so. Raises TargetError, UsageError.
    """
    registry.check({*request.selection.only, *request.selection.skip, *request.adapters})
    adapters, broken = registry.load(request.adapters)
    markers = {marker for adapter in adapters for marker in adapter.markers}
    sought = markers | ecosystems.markers() | {SCRIPT}
    target = open_target(request.path, Git(), request.narrowing, sought, change)
    wanted = [a for a in adapters if not request.selection.objection(a)]
    ask = request.network and _has_data(request)
    packages = find_packages(target, wanted, change, ask=ask)
    target = packages.target
    plan = _planned(request, target, adapters, packages)
    asked_for = (each for each in broken if request.selection.asks_for(each.subject))
    failed = (*plan.failed, *(of_part(each, target.part) for each in asked_for))
    return Prepared(
        target=target,
        plan=replace(plan, failed=failed),
        graphs=packages.graphs,
        adapters=adapters,
        open=packages.open,
    )


def _planned(
    request: Request, target: Target, adapters: Iterable[Adapter], packages: Packages
) -> Plan:
    return make_plan(target, adapters, request.selection, packages.inventories)


def _has_data(request: Request) -> bool:
    return request.advisories is not None or default_mirror_path().is_file()


@contextmanager
def _mirror(request: Request, prepared: Prepared) -> Iterator[Mirror | None]:
    """Open the advisory data if an adapter of the plan needs it, or may when pip has chosen."""
    planned = prepared.plan.planned
    if prepared.open or any(Need.ADVISORIES in each.adapter.needs for each in planned):
        with at_hand(request.advisories) as mirror:
            yield mirror
    else:
        yield None


@contextmanager
def _served(mirror: Mirror | None) -> Iterator[str]:
    if mirror is None:
        yield ""
    else:
        from drawgate.advisories.endpoint import serve  # noqa: PLC0415 - starts the HTTP stack

        with serve(mirror) as endpoint:
            yield endpoint


def _stood_in(plan: Plan, attempts: Iterable[Attempt]) -> Iterator[str]:
    """Give a sentence for each adapter that looked in another one's place."""
    done = {attempt.subject.name: attempt for attempt in attempts}
    for planned in plan.in_reserve:
        name, instead = planned.adapter.name, planned.adapter.stands_in_for
        missing = done.get(instead)
        if isinstance(done.get(name), Ran) and isinstance(missing, Skipped):
            yield f"{name} looked in {instead}'s place: {missing.reason}"


def _narrowed(target: Target, request: Request) -> Iterator[str]:
    """Say what made the scan a partial one; a whole folder has alerts of its own instead."""
    if target.form is Form.FILE:
        yield "one file"
    if request.wanted:
        yield request.wanted.origin
    if request.narrowing.files is not None:
        yield "--files"
    yield from (origin for origin, _ in request.narrowing.include)
