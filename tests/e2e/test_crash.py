"""A format that crashes costs neither the others nor the scan: each is on disk when it is ready."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.scanners

BROKEN = """
import {module} as broken
def crash(*_, **__):
    raise ZeroDivisionError("AKIAIOSFODNN7EXAMPLE is not a number")
broken.{name} = crash
from drawgate.cli import main
main()
"""
HTML = ("drawgate.reporting.formats.html", "render")
WORDS = "scan", "--only", "bandit", "--as-of", "2026-01-01", "--no-cache", "--no-gate"


def run(folder: Path, fault: tuple[str, str], *words: object) -> subprocess.CompletedProcess[str]:
    """Run the program with one of its functions broken."""
    (folder / "target").mkdir(exist_ok=True)
    (folder / "target/a.py").write_text("import pickle\n")
    code = BROKEN.format(module=fault[0], name=fault[1])
    own = {f"XDG_{name.upper()}_HOME": f"{folder}/{name}" for name in ("cache", "state", "data")}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        cwd=folder, env=os.environ | own, capture_output=True, check=False, timeout=120, text=True,
    )  # fmt: skip


def written(folder: Path) -> set[str]:
    return {p.name for p in (folder / "drawgate-results").iterdir() if not p.name.startswith(".")}


def test_a_report_that_crashes_leaves_all_else(tmp_path: Path) -> None:
    """The answer is 4 with the log's name, and what is printed is printed."""
    done = run(tmp_path, HTML, *WORDS, "target", "-f", "html,terminal")

    assert 4 == done.returncode
    assert {"results.sarif", "verdict.json", "summary.md", "attempts.json"} <= written(tmp_path)
    assert "report.html" not in written(tmp_path)
    assert "No rule is broken" in done.stdout
    assert "report.html, -f html: could not be made" in done.stderr
    assert "drawgate-results/results.sarif has every finding" in done.stderr
    assert "ZeroDivisionError" in done.stderr
    assert "AKIA" not in done.stderr


def test_a_view_that_crashes_leaves_log_and_verdict(tmp_path: Path) -> None:
    done = run(tmp_path, ("drawgate.reporting.view", "headline"), *WORDS, "target")

    assert 4 == done.returncode
    assert {"results.sarif", "verdict.json", "attempts.json"} <= written(tmp_path)
    assert "summary.md, report.html, -f terminal: could not be made" in done.stderr


@pytest.mark.parametrize(
    "fault", [("drawgate.policy.gate", "_totals"), ("drawgate.sarif.github", "prepare")]
)
def test_a_gate_that_crashes_leaves_the_log(tmp_path: Path, fault: tuple[str, str]) -> None:
    done = run(tmp_path, fault, *WORDS, "target")

    assert 4 == done.returncode
    assert "results.sarif" in written(tmp_path)
    assert "kept drawgate-results/results.sarif" in done.stderr


def test_a_broken_baseline_costs_no_scan(tmp_path: Path) -> None:
    """A mistake of the user's is told before anything is scanned, and takes nobody's results."""
    (tmp_path / "old.sarif").write_text("{")
    done = run(tmp_path, HTML, *WORDS, "target", "--baseline", "old.sarif")

    assert 2 == done.returncode
    assert "bandit" not in done.stderr
    assert not (tmp_path / "drawgate-results").exists()


def test_a_printed_format_that_crashes_leaves_the_next(tmp_path: Path) -> None:
    run(tmp_path, ("drawgate.policy.gate", "_none"), *WORDS, "target")
    log = tmp_path / "drawgate-results/results.sarif"
    done = run(tmp_path, HTML, "report", log, "-f", "html,markdown")

    assert 4 == done.returncode
    assert "## " in done.stdout
    assert f"{log} has every finding" in done.stderr


def test_a_template_is_not_filled_with_half_a_report(tmp_path: Path) -> None:
    """What a template is given can't be made: nothing is written, and the answer is 4."""
    run(tmp_path, ("drawgate.policy.gate", "_none"), *WORDS, "target")
    (tmp_path / "t.md.j2").write_text("{{ status }}")
    log = tmp_path / "drawgate-results/results.sarif"
    broken = ("drawgate.reporting.formats.json", "render")
    done = run(tmp_path, broken, "report", log, "--template", "t.md.j2", "-o", "out.md")

    assert 4 == done.returncode
    assert not (tmp_path / "out.md").exists()
    assert "AKIA" not in done.stderr
