"""The rules of the semgrep pack, as the files say them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from drawgate.resources import data

ROOT = Path(__file__).parents[2]
RULES = sorted((data("policies") / "semgrep").rglob("*.yaml"))
Rule = dict[str, Any]


@pytest.fixture(scope="session")
def samples() -> Path:
    """Give the folder with the code that the rules are tried on."""
    return ROOT / "fixtures" / "semgrep"


@pytest.fixture(scope="session")
def files() -> dict[str, list[Rule]]:
    """Give the rules of each file, `python/injection` and so on."""
    return {
        f"{path.parent.name}/{path.stem}": yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        for path in RULES
    }


@pytest.fixture(scope="session")
def rules(files: dict[str, list[Rule]]) -> dict[str, Rule]:
    """Give each rule by its id; of two with the same id, the last."""
    return {rule["id"]: rule for group in files.values() for rule in group}
