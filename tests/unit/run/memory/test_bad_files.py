"""A file that brings the tool down costs a warm scan what it costs a cold one."""

from typing import Any

import pytest

from drawgate.core.attempt import Attempt, Failed, Ran

Bench = Any
"""The class of conftest.py, which nothing can import."""


def told(attempt: Attempt) -> list[str]:
    assert isinstance(attempt, Ran), attempt
    return [item.path for item in attempt.report.not_assessed]


@pytest.mark.parametrize("bad", [{"m": "crash"}, {"m": "crash", "n": "crash"}])
def test_the_others_answers_are_remembered(bench: Bench, bad: dict[str, str]) -> None:
    """What the tool said of the others proves nothing now; that it copes with one again does."""
    bench.write(a="evil", z="x", **bad)
    cold = bench.scan()
    warm = bench.scan()

    assert isinstance(cold, Ran)
    assert cold.report == warm.report
    assert sorted(f"{name}.py" for name in bad) == told(warm)
    assert "a.py" in bench.given
    assert "z.py" not in " ".join(bench.given)


@pytest.mark.parametrize("changed", [{"b": "y"}, {"b": "y", "c": "y"}, {"b": "crash"}])
def test_a_tool_that_broke_meanwhile_has_failed(bench: Bench, changed: dict[str, str]) -> None:
    """However much is remembered: one file that it did not look at must not look like its fault."""
    bench.write(a="evil", z="x")
    bench.scan()
    bench.write(**changed)
    (bench.root.parent / "broken").touch()

    assert isinstance(bench.scan(), Failed)
