"""Findings for the tests of triage, built from what matters to each."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind, Location, Rule


def _finding(
    path: str = "a.py",
    line: int | None = 1,
    *,
    kind: Kind = Kind.CODE,
    rule: str = "R1",
    cwe: tuple[int, ...] = (),
    message: str = "A flaw.",
    place: dict[str, Any] | None = None,
    **facts: Any,  # noqa: ANN401 - any field of a finding
) -> Finding:
    location = Location(path=path, line=line, **(place or {})) if path else None
    named = Rule(id=rule, cwe=cwe)
    return Finding(kind=kind, rule=named, message=message, location=location, **facts)


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    """Give a maker of findings; what a test does not name has a default."""
    return _finding
