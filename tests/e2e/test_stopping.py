"""Stopping the whole program at any moment: an exit code of the contract, and no traces."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("drawgate")
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 143}

pytestmark = pytest.mark.scanners


class Scan:
    """A scan with the real scanners, in a process group of its own."""

    def __init__(self, root: Path) -> None:
        self.place, self.results = root / "temporary", root / "results"
        self.place.mkdir()
        (root / "target").mkdir()
        for number in range(40):
            text = "import subprocess\n" + "subprocess.call(input(), shell=True)\n" * 300
            (root / "target" / f"f{number}.py").write_text(text)
        self.process = subprocess.Popen(
            [PROGRAM, "scan", root / "target", "--only", "bandit,detect-secrets", "--no-cache",
             "--fail-on", "high", "--output-dir", self.results],
            env={**os.environ, "TMPDIR": str(self.place), "XDG_CACHE_HOME": str(root / "cache")},
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )  # fmt: skip

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def children(self) -> list[str]:
        """List live processes whose TMPDIR is a private directory of this scan."""
        needle = f"TMPDIR={self.place}/drawgate-".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if needle in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_text())
            except OSError:
                continue
        return found

    def traces(self) -> list[str]:
        """List what is left: processes, temporary files, drafts of results."""
        drafts = [path for path in self.results.rglob("*") if re.search(r"\.tmp|draft", path.name)]
        return [*self.children(), *map(str, self.place.iterdir()), *map(str, drafts)]


@pytest.fixture
def scan(tmp_path: Path) -> Iterator[Scan]:
    scan = Scan(tmp_path)
    yield scan
    scan.process.kill()
    scan.process.communicate()


@pytest.mark.parametrize("number", CODES)
@pytest.mark.parametrize("moment", [0.4, 0.7, 1.0, 1.5, 2.5])
def test_a_signal_at_any_moment(scan: Scan, number: signal.Signals, moment: float) -> None:
    """Whatever it is doing, it ends soon, says why, and leaves nothing; so does a second signal."""
    time.sleep(moment)
    began = time.monotonic()
    scan.process.send_signal(number)
    time.sleep(0.002)
    scan.process.send_signal(number)

    code, _, err = scan.end()

    assert code in (CODES[number], 1, -number), err  # it may have been done, or not have begun
    assert "Traceback" not in err or code == -number
    assert time.monotonic() - began < 10
    assert [] == scan.traces()


def test_killed(scan: Scan) -> None:
    """Even SIGKILL in the middle of the work leaves nothing, a moment later."""
    while not scan.children():
        time.sleep(0.01)
    scan.process.kill()
    scan.end()

    for _ in range(1000):
        if not scan.traces():
            return
        time.sleep(0.01)
    raise AssertionError(scan.traces())


def test_suspended_and_continued(scan: Scan) -> None:
    """Ctrl-Z and `fg` change nothing about the answer."""
    while not scan.children():
        time.sleep(0.01)
    os.killpg(scan.process.pid, signal.SIGSTOP)  # in a session of its own SIGTSTP is not heard
    time.sleep(2)
    assert scan.process.poll() is None
    os.killpg(scan.process.pid, signal.SIGCONT)

    code, out, err = scan.end()

    assert 1 == code, err
    assert "B602" in out
    assert [] == scan.traces()
