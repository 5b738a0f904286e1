"""--offline with the real scanners: whatever fence is around them, they work as without one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]

pytestmark = pytest.mark.scanners


def _scan(drawgate: Drawgate, shop: Path, advisories: Path, rung: str) -> dict[str, Any]:
    words = ("scan", shop, "--offline", "--advisories", advisories, "--no-cache")
    run = drawgate(*words, env={"DRAWGATE_OFFLINE_RUNG": rung})
    assert 1 == run.code, run.err
    return {
        each["tool"]["driver"]["name"]: (
            each["invocations"][0]["executionSuccessful"],
            [(r["ruleId"], r["message"]["text"]) for r in each["results"]],
        )
        for each in run.json("results.sarif")["runs"]
    }


@pytest.mark.parametrize("rung", ["namespace", "landlock"])
def test_a_fence_breaks_no_scanner(
    drawgate: Drawgate, shop: Path, advisories: Path, rung: str
) -> None:
    """They do without the network and without Unix sockets, and find what they find otherwise."""
    assert _scan(drawgate, shop, advisories, "none") == _scan(drawgate, shop, advisories, rung)
