"""What `init` writes is sound by the rules of whoever reads it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from drawgate import __version__
from drawgate.config import Settings, resolve
from drawgate.starting.files import Proposed, github, gitlab, propose
from drawgate.starting.holdings import CONFIG, GITLAB_JOB, GITLAB_MAIN, WORKFLOW, Ci, Holdings

PYTHON = Holdings(
    languages={"Python": 1},
    manifests=("requirements.txt",),
    dockerfiles=(),
    workflows=(),
    runs_us=(),
    pre_commit=False,
    ci=Ci.GITHUB,
    branch="trunk",
)
BARE = replace(PYTHON, manifests=())
ON_GITLAB = replace(PYTHON, ci=Ci.GITLAB)


@pytest.mark.parametrize("ci", Ci)
def test_the_configuration_reads_back_and_asks_for_nothing_in_vain(tmp_path: Path, ci: Ci) -> None:
    text = propose(replace(PYTHON, ci=ci), "", None).files[CONFIG]
    (tmp_path / CONFIG).write_text(text)

    config = resolve(Settings(), {}, None, tmp_path)

    assert ({"format", "color"}, ()) == (set(config.origins), config.ignored)
    assert "@" not in text


@pytest.mark.parametrize("holdings", [PYTHON, BARE])
def test_the_workflow_is_whole(holdings: Holdings) -> None:
    """Least rights, every action by its full hash, scripts that a shell can read."""
    text = github(holdings)
    loaded = yaml.safe_load(text)
    (job,) = loaded["jobs"].values()

    assert {} == loaded["permissions"]
    assert {"actions": "read", "contents": "read", "security-events": "write"} == job["permissions"]
    assert ["trunk"] == loaded[True]["push"]["branches"]  # YAML 1.1 takes `on` for true
    uses = re.findall(r"uses: (\S+)(.*)", text)
    assert (6 if holdings.manifests else 4) == len(uses)
    assert [] == [
        u for u in uses if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", "".join(u))
    ]
    assert bool(holdings.manifests) is ("advisories sync" in text)
    assert f"drawgate[scanners]=={__version__}" in text
    for step in job["steps"]:
        _check_script(step.get("run", ""))


def _check_script(script: str) -> None:
    # A value of an event inside of a script would be run as part of it.
    assert "${{" not in script
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("holdings", [PYTHON, BARE])
def test_zizmor_finds_nothing_in_the_workflow(tmp_path: Path, holdings: Holdings) -> None:
    (tmp_path / "drawgate.yml").write_text(github(holdings))
    program = Path(sys.executable).with_name("zizmor")
    words = ["--offline", "--persona", "pedantic", "--format", "json", tmp_path / "drawgate.yml"]

    done = subprocess.run([program, *words], capture_output=True, check=False)

    assert (0, []) == (done.returncode, json.loads(done.stdout))


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    text = re.sub(r"@[0-9a-f]{40} # ", "@", github(PYTHON)).replace("permissions: {}\n", "")
    (tmp_path / "drawgate.yml").write_text(text)
    program = Path(sys.executable).with_name("zizmor")

    done = subprocess.run(
        [program, "--offline", tmp_path / "drawgate.yml"], capture_output=True, check=False
    )

    assert 0 != done.returncode


@pytest.mark.parametrize(
    ("written", "outputs"),
    [
        (("summary.md", "github.sarif"), ("results={}", "sarif={}/github.sarif")),
        (("summary.md",), ("results={}",)),
        ((), ()),
    ],
)
def test_the_workflow_answers_as_the_scan_does(
    tmp_path: Path, written: tuple[str, ...], outputs: tuple[str, ...]
) -> None:
    """What a scan has written is kept whatever its answer, and nothing is uploaded in its place."""
    results = tmp_path / "drawgate-results"
    program = tmp_path / "drawgate/bin/drawgate"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\nmkdir -p {results}\n"
                       + "".join(f"echo {name} > {results}/{name}\n" for name in written)
                       + "exit 3\n")  # fmt: skip
    program.chmod(0o755)
    (job,) = yaml.safe_load(github(PYTHON))["jobs"].values()
    (script,) = (step["run"] for step in job["steps"] if step.get("id") == "scan")
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}

    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env={"PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path)}
        | {name: str(path) for name, path in files.items()},
        capture_output=True,
        check=False,
    )

    said = files["GITHUB_OUTPUT"].read_text() if written else ""
    assert (3, b"") == (done.returncode, done.stderr)
    assert [line.format(results) for line in outputs] == said.splitlines()
    assert bool(written) is files["GITHUB_STEP_SUMMARY"].exists()


@pytest.mark.parametrize("holdings", [PYTHON, BARE])
def test_the_gitlab_job_is_whole(holdings: Holdings) -> None:
    text = gitlab(holdings)
    job: Any = yaml.safe_load(text)["drawgate"]

    assert "@" not in text
    assert bool(holdings.manifests) is ("advisories sync" in text)
    assert all(isinstance(line, str) for line in job["before_script"] + job["script"])
    _check_script("\n".join(job["before_script"] + job["script"]))


def test_the_gitlab_job_answers_as_the_scan_does(tmp_path: Path) -> None:
    """Its script runs to the end, keeps the reports, and then gives the scan's own answer."""
    program = tmp_path / "drawgate"
    program.write_text("#!/bin/sh\nmkdir -p drawgate-results\necho summary > drawgate-results/"
                       "summary.md\necho '[]'\nexit 3\n")  # fmt: skip
    program.chmod(0o755)
    lines = yaml.safe_load(gitlab(PYTHON))["drawgate"]["script"]
    script = re.sub(r"(?<!\w)/tmp/(?:drawgate/bin/)?", f"{tmp_path}/", "\n".join(lines))

    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=tmp_path, capture_output=True, check=False
    )

    assert (3, b"summary\n", b"") == (done.returncode, done.stdout, done.stderr)
    assert "[]\n" == (tmp_path / "gl-code-quality-report.json").read_text()


