"""What has not changed is not scanned twice, and what may have changed is."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Failed, Ran, findings_of
from drawgate.plan import Plan
from drawgate.run.memory import Memory
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

Bench = Any
"""The class of conftest.py, which nothing can import."""


def report_of(attempt: Attempt) -> dg.Report:
    assert isinstance(attempt, Ran)
    return attempt.report


def test_nothing_has_changed(bench: Bench) -> None:
    """A second scan starts no process, and its report is the same."""
    bench.write(a="evil\nevil # noevil\n", b="good\n")
    first = bench.scan()
    assert ["a.py b.py", "a.py --obey"] == bench.given

    second = bench.scan()

    assert [] == bench.given
    assert report_of(first) == report_of(second)
    assert [False, True] == [finding.suppressed for finding in report_of(second).findings]
    assert isinstance(second, Ran)
    assert (0, 2) == (second.execution.processes, second.execution.recalled)
    assert {} == second.raw


def test_work_follows_the_change(bench: Bench) -> None:
    """Only files with other content are scanned; the rest is remembered."""
    bench.write(a="evil\n", b="good\n", c="evil # noevil\n")
    bench.scan()
    bench.write(b="evil\n", d="evil\n")

    attempt = bench.scan()

    assert ["b.py d.py"] == bench.given
    assert ["a.py", "b.py", "c.py", "d.py"] == [f.path for f in report_of(attempt).findings]
    assert isinstance(attempt, Ran)
    assert 2 == attempt.execution.recalled


def test_moved(bench: Bench) -> None:
    """The path is part of what an answer rests on, so a renamed file is scanned."""
    bench.write(a="evil\n")
    bench.scan()
    (bench.root / "a.py").rename(bench.root / "b.py")

    bench.scan()

    assert ["b.py"] == bench.given


def test_back_again(bench: Bench) -> None:
    """Going back to an earlier state finds the earlier answer."""
    bench.write(a="evil\n")
    bench.scan()
    bench.write(a="good\n")
    bench.scan()
    bench.write(a="evil\n")

    attempt = bench.scan()

    assert [] == bench.given
    assert 1 == len(report_of(attempt).findings)


def test_not_assessed(bench: Bench) -> None:
    """What could not be assessed is tried again every time; no gap is remembered as clean."""
    bench.write(a="lost\n", b="good\n")
    bench.scan()

    attempt = bench.scan()

    assert ["a.py"] == bench.given
    assert ["a.py"] == [item.subject for item in report_of(attempt).not_assessed]
    assert frozenset({"b.py"}) == report_of(attempt).looked_at


def test_failed(bench: Bench) -> None:
    """Nothing of a failed attempt is remembered, and a failure is not hidden by what is."""
    bench.write(a="evil\n")
    bench.scan()
    bench.write(b="evil\n")
    broken = replace(bench.adapter, parse=lambda _: dg.Report())

    attempt = bench.scan(broken)
    assert isinstance(attempt, Failed)

    bench.scan()
    assert ["b.py"] == bench.given


def test_a_name_that_is_not_utf8(bench: Bench) -> None:
    """What can't be written down is not kept, and does no harm."""
    Path(os.fsdecode(os.fsencode(bench.root) + b"/\xe9.py")).write_text("evil\n")
    bench.write(a="evil\n")
    bench.scan()

    attempt = bench.scan()

    assert ["a.py", "\udce9.py"] == [f.path for f in report_of(attempt).findings]
    assert isinstance(attempt, Ran)
    assert 1 == attempt.execution.recalled


def test_changed_during_the_scan(bench: Bench) -> None:
    """Nobody knows which content an answer is about when the file changed meanwhile."""
    bench.write(a="good\n")
    memory = Memory(cache=bench.cache)
    plan = Plan(planned=(bench.plan(bench.adapter),), skipped=())
    (attempt,) = run(plan, RunOptions(cores=1, memory=memory), Silent())
    bench.write(a="evil\n")
    memory.keep([(attempt, findings_of(attempt))], bench.same)
    bench.write(a="good\n")

    bench.scan()

    assert ["a.py"] == bench.given


def test_not_to_be_written_down(bench: Bench) -> None:
    """A file with a finding that must not be kept is scanned again; the others are not."""
    bench.write(a="evil\nevil\n", b="evil\n")
    memory = Memory(cache=bench.cache)
    plan = Plan(planned=(bench.plan(bench.adapter),), skipped=())
    (attempt,) = run(plan, RunOptions(cores=1, memory=memory), Silent())
    masked = [None if f.path == "a.py" and f.line == 2 else f for f in findings_of(attempt)]
    memory.keep([(attempt, masked)], bench.same)

    bench.scan()

    assert ["a.py"] == bench.given
