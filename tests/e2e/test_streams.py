"""Standard output that is full, closed, or left by its reader: no traceback, a true code."""

import shlex
import subprocess
from pathlib import Path

import pytest

from .conftest import PROGRAM

LOG = Path(__file__).parents[2] / "fixtures/sarif/codeql.sarif"
COMMANDS = (
    "--help",
    "--version",
    "scan --help",
    "plan TARGET",
    "tools list",
    "validate LOG",
    "merge LOG -o MERGED",
    "report LOG",
    "report LOG -f sarif",
    "gate LOG",
    "gate LOG -o -",
)


def shell(command: str, redirect: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell that fails where the first of a pipe fails."""
    (tmp_path / "target").mkdir()
    places = {"TARGET": tmp_path / "target", "LOG": LOG, "MERGED": tmp_path / "merged.sarif"}
    words = [str(places.get(word, word)) for word in (str(PROGRAM), *command.split())]
    line = f"set -o pipefail; {shlex.join(words)} {redirect}"
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_is_said(command: str, tmp_path: Path) -> None:
    """What could not be written is an error of the place, not a fault of ours."""
    done = shell(command, "> /dev/full", tmp_path)

    said = (
        "drawgate: stdout: can't be written: No space left on device\n"
        "  make room, or send the output elsewhere\n"
    )
    assert (2, said) == (done.returncode, done.stderr)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_who_leaves(command: str, tmp_path: Path) -> None:
    """A gate's answer stands whoever reads it; anything else ends as shells expect it."""
    done = shell(command, "| (exec <&-; sleep 2)", tmp_path)

    judges = command.startswith("gate")
    assert (1 if judges else 141, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_stdout(command: str, tmp_path: Path) -> None:
    """Nothing is printed, nothing breaks, and no file of ours takes its place."""
    done = shell(command, ">&-", tmp_path)

    assert (1 if command.startswith("gate") else 0, "") == (done.returncode, done.stderr)


def test_a_scan_keeps_its_answer_whoever_reads_it(tmp_path: Path) -> None:
    """`drawgate scan | head -1` in a pipeline is red for a red gate, and says where the rest is."""
    (tmp_path / "target").mkdir()
    (tmp_path / "target/a.py").write_text(
        "import subprocess\n\nsubprocess.call(input(), shell=True)\n"
    )
    out = tmp_path / "out"
    words = [str(PROGRAM), "scan", str(tmp_path / "target"), "--only", "bandit", "--output-dir"]
    line = f"set -o pipefail; {shlex.join([*words, str(out)])} | (exec <&-; sleep 2)"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)

    assert 1 == done.returncode
    kept = "report.html to read, results.sarif to keep, github.sarif for code scanning"
    assert done.stderr.endswith(f"wrote {out}: {kept}\n")
    assert (out / "verdict.json").is_file()


def test_a_format_that_is_named_twice_is_printed_once(tmp_path: Path) -> None:
    done = shell("report LOG -f json,json -f json", "", tmp_path)

    assert 1 == done.stdout.count("drawgate/report/v1")


@pytest.mark.parametrize("command", ["scan", "plan", "config show"])
def test_a_directory_that_is_gone(command: str, tmp_path: Path) -> None:
    """Who stands in a deleted directory is told so, and not that the fault is ours."""
    gone = tmp_path / "gone"
    gone.mkdir()

    line = f"cd {shlex.quote(str(gone))} && rmdir {shlex.quote(str(gone))} && {PROGRAM} {command}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert "drawgate: the directory you are in is gone\n" in done.stderr
