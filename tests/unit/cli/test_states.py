"""States on the command line: the verdict of a log tells the baseline, and a lie is refused."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

Json = dict[str, Any]


def drawgate(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from drawgate.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, text=True)


def log(path: Path, version: str, *lines: int) -> Path:
    results = [
        {
            "ruleId": "B602",
            "message": {"text": f"m{line}"},
            "level": "error",
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "a.py"},
                        "region": {"startLine": line},
                    }
                }
            ],
            "partialFingerprints": {"drawgate/lineText/v1": f"line {line}"},
        }
        for line in lines
    ]
    tool = {"driver": {"name": "bandit", "version": version}}
    run = {"tool": tool, "results": results, "invocations": [{"executionSuccessful": True}]}
    path.write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    return path


@pytest.fixture
def compared(tmp_path: Path) -> tuple[Path, Path]:
    old, out = log(tmp_path / "old.sarif", "1.0", 3, 5), tmp_path / "out.sarif"
    assert (
        drawgate("diff", old, log(tmp_path / "new.sarif", "1.1", 5, 9), "-o", out).returncode == 0
    )
    return old, out


def test_the_verdict_of_a_log_says_with_what_it_was_compared(compared: tuple[Path, Path]) -> None:
    """Name, digest, versions that differ, warnings, and numbers that add up; the same twice."""
    old, out = compared
    first, again = (drawgate("gate", out, "-o", "-", "--as-of", "2026-01-01") for _ in range(2))
    verdict = json.loads(first.stdout)
    facts = verdict["baseline"]

    assert first.stdout == again.stdout
    assert (str(old), "", sha256(old.read_bytes()).hexdigest()) == (
        facts["source"],
        facts["ref"],
        facts["digest"],
    )
    assert [{"tool": "bandit", "before": "1.0", "now": "1.1"}] == facts["tools"]
    assert ["bandit was 1.0 in the baseline and is 1.1 now: what is new may be its rules"] == [
        each for each in facts["warnings"] if "bandit" in each
    ]
    known = facts["unchanged"] + facts["updated"]
    assert verdict["totals"]["findings"] == facts["new"] + known == 2
    assert 2 == known + facts["absent"]


@pytest.mark.parametrize(
    ("key", "value", "place"),
    [
        ("tools", "bandit", "tools"),
        ("tools", [{"tool": 5}], "tools[0]"),
        ("tools", [[]], "tools[0]"),
        ("warnings", [None], "warnings[0]"),
        ("digest", {}, "digest"),
        ("ref", ["x"], "ref"),
        ("source", None, "source"),
    ],
)
def test_a_hostile_baseline_is_an_error_with_its_place(
    compared: tuple[Path, Path], key: str, value: object, place: str
) -> None:
    _, out = compared
    document = json.loads(out.read_text())
    document["runs"][0]["properties"]["drawgate/baseline"][key] = value
    out.write_text(json.dumps(document))
    done = drawgate("gate", out)

    assert 2 == done.returncode
    assert f"$.runs[0].properties.drawgate/baseline.{place}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_log_without_the_newer_facts_is_read(compared: tuple[Path, Path]) -> None:
    _, out = compared
    document = json.loads(out.read_text())
    facts = document["runs"][0]["properties"]["drawgate/baseline"]
    for key in ("digest", "tools", "warnings"):
        del facts[key]
    out.write_text(json.dumps(document))

    told = json.loads(drawgate("gate", out, "-o", "-").stdout)["baseline"]
    assert ("", [], []) == (told["digest"], told["tools"], told["warnings"])


def test_another_tools_states_are_told_without_a_name(tmp_path: Path) -> None:
    """It says what is new, and not since when."""
    path = log(tmp_path / "a.sarif", "1", 3, 5)
    document = json.loads(path.read_text())
    results = document["runs"][0]["results"]
    results[0]["baselineState"], results[1]["baselineState"] = "new", "absent"
    path.write_text(json.dumps(document))
    shown = " ".join(drawgate("report", path).stdout.split())

    assert "1 new, 0 as before, 1 gone since its baseline" in shown
    assert "1 report: 1 finding; 1 gone since the baseline" in shown


def test_a_flaw_of_two_tools_is_one_in_a_diff(tmp_path: Path) -> None:
    """What came and what went are flaws, as in every report; JSON has each report and says so."""
    old, new = log(tmp_path / "old.sarif", "1", 3), log(tmp_path / "new.sarif", "1", 7)
    for path, flaw in ((old, "602"), (new, "301")):
        document = json.loads(path.read_text().replace("B602", f"B{flaw}"))
        (run,) = document["runs"]
        words = json.dumps(run).replace(f"B{flaw}", f"S{flaw}").replace("bandit", "ruff")
        other = json.loads(words)
        path.write_text(json.dumps({"version": "2.1.0", "runs": [run, other]}))
    shown = drawgate("diff", old, new).stdout.splitlines()
    facts = json.loads(drawgate("diff", old, new, "--json").stdout)

    assert "1 new, 0 newly disclosed, 0 unchanged, 0 updated, 1 absent" == shown[0]
    assert ["+", "-"] == [each[0] for each in shown[1:]]
    assert [False, False, True, True] == sorted(each["folded"] for each in facts["findings"])
