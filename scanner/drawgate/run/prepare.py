"""A planned adapter becomes pieces of work, or the reason why it can't run."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

from drawgate.core.adapter import USUAL_MEMORY, Job, Need, Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Failed, Skipped, ToolFacts, Why
from drawgate.core.border import ASK, PASS_ON, raised
from drawgate.core.errors import ScannerError
from drawgate.core.scan import Offline
from drawgate.core.words import plain
from drawgate.plan import Planned
from drawgate.run import capacity, docker, sandbox
from drawgate.run.costs import Cost
from drawgate.run.private import shorten
from drawgate.run.schedule import Piece
from drawgate.run.shards import split
from drawgate.run.tools import PATIENCE, Resolved, Unavailable, resolve
from drawgate.run.work import plan_command

if TYPE_CHECKING:
    from drawgate.run.memory import Memory  # it brings SQLite, which few scans need at once

_GET: Final = "get some with `drawgate advisories sync`, or `import PATH` without the network"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How attempts are run; nothing of it comes from the target."""

    cores: int = field(default_factory=capacity.cores)
    timeout: float = 900.0
    """Seconds on the wall for each process of an attempt; the first that needs more ends it."""
    endpoint: str = ""
    """`http://127.0.0.1:PORT` of the advisory server, or empty without advisory data."""
    advisories: AdvisoryData | None = None
    network: bool = False
    """Whether adapters that need the network may run."""
    offline: Offline = Offline.NOT_ASKED
    avoid: Path | None = None
    """The repository where the target is a copy from; nothing in it is ever run."""
    temporary: Path | None = None
    """Where private directories are made; by default the system's place."""
    memory: "Memory | None" = None
    """What earlier scans found in files that have not changed; None: nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An adapter whose tool is there, and its work in pieces, numbered from 1."""

    planned: Planned
    rest: Planned
    """What of it is left to do."""
    tool: Resolved
    facts: ToolFacts
    pieces: tuple[Piece, ...]
    recalled: Report = field(default_factory=Report)
    """What is known about files that have not changed."""


def prepare(
    planned: Planned, options: RunOptions, private: Path, cost: Cost
) -> Ready | Skipped | Failed:
    """Check needs, find the tool, split the work. `private` is a directory of this adapter."""
    try:
        if reason := _unmet(planned, options):
            return _unavailable(planned, reason)
        tool = resolve(
            planned.adapter, options.avoid or planned.jobs[0].root, private / "version",
            timeout=min(PATIENCE, options.timeout),
            fence=sandbox.fence(options.offline, options.endpoint),
        )  # fmt: skip
        if isinstance(tool, Unavailable):
            return _unavailable(planned, f"{tool.reason}; {tool.hint}")
        rest, recalled = _recalled(planned, options, tool)
        pieces = tuple(_pieces(rest, options, private, cost, tool))
        ruleset = planned.adapter.ruleset() if planned.adapter.ruleset else ""
    except PASS_ON:
        raise
    except ScannerError as error:
        what = shorten(plain(error.what), private)
        return Failed(subject=planned.subject, error=what, hint=error.hint)
    except BaseException as error:  # noqa: BLE001 - the border: an adapter's values, perhaps not ours
        what = shorten(raised("the adapter broke", error), private)
        return Failed(subject=planned.subject, error=what, hint=ASK)
    if not pieces and not recalled.looked_at:
        return Failed(subject=planned.subject, error="there was nothing for it to look at")
    told = options.advisories if Need.ADVISORIES in planned.adapter.needs else None
    facts = ToolFacts(version=tool.version, python=tool.python, ruleset=ruleset, advisories=told)
    return Ready(
        planned=planned, rest=rest, tool=tool, facts=facts, pieces=pieces, recalled=recalled
    )


def _recalled(planned: Planned, options: RunOptions, tool: Resolved) -> tuple[Planned, Report]:
    if options.memory is None:
        return planned, Report()
    return options.memory.recall(planned, tool, options.advisories)


def _unmet(planned: Planned, options: RunOptions) -> str:
    """Give the reason why a need is not met, or nothing."""
    reasons = (_lacking(need, options) for need in Need if need in planned.adapter.needs)
    return next(filter(None, reasons), "") or _unheld(planned, options.advisories)


def _unheld(planned: Planned, data: AdvisoryData | None) -> str:
    """Give the ecosystems that the data says nothing about: silence there is no good news."""
    if data is None or Need.ADVISORIES not in planned.adapter.needs:
        return ""
    inventories = [job.inventory for job in planned.jobs if job.inventory]
    asked = {pin.ecosystem for inventory in inventories for pin in inventory.pins}
    unheld = ", ".join(sorted(name for name in asked if not data.holds(name)))
    said = f"the advisory data ({data.source}) holds no record about {unheld}"
    return f"{said}; {_GET}" if unheld else ""


def _lacking(need: Need, options: RunOptions) -> str:
    offline = options.offline is not Offline.NOT_ASKED
    match need:
        case Need.NETWORK:
            forbidden = ", and --offline forbids it" if offline else ""
            return "" if options.network else f"it needs the network{forbidden}"
        case Need.ADVISORIES:
            return "" if options.endpoint else f"there is no advisory data; {_GET}"
        case Need.BUILDS_TARGET:
            return "it may run the target's code, which Drawgate does not let happen"
        case Need.DOCKER:
            if offline:  # a daemon stands outside of every fence around the scanner
                return "it needs a Docker daemon, and --offline forbids it"
            return "" if docker.reachable() else "it needs a Docker daemon"
    assert_never(need)


def _unavailable(planned: Planned, reason: str) -> Skipped:
    inventories = (job.inventory for job in planned.jobs if job.inventory)
    return Skipped(
        subject=planned.subject,
        why=Why.UNAVAILABLE,
        reason=reason,
        not_assessed=tuple(item for inventory in inventories for item in inventory.not_pinned),
    )


def _pieces(
    planned: Planned, options: RunOptions, private: Path, cost: Cost, tool: Resolved
) -> Iterator[Piece]:
    for number, (job, second) in enumerate(_jobs(planned, options.cores), start=1):
        own = private / str(number)
        complete = replace(
            job, scratch=own / "scratch", endpoint=options.endpoint, python=tool.python,
            keys=frozenset(filter(os.environ.get, planned.adapter.keys)),
        )  # fmt: skip
        command = plan_command(planned.adapter, complete)
        yield Piece(
            adapter=planned.adapter,
            number=number,
            job=complete,
            command=command,
            private=own,
            second=second,
            seconds=cost.estimate(sum(planned.sizes.get(path, 0) for path in job.inputs)),
            # Who asks for more than usual means to use it; for the others we know better.
            memory=command.memory if command.memory > USUAL_MEMORY else 2 * cost.peak,
            avoid=options.avoid,
        )


def _jobs(planned: Planned, cores: int) -> Iterator[tuple[Job, bool]]:
    """Give each job with whether it belongs to the second pass; one without subjects is none."""
    for job, second in [*((job, False) for job in planned.jobs), (planned.second, True)]:
        if job is not None and job.subjects:
            for shard in split(job, planned.adapter.grain, planned.sizes, cores):
                yield shard, second
