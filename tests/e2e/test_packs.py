"""Own packs at work: a mistake is refused, a dead word is seen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
LOG = Path(__file__).parents[2] / "fixtures" / "sarif" / "semgrep.sarif"
PACK = """\
apiVersion: drawgate/v1
id: mine
version: 1.0.0
title: Mine
rules:
  - id: sql
    title: No SQL injection
    scope: {{tools: {tools}}}
"""


@pytest.fixture
def gate(drawgate: Drawgate, tmp_path: Path) -> Callable[..., Any]:
    def run(tools: str, *more: str) -> Any:  # noqa: ANN401 - a Run
        pack = tmp_path / "mine.yaml"
        pack.write_text(PACK.format(tools=tools))
        return drawgate("gate", LOG, "--policy", pack, *more)

    return run


def test_a_rule_without_its_scanner_is_a_warning_and_verbose_says_which_word(
    gate: Callable[..., Any],
) -> None:
    run = gate("brakeman", "-v")

    assert 0 == run.code
    assert "! the rule sql guards nothing" in run.out
    assert (
        "rule sql: scope.tools brakeman: no scanner of this name is known here\n"
        == run.err.splitlines(keepends=True)[-1]
    )


def test_a_slip_in_a_scanner_of_ours_is_refused(gate: Callable[..., Any]) -> None:
    run = gate("bandti")

    assert 2 == run.code
    assert "mine.yaml:8:20: no scanner is called 'bandti'; did you mean 'bandit'?" in run.err
