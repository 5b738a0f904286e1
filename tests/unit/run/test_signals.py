"""Ctrl-C and SIGTERM while a scanner hangs: no process and no file stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import drawgate
from drawgate.core.errors import ExitCode, StoppedError
from drawgate.run import processes
from drawgate.run.process import Call, run
from drawgate.run.signals import stopping
from samples.machine import processes_with

PROGRAM = """
import sys
from pathlib import Path
from drawgate import plugin as dg
from drawgate.core.attempt import Subject
from drawgate.core.errors import StoppedError
from drawgate.plan import Plan, Planned
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run
from drawgate.run.signals import stopping
target, temporary = map(Path, sys.argv[1:])
adapter = dg.Adapter(
    name="toy", kind=dg.Kind.CODE, grain=dg.Grain.FILE, homepage="",
    tool=dg.Tool(distribution="toy", argv=("toy",), supported=""),
    applies=lambda _: True, inputs=lambda _: (),
    command=lambda job: dg.Command(args=(), ok=frozenset({0})), parse=lambda _: dg.Report(),
)
names = tuple(f"f{number}.py" for number in range(200))
job = dg.Job(root=target, inputs=names)
one = Planned(
    adapter=adapter, subject=Subject(name="toy", kind=dg.Kind.CODE), jobs=(job,),
    sizes=dict.fromkeys(names, 1),
)
try:
    with stopping():
        run(Plan(planned=(one,), skipped=()), RunOptions(cores=2, temporary=temporary), Silent())
except StoppedError as error:
    print(error)
    sys.exit(error.exit_code)
"""

_SLEEPERS = 8
"""Four for each of the two tools that run at a time."""


class Scene:
    """A scan in a process of its own whose scanner hangs, with a daemon beside it."""

    def __init__(self, tmp_path: Path) -> None:
        self.temporary = tmp_path / "temporary"
        self.temporary.mkdir()
        (tmp_path / "target").mkdir()
        self.seconds = f"4{os.getpid()}.{time.monotonic_ns()}"
        tool = tmp_path / "toy"
        tool.write_text(
            "#!/bin/sh\n[ $# = 0 ] || exit 0\n"
            f"(env -i setsid sleep {self.seconds} &)\n"
            f"(setsid sleep {self.seconds} &)\nsleep {self.seconds} &\ntouch $TMPDIR/x\n"
            f"sleep {self.seconds}\n"
        )
        tool.chmod(0o755)
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "target"), str(self.temporary)],
            env={
                "PYTHONPATH": str(Path(drawgate.__file__).parents[1]),
                "PATH": os.environ["PATH"],
                "DRAWGATE_TOOL_TOY": str(tool),
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.wait_for("*/toy/*/tmp/x")

    def wait_for(self, file: str) -> None:
        while not ([*self.temporary.glob(file)] and len(self.survivors()) == _SLEEPERS):
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)

    def survivors(self) -> list[str]:
        """List processes, wherever they went, that the scanner has started."""
        return processes_with(self.seconds)

    def daemons(self) -> list[str]:
        """List those that can't be told from anybody else's."""
        environments = {pid: Path(f"/proc/{pid}/environ").read_bytes() for pid in self.survivors()}
        return [pid for pid, text in environments.items() if b"DRAWGATE_ATTEMPT" not in text]

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    for pid in scene.survivors():
        os.kill(int(pid), signal.SIGKILL)
    scene.process.kill()
    scene.process.communicate()


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "stopped by SIGINT\n"),
        (signal.SIGTERM, 143, "stopped by SIGTERM\n"),
        (signal.SIGHUP, 143, "stopped by SIGHUP\n"),
    ],
)
def test_nothing_is_left(scene: Scene, number: int, code: int, words: str) -> None:
    """One signal ends everything in order, with the exit code of our contract."""
    assert (code, words, "") == scene.end(number)

    assert [] == scene.survivors()
    assert [] == list(scene.temporary.iterdir())


def test_one_request_may_come_twice(scene: Scene) -> None:
    """A terminal and a build tool both pass Ctrl-C on: the second one must not cut us short."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        scene.process.send_signal(number)
        time.sleep(0.005)

    code, _, err = scene.end(signal.SIGTERM)

    assert code in (130, 143)
    assert "" == err
    assert [] == scene.survivors()
    assert [] == list(scene.temporary.iterdir())


def test_a_later_signal_does_not_wait() -> None:
    """Whoever asks again is obeyed at once, whatever the clean-up is doing."""
    code = """
import os, signal, time
from drawgate.run.signals import stopping
with stopping():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)
    finally:
        time.sleep(1.1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(drawgate.__file__).parents[1])},
        capture_output=True,
        timeout=20,
        check=False,
    )

    assert (143, b"", b"") == (done.returncode, done.stdout, done.stderr)


def test_killed(scene: Scene) -> None:
    """Killed without a chance to clean up, we leave neither a tool, nor its children, nor a file.

    What left the tool's session and cleared its environment, too, can't be known any more.
    """
    daemons = scene.daemons()
    scene.process.kill()
    scene.process.communicate(timeout=20)

    for _ in range(1000):
        if daemons == scene.survivors() and not list(scene.temporary.iterdir()):
            break
        time.sleep(0.01)
    else:
        raise AssertionError(scene.survivors(), list(scene.temporary.iterdir()))


def test_first_signal() -> None:
    """A signal becomes an exception with its exit code, and old manners come back."""
    before = signal.getsignal(signal.SIGTERM)

    def wait_for_ever() -> None:
        with stopping():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(60)

    with pytest.raises(StoppedError) as caught:
        wait_for_ever()

    assert ExitCode.TERMINATED is caught.value.exit_code
    assert ExitCode.INTERRUPTED is StoppedError.exit_code
    assert before == signal.getsignal(signal.SIGTERM)


def test_a_signal_amid_a_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that starts at the very moment of a signal is not lost."""
    real, started = subprocess.Popen, []

    def interrupted(*args: object, **options: object) -> object:
        child = real(*args, **options)
        started.append(child.pid)
        os.kill(os.getpid(), signal.SIGTERM)
        return child

    call = Call(argv=("/bin/sleep", "60"), private=tmp_path, cwd=Path("/"))

    with processes.scanning():
        monkeypatch.setattr(subprocess, "Popen", interrupted)
        with pytest.raises(StoppedError), stopping():
            run(call)

        assert set(started) == processes._running.ids
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_ignored_signals_stay_ignored() -> None:
    """Under `nohup` a closed terminal does not end a scan."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping():
            os.kill(os.getpid(), signal.SIGHUP)

        assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_outside_of_the_main_thread() -> None:
    """A program that scans in a thread keeps its own way with signals."""
    from concurrent.futures import ThreadPoolExecutor

    def installed() -> object:
        with stopping():
            return signal.getsignal(signal.SIGTERM)

    with ThreadPoolExecutor(1) as pool:
        assert signal.getsignal(signal.SIGTERM) == pool.submit(installed).result()