def _main(text: str | None) -> Proposed:
    return propose(ON_GITLAB, CONFIG, None if text is None else text.encode("latin-1"))


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        (None, f"include:\n  - local: {GITLAB_JOB}\n"),
        ("a:\n  script: x\n", f"a:\n  script: x\n\ninclude:\n  - local: {GITLAB_JOB}\n"),
        ("a: !reference [b]", f"a: !reference [b]\n\ninclude:\n  - local: {GITLAB_JOB}\n"),
    ],
)
def test_the_main_file_of_gitlab_calls_the_job(main: str | None, expected: str) -> None:
    assert expected == _main(main).files[GITLAB_MAIN]


@pytest.mark.parametrize(
    "main",
    [
        "include: other.yml\n",
        '"include": []\n',
        "{a: b}\n",
        "a: [\n",
        "[" * 5000,
        "a: \xff\n",
        "a: 1\n" * 50_000,
    ],
)
def test_a_main_file_that_is_not_easy_to_extend_is_left_to_a_person(main: str) -> None:
    proposed = _main(main)

    assert {GITLAB_JOB} == set(proposed.files)
    assert f"add `- local: {GITLAB_JOB}` to `include:`" in proposed.notes[-1]


def test_a_main_file_that_calls_the_job_stays(tmp_path: Path) -> None:
    proposed = _main(f"include:\n  - local: /{GITLAB_JOB}\n")

    assert ({GITLAB_JOB}, 1) == (set(proposed.files), len(proposed.notes))


def test_a_repository_that_runs_drawgate_gets_no_second_job() -> None:
    proposed = propose(replace(PYTHON, runs_us=("ci.yml",)), "", None)

    assert [CONFIG] == list(proposed.files)
    assert ["ci.yml runs Drawgate already, so no other job is added"] == proposed.notes


def test_without_a_ci_system_only_the_configuration_is_proposed() -> None:
    proposed = propose(replace(PYTHON, ci=Ci.NONE), "", None)

    assert [CONFIG] == list(proposed.files)
    assert "--ci" in proposed.notes[0]


def test_a_second_configuration_is_never_proposed() -> None:
    """Two of them in one folder are an error of every scan."""
    assert [WORKFLOW] == list(propose(PYTHON, "[tool.drawgate] in pyproject.toml", None).files)
