"""Targets that somebody built to be run, to be missed or to hang: nothing of it works."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.machine import must_allow
from samples.repository import git

Drawgate = Callable[..., Any]

FLAW = "import subprocess\nsubprocess.call(input(), shell=True)\n"

pytestmark = pytest.mark.scanners


def commit(root: Path) -> Path:
    root.mkdir(exist_ok=True)
    git(root, "init", "-q")
    (root / "a.py").write_text(FLAW)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "x")
    return root


@pytest.fixture
def trap(tmp_path: Path) -> tuple[Path, Path]:
    """Give a file that must never come to be, and a program that would make it."""
    program = tmp_path / "evil"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    return tmp_path / "ran", program


def scan(drawgate: Drawgate, target: Path, **more: Any) -> Any:  # noqa: ANN401 - what the fixture gives
    words = ("scan", target, "--only", "bandit,detect-secrets", "--fail-on", "high", "--no-cache")
    run = drawgate(*words, **more)
    steering = [c for c in run.out + run.err if not c.isprintable() and c != "\n"]
    assert [] == steering
    return run


def flawed(run: Any) -> set[str]:  # noqa: ANN401 - see above
    """Give the files in which bandit found the planted flaw."""
    runs = {each["tool"]["driver"]["name"]: each for each in run.json("results.sarif")["runs"]}
    return {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in runs["bandit"]["results"]
        if each["ruleId"] == "B602"
    }


def not_assessed(run: Any) -> set[str]:  # noqa: ANN401 - see above
    """Give the reasons for what nobody could look at."""
    notes = [
        note["message"]["text"]
        for each in run.json("results.sarif")["runs"]
        for invocation in each["invocations"]
        for note in invocation.get("toolExecutionNotifications", ())
    ]
    return set(notes)


def test_a_module_for_every_import(
    drawgate: Drawgate, target: Path, trap: tuple[Path, Path]
) -> None:
    """No file of the target is imported or run, with the target as the current directory, too."""
    ran, program = trap
    bomb = f"open({str(ran)!r}, 'w').close()\n"
    names = (
        "bandit",
        "detect_secrets",
        "pip_audit",
        "drawgate",
        "json",
        "re",
        "click",
        "encodings",
    )
    for name in (*names, "sitecustomize", "usercustomize", "setup", "conftest", "judge"):
        (target / f"{name}.py").write_text(bomb)
    for package in ("encodings", "detect_secrets"):
        (target / package).mkdir()
        (target / package / "__init__.py").write_text(bomb)
    (target / "evil.pth").write_text(f"import os; {bomb}")
    (target / "pyvenv.cfg").write_text("home = .\n")
    for name in ("git", "bandit", "detect-secrets", "python3", "sh"):
        (target / name).write_text(program.read_text())
        (target / name).chmod(0o755)

    path = f"{target}:.:{os.environ['PATH']}"
    run = scan(drawgate, target, cwd=target, env={"PATH": path, "PYTHONPATH": ""})

    assert run.code in (0, 1), run.err
    assert not ran.exists()


@pytest.mark.parametrize("way", ["file", "link"])
def test_a_repository_that_is_elsewhere(drawgate: Drawgate, target: Path, way: str) -> None:
    """What another repository tracks hides nothing here, and what it has more is told."""
    other = commit(target.parent / "other")
    (other / "more.py").write_text(FLAW)
    git(other, "add", "-A")
    for name in ("a.py", "new.py"):
        (target / name).write_text(FLAW)
    if way == "file":
        (target / ".git").write_text(f"gitdir: {other}/.git\n")
    else:
        (target / ".git").symlink_to(other / ".git")

    run = scan(drawgate, target)

    assert {"a.py", "new.py"} == flawed(run)
    assert {"tracked by git but not in the working tree"} == not_assessed(run)


@pytest.mark.parametrize("content", [b"gitdir: /nonexistent\n", b"", b"\0\x1b[2J\xff" * 50])
def test_a_broken_pointer(drawgate: Drawgate, target: Path, content: bytes) -> None:
    """A `.git` that git can't read is an error with a way out, and no plain directory."""
    (target / "a.py").write_text(FLAW)
    (target / ".git").write_bytes(content)

    run = scan(drawgate, target)

    assert 2 == run.code
    assert "git can't read the repository" in run.err
    assert "scan a copy without its .git" in run.err


