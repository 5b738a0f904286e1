"""The one place that starts a tool: fenced in, timed, its words kept in files."""

import math
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drawgate.core.errors import ScannerError
from drawgate.run import orphans, processes, seccomp
from drawgate.run.environment import environment
from drawgate.run.private import furnish

OUTPUT: Final = 256 << 20
"""Bytes that one file of a tool, or what it prints, may have."""

_LAUNCHER: Final = Path(__file__).with_name("launch.py")
_OPEN_FILES: Final = 1024
_GRACE: Final = 5
"""CPU seconds beyond the time-out: the clock on the wall is to end a tool, not this limit."""

_SIGNALS: Final = {
    signal.SIGKILL: "it was killed (SIGKILL), perhaps because memory ran out",
    signal.SIGSEGV: "it crashed (SIGSEGV)",
    signal.SIGBUS: "it crashed (SIGBUS)",
    signal.SIGABRT: "it gave up (SIGABRT)",
    signal.SIGTERM: "it was told to end (SIGTERM)",
    signal.SIGXCPU: "it used more CPU time than it may (SIGXCPU)",
    signal.SIGSYS: "it made a system call that is not allowed (SIGSYS)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """Around a process without a network: no Unix socket, no other way out."""

    ports: tuple[int, ...] | None = None
    """The TCP ports it may connect to, held by Landlock; None: loopback is all there is anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One process to start. `argv[0]` is an absolute path."""

    argv: tuple[str, ...]
    private: Path
    """A directory of this process alone: HOME and all other places to write are below it."""
    cwd: Path
    avoid: Path | None = None
    """The target: no entry of PATH may lie in it."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment, and stronger than what stands there."""
    timeout: float = 60.0
    """Seconds on the wall."""
    network: bool = False
    """Whether proxies and certificates are passed on; it opens or closes nothing."""
    fence: Fence | None = None
    memory: int = 4 << 30
    """Bytes of address space."""
    output: int = OUTPUT
    stdin: bytes = b""
    cores: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A process that has ended, with everything it started."""

    code: int
    """Exit code; negative: the number of the signal that ended it."""
    stdout: bytes
    stderr: bytes
    trouble: str
    """Why it did not end by itself ("it did not finish within 60 s"), or empty."""
    timed_out: bool
    started: float
    """Seconds since the epoch."""
    wall: float
    cpu: float
    peak: int


def run(call: Call) -> Done:
    """Start a process and wait for its end.

    Raises ScannerError when it can't be started, StoppedError when everything has to stop.
    """
    furnish(call.private)
    mark = secrets.token_hex(8)
    started, clock = time.time(), time.monotonic()
    pid = _start(call, mark)
    expired = threading.Event()
    timer = threading.Timer(call.timeout, _expire, (pid, expired))
    timer.daemon = True
    timer.start()
    try:
        code, cpu, peak = processes.end(pid, mark)
    except BaseException:
        processes.abandon(pid)
        raise
    finally:
        timer.cancel()
    processes.refuse_when_stopped()
    _check_start(call)
    return Done(
        code=code,
        stdout=_read(call, "stdout"),
        stderr=_read(call, "stderr"),
        trouble=_trouble(call, code, timed_out=expired.is_set()),
        timed_out=expired.is_set(),
        started=started,
        wall=time.monotonic() - clock,
        cpu=cpu,
        peak=peak,
    )


def launcher(call: Call) -> list[str]:
    """Give the full command line: our launcher, its settings, then the tool's own argv."""
    refusal = str(call.private / "refusal")
    settings = ",".join(f"{name}={value}" for name, value in _settings(call).items())
    return [sys.executable, "-I", "-S", str(_LAUNCHER), refusal, settings, *call.argv]


def _settings(call: Call) -> dict[str, str]:
    chosen = {
        "parent": str(os.getpid()),
        "FSIZE": str(call.output),
        "CPU": str(math.ceil(call.timeout * call.cores) + _GRACE),
        "NOFILE": str(_OPEN_FILES),
        "CORE": "0",
    }
    if sys.platform == "linux":  # macOS refuses this limit
        chosen["AS"] = str(call.memory)
    return chosen | (_fencing(call.fence) if call.fence else {})


def _fencing(fence: Fence) -> dict[str, str]:
    here = seccomp.machine()
    if here is None:
        raise ScannerError("this machine has no way to fence in a process without a network")
    filtering = {"filter": seccomp.program(here).hex()}
    return filtering if fence.ports is None else filtering | {"ports": _joined(fence.ports)}


def _joined(ports: tuple[int, ...]) -> str:
    return "+".join(map(str, ports))


def _start(call: Call, mark: str) -> int:
    env = environment(os.environ, call.private, call.avoid, network=call.network)
    env |= {**call.env, orphans.MARK: mark}
    try:
        (call.private / "stdin").write_bytes(call.stdin)
        with (
            (call.private / "stdin").open("rb") as stdin,
            (call.private / "stdout").open("wb") as stdout,
            (call.private / "stderr").open("wb") as stderr,
        ):
            return processes.start(launcher(call), call.cwd, env, (stdin, stdout, stderr))
    except OSError as error:
        raise ScannerError(
            f"{Path(call.argv[0]).name} could not be started: {error.strerror}"
        ) from error


def _expire(pid: int, expired: threading.Event) -> None:
    """End a process; one that ended while we were stopped ourselves (Ctrl-Z) was in time."""
    if not processes.has_ended(pid):
        expired.set()
        processes.kill(pid)


def _check_start(call: Call) -> None:
    try:
        reason = (call.private / "refusal").read_text("utf-8")
    except FileNotFoundError:
        return
    raise ScannerError(f"{Path(call.argv[0]).name} could not be started: {reason}")


def _read(call: Call, stream: str) -> bytes:
    """Read what a process printed; more than the limit can't be there, so nothing is cut."""
    with (call.private / stream).open("rb") as file:
        return file.read(call.output)


def _trouble(call: Call, code: int, *, timed_out: bool) -> str:
    if timed_out:
        return f"it did not finish within {call.timeout:g} s"
    printed = [(call.private / stream).stat().st_size for stream in ("stdout", "stderr")]
    # Python ignores SIGXFSZ, so a tool written in it ends in its own way at the limit.
    if code == -signal.SIGXFSZ or max(printed) >= call.output:
        return f"it wrote more than {call.output >> 20} MiB"
    if code < 0:
        known = {int(number): words for number, words in _SIGNALS.items()}
        return known.get(-code, f"it was ended by signal {-code}")
    if code and os.statvfs(call.private).f_bavail == 0:
        return f"no space was left for temporary files (exit code {code})"
    return ""
