"""One piece of work: from a job to a result, whatever the tool or its adapter does."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from drawgate.core.adapter import Adapter, Command, Job, Need, Output, Report
from drawgate.core.errors import ScannerError, StoppedError
from drawgate.core.finding import Finding
from drawgate.core.target import NotAssessed
from drawgate.run.process import Call, Done, run
from drawgate.run.schedule import Piece
from drawgate.run.text import last_words, plain
from drawgate.run.tools import Resolved

_NAMED: Final = 3
"""Examples in a sentence that counts the rest."""
_ASK: Final = "report it to the adapter's author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a piece gave no answer to trust."""

    error: str
    hint: str = ""
    final: bool = False
    """Whether the adapter's other pieces would fare no better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a piece. With a fault the report is empty and proves nothing."""

    piece: Piece
    report: Report = field(default_factory=Report)
    fault: Fault | None = None
    done: Done | None = None


def plan_command(adapter: Adapter, job: Job) -> Command:
    """Ask the adapter for a command. Raises ScannerError when it gives none that can be used."""
    try:
        command = adapter.command(job)
    except Exception as error:
        raise _broken("while planning a command", error) from error
    _check_command(command)
    return command


def do(piece: Piece, tool: Resolved, timeout: float, ports: tuple[int, ...] | None) -> Result:
    """Run a piece and read its answer. Raises StoppedError only."""
    done = None
    try:
        done = run(_call(piece, tool, timeout, ports))
        if fault := _fault(piece, done):
            return Result(piece=piece, fault=fault, done=done)
        report = _read(piece, tool, done)
    except ScannerError as error:
        fault = Fault(error=plain(error.what), hint=error.hint)
        return Result(piece=piece, fault=fault, done=done)
    return Result(piece=piece, report=report, done=done)


def _call(piece: Piece, tool: Resolved, timeout: float, ports: tuple[int, ...] | None) -> Call:
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
        avoid=piece.job.root,
        env=command.env,
        timeout=timeout,
        network=Need.NETWORK in piece.adapter.needs,
        ports=ports,
        memory=command.memory,
        cores=max(piece.job.cores, os.cpu_count() or 1),
    )


def _fault(piece: Piece, done: Done) -> Fault | None:
    if done.timed_out:
        return Fault(error=done.trouble, hint="allow it more with --timeout", final=True)
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
    except (ScannerError, StoppedError):
        raise
    except Exception as error:
        raise _broken("while reading the tool's answer", error) from error
    _check_report(report)
    _account(piece.job, report)
    return report


def _check_command(command: object) -> None:
    """Make sure that it can be started: a third-party adapter may return anything."""
    if not isinstance(command, Command):
        raise ScannerError(f"the adapter gave {type(command).__name__} instead of a Command")
    _expect("args", command.args, tuple, str)
    _expect("ok", command.ok, frozenset, int)
    _expect("files", command.files, Mapping, str)
    _expect("the content of files", tuple(command.files.values()), tuple, bytes)
    _expect("env", command.env, Mapping, str)
    _expect("the values of env", tuple(command.env.values()), tuple, str)
    if any("\0" in word for word in (*command.args, *command.env, *command.env.values())):
        raise ScannerError("the adapter's command holds a NUL, which ends a word")
    for name in command.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ScannerError(f"the adapter wants to write outside of its directory: {name}")


def _check_report(report: object) -> None:
    """Make sure that it is a report throughout: later stages rely on every part of it."""
    if not isinstance(report, Report):
        raise ScannerError(f"the adapter gave {type(report).__name__} instead of a Report")
    _expect("findings", report.findings, tuple, Finding)
    _expect("looked_at", report.looked_at, frozenset, str)
    _expect("not_assessed", report.not_assessed, tuple, NotAssessed)
    _expect("documents", report.documents, Mapping, str)
    _expect("the content of documents", tuple(report.documents.values()), tuple, bytes)


def _expect(name: str, value: Iterable[object], container: type, item: type) -> None:
    if isinstance(value, container) and all(isinstance(each, item) for each in value):
        return
    wanted = f"{container.__name__} of {item.__name__}"
    raise ScannerError(f"the adapter is wrong: {name} shall be {wanted}", hint=_ASK)


def _account(job: Job, report: Report) -> None:
    """Raise ScannerError unless every subject was looked at or is said not to be assessed."""
    told = report.looked_at | {item.subject for item in report.not_assessed}
    missing = sorted(set(job.subjects) - told)
    if missing:
        named = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
        raise ScannerError(f"it says nothing about {len(missing)} of its inputs: {named}")


def _broken(when: str, error: Exception) -> ScannerError:
    what = f"the adapter broke {when}: {type(error).__name__}: {plain(str(error))[:500]}"
    return ScannerError(what, hint=_ASK)
