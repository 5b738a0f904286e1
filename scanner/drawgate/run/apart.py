"""One file that a scanner can't cope with is set apart, so that what it says of the others counts.

A crash, a hang or an endless hunger for memory says nothing about whose fault it is. So the
files of a failed piece are given to the scanner again in smaller parts. It must cope with the
first or the last of them alone, or else with one whose answer is remembered (a warm scan shall
say the same as a cold one); if there is but one file, with a plain one of our own. If not, it is
the scanner that is broken, and the attempt has failed.
"""

import time
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from drawgate.core.adapter import Grain, Report
from drawgate.core.errors import ScannerError
from drawgate.core.target import NotAssessed
from drawgate.run.probe import write_probe
from drawgate.run.schedule import Piece
from drawgate.run.work import Result, plan_command

Run = Callable[[Piece, float], Result]
"""Runs a piece for so many seconds at most."""

_RUNS: Final = 60
"""Processes for the parts of one piece; it takes two for each halving of the files."""
_APART: Final = 10
"""Files of an attempt that may be set apart: a scanner that fails on more of them is broken."""
_SHARE: Final = 12
"""After a hang each part may take this share of the time-out: a part that hangs takes it whole."""
_LEAST: Final = 10.0
"""Seconds that a part gets all the same: to start alone may take one."""
_SEARCH: Final = 60.0
"""Seconds for all parts of a piece, though the time-out be shorter."""


def take_apart(
    result: Result, run: Run, timeout: float, known: Collection[str] = ()
) -> list[Result]:
    """Give the result of a piece, or behind it those of its parts where that is better.

    All that is done for it takes no longer than one more `timeout`, or a minute. `known` are
    files with a remembered answer: nothing new is learnt of them, only whether the scanner works.
    """
    if not _may_be_a_file(result):
        return [result]
    hangs = bool(result.done and result.done.timed_out)
    patience = min(timeout, max(timeout / _SHARE, _LEAST)) if hangs else timeout
    deadline = time.monotonic() + max(timeout, _SEARCH)
    search = _Search(result.piece, run, patience, deadline, min(known, default=""))
    try:
        if _is_alone(result):
            proven = search.is_proven() or search.copes_with_ours()
            return [replace(result, proven=proven), *search.ended]
        whole = search.parts()
    except ScannerError:
        return [result]
    return [replace(result, divided=whole), *search.ended]


def set_apart(results: Sequence[Result]) -> tuple[Result, ...]:
    """Turn the faults of single files into files that are not assessed, if the others are sound.

    The second pass counts by itself: what it can't say of a file that was looked at, nobody can.
    """
    first = _apart([each for each in results if not each.piece.second])
    missed = {item.subject for each in first for item in each.report.not_assessed}
    second = _apart([each for each in results if each.piece.second], missed)
    return (*first, *second)


def _apart(results: list[Result], missed: Container[str] = ()) -> list[Result]:
    alone = [each for each in results if _may_be_a_file(each) and _is_alone(each)]
    if len(alone) > _APART:
        return results
    sound = any(each.proven or (not each.fault and each.report.looked_at) for each in results)
    wanted = [each for each in alone if sound or each.piece.job.inputs[0] in missed]
    return [_not_assessed(each) if each in wanted else each for each in results]


@dataclass(slots=True)
class _Search:
    """Looks for the files that a piece failed on."""

    piece: Piece
    run: Run
    patience: float
    deadline: float
    known: str
    """A file with a remembered answer; empty without one."""
    started: int = 0
    ended: list[Result] = field(default_factory=list)

    def parts(self) -> bool:
        """Run parts until each file is sound or alone; tell whether that came to an end."""
        inputs = self.piece.job.inputs
        tried = self._works(inputs)
        waiting = [tuple(name for name in inputs if name not in tried)] if tried else [inputs]
        waiting = [half for part in waiting for half in _halves(part)]
        while tried and waiting:
            if self._is_too_much():
                return False
            part = waiting.pop()
            result = self._run(part)
            halves = list(_halves(part)) if result.fault and len(part) > 1 else []
            self.ended.append(replace(result, divided=bool(halves)))
            waiting.extend(halves)
        return bool(tried)

    def _works(self, inputs: tuple[str, ...]) -> tuple[str, ...]:
        """Try the first file alone, else the last; give what was tried once one is sound."""
        for number, name in enumerate((inputs[0], inputs[-1]), start=1):
            self.ended.append(self._run((name,)))
            if not self.ended[-1].fault:
                return (inputs[0], inputs[-1])[:number]
        if self.is_proven():
            return (inputs[0], inputs[-1])
        self.ended = [replace(each, divided=True) for each in self.ended]
        return ()

    def is_proven(self) -> bool:
        """Tell whether the scanner copes with a file that it coped with before."""
        if not self.known:
            return False
        return self._proves(self._run((self.known,)), self.known)

    def copes_with_ours(self) -> bool:
        """Tell whether it copes with a plain file of ours: the only one may be a hostile one."""
        job, private = self.piece.job, self.piece.private
        folder = private.with_name(f"{private.name}-probe")
        try:
            path = write_probe(job.inputs[0], folder)
        except OSError:
            return False
        away = self.piece.avoid or job.root
        ours = replace(self.piece, job=replace(job, root=folder), avoid=away)
        return self._proves(self._run((path,), ours), path)

    def _proves(self, control: Result, path: str) -> bool:
        proven = not control.fault and path in control.report.looked_at
        done = replace(control.done, stdout=b"") if control.done else None
        self.ended.append(replace(control, report=Report(), done=done, divided=True, proven=proven))
        return proven

    def _run(self, part: tuple[str, ...], like: Piece | None = None) -> Result:
        self.started += 1
        like = like or self.piece
        private = like.private.with_name(f"{like.private.name}-{self.started}")
        job = replace(like.job, inputs=part, scratch=private / "scratch")
        command = plan_command(like.adapter, job)
        piece = replace(like, job=job, command=command, private=private)
        return self.run(piece, max(0.1, min(self.patience, self.deadline - time.monotonic())))

    def _is_too_much(self) -> bool:
        alone = sum(1 for each in self.ended if each.fault and not each.divided)
        late = time.monotonic() >= self.deadline
        return late or alone > _APART or self.started >= _RUNS


def _halves(part: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    middle = (len(part) + 1) // 2
    return filter(None, (part[:middle], part[middle:]))


def _may_be_a_file(result: Result) -> bool:
    """Tell whether one of its files may be why a piece failed; silence about some is no failure."""
    grain, job = result.piece.adapter.grain, result.piece.job
    ended = result.fault is not None and result.done is not None and not result.divided
    return bool(
        ended
        and grain is Grain.FILE
        and job.inventory is None
        and result.fault
        and not result.fault.missing
    )


def _is_alone(result: Result) -> bool:
    return len(result.piece.job.inputs) == 1


def _not_assessed(result: Result) -> Result:
    """Say of the one file why nobody could look at it."""
    (path,), fault = result.piece.job.inputs, result.fault
    reason = f"{result.piece.adapter.name}: {fault.error if fault else ''}"
    missed = NotAssessed(subject=path, path=path, reason=reason)
    return replace(result, fault=None, report=Report(not_assessed=(missed,)))
