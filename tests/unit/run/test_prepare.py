"""What can stop an adapter before its first process."""

import socket
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Failed, Skipped, Subject
from drawgate.core.errors import StoppedError
from drawgate.core.scan import Offline
from drawgate.plan import Planned
from drawgate.run import docker, prepare, processes
from drawgate.run.costs import Cost
from drawgate.run.prepare import Ready, RunOptions

TOY = dg.Adapter(
    name="toy",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="",
    tool=dg.Tool(distribution="toy", argv=("toy",), supported=""),
    applies=lambda _: True,
    inputs=lambda _: (),
    command=lambda job: dg.Command(args=job.inputs, ok=frozenset({0}), memory=8 << 30),
    parse=lambda _: dg.Report(),
)


def planned(*inputs: str) -> Planned:
    job = dg.Job(root=Path("/target"), inputs=inputs)
    return Planned(
        adapter=TOY,
        subject=Subject(name="toy", kind=dg.Kind.CODE),
        jobs=(job,),
        sizes=dict.fromkeys(inputs, 1 << 20),
    )


@pytest.fixture(autouse=True)
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a tool that says its version."""
    toy = tmp_path / "toy"
    toy.write_text("#!/bin/sh\necho toy 1.0 python 3.12\n")
    toy.chmod(0o755)
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(toy))


def test_pieces(tmp_path: Path) -> None:
    """A piece knows its directory, its interpreter, its time and its memory."""
    ready = prepare.prepare(planned("a.py"), RunOptions(cores=2), tmp_path, Cost(seconds=2.0))

    assert isinstance(ready, Ready)
    (piece,) = ready.pieces
    assert (tmp_path / "1/scratch", "3.12") == (piece.job.scratch, piece.job.python)
    assert (1, False, 2.3) == (piece.number, piece.second, piece.seconds)
    assert 8 << 30 == piece.memory


def test_usual_memory_is_what_was_measured(tmp_path: Path) -> None:
    """An adapter that asks for nothing special weighs twice what it used the last time."""
    usual = replace(TOY, command=lambda _: dg.Command(args=(), ok=frozenset()))
    one = replace(planned("a.py"), adapter=usual)

    ready = prepare.prepare(one, RunOptions(cores=2), tmp_path, Cost(peak=100))

    assert isinstance(ready, Ready)
    assert 200 == ready.pieces[0].memory


def test_a_hanging_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for a version is part of the attempt: it has no more time than that."""
    (tmp_path / "toy").write_text("#!/bin/sh\nexec sleep 60\n")

    options = RunOptions(cores=2, timeout=0.3)
    failed = prepare.prepare(planned("a.py"), options, tmp_path / "private", Cost())

    assert isinstance(failed, Failed)
    assert "toy does not say its version: it did not finish within 0.3 s" == failed.error


def test_a_version_is_asked_for_inside_of_the_fence(tmp_path: Path) -> None:
    """No process of an attempt without a network is outside of it, not even the first."""
    (tmp_path / "toy").write_text(
        f"#!{sys.executable}\nimport socket\nsocket.socket(socket.AF_UNIX)\n"
    )

    options = RunOptions(cores=2, offline=Offline.NAMESPACE)
    failed = prepare.prepare(planned("a.py"), options, tmp_path / "private", Cost())

    assert isinstance(failed, Failed)
    assert "toy does not say its version: it exited with code 1" == failed.error


def test_nothing_to_look_at(tmp_path: Path) -> None:
    """An adapter without work has no proof of anything, so it is not clean."""
    failed = prepare.prepare(planned(), RunOptions(cores=2), tmp_path, Cost())

    assert isinstance(failed, Failed)
    assert "there was nothing for it to look at" == failed.error


def test_a_stop_is_not_a_fault_of_the_adapter(tmp_path: Path) -> None:
    """When everything has to end while versions are asked for, it ends."""
    with processes.scanning():
        processes.stop_all()

        with pytest.raises(StoppedError):
            prepare.prepare(planned("a.py"), RunOptions(cores=2), tmp_path, Cost())


@pytest.mark.parametrize(
    ("options", "listening", "expected"),
    [
        (RunOptions(), True, Ready),
        (RunOptions(), False, "it needs a Docker daemon"),
        (
            RunOptions(offline=Offline.LANDLOCK),
            True,
            "it needs a Docker daemon, and --offline forbids it",
        ),
    ],
)
def test_docker(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: RunOptions,
    *,
    listening: bool,
    expected: type | str,
) -> None:
    """Who needs Docker's daemon runs when somebody listens at its socket; no fence holds it."""
    needy = replace(planned("a.py"), adapter=replace(TOY, needs=frozenset({dg.Need.DOCKER})))
    with TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as daemon:
        monkeypatch.setattr(docker, "_SOCKET", f"{short}/docker.sock")
        daemon.bind(f"{short}/docker.sock")
        if listening:
            daemon.listen()

        prepared = prepare.prepare(needy, options, tmp_path, Cost())

    assert expected == (prepared.reason if isinstance(prepared, Skipped) else type(prepared))


def test_errors_name_no_private_directory(tmp_path: Path) -> None:
    """A directory that has another name next time would make each log another one."""

    def fail(job: dg.Job) -> dg.Command:
        raise ValueError(f"no {job.scratch}")

    broken = replace(planned("a.py"), adapter=replace(TOY, command=fail))

    failed = prepare.prepare(broken, RunOptions(cores=2), tmp_path, Cost())

    assert isinstance(failed, Failed)
    expected = "the adapter broke while planning a command: ValueError: no $PRIVATE/1/scratch"
    assert expected == failed.error
