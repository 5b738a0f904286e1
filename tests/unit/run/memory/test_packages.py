"""Answers about packages rest on the packages and on the advisory data."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate import plugin as dg
from drawgate.core.advisory import AdvisoryData, Held
from drawgate.core.attempt import Attempt, Ran, findings_of
from drawgate.plan import Plan
from drawgate.run.memory import Memory
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

Bench = Any
"""The class of conftest.py, which nothing can import."""


def report_of(attempt: Attempt) -> dg.Report:
    assert isinstance(attempt, Ran)
    return attempt.report


PINS = tuple(
    dg.Pin(ecosystem="PyPI", name=name, version="1.0", manifest="r.txt", line=line)
    for line, name in enumerate(("flask", "django"), start=1)
)


@pytest.fixture
def packages(bench: Bench) -> Callable[..., Attempt]:
    """Give a function that scans packages, with pins and the digest of the advisory data."""
    adapter = replace(
        bench.adapter,
        kind=dg.Kind.DEPENDENCIES,
        grain=dg.Grain.TREE,
        needs=frozenset({dg.Need.ADVISORIES}),
        parse=lambda output: dg.Report(looked_at=frozenset(output.job.subjects)),
    )
    bench.write(r="good\n")

    def scan(pins: tuple[dg.Pin, ...] = PINS, digest: str = "one", endpoint: str = "h") -> Attempt:
        bench.diary.write_text("")
        memory = Memory(cache=bench.cache)
        inventory = dg.Inventory(manifests=("r.txt",), pins=pins)
        planned = bench.plan(adapter)
        jobs = tuple(replace(job, inventory=inventory) for job in planned.jobs)
        planned = replace(planned, jobs=jobs, digests={})
        held = (Held(ecosystem="PyPI", records=1),)
        data = AdvisoryData(source="", records=1, newest="", digest=digest, ecosystems=held)
        options = RunOptions(cores=1, memory=memory, advisories=data, endpoint=endpoint)
        (attempt,) = run(Plan(planned=(planned,), skipped=()), options, Silent())
        memory.keep([(attempt, findings_of(attempt))], bench.same)
        return attempt

    return scan


def test_packages(bench: Bench, packages: Callable[..., Attempt]) -> None:
    """Packages are asked about again when one of them, or the advisory data, is another."""
    first = packages()
    second = packages(endpoint="another port")
    assert [] == bench.given
    assert report_of(first) == report_of(second)
    assert {pin.subject for pin in PINS} == report_of(second).looked_at

    packages(digest="two")
    assert 1 == len(bench.given)
    packages(pins=PINS[:1])
    assert 1 == len(bench.given)
    packages(pins=(replace(PINS[0], line=7), PINS[1]))
    assert 1 == len(bench.given)
