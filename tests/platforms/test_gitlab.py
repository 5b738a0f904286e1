"""The template for GitLab: valid by GitLab's own schema, and its job run for real in a shell."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.platforms

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates/gitlab-ci.yml"
JOB: dict[str, Any] = yaml.safe_load(TEMPLATE.read_text())["drawgate"]
FLAW = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
PIP = ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY")


@dataclass(frozen=True, kw_only=True)
class Done:
    code: int
    printed: str
    project: Path

    def json(self, name: str) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        return json.loads((self.project / name).read_text())


def run(project: Path, source: Path, **variables: str) -> Done:
    """Run the job as GitLab's runner does: one shell for all its scripts, variables filled in."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=source, check=True, capture_output=True, text=True
    ).stdout.strip()
    given = {name: str(text) for name, text in JOB["variables"].items()} | {
        "SCANNER_REPOSITORY": f"file://{source}",
        "SCANNER_COMMIT": commit,
        **variables,
    }
    filled = {name: text.replace("$CI_PROJECT_DIR", str(project)) for name, text in given.items()}
    passed = {name: os.environ[name] for name in ("PATH", "HOME", *PIP) if name in os.environ}
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join([*JOB["before_script"], *JOB["script"]])],
        cwd=project,
        env={**passed, "CI_PROJECT_DIR": str(project), **filled},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Done(code=done.returncode, printed=done.stdout + done.stderr, project=project)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text(FLAW)
    (tmp_path / "requirements.txt").write_text("jinja2==2.10\n")
    for words in (("init", "-q"), ("add", ".")):
        subprocess.run(("git", *words), cwd=tmp_path, check=True)
    return tmp_path


def test_a_job(project: Path, source: Path) -> None:
    """It fails by the verdict, after reports for merge requests are written and data is kept."""
    data = str(ROOT / "fixtures/advisories")
    done = run(project, source, SCANNER_ADVISORIES=data, DRAWGATE_OFFLINE="true")

    assert 1 == done.code, done.printed
    found = done.json(JOB["artifacts"]["reports"]["codequality"])
    assert {"app.py", "requirements.txt"} == {each["location"]["path"] for each in found}
    assert "<testsuite" in (project / JOB["artifacts"]["reports"]["junit"]).read_text()
    (cached,) = JOB["cache"]["paths"]
    assert (project / cached / "drawgate/advisories.sqlite").is_file()
    # What the job itself puts into the project is no part of what it scans.
    assert 2 == done.json("drawgate-results/verdict.json")["target"]["files"]

    again = run(project, source, SCANNER_ADVISORIES="/nowhere", DRAWGATE_OFFLINE="true")

    assert 1 == again.code
    assert "no new advisory data" not in again.printed


def test_no_advisory_data(project: Path, source: Path) -> None:
    """An outage is said, and what can't be judged is incomplete."""
    (project / "app.py").write_text("x = 1\n")
    done = run(
        project, source, SCANNER_ADVISORIES="https://127.0.0.1:9/all.zip", DRAWGATE_OFFLINE="1"
    )

    assert 3 == done.code, done.printed
    assert "no new advisory data could be had" in done.printed


def test_another_commit_than_was_asked_for(project: Path, source: Path) -> None:
    """What is run is what was named, or nothing."""
    done = run(project, source, SCANNER_COMMIT="0" * 40)

    assert 0 != done.code
    assert not (project / "drawgate-results").exists()


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("gitlab-ci", "templates/gitlab-ci.yml"),
        ("github-actions", "action.yml"),
        ("github-workflows", ".github/workflows/scan.yml"),
        ("github-workflows", ".github/workflows/security.yml"),
    ],
)
def test_schemas(programs: Path, tmp_path: Path, schema: str, path: str) -> None:
    """The files are what their platforms' schemas describe, and a misspelt key is not."""

    def check(file: Path) -> int:
        words = ["--builtin-schema", f"vendor.{schema}", "--data-transform", "gitlab-ci"]
        command = [programs / "check-jsonschema", *words[: None if "lab" in schema else 2], file]
        return subprocess.run(command, check=False, capture_output=True).returncode

    assert 0 == check(ROOT / path)

    broken = tmp_path / Path(path).name
    text = (ROOT / path).read_text()
    broken.write_text(
        text.replace("script:", "scirpt:").replace("runs", "rnus").replace("jobs:", "jbos:")
    )
    assert 0 != check(broken)


def test_shellcheck(programs: Path, tmp_path: Path) -> None:
    script = tmp_path / "job.sh"
    script.write_text("\n".join(["#!/bin/bash -e", *JOB["before_script"], *JOB["script"]]))
    command = [programs / "shellcheck", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (done.returncode, done.stdout)
