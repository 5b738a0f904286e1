"""A folder of a repository is scanned: its paths are the repository's, everywhere."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

FLAW = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
FAKE = "canary-4711-not-real"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with a flaw and a hard-coded secret in `tests/my shop`."""
    root = tmp_path / "repository"
    shop = root / "tests/my shop"
    shop.mkdir(parents=True)
    (shop / "app.py").write_text(FLAW)
    (shop / "settings.py").write_text(f"password = '{FAKE}'\n")
    (shop / "requirements.txt").write_text("-r ../../base.txt\n")
    (root / "base.txt").write_text("jinja2==2.10\n")
    subprocess.run(["git", "-C", str(root), "init", "-q"], check=True)
    subprocess.run(["git", "-C", str(root), "add", "."], check=True)
    return root


def _uris(run: Any) -> set[str]:  # noqa: ANN401 - a Run
    return {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for each in run.json("results.sarif")["runs"]
        for result in each["results"]
        for location in result["locations"]
    }


def test_where_the_user_stands_makes_no_difference(drawgate: Drawgate, repository: Path) -> None:
    """From the root, from the folder, through a link: the same bytes."""
    shop, moment = repository / "tests/my shop", ("--as-of", "2026-01-01", "--only", "bandit")
    (repository.parent / "link").symlink_to(shop)
    names = ("results.sarif", "verdict.json", "summary.md")
    seen = []
    for target, cwd in (("tests/my shop", repository), (".", shop), ("link", repository.parent)):
        run = drawgate("scan", target, *moment, "-f", "github", cwd=cwd)
        seen.append((run.out, *((run.directory / name).read_bytes() for name in names)))

    assert seen[0] == seen[1] == seen[2]
    assert {"tests/my%20shop/app.py", "tests/my%20shop/settings.py"} == _uris(run)
    assert "::error file=tests/my shop/app.py,line=3,col=1," in run.out
    assert str(repository) not in run.everything.decode()


def test_roles_go_by_what_lies_below_the_folder(drawgate: Drawgate, repository: Path) -> None:
    """What was named on purpose is no test code, also when the log is judged later."""
    whole = drawgate("scan", repository, "--only", "bandit", "--as-of", "2026-01-01")
    assert 0 == whole.code, whole.out
    run = drawgate("scan", repository / "tests", "--only", "bandit", "--as-of", "2026-01-01")
    assert 1 == run.code, run.out

    again = drawgate("gate", run.directory / "results.sarif", "-o", run.directory / "again.json")

    assert (1, run.json("verdict.json")["rules"]) == (again.code, run.json("again.json")["rules"])
    assert ["tests"] == run.json("again.json")["target"]["folders"]


def test_an_include_may_lead_out_of_the_folder(
    drawgate: Drawgate, repository: Path, advisories: Path
) -> None:
    """What git tracks elsewhere in the repository counts where a manifest includes it."""
    folder = repository / "tests/my shop"
    run = drawgate("scan", folder, "--only", "pip-audit", "--advisories", advisories, "--offline")

    assert {"base.txt"} == _uris(run)
    assert [] == [
        note
        for each in run.json("results.sarif")["runs"]
        for note in each["invocations"][0].get("toolExecutionNotifications", [])
        if note["descriptor"]["id"] != "drawgate/unscanned"  # code, as --only names another kind
    ]


def test_a_file_that_git_does_not_track_is_not_included(
    drawgate: Drawgate, repository: Path, advisories: Path
) -> None:
    """A manifest could else have any file of the machine's owner read, such as `.env`."""
    (repository / ".gitignore").write_text(".env\n")
    (repository / ".env").write_text(f"TOKEN={FAKE}\n")
    folder = repository / "tests/my shop"
    (folder / "requirements.txt").write_text("-r ../../.env\njinja2==2.10\n")
    run = drawgate("scan", folder, "--only", "pip-audit", "--advisories", advisories, "--offline")

    assert FAKE.encode() not in run.everything
    assert "the included file is not in the target" in run.everything.decode()


def test_one_file(drawgate: Drawgate, repository: Path) -> None:
    """A file can be scanned by its name, and the verdict says that it was all."""
    run = drawgate("scan", "tests/my shop/app.py", "--only", "bandit", cwd=repository)

    assert (1, {"tests/my%20shop/app.py"}) == (run.code, _uris(run))
    target = run.json("verdict.json")["target"]
    assert ("file", 1, ["tests/my shop"]) == (target["form"], target["files"], target["folders"])