def test_a_submodule_with_traps(drawgate: Drawgate, target: Path, trap: tuple[Path, Path]) -> None:
    """It is told and not gone into, and nothing that it or `.gitmodules` names is run."""
    ran, program = trap
    commit(target)
    git(target, "submodule", "add", "-q", str(commit(target.parent / "other")), "module")
    with (target / ".git/modules/module/config").open("a") as config:
        config.write(f"[core]\n fsmonitor = {program}\n sshCommand = {program}\n")
    with (target / ".gitmodules").open("a") as modules:
        modules.write(f'[submodule "x"]\n path = y\n url = ext::{program}\n update = !{program}\n')

    run = scan(drawgate, target)

    assert {"a.py"} == flawed(run)
    assert {"a git repository inside this one (submodule); scan it on its own"} == not_assessed(run)
    assert not ran.exists()


def test_objects_of_others(drawgate: Drawgate, target: Path) -> None:
    """Alternates that lead nowhere, or to a pipe, keep nobody waiting."""
    commit(target)
    os.mkfifo(target.parent / "pipe")
    where = target / ".git/objects/info/alternates"
    where.write_text(f"{target.parent}/pipe\n/nonexistent\n")

    assert {"a.py"} == flawed(scan(drawgate, target))


@pytest.mark.parametrize("repository", [False, True])
def test_names(drawgate: Drawgate, target: Path, *, repository: bool) -> None:
    """Whatever a file is called, it is scanned; what is printed steers no terminal and no CI."""
    names = [
        *("x" * 252 + ".py", "-" * 200 + ".py", "--help.py", "a\x1b[2Jb.py", "\u202egnp.py"),
        *(";touch $HOME.py", "%s%n.py", "::error::x.py", "new\nline.py", os.fsdecode(b"\xff.py")),
    ]
    if repository:
        git(target, "init", "-q")
    for name in names:
        (target / name).write_text(FLAW)

    run = scan(drawgate, target)

    assert len(names) == len(flawed(run))
    assert "\n::error::x" not in run.out


def test_no_regular_files(
    drawgate: Drawgate, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pipes, devices and sockets are told and not opened; links and their loops, too."""
    (target / "a.py").write_text(FLAW)
    os.mkfifo(target / "pipe.py")
    os.mkfifo(target / "requirements.txt")
    monkeypatch.chdir(target)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
    if os.geteuid() == 0:
        os.mknod(target / "zero.py", 0o20600, os.makedev(1, 5))
    (target / "loop.py").symlink_to("loop.py")
    (target / "up").symlink_to("..")
    (target / "zeros.py").symlink_to("/dev/zero")

    run = scan(drawgate, target)

    assert {"a.py"} == flawed(run)
    assert {"not a regular file"} == not_assessed(run)
    assert "3 symbolic links not followed" in str(run.json("verdict.json"))


@pytest.mark.parametrize("repository", [False, True])
def test_deeper_than_a_path_can_be(drawgate: Drawgate, target: Path, *, repository: bool) -> None:
    """What no program can name is told."""
    if repository:
        git(target, "init", "-q")
    (target / "a.py").write_text(FLAW)
    script = "import os\nfor _ in range(25): os.mkdir('d' * 200); os.chdir('d' * 200)\n"
    script += "open('b.py', 'w').close()"
    subprocess.run([sys.executable, "-c", script], cwd=target, check=True)

    run = scan(drawgate, target)
    subprocess.run(["rm", "-r", "d" * 200], cwd=target, check=True)

    assert {"a.py"} == flawed(run)
    (reason,) = not_assessed(run)
    assert "File name too long" in reason


def test_what_can_not_be_written_to(drawgate: Drawgate, target: Path) -> None:
    """A scan reads. On a file system that is read-only it is the same scan."""
    commit(target)
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && "$@"'
    before = ("unshare", "--mount", "--map-root-user", "sh", "-ec", script, str(target))
    must_allow("mount anything", *before)

    assert {"a.py"} == flawed(scan(drawgate, target, before=before))
