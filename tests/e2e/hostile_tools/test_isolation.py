"""What a scanner gets to see of the machine, and what it leaves behind: nothing."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.core.attempt import Attempt, Failed, Ran
from drawgate.run.launch import landlock_abi
from samples.machine import processes_with

Scan = Callable[..., Attempt]

_LANDLOCK = landlock_abi()
fenced = pytest.mark.skipif(_LANDLOCK < 3, reason="the kernel has no Landlock for truncation")
signals_fenced = pytest.mark.skipif(_LANDLOCK < 6, reason="its Landlock knows no signals")

CLEAN = """echo '{"looked_at": ["a.py"], "findings": []}'"""


def unique_seconds() -> str:
    """Give a time to sleep that no other process of this machine sleeps."""
    return f"3{os.getpid()}.{time.monotonic_ns()}"


@pytest.mark.parametrize(
    "daemon",
    [
        "sleep {} & ",
        "(setsid sleep {} &)",
        "(setsid sh -c 'sleep {} & sleep {}' &)",
        "(env -i setsid sleep {} &)",
        "setsid env -i setsid sleep {} & sleep 0.2;",
    ],
)
@pytest.mark.parametrize("last", [CLEAN, "sleep 60", "exit 3"])
def test_no_daemon_survives(scan: Scan, daemon: str, last: str) -> None:
    """Whoever slips away from a scanner, by whatever trick, is gone when the scan is."""
    seconds = unique_seconds()

    attempt = scan(f"{daemon.replace('{}', seconds)}\n{last}", timeout=0.5)

    assert isinstance(attempt, Ran if last == CLEAN else Failed)
    assert [] == processes_with(seconds)


def test_other_peoples_children_are_left_alone(scan: Scan) -> None:
    """Only what a scanner has started is ended, never a child of the program around us."""
    seconds = unique_seconds()
    pid = os.posix_spawnp("sleep", ["sleep", seconds], os.environ, setsid=True)
    try:
        scan(CLEAN)

        assert [str(pid)] == processes_with(seconds)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def test_environment_is_a_short_list(scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of a CI job, and everything else that was not chosen, stay outside."""
    monkeypatch.setenv("DEPLOY_TOKEN", "planted")
    monkeypatch.setenv("PYTHONPATH", "/planted")
    monkeypatch.setenv("GIT_DIR", "/planted")
    monkeypatch.setenv("HTTPS_PROXY", "http://planted")
    monkeypatch.setenv("DRAWGATE_IDENTITY_KEY", "planted")

    attempt = scan(f"env >&2; {CLEAN}; exit 9")

    assert "planted" not in attempt.error
    expected = {
        *("DRAWGATE_ATTEMPT", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_OPTIONAL_LOCKS"),
        *("GIT_ALLOW_PROTOCOL", "GIT_CONFIG_COUNT", "GIT_NO_LAZY_FETCH", "GIT_TERMINAL_PROMPT"),
        *(f"GIT_CONFIG_{part}_{number}" for part in ("KEY", "VALUE") for number in range(5)),
        *("HOME", "LANG", "LC_ALL", "NO_COLOR", "NO_PROXY", "PATH", "PWD", "PYTHONHASHSEED"),
        *("PYTHONNOUSERSITE", "PYTHONSAFEPATH", "TERM", "TMPDIR", "TZ", "XDG_CACHE_HOME"),
        *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "no_proxy"),
    }
    names = {word.split("=")[0] for word in attempt.error.split() if "=" in word}
    assert expected == names - {"OLDPWD", "SHLVL", "_"}  # which some shells add


