"""`action.yml` and the workflows: linted by other people's tools, and run step by step for real.

The steps that are ours run in a shell as GitHub's runner starts one, with the files and variables
that it gives. Those of other people's actions are the platform's; whether they would run, and
with what, is looked at.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from samples.repository import git

from .expressions import filled, value

pytestmark = pytest.mark.platforms

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
FLAW = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
OWN = {"github": {"event_name": "push", "repository": "o/r", "event": {}}}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of a run of the action."""

    code: int
    printed: str
    outputs: dict[str, str]
    summary: str
    used: dict[str, dict[str, str]]
    """Other people's actions that would have run, by the step's name, with what they get."""


@dataclass(kw_only=True)
class Runner:
    """The part of GitHub's runner that a composite action needs."""

    place: Path
    workspace: Path
    path: str
    context: dict[str, Any] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    used: dict[str, dict[str, str]] = field(default_factory=dict)

    def run(self, inputs: Mapping[str, str], github: Mapping[str, Any]) -> Done:
        """Run all steps until one fails."""
        (self.place / "temp").mkdir(exist_ok=True)
        (self.place / "summary").write_text("")
        given = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        self.context = {
            "inputs": {**given, **inputs},
            "github": {"action_path": str(ROOT), "workspace": str(self.workspace),
                       "token": "not-a-token", **github},
            "steps": self.steps,
        }  # fmt: skip
        self.context["inputs"] = {
            name: filled(str(text), self.context) for name, text in self.context["inputs"].items()
        }
        code = 0
        for step in ACTION["runs"]["steps"]:
            if code == 0 and value(str(step.get("if", "'true'")), self.context):
                code = self._step(step)
        outputs = {
            name: filled(each["value"], self.context) for name, each in ACTION["outputs"].items()
        }
        summary = (self.place / "summary").read_text()
        return Done(code=code, printed="".join(self.printed), outputs=outputs, summary=summary,
                    used=self.used)  # fmt: skip

    def _step(self, step: dict[str, Any]) -> int:
        if "uses" in step:
            given = {k: filled(str(v), self.context) for k, v in step.get("with", {}).items()}
            self.used[step["name"]] = given
            if "setup-python" in step["uses"]:
                self.steps[step["id"]] = {"outputs": {"python-path": sys.executable}}
            return 0
        script, output = self.place / "step.sh", self.place / "output"
        script.write_text(step["run"])
        output.write_text("")
        env = {name: filled(str(text), self.context) for name, text in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={
                "HOME": str(self.place),
                "PATH": self.path,
                "RUNNER_TEMP": f"{self.place}/temp",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": f"{self.place}/summary",
                **{name: os.environ[name] for name in PIP if name in os.environ},
                **env,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        self.printed += [done.stdout, done.stderr]
        lines = output.read_text().splitlines()
        self.steps[step.get("id", "")] = {"outputs": dict(line.split("=", 1) for line in lines)}
        return done.returncode


PIP = ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "PIP_CERT", "SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY")
"""How this machine reaches a package index; a hosted runner needs none of it."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the action's own installation once; it is the slow part."""
    place = tmp_path_factory.mktemp("runner")
    runner = Runner(place=place, workspace=place, path=os.environ["PATH"])
    runner.context = {"github": {"action_path": str(ROOT)}, "steps": runner.steps, "inputs": {}}
    (place / "temp").mkdir()
    runner.steps["python"] = {"outputs": {"python-path": sys.executable}}
    (step,) = [s for s in ACTION["runs"]["steps"] if s.get("id") == "install"]

    assert 0 == runner._step(step), runner.printed
    return place / "temp/drawgate"


@pytest.fixture
def runner(tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    """Give a runner with a checkout, on which installing costs nothing any more."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    runner = Runner(place=tmp_path, workspace=workspace, path=os.environ["PATH"])
    real = runner._step

    def step(each: dict[str, Any]) -> int:
        if each.get("id") != "install":
            return real(each)
        outputs = {"program": f"{installed}/bin/drawgate", "python": f"{installed}/bin/python",
                   "data": f"{tmp_path}/temp/drawgate-data", "today": "2026-01-01"}  # fmt: skip
        runner.steps["install"] = {"outputs": outputs}
        return 0

    monkeypatch.setattr(runner, "_step", step)
    git(workspace, "init", "-q", "-b", "main")
    (workspace / "old.py").write_text(FLAW)
    git(workspace, "add", ".")
    git(workspace, "commit", "-q", "-m", "first")
    return runner


BANDIT = {"only": "bandit", "advisories": ""}


def test_a_push_with_a_flaw(runner: Runner) -> None:
    """Annotated, summed up, uploaded, and only then does the build fail."""
    done = runner.run(BANDIT, OWN["github"])

    assert 1 == done.code
    assert ("failed", "1") == (done.outputs["outcome"], done.outputs["exit-code"])
    assert "::error file=old.py,line=3,col=1," in done.printed
    assert "B602" in done.summary
    upload = done.used["Upload to code scanning"]
    assert done.outputs["sarif"] == upload["sarif_file"]
    assert ["bandit"] == [
        run["tool"]["driver"]["name"]
        for run in json.loads(Path(upload["sarif_file"]).read_text())["runs"]
    ]
    assert "Upload the rest to code scanning" not in done.used
    assert "" == git(runner.workspace, "status", "--short")


def test_a_clean_push(runner: Runner) -> None:
    """An empty run is uploaded: it closes the alerts of what was mended."""
    (runner.workspace / "old.py").write_text("x = 1\n")
    done = runner.run(BANDIT, OWN["github"])

    assert (0, "passed") == (done.code, done.outputs["outcome"])
    assert "Upload to code scanning" in done.used


@pytest.mark.parametrize(
    ("head", "author", "uploads"),
    [("o/r", "somebody", True), ("fork/r", "somebody", False), ("o/r", "dependabot[bot]", False)],
)
def test_pull_requests(runner: Runner, head: str, author: str, uploads: bool) -> None:  # noqa: FBT001 - a table
    """Without the right to write alerts nothing is uploaded; annotations and verdict stay."""
    event = {"pull_request": {"head": {"repo": {"full_name": head}}, "user": {"login": author}}}
    github = {"event_name": "pull_request", "repository": "o/r", "event": event}
    done = runner.run(BANDIT, github)

    assert 1 == done.code
    assert "::error file=old.py" in done.printed
    assert uploads == ("Upload to code scanning" in done.used)


def test_changes_only(runner: Runner, tmp_path: Path) -> None:
    """A shallow checkout gets the base it lacks; an old flaw stops nobody, a new one does."""
    source = tmp_path / "source"
    shutil.copytree(runner.workspace, source)
    git(source, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(source, "checkout", "-q", "-b", "topic")
    (source / "fine.py").write_text("x = 1\n")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "topic")
    git(source, "checkout", "-q", "main")
    git(source, "commit", "-q", "--allow-empty", "-m", "meanwhile")
    git(source, "merge", "-q", "--no-ff", "-m", "merged", "topic")
    merged = git(source, "rev-parse", "HEAD")
    shutil.rmtree(runner.workspace)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{source}", str(runner.workspace))
    event = {"pull_request": {"head": {"repo": {"full_name": "o/r"}}, "user": {"login": "x"}}}
    github = {"event_name": "pull_request", "repository": "o/r", "event": event, "sha": merged}
    done = runner.run({**BANDIT, "changes-only": "true"}, github)

    assert (0, "passed") == (done.code, done.outputs["outcome"]), done.printed
    assert "" == done.outputs["sarif"]
    assert "Upload to code scanning" not in done.used
    verdict = json.loads(Path(done.outputs["results"], "verdict.json").read_text())
    assert ("--diff", 1) == (verdict["target"]["partial"], verdict["target"]["files"])
    assert "not-a-token" not in done.printed


def test_advisory_data(runner: Runner) -> None:
    """New data is imported and kept for the day; the scan judges by it."""
    (runner.workspace / "requirements.txt").write_text("jinja2==2.10\n")
    inputs = {"only": "pip-audit", "advisories": str(ROOT / "fixtures/advisories"),
              "offline": "true"}  # fmt: skip
    done = runner.run(inputs, OWN["github"])

    assert 1 == done.code, done.printed
    kept = done.used["Keep advisory data for the day"]
    assert "drawgate-advisories-1-2026-01-01" == kept["key"]
    assert kept["path"] == done.used["Find advisory data of today, or of an earlier day"]["path"]
    assert (Path(kept["path"]) / "drawgate/advisories.sqlite").is_file()
    assert "::error file=requirements.txt" in done.printed


def test_no_advisory_data(runner: Runner) -> None:
    """An outage is said and stops no scan; what can't be judged without data is incomplete."""
    (runner.workspace / "requirements.txt").write_text("jinja2==2.10\n")
    (runner.workspace / "old.py").write_text("x = 1\n")
    inputs = {"advisories": "https://127.0.0.1:9/all.zip", "offline": "true"}
    done = runner.run(inputs, OWN["github"])

    assert (3, "incomplete") == (done.code, done.outputs["outcome"])
    assert "::warning title=Drawgate::no new advisory data could be had" in done.printed
    assert "Keep advisory data for the day" not in done.used


def test_a_mistake_fails_the_build(runner: Runner) -> None:
    """Without a verdict there is no upload, and no green."""
    done = runner.run({**BANDIT, "policy": "srict"}, OWN["github"])

    assert (2, "2", "") == (done.code, done.outputs["exit-code"], done.outputs["outcome"])
    assert "Upload to code scanning" not in done.used


def test_no_gate(runner: Runner) -> None:
    assert 0 == runner.run({**BANDIT, "gate": "false"}, OWN["github"]).code


@pytest.mark.parametrize(
    "name", ["only", "skip", "kind", "policy", "fail-on", "target", "checkout"]
)
def test_inputs_are_no_code(runner: Runner, name: str) -> None:
    """Whatever an input holds, the shell reads it as one word."""
    hostile = f"$(touch {runner.place}/sprung)'; touch {runner.place}/sprung; '"
    done = runner.run({**BANDIT, name: hostile}, OWN["github"])

    assert 0 != done.code
    assert not (runner.place / "sprung").exists()


def test_a_checkout_in_a_folder(runner: Runner, tmp_path: Path) -> None:
    """The reusable workflow checks out twice; paths are the repository's all the same."""
    moved = tmp_path / "moved"
    runner.workspace.rename(moved)
    runner.workspace.mkdir()
    moved.rename(runner.workspace / "target")
    done = runner.run({**BANDIT, "checkout": "target"}, OWN["github"])

    assert 1 == done.code
    assert "::error file=old.py,line=3" in done.printed
    assert f"{runner.workspace}/target" == done.used["Upload to code scanning"]["checkout_path"]


def test_many_runs_need_two_uploads() -> None:
    """The second log goes up under the same conditions as the first."""
    first, rest = (
        step for step in ACTION["runs"]["steps"] if "upload-sarif" in step.get("uses", "")
    )

    assert first["if"].replace("outputs.sarif ", "outputs.sarif-2 ") == rest["if"]
    assert first["uses"] == rest["uses"]


def documents() -> dict[str, Any]:
    files = [ROOT / "action.yml", *sorted((ROOT / ".github/workflows").glob("*.yml"))]
    return {path.name: yaml.safe_load(path.read_text()) for path in files}


def steps_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    if "runs" in document:
        steps: list[dict[str, Any]] = document["runs"]["steps"]
        return steps
    jobs = document["jobs"].values()
    return [step for job in jobs for step in job.get("steps", [])]


def test_values_reach_the_shell_by_its_environment_alone() -> None:
    """No expression stands in a script: what a pull request is called would be code there."""
    scripts = [
        step["run"] for each in documents().values() for step in steps_of(each) if "run" in step
    ]

    assert scripts
    assert [] == [script for script in scripts if "${{" in script]


def test_actionlint(tmp_path: Path, programs: Path) -> None:
    """Our workflows and the one that `init` proposes: their expressions and their scripts."""
    env = {**os.environ, "GOBIN": str(tmp_path), "GOFLAGS": "-mod=mod"}
    subprocess.run(["go", "install", ACTIONLINT], env=env, check=True, cwd=tmp_path, timeout=300)
    words = [str(tmp_path / "actionlint"), "-shellcheck", str(programs / "shellcheck")]
    (tmp_path / "requirements.txt").write_text("jinja2==3.1.6\n")
    program = Path(sys.executable).with_name("drawgate")
    init = [program, "init", "--ci", "github", "--yes"]
    subprocess.run(init, cwd=tmp_path, check=True, capture_output=True)
    proposed = str(tmp_path / ".github" / "workflows" / "drawgate.yml")
    for files in ([], [proposed]):
        done = subprocess.run(
            [*words, *files], cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert (0, "") == (done.returncode, done.stdout)


def test_shellcheck(programs: Path, tmp_path: Path) -> None:
    """The same for the scripts of the action, which actionlint does not read."""
    for number, step in enumerate(step for step in ACTION["runs"]["steps"] if "run" in step):
        script = tmp_path / f"{number}.sh"
        script.write_text(f"#!/bin/bash -e\n{step['run']}")
        done = subprocess.run(
            [programs / "shellcheck", script], capture_output=True, text=True, check=False
        )

        assert (0, "") == (done.returncode, done.stdout)


def test_zizmor() -> None:
    """Not even its strictest persona has a word to say: pinned by hash, least rights, no leaks."""
    words = ["zizmor", "--offline", "--persona=auditor", "--format=json-v1", "."]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert 0 == done.returncode, done.stdout
    assert [] == json.loads(done.stdout)
