"""The launcher, on its own: it sets limits and becomes the tool, or says why it can't."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from drawgate.run import launch

LAUNCHER = Path(launch.__file__)


def start(refusal: Path, settings: str, *argv: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-S", str(LAUNCHER), str(refusal), settings, *argv]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)


def test_limits_reach_the_tool(tmp_path: Path) -> None:
    """Each limit is set; CPU time has a soft one for SIGXCPU and a hard one behind it."""
    settings = f"parent={os.getpid()},NOFILE=64,CORE=0,FSIZE=1048576,CPU=7,AS=1073741824"

    names = ("NOFILE", "CORE", "FSIZE", "CPU", "AS")
    code = f"import resource as r\nfor n in {names}: print(*r.getrlimit(getattr(r, 'RLIMIT_' + n)))"

    done = start(tmp_path / "refusal", settings, sys.executable, "-c", code)

    expected = ["64 64", "0 0", "1048576 1048576", "7 8", "1073741824 1073741824"]
    assert expected == done.stdout.splitlines()
    assert not (tmp_path / "refusal").exists()


def test_lower_limits_stay(tmp_path: Path) -> None:
    """A limit from outside, such as a CI system's, is never raised."""
    shell = f"ulimit -n 32; exec {sys.executable} -I -S {LAUNCHER} {tmp_path / 'refusal'} "
    words = ["/bin/sh", "-c", f"{shell} parent={os.getpid()},NOFILE=64 /bin/sh -c 'ulimit -n'"]

    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert "32\n" == done.stdout


def test_processor_time(tmp_path: Path) -> None:
    """At the limit of CPU time comes SIGXCPU, which has a name, and not SIGKILL."""
    settings = f"parent={os.getpid()},CPU=1"

    done = start(tmp_path / "refusal", settings, "/bin/sh", "-c", "while :; do :; done")

    assert -24 == done.returncode


@pytest.mark.parametrize(
    ("settings", "program", "reason"),
    [
        ("parent={us}", "/no/such/tool", "No such file or directory"),
        ("parent={us}", "/etc/passwd", "Permission denied"),
        ("parent=1", "/bin/true", "the process that started this one is gone"),
        ("parent={us},ports=x,filter=", "/bin/true", "invalid literal for int() with base 10: 'x'"),
    ],
)
def test_refusals(tmp_path: Path, settings: str, program: str, reason: str) -> None:
    """A tool that can't be started leaves a reason where no tool can leave one."""
    done = start(tmp_path / "refusal", settings.format(us=os.getpid()), program)

    assert (127, "", "") == (done.returncode, done.stdout, done.stderr)
    assert reason == (tmp_path / "refusal").read_text()


def test_signals_are_not_ignored(tmp_path: Path) -> None:
    """Python ignores SIGPIPE and SIGXFSZ; the tool starts as from a shell."""
    settings = f"parent={os.getpid()}"

    done = start(tmp_path / "refusal", settings, "/bin/sh", "-c", "grep SigIgn /proc/$$/status")

    assert "0000000000000000" == done.stdout.split()[1]


def test_tool_dies_with_us() -> None:
    """Should we be killed without a chance to clean up, the tools end as well."""
    code = (
        "import os, subprocess, sys\n"
        f"words = [sys.executable, '-I', '-S', {str(LAUNCHER)!r}, '/dev/null']\n"
        "tool = subprocess.Popen([*words, f'parent={os.getpid()}', '/bin/sleep', '60'])\n"
        "print(tool.pid, flush=True)\n"
        "tool.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as us:
        assert us.stdout is not None
        tool = Path(f"/proc/{us.stdout.readline().strip()}/comm")
        while tool.read_text() != "sleep\n":
            time.sleep(0.01)
        us.kill()

    for _ in range(500):
        if not tool.exists() or "Z" in (tool.parent / "stat").read_text().split(")")[1].split()[0]:
            break
        time.sleep(0.01)
    else:
        raise AssertionError("the tool lives on")


def test_cost(tmp_path: Path) -> None:
    """Starting a tool through the launcher costs at most 25 ms of CPU time."""
    used = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start(tmp_path / "refusal", f"parent={os.getpid()}", "/bin/true")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    assert min(used) <= 0.025
