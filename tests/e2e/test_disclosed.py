"""An advisory that appears overnight is not the change's fault; another vulnerable version is."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

SCAN = ("scan", "--only", "pip-audit", "--offline", "--as-of", "2024-07-12T00:00:00Z", "-q")
LOCK = """\
[[package]]
name = "gunicorn"
version = "{gunicorn}"
optional = false
python-versions = ">=3.7"

[[package]]
name = "werkzeug"
version = "2.2.2"
optional = false
python-versions = ">=3.7"

[metadata]
lock-version = "2.0"
python-versions = "^3.11"
content-hash = "0"
"""


@pytest.fixture
def mirrors(advisories: Path, tmp_path: Path, drawgate: Drawgate) -> tuple[Path, Path]:
    """Import what was published before 2024, and all: real advisories, on two days."""
    made = []
    for name, before in (("old", "2024-01-01"), ("new", "2100-01-01")):
        folder, mirror = tmp_path / name, tmp_path / f"{name}.sqlite"
        folder.mkdir()
        for path in advisories.glob("*.json"):
            if json.loads(path.read_text())["published"] < before:
                os.link(path, folder / path.name)
        done = drawgate("advisories", "import", folder, "-o", mirror)
        assert 0 == done.code, done.err
        made.append(mirror)
    return made[0], made[1]


def found(done: Any) -> dict[tuple[str, str], tuple[str, bool]]:  # noqa: ANN401 - conftest's Run
    """Give state and disclosure, by advisory and package."""
    return {
        (r["ruleId"], r["properties"]["drawgate/package"]["name"]): (
            r["baselineState"],
            r["properties"].get("drawgate/newlyDisclosed", False),
        )
        for run in done.json("results.sarif")["runs"]
        for r in run["results"]
    }


def test_an_advisory_that_is_new_warns_a_pull_request_and_fails_an_audit(
    drawgate: Drawgate, target: Path, tmp_path: Path, mirrors: tuple[Path, Path]
) -> None:
    """Known ones are existing, and a version that the change chose is its own fault."""
    old, new = mirrors
    log, lock = tmp_path / "base.sarif", target / "poetry.lock"
    git(target, "init", "-q", "-b", "main")
    lock.write_text(LOCK.format(gunicorn="20.1.0"))
    git(target, "add", "-A")
    git(target, "commit", "-q", "-m", "x")
    base = drawgate(*SCAN, target, "--advisories", old, "--policy", "pull-request")
    log.write_bytes((base.directory / "results.sarif").read_bytes())
    compared = (*SCAN, target, "--advisories", new, "--baseline", log, "--policy")

    request = drawgate(*compared, "pull-request")
    told = found(request)
    rules = {each["id"]: each for each in request.json("verdict.json")["rules"]}
    summary = (request.directory / "summary.md").read_text()
    audit = drawgate(*compared, "default")

    assert {("unchanged", False)} == {v for (_, name), v in told.items() if name == "werkzeug"}
    assert {("new", True)} == {v for (_, name), v in told.items() if name == "gunicorn"}
    assert 0 == request.code, request.out + request.err
    assert (1, True) == (rules["newly-disclosed"]["count"], rules["newly-disclosed"]["broken"])
    assert "newly disclosed" in summary.lower()
    assert 1 == audit.code, audit.out + audit.err

    lock.write_text(LOCK.format(gunicorn="19.9.0"))
    changed = drawgate(*compared, "pull-request")

    assert {("new", False)} == {v for (_, name), v in found(changed).items() if name == "gunicorn"}
    assert 1 == changed.code, changed.out + changed.err


def test_a_commit_is_judged_by_todays_advisories(
    drawgate: Drawgate, target: Path, mirrors: tuple[Path, Path]
) -> None:
    """So what the base branch has as well is existing, since whenever it is known."""
    git(target, "init", "-q", "-b", "main")
    (target / "poetry.lock").write_text(LOCK.format(gunicorn="20.1.0"))
    git(target, "add", "-A")
    git(target, "commit", "-q", "-m", "x")

    done = drawgate(*SCAN, target, "--advisories", mirrors[1], "--baseline", "main",
                    "--policy", "pull-request")  # fmt: skip

    assert {("unchanged", False)} == set(found(done).values())
    assert 0 == done.code, done.out + done.err
