"""Somebody outlives us and cleans up, but only what is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import drawgate
from drawgate.run import warden

OUTLIVE = Path(warden.__file__).with_name("outlive.py")


def outlive(*records: bytes) -> None:
    """Die after having told so much."""
    text = b"".join(record + b"\0" for record in records)
    subprocess.run([sys.executable, "-I", "-S", str(OUTLIVE)], input=text, check=True, timeout=20)


def test_what_is_left_is_removed(tmp_path: Path) -> None:
    """Names of directories may hold anything but a NUL."""
    left, gone = tmp_path / "a\n-b\udcff", tmp_path / "gone"
    for folder in (left, gone):
        (folder / "x").mkdir(parents=True)

    outlive(b"+" + os.fsencode(left), b"+" + os.fsencode(gone), b"-" + os.fsencode(gone))

    assert [gone] == list(tmp_path.iterdir())


def test_who_goes_in_order_removes_directories_himself(tmp_path: Path) -> None:
    """A directory may be in use longer than the block that had a guard."""
    outlive(b"+" + os.fsencode(tmp_path), b".")

    assert tmp_path.is_dir()


@contextmanager
def sleeping(seconds: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Have a process that leads a session of its own."""
    sleeper = subprocess.Popen(["sleep", seconds], env=environment, start_new_session=True)
    try:
        yield sleeper
    finally:
        sleeper.kill()
        sleeper.wait()


def begins(process: "subprocess.Popen[bytes]", mark: str) -> bytes:
    return f">{process.pid} {mark}".encode()


def test_only_what_is_left_is_ended() -> None:
    """A process that is gone is not looked for; its mark, too, may be in nobody's environment."""
    with (
        sleeping("60", DRAWGATE_ATTEMPT="00000000000000aa") as left,
        sleeping("60", DRAWGATE_ATTEMPT="00000000000000bb") as gone,
    ):
        outlive(
            begins(left, "00000000000000aa"),
            begins(gone, "00000000000000bb"),
            f"<{gone.pid}".encode(),
        )

        assert -signal.SIGKILL == left.wait(5)
        assert gone.poll() is None


@pytest.mark.parametrize("mark", ["00000000000000aa", ""])
def test_nobody_is_ended_for_his_number(mark: str) -> None:
    """The kernel may have given it to somebody else since."""
    with sleeping("60") as stranger, sleeping("60", DRAWGATE_ATTEMPT="0") as other:
        outlive(begins(stranger, mark), begins(other, mark))

        assert (None, None) == (stranger.poll(), other.poll())


def test_the_session_of_a_dead_leader_is_ended() -> None:
    """Its members may have cleared their environment."""
    words = "env -i sleep 60 & echo $!"
    shell = subprocess.Popen(["sh", "-c", words], stdout=subprocess.PIPE, start_new_session=True)
    assert shell.stdout is not None
    member = int(shell.stdout.readline())
    shell.wait()
    shell.stdout.close()

    outlive(begins(shell, "00000000000000aa"))

    state = Path(f"/proc/{member}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_half_a_record_is_none(tmp_path: Path) -> None:
    """Who died in the middle of a word has said nothing."""
    text = b"+" + os.fsencode(tmp_path)

    subprocess.run([sys.executable, "-I", "-S", str(OUTLIVE)], input=text, check=True, timeout=20)

    assert tmp_path.is_dir()


def test_nobody_hears_us(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a guard, and with one that dies, telling has no effect and does no harm."""
    monkeypatch.setattr(warden, "_PROGRAM", Path("/nonexistent"))
    warden.directory_begins(tmp_path)

    with warden.on_guard():
        time.sleep(0.2)
        warden.process_begins(os.getpid(), "00000000000000aa")
    warden.directory_is_gone(tmp_path)

    assert tmp_path.is_dir()


def test_no_guard_is_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scan does without, where no process more may be started."""

    def refuse(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(subprocess, "Popen", refuse)

    with warden.on_guard():
        warden.process_begins(os.getpid(), "00000000000000aa")


def test_it_costs_little() -> None:
    """At most 30 ms of CPU time, as it imports next to nothing until it is needed."""
    code = (
        "import os\nfrom drawgate.run import warden\nbefore = os.times()\n"
        "with warden.on_guard():\n    pass\nafter = os.times()\n"
        "print(sum(after[:4]) - sum(before[:4]))\n"
    )
    environment = {"PYTHONPATH": str(Path(drawgate.__file__).parents[1])}
    spent = [
        float(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True,
                             check=True, text=True).stdout)
        for _ in range(5)
    ]  # fmt: skip

    assert min(spent) <= 0.03