def test_one_file_that_nobody_can_look_at_is_incomplete(
    drawgate: Drawgate, repository: Path
) -> None:
    """Nothing looked at is never clean."""
    (repository / "logo.png").write_bytes(b"\x89PNG\0\0")

    assert 3 == drawgate("scan", "logo.png", cwd=repository).code


def test_an_ignored_folder_is_not_clean_unseen(drawgate: Drawgate, repository: Path) -> None:
    """An archive unpacked in a build folder is scanned as what it is, and the verdict says so."""
    (repository / ".gitignore").write_text("build/\n")
    (repository / "build").mkdir()
    (repository / "build/app.py").write_text(FLAW)
    run = drawgate("scan", "build", "--only", "bandit", cwd=repository)

    assert (1, {"app.py"}) == (run.code, _uris(run))
    assert "git lists nothing of this folder" in " ".join(run.out.split())


def _categories(log: Any) -> list[str]:  # noqa: ANN401 - a SARIF log
    return [each["automationDetails"]["id"] for each in log["runs"]]


@pytest.mark.parametrize(
    ("target", "part"),
    [
        (".", ""),
        ("tests", "tests/"),
        ("tests/my shop", "tests/my%20shop/"),
        ("tests/my shop/app.py", "tests/my%20shop/app.py/"),
    ],
)
def test_each_folder_has_a_category_of_its_own(
    target: str, part: str, drawgate: Drawgate, repository: Path
) -> None:
    """Else GitHub takes two folders for one, and the second upload closes its alerts."""
    run = drawgate("scan", target, "--only", "bandit", cwd=repository)

    ids = [f"drawgate/{part}", f"drawgate/bandit/{part}"]
    assert ids == _categories(run.json("results.sarif"))


def test_folders_stay_apart_in_a_merged_log(drawgate: Drawgate, repository: Path) -> None:
    """Their runs are not folded, each is named with its folder, and nothing counts twice."""
    (repository / "api").mkdir()
    (repository / "api/app.py").write_text(FLAW)
    logs = [repository.parent / name for name in ("one.sarif", "two.sarif")]
    for folder, log in zip(("api", "tests/my shop"), logs, strict=True):
        run = drawgate("scan", folder, "--only", "bandit", cwd=repository)
        (run.directory / "results.sarif").rename(log)
    merged = repository.parent / "merged.sarif"

    assert 0 == drawgate("merge", *logs, "-o", merged).code
    assert [
        "drawgate/api/",
        "drawgate/bandit/api/",
        "drawgate/tests/my%20shop/",
        "drawgate/bandit/tests/my%20shop/",
    ] == _categories(json.loads(merged.read_text()))
    judged = json.loads(drawgate("gate", merged, "-o", "-").out)
    attempts = [(a["name"], a["category"], a["looked_at"]) for a in judged["attempts"]]
    assert ("bandit", "api", 1) in attempts
    assert ("bandit", "tests/my shop", 2) in attempts
    assert ["api", "tests/my shop"] == judged["target"]["folders"]


@pytest.mark.parametrize(
    ("words", "partial"),
    [
        (("tests",), ""),
        (("tests/my shop/app.py",), "one file"),
        ((".", "--include", "*.py"), "--include"),
        ((".", "--files", "tests/my shop/app.py"), "--files"),
        ((".", "--include", "*.py", "--files", "tests/my shop/app.py"), "--files; --include"),
    ],
)
def test_a_part_is_said_to_be_one(
    words: tuple[str, ...], partial: str, drawgate: Drawgate, repository: Path
) -> None:
    """In the log, the verdict and the summary: who uploads it would close all other alerts."""
    run = drawgate("scan", *words, "--only", "bandit", cwd=repository)

    target = run.json("results.sarif")["runs"][0]["properties"]["drawgate/target"]
    assert partial == target.get("partial", "")
    assert partial == run.json("verdict.json")["target"]["partial"]
    summary = (run.directory / "summary.md").read_text()
    assert bool(partial) == ("only a part of the target was looked at" in summary)
