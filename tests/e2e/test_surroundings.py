"""Hostile Dockerfiles, workflows and modules: none takes the answer about another one away."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

HEAD = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
NESTED = f"FROM a:1\nRUN echo {'$(' * 2000}x{')' * 2000}\n"
"""Six kilobytes; hadolint makes gigabytes of them."""

DOCKERFILES = {
    "Dockerfile": "FROM alpine:3.22\nUSER root\n",
    "nested.Dockerfile": NESTED,
    "big.Dockerfile": "FROM a:1\n" + "RUN apt-get install curl && cd /x\n" * 300_000,
    "heredoc.Dockerfile": "FROM a:1\nRUN <<A\n" + "cat <<B\n" * 500 + "B\n" * 500 + "A\n",
    "onbuild.Dockerfile": "FROM a:1\n" + "ONBUILD " * 1500 + "RUN x\n",
    "binary.Dockerfile": "\0" * 4000,
    "broken.Dockerfile": "FROM a:1\nNONSENSE\n",
}
STEPS = "".join(f"    - run: echo ${{{{ github.event.issue.title }}}} {n}\n" for n in range(20_000))
WORKFLOWS = {
    "ci.yml": f"{HEAD}    - uses: acme/x@v1\n",
    "big.yml": HEAD + STEPS,
    "long.yml": f"{HEAD}    - run: echo {'${{ github.event.issue.title }} ' * 7000}\n",
    "nested.yml": f"{HEAD}    - run: x\n      env: {'[' * 7000}{']' * 7000}\n",
    "broken.yml": "jobs: [\n",
}
MODULES = {
    "a.py": "eval(input())\n",
    "minus.py": f"x = {'-' * 100_000}1\n",
    "b.py": "import pickle\npickle.loads(input())\n",
}


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def _seen(run: Any, tool: str) -> tuple[set[str], set[str]]:  # noqa: ANN401 - a Run
    """Give the files with findings, and those that are not assessed."""
    log = next(r for r in run.json("results.sarif")["runs"] if r["tool"]["driver"]["name"] == tool)
    places = [result["locations"][0]["physicalLocation"] for result in log["results"]]
    told = log["invocations"][0].get("toolExecutionNotifications", [])
    missed = [place["physicalLocation"] for n in told for place in n.get("locations", [])]
    return (
        {place["artifactLocation"]["uri"] for place in places},
        {place["artifactLocation"]["uri"] for place in missed},
    )


def test_hostile_dockerfiles(drawgate: Drawgate, target: Path) -> None:
    _write(target, DOCKERFILES)
    run = drawgate("scan", target, "--only", "hadolint")
    found, missed = _seen(run, "hadolint")

    assert 0 == run.code
    assert "Dockerfile" in found
    assert {f"{n}.Dockerfile" for n in ("nested", "big", "onbuild", "binary", "broken")} >= missed
    assert {f"{n}.Dockerfile" for n in ("nested", "big", "binary", "broken")} <= missed


def test_hostile_workflows(drawgate: Drawgate, target: Path) -> None:
    _write(target / ".github/workflows", WORKFLOWS)
    run = drawgate("scan", target, "--only", "zizmor")
    found, missed = _seen(run, "zizmor")

    assert 0 == run.code
    assert {".github/workflows/ci.yml"} == found
    assert {f".github/workflows/{n}.yml" for n in ("big", "long", "nested", "broken")} == missed


def test_hostile_modules(drawgate: Drawgate, target: Path) -> None:
    """Ruff's parser runs out of stack, which ends the process."""
    _write(target, MODULES)
    run = drawgate("scan", target, "--only", "ruff")

    assert ({"a.py", "b.py"}, {"minus.py"}) == _seen(run, "ruff")


def test_a_warm_scan_says_the_same(drawgate: Drawgate, target: Path) -> None:
    """Only what had no answer is tried again, and it has none again."""
    subprocess.run(["git", "init", "-q", target], check=True)
    _write(target, {"Dockerfile": DOCKERFILES["Dockerfile"], "nested.Dockerfile": NESTED})
    _write(target / ".github/workflows", {n: WORKFLOWS[n] for n in ("ci.yml", "broken.yml")})
    arguments = ("scan", target, "--only", "hadolint,zizmor", "--as-of", "2026-01-01")

    cold = drawgate(*arguments)
    logs = [(cold.directory / name).read_bytes() for name in ("results.sarif", "verdict.json")]
    warm = drawgate(*arguments)

    assert 1 == warm.attempts["zizmor"]["execution"]["recalled"]
    assert logs == [(warm.directory / n).read_bytes() for n in ("results.sarif", "verdict.json")]
