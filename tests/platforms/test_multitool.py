"""The log for code scanning before a validator that is not ours: Microsoft's, with GitHub's rules.

Its exit code is 0 whatever it finds, so its own log is read. An unknown word where SARIF has a
few makes it silent altogether: the schema is checked elsewhere, and the controls here break it
in other ways.
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Kind, Location, Region
from drawgate.core.scan import Scan, TargetFacts
from drawgate.sarif.github import prepare
from samples.findings import SHELL

pytestmark = pytest.mark.platforms

Json = dict[str, Any]
Rules = Callable[[bytes], set[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def broken_rules(multitool: tuple[Path, Path], tmp_path: Path) -> Rules:
    """Give a function that names the rules a log breaks."""
    program, chosen = multitool
    log, told = tmp_path / "upload.sarif", tmp_path / "told.sarif"

    def judge(data: bytes) -> set[str]:
        log.write_bytes(data)
        words = ["--rule-kind", "Sarif;Ghas", "--level", "Error", "--log", "ForceOverwrite"]
        words += ["--max-file-size-in-kb", "1000000", "--config", chosen, "--output", told]
        subprocess.run(
            (program, "validate", log, *words), check=True, capture_output=True, timeout=300
        )
        (run,) = json.loads(told.read_text("utf-8-sig"))["runs"]
        assert run["invocations"][0]["executionSuccessful"]
        return {one["ruleId"] for one in run.get("results", ()) if one["level"] == "error"}

    return judge


def upload(tools: int, each: int) -> dict[str, bytes]:
    """Write logs of some tools, each with some findings, one of ten without a place."""
    findings = [
        replace(
            SHELL,
            location=Location(path=f"src/{n % 31}/ä.py", line=n + 1) if n % 10 else None,
            region=Region(start_line=n + 1) if n % 10 else None,
            message=f"finding {n}",
        )
        for n in range(each)
    ]
    attempts = [
        Ran(
            subject=Subject(name=f"tool-{n:02}", kind=Kind.CODE),
            report=Report(findings=tuple(findings)),
        )
        for n in range(tools)
    ]
    scan = Scan(target=TargetFacts(name="t"), attempts=tuple(attempts), as_of="")
    return dict(prepare(scan).files)


def test_a_real_scan(broken_rules: Rules, tmp_path: Path) -> None:
    """What a scan of the sample project writes breaks no rule."""
    words = ["drawgate", "scan", ROOT / "fixtures/targets/vulnerable-shop", "--offline", "-q"]
    words += ["--advisories", ROOT / "fixtures/advisories", "--output-dir", tmp_path / "out"]
    done = subprocess.run(words, check=False, capture_output=True, timeout=300)

    assert 1 == done.returncode, done.stderr
    data = (tmp_path / "out/github.sarif").read_bytes()
    names = [run["tool"]["driver"]["name"] for run in json.loads(data)["runs"]]
    assert ["bandit", "detect-secrets", "hadolint", "pip-audit", "semgrep", "zizmor"] == names
    assert set() == broken_rules(data)


def test_many_tools(broken_rules: Rules) -> None:
    """Twenty-one tools make two files, and neither breaks a rule."""
    files = upload(tools=21, each=20)

    assert ["github.sarif", "github-2.sarif"] == list(files)
    assert [set(), set()] == [broken_rules(data) for data in files.values()]


def test_thirty_thousand_results(broken_rules: Rules) -> None:
    """What is left of thirty thousand findings breaks no rule."""
    (data,) = upload(tools=1, each=30_000).values()

    assert 5_000 == len(json.loads(data)["runs"][0]["results"])
    assert set() == broken_rules(data)


def _result(log: Json) -> Json:
    result: Json = log["runs"][0]["results"][0]
    return result


def _region(log: Json) -> Json:
    region: Json = _result(log)["locations"][0]["physicalLocation"]["region"]
    return region


def _rule(log: Json) -> Json:
    rule: Json = log["runs"][0]["tool"]["driver"]["rules"][0]
    return rule


def _uri(log: Json, uri: str) -> None:
    place = _result(log)["locations"][0]["physicalLocation"]
    place["artifactLocation"]["uri"] = uri


_CONTROLS: dict[str, tuple[Callable[[Json], object], str]] = {
    "no location": (lambda log: _result(log).pop("locations"), "GH1015"),
    "no region": (
        lambda log: _result(log)["locations"][0]["physicalLocation"].pop("region"),
        "GH1003",
    ),
    "line 0": (lambda log: _region(log).update(startLine=0), "JSON1008"),
    "a property of its own": (lambda log: _result(log).update(bogus=1), "JSON1005"),
    "an index to nothing": (lambda log: _result(log).update(ruleIndex=999), "SARIF1009"),
    "no rule": (lambda log: _result(log).pop("ruleId"), "SARIF1010"),
    "no help": (lambda log: _rule(log).pop("help"), "GH2012"),
    "no schema": (lambda log: log.pop("$schema"), "GH1013"),
    "an id for a message": (
        lambda log: _result(log).update(message={"id": "default"}),
        "GH1007",
    ),
    "an absolute place": (lambda log: _uri(log, "file:///srv/a.py"), "GH1006"),
}


@pytest.mark.parametrize(("change", "rule"), _CONTROLS.values(), ids=_CONTROLS)
def test_the_validator_finds_what_is_wrong(
    broken_rules: Rules, change: Callable[[Json], object], rule: str
) -> None:
    """A log broken in one way breaks the rule for that: silence above means something."""
    (data,) = upload(tools=1, each=2).values()
    log = json.loads(data)
    change(log)

    assert rule in broken_rules(json.dumps(log).encode())
