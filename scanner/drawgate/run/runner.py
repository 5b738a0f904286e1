"""Planned adapters in, attempts out: all of them at once, within a budget of cores."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from drawgate.core.attempt import Attempt, Failed, Ran, Skipped
from drawgate.plan import Plan, Planned, stood_down
from drawgate.run import capacity, costs, processes, sandbox
from drawgate.run.apart import set_apart, take_apart
from drawgate.run.combine import Outcome, bounded, combine, complete, slow
from drawgate.run.costs import Cost
from drawgate.run.prepare import Ready, RunOptions, prepare
from drawgate.run.private import cache_directory, private_directory
from drawgate.run.progress import Beside, Progress
from drawgate.run.schedule import Piece, Queue
from drawgate.run.text import file_name
from drawgate.run.work import Fault, Result, do

if TYPE_CHECKING:
    from drawgate.run.memory import Memory  # it brings SQLite, which few scans need at once

__all__ = ["RunOptions", "run"]

_TICK: Final = 0.5
"""Seconds between two heartbeats."""

_Answer = TypeVar("_Answer")
_Prepared = Ready | Skipped | Failed
_DoAll = Callable[[Sequence[Callable[[], _Prepared]], int], list[_Prepared]]
Later = Callable[[Progress], Plan]
"""Gives a plan that could not be made before; asked in a thread beside the work."""


def run(
    plan: Plan, options: RunOptions, progress: Progress, later: Later | None = None
) -> tuple[Attempt, ...]:
    """Run what is planned; give one attempt for each adapter, those in reserve last.

    What `later` gives, in its own time, is run as well. Raises StoppedError when a signal asks
    for it; neither process nor file is left then.
    """
    if not plan.planned and not later:
        return ()
    root = options.avoid or plan.planned[0].jobs[0].root
    cache = cache_directory(root)
    known = costs.read(cache)
    with private_directory(root, options.temporary) as private, processes.scanning():
        board = _Board(progress=progress, private=private, memory=options.memory)
        getting = _Getting(options=options, private=private, known=known)
        pieces = board.add(getting.all_of(plan, partial(_in_threads, progress=progress)))
        _work_off(board, options, pieces, partial(_join, later, getting, board) if later else None)
    costs.write(cache, known | board.learned())
    return tuple(
        board.attempts[each.planned.adapter.name] if isinstance(each, Ready) else each
        for each in board.prepared
    )


@dataclass(slots=True)
class _Board:
    """Who has done what so far; its methods may be called from any thread."""

    progress: Progress
    private: Path
    memory: "Memory | None" = None
    prepared: list[_Prepared] = field(default_factory=list)
    ready: dict[str, Ready] = field(default_factory=dict)
    results: dict[str, list[Result]] = field(default_factory=dict)
    over: Counter[str] = field(default_factory=Counter)
    """How many pieces of an adapter are done or dropped."""
    attempts: dict[str, Attempt] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, prepared: Iterable[_Prepared]) -> list[Piece]:
        """Take adapters that shall run, or can't; give what is to be done."""
        pieces: list[Piece] = []
        with self.lock:
            for each in prepared:
                self.prepared.append(each)
                if not isinstance(each, Ready):
                    self.progress.finished(each)
                    continue
                self.ready[each.planned.adapter.name] = each
                pieces += each.pieces
                if not each.pieces:
                    self.finish(each.planned.adapter.name)
        return pieces

    def start(self, piece: Piece) -> None:
        """Note that a piece begins."""
        name = piece.adapter.name
        with self.lock:
            if name not in self.results:
                self.results[name] = []
                self.progress.started(name, len(self.ready[name].pieces))

    def end(self, results: Sequence[Result], dropped: Sequence[Result]) -> None:
        """Note what came of a piece, and of those that nobody began because of it."""
        name = results[0].piece.adapter.name
        shown = [len(each.report.findings) for each in results if not each.piece.second]
        with self.lock:
            self.results[name] = bounded([*self.results[name], *results, *dropped])
            self.over[name] += 1 + len(dropped)
            for findings in (sum(shown), *[0] * len(dropped)):
                self.progress.advanced(name, findings)
            if self.over[name] == len(self.ready[name].pieces):
                self.finish(name)

    def learned(self) -> dict[str, Cost]:
        """Give what each adapter's first pass has cost."""
        found = {}
        for name, results in self.results.items():
            done = [r.done for r in results if r.done and not r.fault and not r.piece.second]
            if len(done) < len([r for r in results if not r.piece.second]):
                continue
            cpu, peak = sum(each.cpu for each in done), max(each.peak for each in done)
            size = sum(self.ready[name].rest.sizes.values())
            if cost := costs.measured(cpu, size, len(done), peak):
                found[name] = cost
        return found

    def finish(self, name: str) -> None:
        """Make the attempt: all that was to be done for it is done."""
        ready = self.ready[name]
        results = sorted(self.results.get(name, ()), key=lambda each: each.piece.number)
        outcome = Outcome(
            planned=ready.planned,
            tool=ready.facts,
            argv=ready.tool.argv,
            results=set_apart(results),
            private=self.private,
            recalled=ready.recalled,
        )
        self.attempts[name] = combine(outcome)
        if self.memory and isinstance(self.attempts[name], Ran):
            self.memory.note(name, complete(outcome), slow(outcome))
        self.progress.finished(self.attempts[name])


