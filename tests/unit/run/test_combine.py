"""One attempt out of many results: the same words whatever the machine did in between."""

from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Failed, Ran, Subject, ToolFacts
from drawgate.plan import Planned
from drawgate.run.combine import RAW, Outcome, bounded, combine
from drawgate.run.process import Done
from drawgate.run.schedule import Piece
from drawgate.run.work import Fault, Result

TOY = dg.Adapter(
    name="toy",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="",
    tool=dg.Tool(distribution="toy", argv=("toy",), supported=""),
    applies=lambda _: True,
    inputs=lambda _: (),
    command=lambda _: dg.Command(args=(), ok=frozenset({0})),
    parse=lambda _: dg.Report(),
)
JOB = dg.Job(root=Path("/target"), inputs=("a.py",))
GIVEN_UP = Fault(error="it was not started, since another part had failed", given_up=True)
TIMED_OUT = Fault(error="it did not finish within 1 s", hint="allow it more", final=True)
CRASHED = Fault(error="it crashed (SIGSEGV)")
EXITED = Fault(error="it exited with code 3: /private/x/toy/2/log")
SILENT = Fault(error="it is silent", missing=("c.py", "a.py"))
SILENT_TOO = Fault(error="it is silent", missing=("b.py", "d.py"))


def result(number: int, fault: Fault | None = None, stdout: bytes = b"", size: int = 0) -> Result:
    piece = Piece(
        adapter=TOY,
        number=number,
        job=JOB,
        command=dg.Command(args=(), ok=frozenset({0})),
        private=Path("/private/x/toy"),
        second=False,
        seconds=0.0,
        memory=0,
    )
    done = Done(
        code=0,
        stdout=stdout,
        stderr=b"",
        trouble="",
        timed_out=False,
        started=0.0,
        wall=0.0,
        cpu=0.0,
        peak=0,
    )
    return Result(piece=piece, fault=fault, done=done, printed=size)


def outcome(*results: Result) -> Outcome:
    return Outcome(
        planned=Planned(adapter=TOY, subject=Subject(name="toy", kind=dg.Kind.CODE), jobs=(JOB,)),
        tool=ToolFacts(),
        argv=("/bin/toy",),
        results=results,
        private=Path("/private/x"),
    )


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ([GIVEN_UP, TIMED_OUT], "it did not finish within 1 s"),
        ([CRASHED, GIVEN_UP, TIMED_OUT], "it did not finish within 1 s"),
        ([EXITED, CRASHED], "it crashed (SIGSEGV)"),
        ([SILENT, EXITED], "it exited with code 3: $PRIVATE/toy/2/log"),
        ([SILENT], "it says nothing about 2 of its inputs: a.py, c.py"),
        ([SILENT_TOO, SILENT], "it says nothing about 4 of its inputs: a.py, b.py, c.py, …"),
    ],
)
def test_the_cause_is_told(faults: list[Fault], expected: str) -> None:
    """Neither which part failed first nor how many there were changes the error."""
    forth = [result(number, fault) for number, fault in enumerate(faults)]
    back = [result(number, fault) for number, fault in enumerate(reversed(faults))]

    for results in (forth, back):
        attempt = combine(outcome(*results))

        assert isinstance(attempt, Failed)
        assert expected == attempt.error


def test_private_places_in_reports() -> None:
    """What a tool says of its private directory is the same the next time."""
    report = dg.Report(
        findings=(dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="x"), message="/private/x/a"),),
        looked_at=frozenset({"a.py"}),
        not_assessed=(dg.NotAssessed(subject="a.py", reason="no /private/x/b"),),
    )
    one = result(1)

    attempt = combine(outcome(Result(piece=one.piece, report=report, done=one.done)))

    assert isinstance(attempt, Ran)
    assert "$PRIVATE/a" == attempt.report.findings[0].message
    assert "no $PRIVATE/b" == attempt.report.not_assessed[0].reason


def test_little_output_is_kept() -> None:
    """Up to the limit every byte stays."""
    results = bounded([result(1, stdout=b"{}", size=RAW - 2), result(2, stdout=b"x", size=2)])

    assert {"toy-1.json": b"{}", "toy-2.txt": b"x"} == combine(outcome(*results)).raw


def test_much_output_is_let_go_of() -> None:
    """Beyond the limit all of it goes, whichever part came last; so memory has a bound."""
    results = bounded([result(1, stdout=b"{}", size=RAW), result(2, stdout=b"x", size=1)])

    assert [b"", b""] == [each.done.stdout for each in results if each.done]
    told = b"What toy printed is not kept: it is more than 64 MiB.\n"
    assert {"toy.txt": told} == combine(outcome(*bounded(results))).raw
