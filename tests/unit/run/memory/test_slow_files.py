"""A file that a tool runs out of time on is not paid for in every scan, nor taken for clean."""

import time
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.attempt import Attempt, Ran, findings_of
from drawgate.plan import Plan
from drawgate.run.memory import Memory
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

Bench = Any
"""The class of conftest.py, which nothing can import."""
REMEMBERED = "lost (remembered; it is tried again 4 hours later, or with --no-cache)"


def reasons(attempt: Attempt) -> list[str]:
    assert isinstance(attempt, Ran), attempt
    return [item.reason for item in attempt.report.not_assessed]


def test_a_slow_file_is_not_tried_again(bench: Bench) -> None:
    """What was said of it stays said, and it stays not assessed."""
    bench.write(a="evil", slow="evil\nlost")
    cold, warm = bench.scan(), bench.scan()

    assert ([], ["lost"], [REMEMBERED]) == (bench.given, reasons(cold), reasons(warm))
    assert findings_of(cold) == findings_of(warm)
    assert {"a.py"} == warm.report.looked_at
    assert [REMEMBERED] == reasons(bench.scan())


def test_another_gap_is_tried_again(bench: Bench) -> None:
    """Only a lack of time comes back each time."""
    bench.write(a="x", other="lost")
    bench.scan()

    assert ["lost"] == reasons(bench.scan())
    assert ["other.py"] == bench.given


@pytest.mark.parametrize("hours", [4.1, -1])
def test_it_is_tried_again_after_a_while(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, hours: float
) -> None:
    """On a busy machine a time-out may be chance; a clock that went back proves nothing."""
    bench.write(a="x", slow="lost")
    bench.scan()
    later = time.time() + hours * 3600
    monkeypatch.setattr("drawgate.run.memory.time.time", lambda: later)

    assert ["lost"] == reasons(bench.scan())
    assert ["slow.py"] == bench.given


def test_it_is_tried_again_when_it_changed(bench: Bench) -> None:
    bench.write(a="x", slow="lost")
    bench.scan()
    bench.write(slow="evil")

    assert [] == reasons(bench.scan())
    assert ["slow.py"] == bench.given


def test_without_the_cache_it_is_tried_again(bench: Bench) -> None:
    bench.write(a="x", slow="lost")
    bench.scan()

    assert ["lost"] == reasons(bench.scan(memory=None))


def test_a_reason_that_had_to_be_masked_is_not_kept(bench: Bench) -> None:
    """Triage masks a gap on a credential's line by its place: then nobody knows whose it is."""
    bench.write(a="x", slow="lost")
    memory = Memory(cache=bench.cache)
    planned = bench.plan(bench.adapter)
    options = RunOptions(cores=1, timeout=20.0, memory=memory)
    (attempt,) = run(Plan(planned=(planned,), skipped=()), options, Silent())
    assert isinstance(attempt, Ran)
    hidden = tuple(replace(i, subject="slow.py: line 1") for i in attempt.report.not_assessed)
    masked = replace(attempt, report=replace(attempt.report, not_assessed=hidden))

    memory.keep([(masked, ())], bench.same)

    assert ["lost"] == reasons(bench.scan())
    assert ["slow.py"] == bench.given