def _is_needed(spare: Planned, prepared: Iterable[_Prepared]) -> bool:
    """Tell whether the tool that this one stands in for can't be used."""
    missing = {each.subject.name for each in prepared if isinstance(each, Skipped)}
    return spare.adapter.stands_in_for in missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Getting:
    """Gets planned adapters ready, or finds out why they can't run."""

    options: RunOptions
    private: Path
    known: dict[str, Cost]

    def all_of(self, plan: Plan, do_all: _DoAll) -> list[_Prepared]:
        """Prepare a plan, those in reserve last."""
        prepared = self._each(plan.planned, do_all)
        called = [p for p in plan.in_reserve if _is_needed(p, prepared)]
        prepared += self._each(called, do_all)
        return prepared + [stood_down(p) for p in plan.in_reserve if p not in called]

    def _each(self, planned: Sequence[Planned], do_all: _DoAll) -> list[_Prepared]:
        return do_all([partial(self._one, each) for each in planned], self.options.cores)

    def _one(self, planned: Planned) -> _Prepared:
        name = planned.adapter.name
        place = self.private / file_name(name)
        return prepare(planned, self.options, place, self.known.get(name, Cost()))


def _work_off(
    board: _Board,
    options: RunOptions,
    pieces: list[Piece],
    join: Callable[[Queue], None] | None,
) -> None:
    queue = Queue(pieces, capacity.memory(), more=join is not None)
    work = partial(_worker, board, options, queue)
    tasks = [work] * (options.cores if join else min(options.cores, len(pieces)))
    if join:
        tasks.append(partial(join, queue))
    _in_threads(tasks, len(tasks), progress=board.progress)


def _join(later: Later, getting: _Getting, board: _Board, queue: Queue) -> None:
    """Plan what had to wait for an answer, and put it to the rest of the work."""
    try:
        plan = later(Beside(board.progress, board.lock))
        # One after the other: all cores are at work.
        queue.add(board.add(getting.all_of(plan, lambda tasks, _: [task() for task in tasks])))
    except BaseException:
        queue.close()  # nobody shall wait for what does not come
        raise


def _worker(board: _Board, options: RunOptions, queue: Queue) -> None:
    fence = sandbox.fence(options.offline, options.endpoint)
    try:
        while piece := queue.take():
            board.start(piece)
            ready = board.ready[piece.adapter.name]
            run = partial(do, tool=ready.tool, fence=fence)
            known = ready.recalled.looked_at
            results = take_apart(run(piece, options.timeout), run, options.timeout, known)
            queue.put_back(piece)
            board.end(results, _given_up(queue, results[0]))
    except BaseException:
        queue.close()  # whoever waits for this piece's memory would wait for ever
        raise


def _given_up(queue: Queue, result: Result) -> list[Result]:
    """Drop what is left of an adapter when its other pieces would fare no better."""
    if not (result.fault and result.fault.final) or result.divided or result.proven:
        return []
    fault = Fault(error="it was not started, since another part had failed", given_up=True)
    name = result.piece.adapter.name
    return [Result(piece=piece, fault=fault) for piece in queue.drop(name)]


def _in_threads(
    tasks: Sequence[Callable[[], _Answer]], cores: int, *, progress: Progress
) -> list[_Answer]:
    """Run tasks in threads while this one lets the progress breathe and hears signals."""
    with ThreadPoolExecutor(max(1, cores)) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, _TICK, FIRST_EXCEPTION)
                progress.heartbeat()
                for future in done:
                    future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.stop_all()
            raise
        return [future.result() for future in futures]
