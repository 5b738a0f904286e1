"""The whole flow: target, packages, plan, attempts, triage."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from drawgate import registry
from drawgate.advisories.mirror import Mirror, default_mirror_path, open_any, open_mirror
from drawgate.core.adapter import Adapter, Need
from drawgate.core.attempt import Attempt, Ran, Skipped, documents_of, not_assessed_of
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
from drawgate.run import capacity
from drawgate.run.cache_key import cache_key
from drawgate.run.git import Git
from drawgate.run.private import cache_directory
from drawgate.run.progress import Progress
from drawgate.run.runner import RunOptions, run
from drawgate.target import Change, Narrowing, ecosystems, open_target, read
from drawgate.triage.steps import Knowledge, Triaged, triage

if TYPE_CHECKING:
    from drawgate.run.cache import Cache
    from drawgate.run.memory import Masked, Memory


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
        found = self.open.ask(progress, _cache(self.request, target))
        self.notes, self.graphs = found.notes, found.graphs
        self.plan = _planned(self.request, target, self.prepared.adapters, found).only(PACKAGES)
        return self.plan


def run_plan(request: Request, prepared: Prepared, progress: Progress) -> Scan:
    """Run what is planned; give a scan whose findings are masked, placed and identified.

    Raises AdvisoryError before anything has started, and StoppedError when a signal ends it.
    """
    target, plan = prepared.target, prepared.plan
    later = None
    if prepared.open:
        later = _Later(request=request, prepared=prepared, open=prepared.open)
        plan = plan.only(frozenset(Kind) - PACKAGES)
    with _mirror(request, prepared) as mirror, _served(mirror) as endpoint:
        memory = _memory(request, target)
        options = RunOptions(
            cores=request.cores or capacity.cores(),
            timeout=request.timeout,
            endpoint=endpoint,
            advisories=mirror.data if mirror else None,
            network=request.network,
            offline=request.offline,
            memory=memory,
            avoid=target.repository,
        )
        ran = run(plan, options, progress, later)
        plan = plan.beside(later.plan) if later else plan
        attempts = complete(plan, ran)
        steps = (*plan.planned, *plan.in_reserve)
        knowledge = Knowledge(
            read=lambda path: read(target.root, path),
            look_up=mirror.advisories if mirror else lambda _: {},
            raw_keys={step.adapter.name: step.adapter.raw_keys for step in steps},
            identity_key=request.identity_key,
            raw=request.raw,
            graphs=later.graphs if later else prepared.graphs,
            waivers=request.waivers,
            vex=request.vex,
        )
        notes = (*(later.notes if later else ()), *_stood_in(plan, attempts))
        done = Scan(
            target=told(
                target,
                plan,
                attempts,
                notes=(*notes, *request.notes),
                partial="; ".join(dict.fromkeys(_narrowed(target, request))),
            ),
            attempts=attempts,
            as_of=request.as_of,
            offline=request.offline,
        )
        triaged = triage(done, knowledge)
        if memory:
            memory.keep(_keepable(attempts, triaged), partial(_same, target.root))
        return triaged.scan


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
    if not prepared.open and not any(Need.ADVISORIES in each.adapter.needs for each in planned):
        yield None
    elif request.advisories:
        with open_any(request.advisories) as mirror:
            yield mirror
    elif default_mirror_path().is_file():
        with open_mirror(default_mirror_path()) as mirror:
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


def _memory(request: Request, target: Target) -> "Memory | None":
    """Open what earlier scans found."""
    cache = _cache(request, target)
    if cache is None:
        return None
    from drawgate.run.memory import Memory  # noqa: PLC0415 - it loads SQLite

    return Memory(cache=cache)


def _cache(request: Request, target: Target) -> "Cache | None":
    """Open the cache, unless it shall not count or has no place."""
    folder = None if request.no_cache else cache_directory(target.home)
    secret = cache_key(target.home) if folder else None
    if folder is None or secret is None:
        return None
    from drawgate.run.cache import Cache  # noqa: PLC0415 - it loads SQLite

    return Cache(folder=folder, secret=secret)


def _stood_in(plan: Plan, attempts: Iterable[Attempt]) -> Iterator[str]:
    """Give a sentence for each adapter that looked in another one's place."""
    done = {attempt.subject.name: attempt for attempt in attempts}
    for planned in plan.in_reserve:
        name, instead = planned.adapter.name, planned.adapter.stands_in_for
        missing = done.get(instead)
        if isinstance(done.get(name), Ran) and isinstance(missing, Skipped):
            yield f"{name} looked in {instead}'s place: {missing.reason}"


def _keepable(
    attempts: tuple[Attempt, ...], triaged: Triaged
) -> "Iterator[tuple[Attempt, Masked]]":
    """Give attempts with their findings as they may be kept, if no document had to be masked."""
    for before, after, kept in zip(attempts, triaged.scan.attempts, triaged.keepable, strict=True):
        if documents_of(before) != documents_of(after):
            continue
        if isinstance(before, Ran):
            masked = replace(before.report, not_assessed=not_assessed_of(after))
            yield replace(before, report=masked), kept


def _same(root: Path, path: str, digest: bytes) -> bool:
    """Tell whether a file is still what it was when the target was listed."""
    try:
        return sha256(read(root, path)).digest() == digest
    except OSError:
        return False


def _narrowed(target: Target, request: Request) -> Iterator[str]:
    """Say what made the scan a partial one; a whole folder has alerts of its own instead."""
    if target.form is Form.FILE:
        yield "one file"
    if request.wanted:
        yield request.wanted.origin
    if request.narrowing.files is not None:
        yield "--files"
    yield from (origin for origin, _ in request.narrowing.include)
