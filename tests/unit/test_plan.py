"""The plan says for every adapter what it shall do, or why not."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate.core.adapter import Adapter, Command, Grain, Job, Output, Report, Tool
from drawgate.core.attempt import Failed, Ran, Skipped, Subject, Why
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import StoppedError
from drawgate.core.finding import Kind
from drawgate.core.selection import Selection
from drawgate.core.target import Encoding, Exclusion, File, Form, NotAssessed, Target
from drawgate.facts import complete
from drawgate.plan import Plan, make_plan
from drawgate.run.signals import stopping


def _adapter(name: str, kind: Kind = Kind.CODE, pattern: str = "*.py") -> Adapter:
    def inputs(target: Target) -> tuple[str, ...]:
        return target.named(pattern)

    def applies(target: Target) -> bool:
        return bool(inputs(target))

    def command(job: Job) -> Command:
        return Command(args=job.inputs, ok=frozenset({0}))

    def parse(output: Output) -> Report:
        return Report(looked_at=frozenset(output.job.subjects))

    return Adapter(
        name=name,
        kind=kind,
        grain=Grain.FILE,
        homepage="",
        tool=Tool(distribution=name, argv=(name,), supported=">=1"),
        applies=applies,
        inputs=inputs,
        command=command,
        parse=parse,
        markers=("nosec",),
    )


def _target(*files: File) -> Target:
    return Target(root=Path("/target"), form=Form.DIRECTORY, files=files)


PY = File(path="a.py", size=10)
MARKED = File(path="b.py", size=20, markers=frozenset({"nosec"}))
LATIN = File(path="c.txt", size=5, encoding=Encoding.OTHER)


def test_a_job_holds_all_files_and_a_second_one_those_with_a_marker() -> None:
    plan = make_plan(_target(PY, MARKED), [_adapter("x")], Selection(), ())

    (planned,) = plan.planned
    assert (("a.py", "b.py"),) == tuple(job.inputs for job in planned.jobs)
    assert planned.second is not None
    assert (("b.py",), True) == (planned.second.inputs, planned.second.suppressions)
    assert {"a.py": 10, "b.py": 20} == planned.sizes


def test_roles_that_an_adapter_spares_are_left_out_and_counted() -> None:
    names = ("a.py", "app/x_pb2.py", "tests/b.py", "vendor/c.py", "vendor/d.py")
    files = [File(path=name, size=1) for name in names]
    careful = replace(_adapter("x"), spares=frozenset({"vendored", "generated"}))
    plan = make_plan(_target(*files), [careful, _adapter("y")], Selection(), ())

    assert [("a.py", "tests/b.py"), names] == [p.jobs[0].inputs for p in plan.planned]
    assert plan.exclusions == (
        Exclusion(origin="x", pattern="generated files", files=1),
        Exclusion(origin="x", pattern="vendored files", files=2),
    )
    assert {"app/x_pb2.py", "vendor/c.py", "vendor/d.py"} == plan.planned[0].spared.keys()


@pytest.mark.parametrize(
    ("form", "folder"), [(Form.FILE, ""), (Form.FILE, "vendor"), (Form.GIT, "vendor")]
)
def test_what_is_named_is_spared_by_nobody(form: Form, folder: str) -> None:
    """Who scans a vendored file or folder on purpose wants to know."""
    files = (File(path="vendor/c.py", size=1),)
    target = replace(_target(*files), form=form, folder=folder)
    careful = replace(_adapter("x"), spares=frozenset({"vendored"}))

    assert [("vendor/c.py",)] == [
        p.jobs[0].inputs for p in make_plan(target, [careful], Selection(), ()).planned
    ]


def test_where_all_is_spared_the_adapter_does_not_apply() -> None:
    target = _target(File(path="vendor/c.py", size=1))
    plan = make_plan(
        target, [replace(_adapter("x"), spares=frozenset({"vendored"}))], Selection(), ()
    )
    (skipped,) = plan.skipped

    assert (Why.NOT_APPLICABLE, False) == (skipped.why, skipped.subject.applicable)
    assert "it is not given: 1 vendored file" == skipped.reason
    assert [{"vendor/c.py": "vendored"}] == [step.spared for step in plan.spared]


def test_nothing_to_look_at_is_not_applicable() -> None:
    plan = make_plan(_target(LATIN), [_adapter("x")], Selection(), ())

    (skipped,) = plan.skipped
    assert (Why.NOT_APPLICABLE, False) == (skipped.why, skipped.subject.applicable)


def test_what_was_not_selected_is_still_known_to_apply() -> None:
    """A required kind that the user narrowed away must not look inapplicable."""
    adapters = [_adapter("x"), _adapter("y"), _adapter("z", Kind.SECRETS, "*.txt")]
    plan = make_plan(_target(PY), adapters, Selection(only=frozenset({"x"})), ())

    assert ["x"] == [p.adapter.name for p in plan.planned]
    assert [("y", Why.NOT_SELECTED, True), ("z", Why.NOT_SELECTED, False)] == [
        (s.subject.name, s.why, s.subject.applicable) for s in plan.skipped
    ]


def test_skip_and_kind_narrow_too() -> None:
    adapters = [_adapter("x"), _adapter("y", Kind.SECRETS)]

    for selection in (Selection(skip=frozenset({"x"})), Selection(kinds=frozenset({Kind.SECRETS}))):
        assert ["y"] == [
            p.adapter.name for p in make_plan(_target(PY), adapters, selection, ()).planned
        ]


SPARE = replace(_adapter("spare"), stands_in_for="x")


def _steps(plan: Plan) -> tuple[list[str], list[str], list[str]]:
    return (
        [planned.adapter.name for planned in plan.planned],
        [planned.adapter.name for planned in plan.in_reserve],
        [skipped.subject.name for skipped in plan.skipped],
    )


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), (["x"], ["spare"], [])),
        (Selection(named=frozenset({"spare"})), (["spare", "x"], [], [])),
        (Selection(only=frozenset({"spare"})), (["spare"], [], ["x"])),
        (Selection(only=frozenset({"x"})), (["x"], [], ["spare"])),
        (Selection(skip=frozenset({"x"})), ([], [], ["x", "spare"])),
        (Selection(skip=frozenset({"spare"})), (["x"], [], ["spare"])),
    ],
)
def test_who_stands_in_for_another_waits_until_that_one_is_missing(
    selection: Selection, expected: tuple[list[str], list[str], list[str]]
) -> None:
    """Asked for by name it runs; where the other one was left out, nobody takes its place."""
    plan = make_plan(_target(PY), [SPARE, _adapter("x")], selection, ())

    assert expected == _steps(plan)


def test_one_that_stands_in_says_how_to_run_it() -> None:
    plan = make_plan(_target(PY), [SPARE, _adapter("x")], Selection(skip=frozenset({"x"})), ())

    assert (
        Skipped(
            subject=Subject(name="spare", kind=Kind.CODE, grain=Grain.FILE),
            why=Why.NOT_SELECTED,
            reason="x looks for the same; `--only spare` runs it alone",
        )
        in plan.skipped
    )


def test_an_adapter_that_raises_breaks_only_itself() -> None:
    def explode(target: Target) -> bool:
        raise KeyError("oh")

    adapters = [replace(_adapter("x"), applies=explode), _adapter("y")]
    plan = make_plan(_target(PY), adapters, Selection(), ())

    assert ["the adapter broke while planning: KeyError: 'oh'"] == [f.error for f in plan.failed]
    assert ["y"] == [p.adapter.name for p in plan.planned]


@pytest.mark.parametrize("selection", [Selection(), Selection(skip=frozenset({"x"}))])
def test_a_signal_amid_planning_ends_the_scan(selection: Selection) -> None:
    """A stop is no fault of the adapter whose code happens to run, be it selected or not."""

    def interrupted(target: Target) -> bool:
        os.kill(os.getpid(), signal.SIGTERM)
        return True

    with pytest.raises(StoppedError), stopping():
        make_plan(_target(PY), [replace(_adapter("x"), applies=interrupted)], selection, ())


def _no_long_lines(file: File) -> str:
    return "too long" if file.longest_line > 100 else ""


def test_what_an_adapter_refuses_is_not_assessed() -> None:
    long = File(path="z.py", size=200, longest_line=200)
    plan = make_plan(
        _target(PY, long), [replace(_adapter("x"), refuses=_no_long_lines)], Selection(), ()
    )

    (planned,) = plan.planned
    assert [("a.py",)] == [job.inputs for job in planned.jobs]
    assert [("z.py", "too long")] == [(n.subject, n.reason) for n in planned.not_assessed]


def test_an_adapter_that_refuses_everything_is_unavailable() -> None:
    long = File(path="z.py", size=200, longest_line=200)
    plan = make_plan(
        _target(long), [replace(_adapter("x"), refuses=_no_long_lines)], Selection(), ()
    )

    assert [(Why.UNAVAILABLE, ["z.py"])] == [
        (s.why, [n.subject for n in s.not_assessed]) for s in plan.skipped
    ]


def test_packages_are_planned_in_layers() -> None:
    pins = [
        Pin(ecosystem="PyPI", name="a", version=v, manifest="r.txt", line=1) for v in ("1", "2")
    ]
    layers = tuple(Inventory(manifests=("r.txt",), pins=(pin,)) for pin in pins)
    plan = make_plan(_target(PY), [_adapter("x", Kind.DEPENDENCIES)], Selection(), layers)

    assert [("r.txt: a==1",), ("r.txt: a==2",)] == [j.subjects for j in plan.planned[0].jobs]


def test_without_pins_the_packages_are_unassessed_and_the_reason_is_named() -> None:
    loose = NotAssessed(subject="r.txt: a>=1", reason="not pinned")
    layers = (Inventory(manifests=("r.txt",), pins=(), not_pinned=(loose,)),)
    plan = make_plan(_target(PY), [_adapter("x", Kind.DEPENDENCIES)], Selection(), layers)

    (skipped,) = plan.skipped
    assert (Why.UNAVAILABLE, True, (loose,)) == (
        skipped.why,
        skipped.subject.applicable,
        skipped.not_assessed,
    )
    assert "no package has an exact version" in skipped.reason


def test_a_broken_lock_is_not_called_a_missing_one() -> None:
    """Who is told to commit a lock file, and has one, looks in the wrong place."""
    broken = NotAssessed(
        subject="uv.lock", reason="it is malformed: x", path="uv.lock", uncounted=True
    )
    loose = NotAssessed(subject="r.txt: a>=1", reason="not pinned")
    layers = (Inventory(manifests=(), pins=(), not_pinned=(loose, broken)),)
    plan = make_plan(_target(PY), [_adapter("x", Kind.DEPENDENCIES)], Selection(), layers)

    told = (
        "uv.lock can't be used: it is malformed: x; mend it, and see with `drawgate plan` "
        "what it gives"
    )
    assert [told] == [skipped.reason for skipped in plan.skipped]


def test_manifests_without_packages_do_not_apply() -> None:
    layers = (Inventory(manifests=("r.txt",), pins=()),)
    plan = make_plan(_target(PY), [_adapter("x", Kind.DEPENDENCIES)], Selection(), layers)

    assert [Why.NOT_APPLICABLE] == [s.why for s in plan.skipped]


def test_text_in_another_encoding_is_told_by_secret_scanners() -> None:
    plan = make_plan(_target(PY, LATIN), [_adapter("x", Kind.SECRETS)], Selection(), ())
    ran = Ran(subject=plan.planned[0].subject, report=Report())
    failed = Failed(subject=plan.planned[0].subject, error="crash")

    (told,) = complete(plan, [ran])
    assert isinstance(told, Ran)
    assert ["c.txt"] == [item.subject for item in told.report.not_assessed]
    (broken,) = complete(plan, [failed])
    assert isinstance(broken, Failed)
    assert ["c.txt"] == [item.subject for item in broken.partial.not_assessed]


def test_attempts_are_complete_and_sorted() -> None:
    def subject(name: str) -> Subject:
        return Subject(name=name, kind=Kind.CODE)

    skipped = Skipped(subject=subject("m"), why=Why.NOT_SELECTED, reason="")
    late = Skipped(subject=subject("z"), why=Why.UNAVAILABLE, reason="")
    plan = Plan(
        planned=(),
        skipped=(skipped,),
        failed=(Failed(subject=subject("a"), error="broken"),),
    )

    assert ["a", "m", "z"] == [a.subject.name for a in complete(plan, [late])]


class Panic(BaseException):
    """What an extension module written in Rust raises (pyo3)."""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SystemExit(0), "SystemExit: 0"),
        (Panic("at the disco"), "Panic: at the disco"),
        (ValueError("\x1b[2Jx\n" + "y" * 600), "ValueError: [2Jx " + "y" * 495),
    ],
)
def test_whatever_an_adapter_raises_breaks_only_itself(error: BaseException, told: str) -> None:
    def explode(target: Target) -> bool:
        raise error

    adapters = [replace(_adapter("x"), applies=explode), _adapter("y")]
    plan = make_plan(_target(PY), adapters, Selection(), ())

    assert [f"the adapter broke while planning: {told}"] == [f.error for f in plan.failed]
    assert ["y"] == [p.adapter.name for p in plan.planned]


def test_who_interrupts_means_the_scan() -> None:
    def interrupted(target: Target) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_plan(_target(PY), [replace(_adapter("x"), applies=interrupted)], Selection(), ())