def test_git_runs_nothing_of_the_target(scan: Scan, target: Path) -> None:
    """A scanner that asks git about the target does not start what its configuration names."""
    traps = f"""
    git init -q {target} && cd {target} && git add a.py
    git config core.fsmonitor "touch {target}/ran; false"
    git config core.hooksPath {target}/hooks
    git config protocol.ext.allow always
    mkdir hooks && printf '#!/bin/sh\ntouch {target}/ran\n' > hooks/post-checkout
    chmod +x hooks/post-checkout
    """
    subprocess.run(["/bin/sh", "-ec", traps], check=True)
    asked = f"""
    git status >&2; git checkout -q -b other >&2
    git ls-remote "ext::touch {target}/ran" 2>&1 | grep -q "not allowed" || exit 8
    {CLEAN}
    """

    attempt = scan(asked, inputs=lambda _: ("a.py",))

    assert isinstance(attempt, Ran), attempt
    assert not (target / "ran").exists()


def test_everything_to_write_to_is_private_and_empty(scan: Scan, target: Path) -> None:
    """HOME and its like are empty, outside the target, and ours alone."""
    script = f"""
    for folder in "$HOME" "$TMPDIR" "$XDG_CACHE_HOME" "$XDG_CONFIG_HOME"; do
        [ -w "$folder" ] && [ -z "$(ls -A "$folder")" ] || exit 7
        case "$folder" in {target}*) exit 8;; esac
        mkdir -m 000 "$folder/locked"
    done
    {CLEAN}
    """

    assert isinstance(scan(script), Ran)


@fenced
@pytest.mark.parametrize(
    "deed",
    [
        "echo x > {target}/new",
        "echo x > {target}/a.py",
        "echo x >> {target}/a.py",
        "truncate -s 0 {target}/a.py",
        "rm {target}/a.py",
        "mkdir {target}/new",
        "ln -s /etc {target}/new",
        "mkfifo {target}/new",
        "mv {target}/a.py {target}/b.py",
        "ln {target}/a.py $TMPDIR/a.py && echo x > $TMPDIR/a.py",
        "mv {target}/a.py $TMPDIR/",
        "echo x > {target}/../beside",
    ],
)
def test_nothing_is_written_elsewhere(scan: Scan, target: Path, deed: str) -> None:
    """A scanner can change its own directory, and neither the target nor anything beside it."""
    words = deed.replace("{target}", str(target))

    attempt = scan(f"({words}) 2>/dev/null && exit 7; {CLEAN}")

    assert isinstance(attempt, Ran), attempt
    assert ["a.py"] == [path.name for path in target.iterdir()]
    assert "x = 1\n" == (target / "a.py").read_text()
    assert not (target.parent / "beside").exists()


@signals_fenced
def test_nobody_outside_is_signalled(scan: Scan) -> None:
    """A scanner can end its own children, but not us, nor anything else of the same user."""
    script = f"""
    kill -0 $PPID 2>/dev/null && exit 7
    kill -0 -{os.getpgrp()} 2>/dev/null && exit 8
    sleep 60 & kill $! || exit 9
    {CLEAN}
    """

    attempt = scan(script)

    assert isinstance(attempt, Ran), attempt


def test_target_is_left_as_it_was(scan: Scan, target: Path) -> None:
    """We create, touch and remove nothing there."""
    before = {path: path.stat().st_mtime_ns for path in (target, target / "a.py")}

    scan(CLEAN)

    assert before == {path: path.stat().st_mtime_ns for path in (target, *target.iterdir())}


def test_input_and_terminal_are_closed(scan: Scan) -> None:
    """A scanner that asks a question gets no answer, from a file or a terminal."""
    script = f"read line && exit 7; (: < /dev/tty) 2>/dev/null && exit 8; {CLEAN}"

    assert isinstance(scan(script), Ran)


def test_no_privilege_can_be_gained(scan: Scan) -> None:
    """Programs with the set-user-id bit give a scanner nothing, and it leaves no core file."""
    script = f'grep -q "NoNewPrivs:.1" /proc/self/status && [ "$(ulimit -c)" = 0 ] && {CLEAN}'

    assert isinstance(scan(script), Ran)
