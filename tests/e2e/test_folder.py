"""A folder of a repository is scanned: its paths are the repository's, everywhere."""

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
