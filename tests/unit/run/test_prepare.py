"""What can stop an adapter before its first process."""

from dataclasses import replace
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Failed, Subject
from drawgate.core.errors import StoppedError
from drawgate.plan import Planned
from drawgate.run import prepare
from drawgate.run.costs import Cost
from drawgate.run.prepare import Ready, RunOptions
from drawgate.run.tools import Resolved

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
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the tool be there without a process."""
    tool = Resolved(argv=("/bin/toy",), version="1", python="3.12")
    monkeypatch.setattr(prepare, "resolve", lambda *_: tool)


def test_pieces() -> None:
    """A piece knows its directory, its interpreter, its time and its memory."""
    ready = prepare.prepare(planned("a.py"), RunOptions(cores=2), Path("/p"), Cost(seconds=2.0))

    assert isinstance(ready, Ready)
    (piece,) = ready.pieces
    assert (Path("/p/1/scratch"), "3.12") == (piece.job.scratch, piece.job.python)
    assert (1, False, 2.3) == (piece.number, piece.second, piece.seconds)
    assert 8 << 30 == piece.memory


def test_usual_memory_is_what_was_measured() -> None:
    """An adapter that asks for nothing special weighs twice what it used the last time."""
    usual = replace(TOY, command=lambda _: dg.Command(args=(), ok=frozenset()))
    one = replace(planned("a.py"), adapter=usual)

    ready = prepare.prepare(one, RunOptions(cores=2), Path("/p"), Cost(peak=100))

    assert isinstance(ready, Ready)
    assert 200 == ready.pieces[0].memory


def test_nothing_to_look_at() -> None:
    """An adapter without work has no proof of anything, so it is not clean."""
    failed = prepare.prepare(planned(), RunOptions(cores=2), Path("/p"), Cost())

    assert isinstance(failed, Failed)
    assert "there was nothing for it to look at" == failed.error


def test_a_stop_is_not_a_fault_of_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """When everything has to end while versions are asked for, it ends."""

    def stopped(*_: object) -> None:
        raise StoppedError("stopped")

    monkeypatch.setattr(prepare, "resolve", stopped)

    with pytest.raises(StoppedError):
        prepare.prepare(planned("a.py"), RunOptions(cores=2), Path("/p"), Cost())
