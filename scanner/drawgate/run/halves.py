"""A file that kills a scanner takes no other file's answer away: it is found by halving."""

from dataclasses import dataclass, field, replace
from typing import Final

from drawgate.core.adapter import Report
from drawgate.core.target import NotAssessed
from drawgate.run.check import ASK
from drawgate.run.combine import merge
from drawgate.run.process import Done, Fence
from drawgate.run.schedule import Piece
from drawgate.run.tools import Resolved
from drawgate.run.work import Result, do, plan_command

_DEATHS: Final = 8
"""Files that may kill a scanner; of more it is rather the scanner that is broken."""
_NOT_KEPT: Final = b"One of its files killed it; what it printed about the others is not kept.\n"


def do_in_halves(piece: Piece, tool: Resolved, timeout: float, fence: Fence | None) -> Result:
    """Run a piece; where it fails, ask about its files in halves until the guilty ones are alone.

    These are not assessed, and the others are. Nothing is gained where no file has an answer.
    """
    whole = do(piece, tool, timeout, fence)
    if whole.fault is None or not piece.adapter.bisects or len(piece.job.inputs) == 1:
        return whole
    if whole.fault.hint == ASK:
        return whole  # the adapter is wrong, not a file
    search = _Search(piece=piece, tool=tool, timeout=timeout, fence=fence)
    search.halve(piece.job.inputs)
    if not search.answers or len(search.guilty) > _DEATHS:
        return whole
    return search.result(whole)


@dataclass(slots=True, kw_only=True)
class _Search:
    """What came of the parts of one piece so far."""

    piece: Piece
    tool: Resolved
    timeout: float
    fence: Fence | None
    answers: list[Result] = field(default_factory=list)
    guilty: list[NotAssessed] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)

    def halve(self, inputs: tuple[str, ...]) -> None:
        """Ask about both halves of files that together give no answer."""
        middle = len(inputs) // 2
        for half in (inputs[:middle], inputs[middle:]):
            if len(self.guilty) <= _DEATHS:
                self._ask(half)

    def result(self, whole: Result) -> Result:
        """Join what was said about all parts."""
        report = merge([*(each.report for each in self.answers), self._missed()])
        every = [each for each in (whole.done, *self.done) if each]
        code = max(each.done.code for each in self.answers if each.done)
        started = min(each.started for each in every)
        done = replace(
            every[-1],
            code=code,
            stdout=_NOT_KEPT,
            stderr=b"",
            started=started,
            wall=max(each.started + each.wall for each in every) - started,
            cpu=sum(each.cpu for each in every),
            peak=max(each.peak for each in every),
        )
        return Result(piece=self.piece, report=report, done=done, printed=len(_NOT_KEPT))

    def _ask(self, inputs: tuple[str, ...]) -> None:
        asked = do(self._part(inputs), self.tool, self.timeout, self.fence)
        self.done += [asked.done] if asked.done else []
        if asked.fault is None:
            self.answers.append(asked)
        elif len(inputs) > 1:
            self.halve(inputs)
        else:
            reason = f"{self.piece.adapter.name} gives no answer about it: {asked.fault.error}"
            self.guilty.append(NotAssessed(subject=inputs[0], path=inputs[0], reason=reason))

    def _part(self, inputs: tuple[str, ...]) -> Piece:
        own = self.piece.private / f"part-{len(self.done) + 1}"
        job = replace(self.piece.job, inputs=inputs, scratch=own / "scratch")
        command = plan_command(self.piece.adapter, job)
        return replace(self.piece, job=job, command=command, private=own)

    def _missed(self) -> Report:
        return Report(not_assessed=tuple(self.guilty))
