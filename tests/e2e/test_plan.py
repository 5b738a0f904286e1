"""`drawgate plan` says what a scan would do, also where pip would be asked first."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    root.mkdir()
    (root / "requirements.txt").write_text("flask>=1\nrich\n")
    return root


def test_pip_would_choose(drawgate: Drawgate, shop: Path) -> None:
    """With data and a network a scan lets pip choose: calling pip-audit unavailable was wrong."""
    data = Path(__file__).parents[2] / "fixtures/advisories"
    run = drawgate("plan", shop, "--advisories", data)
    facts = json.loads(drawgate("plan", shop, "--advisories", data, "--json").out)

    assert "will look at what pip chooses for 2 requirements without a version" in run.out
    assert 2 == facts["let_pip_choose"]
    assert "pip-audit" in facts["run_if_pip_chooses"]
    assert "pip-audit" not in [each["adapter"] for each in facts["skip"]]


def test_offline_nobody_is_asked(drawgate: Drawgate, shop: Path) -> None:
    data = Path(__file__).parents[2] / "fixtures/advisories"
    run = drawgate("plan", shop, "--offline", "--advisories", data)

    assert "pip chooses" not in run.out
    assert "unavailable: no package has an exact version" in run.out
