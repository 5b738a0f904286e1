"""The hook, installed and run by the real pre-commit, in a repository that is thrown away."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from samples.repository import NAME

pytestmark = pytest.mark.platforms

FLAW = "import subprocess\n\nsubprocess.call('ls ' + input(), shell=True)\n"
FAKE = "AKIA" + "NOTREALNOTREAL47"
Git = Callable[..., subprocess.CompletedProcess[str]]


def git(
    root: Path, *words: str, env: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", *NAME, *words],
        cwd=root,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def committed(root: Path, *words: str) -> None:
    done = git(root, *words)
    assert 0 == done.returncode, done.stderr


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment in which pre-commit and the hook keep their things apart from ours."""
    place = tmp_path_factory.mktemp("cache")
    return {
        "PRE_COMMIT_HOME": f"{place}/pre-commit",
        "XDG_CACHE_HOME": f"{place}/cache",
        "PRE_COMMIT_ALLOW_NO_CONFIG": "0",
    }


@pytest.fixture
def repository(
    tmp_path: Path, source: Path, programs: Path, cache: dict[str, str]
) -> tuple[Path, Git]:
    """Give a repository with the hook installed, and git with its environment."""
    root = tmp_path / "repository"
    root.mkdir()
    committed(root, "init", "-q", "-b", "main")
    revision = git(source, "rev-parse", "HEAD").stdout.strip()
    (root / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {source}\n  rev: {revision}\n  hooks: [{{id: drawgate}}]\n"
    )
    (root / "old.py").write_text(FLAW)
    committed(root, "add", ".")
    committed(root, "commit", "-q", "-m", "first")
    env = {**cache, "PATH": f"{programs}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["pre-commit", "install", "--install-hooks"],
        cwd=root,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert 0 == done.returncode, done.stdout + done.stderr

    def ask(*words: str) -> subprocess.CompletedProcess[str]:
        return git(root, *words, env=env)

    return root, ask


def entries(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()}


def test_a_flaw_and_a_secret_stop_a_commit(repository: tuple[Path, Git]) -> None:
    """Both are named with their places, the secret is not shown, and nothing is left behind."""
    root, ask = repository
    (root / "new.py").write_text(FLAW)
    (root / "key.py").write_text(f"key = '{FAKE}'\n")
    before = entries(root)
    ask("add", ".")
    done = ask("commit", "-m", "flawed")

    assert 1 == done.returncode
    assert "new.py:3" in done.stderr
    assert "key.py:1" in done.stderr
    assert "old.py" not in done.stderr
    assert FAKE not in done.stdout + done.stderr
    assert before == entries(root)


def test_what_is_staged_counts(repository: tuple[Path, Git]) -> None:
    """Mended in the tree and not staged is not mended; flawed and not staged stops nobody."""
    root, ask = repository
    (root / "new.py").write_text(FLAW)
    ask("add", ".")
    (root / "new.py").write_text("x = 1\n")
    assert 1 == ask("commit", "-m", "flawed").returncode

    ask("add", ".")
    (root / "new.py").write_text(FLAW)
    assert 0 == ask("commit", "-m", "fine").returncode
    assert FLAW == (root / "new.py").read_text()


def test_commit_all(repository: tuple[Path, Git]) -> None:
    """`git commit -a` stages by itself: its index is looked at."""
    root, ask = repository
    (root / "old.py").write_text(f"{FLAW}x = 1\n")

    done = ask("commit", "-a", "-m", "flawed")

    assert 1 == done.returncode
    assert "old.py:3" in done.stderr


def test_a_commit_without_anything_to_look_at(repository: tuple[Path, Git]) -> None:
    """A removed file, a picture, a note: the commit goes through."""
    root, ask = repository
    (root / "dot.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (root / "notes.md").write_text("fine\n")
    ask("rm", "-q", "old.py")
    ask("add", ".")
    done = ask("commit", "-m", "fine")

    assert 0 == done.returncode, done.stderr


def test_all_files(repository: tuple[Path, Git]) -> None:
    """`pre-commit run --all-files` looks at all of them, and is no empty promise."""
    _, ask = repository
    done = ask("-c", "alias.all=!pre-commit run --all-files", "all")

    assert 0 != done.returncode
    assert "old.py:3" in done.stdout + done.stderr


def test_no_file_is_an_option(repository: tuple[Path, Git]) -> None:
    """A file can't switch the gate off by its name."""
    root, ask = repository
    for name in ("--exit-zero", "--no-gate", "-q"):
        (root / name).write_text("x\n")
    (root / "new.py").write_text(FLAW)
    ask("add", "--", ".")
    done = ask("commit", "-m", "flawed")

    assert 1 == done.returncode
    assert "new.py:3" in done.stderr


def test_a_small_commit_is_quick(repository: tuple[Path, Git]) -> None:
    """Three seconds at most, pre-commit's own work and git's included; the best of three counts."""
    root, ask = repository
    took = []
    for number in range(3):
        (root / "new.py").write_text(f"x = {number}\n")
        ask("add", ".")
        begun = time.monotonic()
        assert 0 == ask("commit", "-m", "fine").returncode
        took.append(time.monotonic() - begun)

    assert min(took) <= 3, took
