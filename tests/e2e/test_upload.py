"""What a scan leaves for GitHub code scanning, and when it leaves nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.sarif.validate import validate

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

_PARTIAL = "no github.sarif: only a part of the target was looked at"


@pytest.fixture
def flawed(target: Path) -> Path:
    (target / "a.py").write_text("import subprocess\nsubprocess.call('ls', shell=True)\n")
    (target / "b.py").write_text("assert True\n")
    return target


def test_a_whole_scan(drawgate: Drawgate, flawed: Path) -> None:
    """The log is there, GitHub takes it, and its name is said."""
    run = drawgate("scan", flawed, "--only", "bandit")
    data = (run.directory / "github.sarif").read_bytes()

    assert "github.sarif for code scanning" in run.err
    assert [] == validate(data, github=True)
    assert ["bandit"] == [each["tool"]["driver"]["name"] for each in json.loads(data)["runs"]]


@pytest.mark.parametrize(
    "words", [("--files", "a.py"), ("--include", "a.py")], ids=["--files", "--include"]
)
def test_a_partial_scan_leaves_no_older_log(
    drawgate: Drawgate, flawed: Path, words: tuple[str, ...]
) -> None:
    """The log of the whole scan before is gone: uploaded now, it would tell of an older state."""
    drawgate("scan", flawed, "--only", "bandit")
    run = drawgate("scan", flawed, "--only", "bandit", *words)

    assert not (run.directory / "github.sarif").exists()
    assert f"{_PARTIAL} ({words[0]})" in run.err


def test_one_file(drawgate: Drawgate, flawed: Path) -> None:
    run = drawgate("scan", flawed / "a.py", "--only", "bandit")

    assert not (run.directory / "github.sarif").exists()
    assert f"{_PARTIAL} (one file)" in run.err


def test_the_log_of_a_scan_gives_the_same_upload(drawgate: Drawgate, flawed: Path) -> None:
    """`report -f github-sarif` writes what the scan wrote, and refuses what the scan refused."""
    run = drawgate("scan", flawed, "--only", "bandit")
    written, again = run.directory / "github.sarif", flawed.parent / "again.sarif"
    drawgate("report", run.directory / "results.sarif", "-f", "github-sarif", "-o", again)
    printed = drawgate("report", run.directory / "results.sarif", "-f", "github-sarif")

    assert written.read_bytes() == again.read_bytes() == printed.out.encode()

    partial = drawgate("scan", flawed, "--only", "bandit", "--files", "a.py")
    log = partial.directory / "results.sarif"
    refused = drawgate("report", log, "-f", "github-sarif", "-o", flawed.parent / "none.sarif")

    assert 2 == refused.code
    assert "only a part of the target was looked at (--files)" in refused.err
    assert not (flawed.parent / "none.sarif").exists()


def test_what_is_left_out_is_said_everywhere(drawgate: Drawgate, tmp_path: Path) -> None:
    """A log of 5,001 findings: stderr, the verdict and the summary name the one that is missing."""
    place = {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 1}}}
    results = [
        {"ruleId": "R", "message": {"text": f"{n}"}, "locations": [place]} for n in range(5_001)
    ]
    log = tmp_path / "many.sarif"
    log.write_text(
        json.dumps(
            {
                "version": "2.1.0",
                "runs": [{"tool": {"driver": {"name": "x"}}, "results": results}],
            }
        )
    )
    run = drawgate("report", log, "-f", "github-sarif", "-o", tmp_path / "github.sarif")

    said = "warning: github.sarif leaves out 1 of 5,001 findings of x, the least severe"
    assert said in run.err
    assert 0 == run.code


def test_many_tools_of_a_log_need_several_files(drawgate: Drawgate, tmp_path: Path) -> None:
    """Each file that is needed is written beside the first; stdout can't hold two."""
    done = {"results": [], "invocations": [{"executionSuccessful": True}]}
    runs = [{"tool": {"driver": {"name": f"x{n}"}}} | done for n in range(21)]
    log, out = tmp_path / "tools.sarif", tmp_path / "up.sarif"
    log.write_text(json.dumps({"version": "2.1.0", "runs": runs}))
    written = drawgate("report", log, "-f", "github-sarif", "-o", out)
    printed = drawgate("report", log, "-f", "github-sarif")

    assert 0 == written.code
    counts = [
        len(json.loads((tmp_path / n).read_bytes())["runs"]) for n in ("up.sarif", "up-2.sarif")
    ]
    assert [20, 1] == counts
    assert 2 == printed.code
    assert "2 files are needed" in printed.err
