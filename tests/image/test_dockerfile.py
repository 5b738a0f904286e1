"""The Dockerfile passes what Drawgate brings for Dockerfiles."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drawgate.resources import data

pytestmark = pytest.mark.scanners

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"
BIN = Path(sys.executable).parent


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run(
        [BIN / "hadolint", "--no-color", DOCKERFILE], capture_output=True, text=True, check=False
    )

    assert (0, "") == (done.returncode, done.stdout)


def test_our_own_rules_have_nothing_to_say(tmp_path: Path) -> None:
    scan = [BIN / "semgrep", "scan", "--metrics=off", "--disable-version-check", "--json"]
    rules = data("policies") / "semgrep/dockerfile"
    done = subprocess.run(
        [*scan, "--config", rules, DOCKERFILE],
        capture_output=True,
        check=True,
        env={"PATH": f"{BIN}:/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
    )
    answer = json.loads(done.stdout)

    assert ([], []) == (answer["results"], answer["errors"])
    assert [str(DOCKERFILE)] == answer["paths"]["scanned"]
