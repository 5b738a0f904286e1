"""safety, as a part of the whole program: on request only, and never clean without its servers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.machine import must_allow

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

KEY = "not-a-real-key-FAKE-safety-42"
CUT = ("unshare", "--user", "--map-root-user", "--net")


@pytest.fixture
def pinned(target: Path) -> Path:
    (target / "requirements.txt").write_text("requests==2.0.0\n")
    return target


def state(run: Any) -> tuple[str, str]:  # noqa: ANN401 - what the fixture gives
    attempt = run.attempts["safety"]
    return attempt["outcome"], attempt["reason"]


def test_it_does_not_run_unless_it_is_named(drawgate: Drawgate, pinned: Path) -> None:
    run = drawgate("scan", pinned, "--skip", "bandit,semgrep,cyclonedx-bom")

    assert state(run) == (
        "skipped",
        "not selected: it finds what pip-audit finds, so it runs only where it is named",
    )


def test_a_configuration_can_name_it(drawgate: Drawgate, pinned: Path, tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('adapters = ["safety"]\n')
    run = drawgate("scan", pinned, "--config", config, "--offline")

    assert state(run) == (
        "skipped",
        "unavailable: it needs the network, and --offline forbids it",
    )


def test_the_target_can_not_name_it(drawgate: Drawgate, pinned: Path) -> None:
    (pinned / "drawgate.toml").write_text('adapters = ["safety"]\n')

    assert "not selected" in state(drawgate("scan", pinned, "--offline"))[1]


def test_named_and_offline_the_scan_is_incomplete(drawgate: Drawgate, pinned: Path) -> None:
    run = drawgate("scan", pinned, "--only", "safety", "--offline")

    assert 3 == run.code
    assert "safety was asked for and did not run: it needs the network" in " ".join(run.out.split())


@pytest.mark.parametrize("key", ["", KEY])
def test_without_its_servers_it_fails_and_the_key_shows_nowhere(
    drawgate: Drawgate, pinned: Path, key: str
) -> None:
    must_allow("cut the network", *CUT)
    words = ("scan", pinned, "--only", "safety", "-v")
    run = drawgate(*words, env={"SAFETY_API_KEY": key}, before=CUT)

    assert 3 == run.code
    assert "failed" == state(run)[0]
    assert state(run)[1].startswith("safety says: httpx.ConnectError: ")
    assert KEY.encode() not in run.everything
