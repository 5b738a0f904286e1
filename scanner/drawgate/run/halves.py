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
from drawgate.run.work import DEATHS, Fault, Result, do, plan_command

_NOT_KEPT: Final = b"One of its files killed it; what it printed about the others is not kept.\n"


def do_in_halves(piece: Piece, tool: Resolved, timeout: float, fence: Fence | None) -> Result:
    """Run a piece; where it fails, ask about its files in halves until the deadly ones are alone.

    These are not assessed, and the others are. Whether the scanner works at all is asked when
    all pieces are done: one piece may have nothing but such files.
    """
    whole = do(piece, tool, timeout, fence)
    if whole.fault is None or not piece.adapter.bisects or not piece.job.inputs:
        return whole
    if whole.fault.hint == ASK:
        return whole  # the adapter is wrong, not a file
    search = _Search(piece=piece, tool=tool, timeout=timeout, fence=fence)
    search.blame(piece.job.inputs, whole)
    return whole if len(search.deadly) > DEATHS else search.result(whole)


@dataclass(slots=True, kw_only=True)
class _Search:
    """What came of the parts of one piece so far."""

    piece: Piece
    tool: Resolved
    timeout: float
    fence: Fence | None
    reports: list[Report] = field(default_factory=list)
    deadly: dict[str, Fault] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)

    def blame(self, inputs: tuple[str, ...], asked: Result) -> None:
        """Take down what came of files; where they have no answer, ask about both halves."""
        self.done += [asked.done] if asked.done else []
        if asked.fault is None:
            self.reports.append(asked.report)
        elif len(inputs) == 1:
            self.deadly[inputs[0]] = asked.fault
        else:
            middle = len(inputs) // 2
            for half in (inputs[:middle], inputs[middle:]):
                if len(self.deadly) <= DEATHS:
                    part = self._part(half)
                    self.blame(half, do(part, self.tool, self.timeout, self.fence))

    def result(self, whole: Result) -> Result:
        """Join what was said about all parts."""
        name = self.piece.adapter.name
        missed = tuple(
            NotAssessed(subject=p, path=p, reason=f"{name} gives no answer about it: {fault.error}")
            for p, fault in self.deadly.items()
        )
        return replace(
            whole,
            report=merge([*self.reports, Report(not_assessed=missed)]),
            fault=None,
            done=_together(self.done) if self.done else None,
            printed=len(_NOT_KEPT),
            deadly=self.deadly,
        )

    def _part(self, inputs: tuple[str, ...]) -> Piece:
        own = self.piece.private / f"part-{len(self.done) + 1}"
        job = replace(self.piece.job, inputs=inputs, scratch=own / "scratch")
        command = plan_command(self.piece.adapter, job)
        return replace(self.piece, job=job, command=command, private=own)


def _together(done: list[Done]) -> Done:
    """Tell what all of these processes cost, as if they were one."""
    started = min(each.started for each in done)
    return replace(
        done[-1],
        code=max(each.code for each in done),
        stdout=_NOT_KEPT,
        stderr=b"",
        started=started,
        wall=max(each.started + each.wall for each in done) - started,
        cpu=sum(each.cpu for each in done),
        peak=max(each.peak for each in done),
    )
