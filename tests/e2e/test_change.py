"""Scans of a change: what is staged, and what a branch changed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import begun, git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

FLAW = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
ONLY = ("--only", "bandit,detect-secrets", "--as-of", "2026-01-01")
FAKE = "canary-4711-not-real"


@pytest.fixture
def repository(target: Path) -> Path:
    return begun(target, {"old.py": FLAW})


def tree(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def test_staged(drawgate: Drawgate, repository: Path) -> None:
    """A flaw that is staged stops the commit although the tree is mended; nothing is written."""
    (repository / "shop").mkdir()
    (repository / "shop/new.py").write_text(FLAW)
    (repository / "shop/key.py").write_text(f"password = '{FAKE}'\n")
    git(repository, "add", ".")
    (repository / "shop/new.py").write_text("x = 1\n")
    (repository / "old.py").write_text(f"{FLAW}{FLAW}")
    before = tree(repository)
    words = ("scan", "--staged", *ONLY, "-f", "github", "--no-cache")
    done = subprocess.run(
        [Path(sys.executable).with_name("drawgate"), *words],
        cwd=repository,
        env={**os.environ, "XDG_CACHE_HOME": str(repository.parent / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode, done.stderr
    assert "file=shop/new.py,line=3," in done.stdout
    assert "file=shop/key.py,line=1," in done.stdout
    assert "old.py" not in done.stdout
    assert FAKE not in done.stdout + done.stderr
    assert before == tree(repository)


def test_results_of_a_staged_scan_are_kept_on_demand(drawgate: Drawgate, repository: Path) -> None:
    """The log says what was looked at; there is none for code scanning."""
    (repository / "new.py").write_text(FLAW)
    git(repository, "add", ".")
    run = drawgate("scan", repository, "--staged", *ONLY)
    verdict = run.json("verdict.json")

    assert 1 == run.code
    assert ("--staged", 1) == (verdict["target"]["partial"], verdict["target"]["files"])
    assert "target" == verdict["target"]["name"]
    assert not (run.directory / "github.sarif").exists()
    assert b"/files/" not in run.everything


@pytest.mark.parametrize("words", [("--staged",), ("--diff", "main")], ids=lambda words: words[0])
def test_a_change_without_a_flaw(
    drawgate: Drawgate, repository: Path, words: tuple[str, ...]
) -> None:
    """Nothing changed, or nothing for any scanner: that is no missing evidence."""
    git(repository, "checkout", "-q", "-b", "topic")
    assert 0 == drawgate("scan", repository, *words, *ONLY).code

    git(repository, "rm", "-q", "old.py")
    assert 0 == drawgate("scan", repository, *words, *ONLY).code

    (repository / "notes.md").write_text("fine\n")
    git(repository, "add", ".")
    assert 0 == drawgate("scan", repository, *words, *ONLY).code


def test_a_diff(drawgate: Drawgate, repository: Path) -> None:
    """A branch is stopped by its own flaw, not by one that was there before."""
    git(repository, "checkout", "-q", "-b", "topic")
    (repository / "fine.py").write_text("x = 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "fine")
    assert 0 == drawgate("scan", repository, "--diff", "main", *ONLY).code

    (repository / "new.py").write_text(FLAW)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "flawed")
    run = drawgate("scan", repository, "--diff", "main", *ONLY, "-f", "github")

    assert 1 == run.code
    assert "file=new.py,line=3," in run.out
    assert "old.py" not in run.out
    assert "--diff" == run.json("verdict.json")["target"]["partial"]


def test_what_a_manifest_includes_is_read_in_the_same_state(
    drawgate: Drawgate, repository: Path, advisories: Path
) -> None:
    """A staged manifest includes a file that did not change: its pins count as git has them."""
    (repository / "base.txt").write_text("jinja2==2.10\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "base")
    (repository / "base.txt").write_text("jinja2==3.1.6\n")
    (repository / "requirements.txt").write_text("-r base.txt\n")
    git(repository, "add", "requirements.txt")
    run = drawgate(
        "scan", repository, "--staged", "--only", "pip-audit", "--offline",
        "--advisories", advisories, "-f", "json",
    )  # fmt: skip

    assert "jinja2" in run.out
    assert "2.10" in run.out


@pytest.mark.parametrize(
    "words", [("--staged",), ("--diff", "main"), ("--files", "deps/more.txt")], ids=lambda w: w[0]
)
def test_what_an_unchanged_manifest_includes(
    drawgate: Drawgate, repository: Path, advisories: Path, words: tuple[str, ...]
) -> None:
    """A list is one by what includes it, whatever it is called: its flaw stops the change."""
    (repository / "deps").mkdir()
    (repository / "deps/more.txt").write_text("requests==2.32.0\n")
    (repository / "requirements.txt").write_text("-r deps/more.txt\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "lists")
    git(repository, "checkout", "-q", "-b", "topic")
    (repository / "deps/more.txt").write_text("# pinned\nrequests==2.19.0\n")
    git(repository, "add", ".")
    if words[0] == "--diff":
        git(repository, "commit", "-q", "-m", "older")
    run = drawgate(
        "scan", *words, "--offline", "--advisories", advisories, "--as-of", "2024-07-12",
        "-f", "github", cwd=repository,
    )  # fmt: skip

    assert 1 == run.code, run.err
    assert "file=deps/more.txt,line=2," in run.out


def test_nothing_of_the_repository_runs(drawgate: Drawgate, repository: Path) -> None:
    """The files lie in a copy, but the repository they come from is no place for programs."""
    sprung = repository.parent / "sprung"
    own = repository / "bin"
    own.mkdir()
    for name in ("bandit", "git", "detect-secrets"):
        (own / name).write_text(f"#!/bin/sh\ntouch {sprung}\n")
        (own / name).chmod(0o755)
    (repository / "new.py").write_text("x = 1\n")
    git(repository, "add", "new.py")
    run = drawgate(
        "scan", repository, "--staged", *ONLY, env={"PATH": f"{own}:{os.environ['PATH']}"}
    )

    assert 0 == run.code, run.err
    assert not sprung.exists()


def test_what_does_not_go_together(drawgate: Drawgate, repository: Path) -> None:
    """One scan looks at one change."""
    for words in (("--staged", "--diff", "main"), ("--files", "old.py", "--diff", "main")):
        run = drawgate("scan", repository, *words)

        assert 2 == run.code
        assert f"--diff: does not go with {words[0]}" in run.err


def test_the_plan_of_a_change(drawgate: Drawgate, repository: Path) -> None:
    (repository / "new.py").write_text("x = 1\n")
    git(repository, "add", ".")
    run = drawgate("plan", repository, "--staged")

    assert 0 == run.code
    assert "1 file (git)" in run.out
