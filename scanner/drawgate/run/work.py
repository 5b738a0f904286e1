"""One piece of work: from a job to a result, whatever the tool or its adapter does."""

import os
from dataclasses import dataclass, field, replace

from drawgate.core.adapter import Adapter, Command, Job, Need, Output, Report
from drawgate.core.border import ASK, PASS_ON, raised
from drawgate.core.errors import ScannerError
from drawgate.core.words import plain
from drawgate.run.check import check_command, check_report
from drawgate.run.process import Call, Done, Fence, run
from drawgate.run.schedule import Piece
from drawgate.run.text import KEPT, last_words
from drawgate.run.tools import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a piece gave no answer to trust."""

    error: str
    hint: str = ""
    final: bool = False
    """Whether the adapter's other pieces would fare no better."""
    given_up: bool = False
    """Whether it is no cause of anything: the piece was not started because another failed."""
    missing: tuple[str, ...] = ()
    """Subjects that the report is silent about, where that is the fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a piece. With a fault the report is empty and proves nothing."""

    piece: Piece
    report: Report = field(default_factory=Report)
    fault: Fault | None = None
    done: Done | None = None
    printed: int = 0
    """Bytes of its standard output, also when they are not kept."""
    divided: bool = False
    """Whether another result tells of the same files: its own fault is none then."""
    proven: bool = False
    """Whether the scanner has just coped with a file of another scan, so it is not broken."""


def plan_command(adapter: Adapter, job: Job) -> Command:
    """Ask the adapter for a command. Raises ScannerError when it gives none that can be used."""
    try:
        command = adapter.command(job)
        check_command(command)
    except (ScannerError, *PASS_ON):
        raise
    except BaseException as error:
        what = raised("the adapter broke while planning a command", error)
        raise ScannerError(what, hint=ASK) from error
    return command


def do(piece: Piece, timeout: float, *, tool: Resolved, fence: Fence | None) -> Result:
    """Run a piece and read its answer. Raises StoppedError only."""
    try:
        done = _without_keys(run(_call(piece, tool, timeout, fence)), piece.job)
    except ScannerError as error:
        return Result(piece=piece, fault=_fault_of(error))
    report, fault = Report(), _fault(piece, done)
    if fault is None:
        try:
            report = _read(piece, tool, done)
        except ScannerError as error:
            fault = _told(_fault_of(error), done)
        else:
            if missing := _missing(piece.job, report):
                report, fault = Report(), Fault(error="it is silent", missing=missing)
    lean, printed = _lean(done), len(done.stdout)
    return Result(piece=piece, report=report, fault=fault, done=lean, printed=printed)


def _told(fault: Fault, done: Done) -> Fault:
    """Add what the tool itself said: an unreadable answer mostly has its reason on stderr."""
    words = last_words(done.stderr)
    if not words and done.code == 0:
        return fault
    said = f"{fault.error} (exit code {done.code}{': ' + words if words else ''})"
    return replace(fault, error=said)


def _call(piece: Piece, tool: Resolved, timeout: float, fence: Fence | None) -> Call:
    command, scratch = piece.command, piece.job.scratch
    try:
        scratch.mkdir(mode=0o700, parents=True)
        for name, content in command.files.items():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            (scratch / name).write_bytes(content)
    except OSError as error:
        raise ScannerError(f"its files can't be written: {error.strerror}") from error
    return Call(
        argv=(*tool.argv, *command.args),
        private=piece.private,
        cwd=command.cwd or piece.job.root,
        avoid=piece.avoid or piece.job.root,
        env={**command.env, **{name: os.environ[name] for name in piece.job.keys}},
        timeout=min(timeout, command.timeout or timeout),
        network=Need.NETWORK in piece.adapter.needs,
        fence=fence,
        memory=command.memory,
        cores=max(piece.job.cores, os.cpu_count() or 1),
    )


def _without_keys(done: Done, job: Job) -> Done:
    """Take the user's credentials out of what a tool printed, before anybody reads it."""
    stdout, stderr = done.stdout, done.stderr
    for name in job.keys:
        value = os.fsencode(os.environ[name])
        stdout, stderr = (said.replace(value, b"***") for said in (stdout, stderr))
    return replace(done, stdout=stdout, stderr=stderr)


def _fault_of(error: ScannerError) -> Fault:
    return Fault(error=plain(error.what), hint=error.hint)


def _fault(piece: Piece, done: Done) -> Fault | None:
    if done.timed_out:
        hint = "" if piece.command.timeout else "allow it more with --timeout"
        return Fault(error=done.trouble, hint=hint, final=True)
    if not done.trouble and done.code in piece.command.ok:
        return None
    words = last_words(done.stderr)
    what = done.trouble or f"it exited with code {done.code}"
    return Fault(error=f"{what}: {words}" if words else what)


def _read(piece: Piece, tool: Resolved, done: Done) -> Report:
    output = Output(
        job=piece.job,
        code=done.code,
        stdout=done.stdout,
        stderr=done.stderr,
        version=tool.version,
    )
    try:
        report = piece.adapter.parse(output)
        check_report(report, piece.adapter, piece.job)
    except (ScannerError, *PASS_ON):
        raise
    except BaseException as error:
        what = raised("the adapter broke while reading the tool's answer", error)
        raise ScannerError(what, hint=ASK) from error
    return report


def _missing(job: Job, report: Report) -> tuple[str, ...]:
    """Give the subjects that were neither looked at nor said not to be assessed."""
    told = report.looked_at | {item.subject for item in report.not_assessed}
    return tuple(sorted(set(job.subjects) - told))


def _lean(done: Done) -> Done:
    """Keep of the error stream what is ever shown: a scan holds many of these at once."""
    return replace(done, stderr=done.stderr[-KEPT:])
