"""One process, from its start to the end of everything it has started."""

import os
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate.core.errors import ScannerError, StoppedError
from drawgate.run import processes, seccomp
from drawgate.run.process import Call, Fence, run


def call(private: Path, *argv: str, **changes: object) -> Call:
    values = {"argv": argv, "private": private, "cwd": Path("/")}
    return Call(**(values | changes))  # type: ignore[arg-type]  # each test names values of its own


def test_what_is_measured(tmp_path: Path) -> None:
    """Streams are kept apart, and what a process uses is counted for it alone."""
    code = "import sys; bytearray(200 << 20); print('out'); print('err', file=sys.stderr)"
    before = time.time()

    done = run(call(tmp_path, sys.executable, "-I", "-c", code))

    assert (0, b"out\n", b"err\n", "") == (done.code, done.stdout, done.stderr, done.trouble)
    assert before <= done.started <= time.time()
    assert 0 < done.cpu < 5
    assert done.wall < 20
    assert 200 << 20 < done.peak < 2 << 30


def test_working_directory_and_variables(tmp_path: Path) -> None:
    """A process starts where it is told to, with the variables of its adapter."""
    done = run(
        call(tmp_path, "/bin/sh", "-c", "pwd; echo $TOY $LANG", cwd=Path("/usr"), env={"TOY": "1"})
    )

    assert b"/usr\n1 C.UTF-8\n" == done.stdout


def test_argv_is_never_read_by_a_shell(tmp_path: Path) -> None:
    """Words arrive as they are, whatever bytes they have."""
    words = ["a b", "$(id)", "; rm -rf", "*", os.fsdecode(b"\xff\n")]

    done = run(call(tmp_path, "/usr/bin/printf", "%s\\0", *words))

    assert [os.fsencode(word) for word in words] == done.stdout.split(b"\0")[:-1]


@pytest.mark.parametrize(
    ("argv", "cwd", "expected"),
    [
        (("/no/such",), "/", "such could not be started: No such file or directory"),
        (("/etc/passwd",), "/", "passwd could not be started: Permission denied"),
        (("/bin/true",), "/no/such", "true could not be started: No such file or directory"),
        (
            ("/bin/true", "x" * (200 << 10)),
            "/",
            "true could not be started: Argument list too long",
        ),
    ],
)
def test_what_cannot_start(tmp_path: Path, argv: tuple[str, ...], cwd: str, expected: str) -> None:
    """A process that can't be started is an error, not a process that failed."""
    with pytest.raises(ScannerError) as caught:
        run(call(tmp_path, *argv, cwd=Path(cwd)))

    assert expected == caught.value.what


def test_unknown_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fence to be had, nothing starts that was to be fenced in."""
    monkeypatch.setattr(seccomp, "MACHINES", {})

    with pytest.raises(ScannerError, match="no way to fence in"):
        run(call(tmp_path, "/bin/true", fence=Fence(ports=())))


def test_stop_all(tmp_path: Path) -> None:
    """Everything that runs is ended at once, and nothing new can start in its scan."""
    caught: list[BaseException] = []

    def hang() -> None:
        try:
            run(call(tmp_path / "one", "/bin/sleep", "60"))
        except StoppedError as error:
            caught.append(error)

    def stop() -> None:
        with processes.scanning():
            thread = threading.Thread(target=hang)
            thread.start()
            while not processes._running.ids:
                time.sleep(0.01)
            processes.stop_all()
            thread.join(10)
            run(call(tmp_path / "two", "/bin/true"))

    with pytest.raises(StoppedError):
        stop()
    assert 1 == len(caught)
    assert 0 == run(call(tmp_path / "three", "/bin/true")).code


def test_blocks_in_blocks(tmp_path: Path) -> None:
    """Once an inner block has failed nothing starts until the outermost has ended."""

    def fail() -> None:
        with processes.scanning():
            raise ZeroDivisionError

    with processes.scanning():
        with processes.scanning():
            assert 0 == run(call(tmp_path / "one", "/bin/true")).code
        assert 0 == run(call(tmp_path / "two", "/bin/true")).code
        with pytest.raises(ZeroDivisionError):
            fail()
        with pytest.raises(StoppedError), processes.scanning():
            run(call(tmp_path / "three", "/bin/true"))
    assert 0 == run(call(tmp_path / "four", "/bin/true")).code


def test_a_new_scan_starts_afresh(tmp_path: Path) -> None:
    """What stopped before a scan, outside of any, does not stop it."""
    processes.stop_all()

    with processes.scanning():
        assert 0 == run(call(tmp_path, "/bin/true")).code


def test_a_block_ends_what_nobody_waits_for(tmp_path: Path) -> None:
    """A process whose number got lost is gone with its block."""
    with (tmp_path / "out").open("w+b") as out, processes.scanning():
        pid = processes.start(["/bin/sleep", "60"], Path("/"), {}, (out, out, out))

    assert set() == processes._running.ids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_number_is_forgotten_as_it_becomes_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer that strikes as a process is reaped kills nobody who got its number since."""
    real, killed, threads = os.wait4, [], []

    def reap_and_expire(pid: int, options: int) -> object:
        reaped = real(pid, options)
        monkeypatch.setattr(os, "killpg", lambda *told: killed.append(told))
        threads.append(threading.Thread(target=processes.kill, args=(pid,)))
        threads[0].start()
        threads[0].join(0.1)
        return reaped

    monkeypatch.setattr(os, "wait4", reap_and_expire)

    assert 0 == run(call(tmp_path, "/bin/true")).code
    threads[0].join(10)
    assert [] == killed


def test_an_interrupted_wait_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that strikes while we wait ends the process as well."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "waitid", interrupted)

    with pytest.raises(KeyboardInterrupt):
        run(call(tmp_path, "/bin/sleep", "60"))

    assert set() == processes._running.ids


def test_children_without_their_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel that does not list children is asked about every process instead."""
    from drawgate.run import orphans

    pid = os.posix_spawn("/bin/sleep", ["sleep", "60"], {})
    try:
        assert pid in orphans._children()
        assert pid in orphans._children_by_parent()
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    assert [] == orphans._facts(pid)
    assert b"" == orphans._environment(pid)
    assert [] == orphans._listed("/no/such")


def test_a_process_reads_what_it_is_given(tmp_path: Path) -> None:
    """Without anything to read, it is at the end at once."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    assert b"asked\n" == run(replace(call(tmp_path / "one", "/bin/cat"), stdin=b"asked\n")).stdout
    assert b"" == run(call(tmp_path / "two", "/bin/cat")).stdout
