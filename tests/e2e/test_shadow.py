"""What a team's present tools found, beside a scan: told everywhere, and deciding nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
Json = dict[str, Any]
pytestmark = pytest.mark.scanners

SCAN = ("scan", "--only", "bandit", "--as-of", "2026-01-01", "-q")
CODE = "import subprocess\n\n\ndef run(x):\n    subprocess.call(x, shell=True)\n"
SECRET = "AKIAIOSFODNN7EXAMPLE"


def result(rule: str, uri: str, line: int) -> Json:
    place = {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}
    words = {"text": f"{rule}: {SECRET} stands there"}
    return {
        "ruleId": rule,
        "message": words,
        "locations": [{"physicalLocation": place}],
        "level": "error",
    }


def log(path: Path, **tools: list[Json]) -> Path:
    runs = [
        {"tool": {"driver": {"name": name, "version": "9"}}, "results": results}
        for name, results in tools.items()
    ]
    path.write_text(json.dumps({"version": "2.1.0", "runs": runs}))
    return path


@pytest.fixture
def other(target: Path, tmp_path: Path) -> Path:
    (target / "a.py").write_text(CODE)
    return log(
        tmp_path / "theirs.sarif",
        ruff=[result("S602", "/builds/us/a.py", 5), result("E501", "/builds/us/a.py", 1)],
        gitleaks=[result("generic-api-key", "/builds/us/gone.py", 3)],
    )


def test_a_scan_tells_it_and_judges_as_before(
    drawgate: Drawgate, target: Path, other: Path
) -> None:
    """Verdict, log and answer are the same bytes with it and without."""
    plain = drawgate(*SCAN, target)
    before = [(plain.directory / n).read_bytes() for n in ("verdict.json", "results.sarif")]
    told = drawgate(*SCAN, target, "--shadow", other)
    after = [(told.directory / n).read_bytes() for n in ("verdict.json", "results.sarif")]

    assert (plain.code, before) == (told.code, after)
    found = told.json("shadow.json")
    assert ["S602"] == [each["theirs"]["rule"] for each in found["both"]]
    reasons = {each["flaw"]["rule"]: each["reason"] for each in found["only_theirs"]}
    assert {"E501", "generic-api-key"} == set(reasons)
    assert reasons["E501"].startswith("ruff is not selected (")
    assert reasons["generic-api-key"].startswith("no scanner for secrets ran: detect-secrets is")
    for name in ("summary.md", "report.html"):
        assert "Beside other logs" in (told.directory / name).read_text()
    assert SECRET.encode() not in told.everything


def test_what_is_left_from_an_earlier_scan_goes(
    drawgate: Drawgate, target: Path, other: Path
) -> None:
    drawgate(*SCAN, target, "--shadow", other)

    assert not (drawgate(*SCAN, target).directory / "shadow.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": "2.1.0"}', "\x1f\x8b"])
def test_a_broken_log_ends_it_before_anything_is_lost(
    drawgate: Drawgate, target: Path, other: Path, tmp_path: Path, text: str
) -> None:
    """The answer is 2 with the file's name, and the results of the last scan stay."""
    before = (drawgate(*SCAN, target).directory / "results.sarif").read_bytes()
    broken = tmp_path / "broken.sarif"
    broken.write_text(text)
    done = drawgate(*SCAN, target, "--shadow", other, "--shadow", broken)

    assert 2 == done.code
    assert str(broken) in done.err
    assert before == (done.directory / "results.sarif").read_bytes()


def test_two_logs_without_a_scan(
    drawgate: Drawgate, target: Path, other: Path, tmp_path: Path
) -> None:
    mine = drawgate(*SCAN, target).directory / "results.sarif"
    words = ("diff", "--shadow", mine, other)
    shown, short, facts = (drawgate(*words, *more) for more in ((), ("-q",), ("--json",)))

    assert (0, 0, 0) == (shown.code, short.code, facts.code)
    assert "1 flaw in both, 2 only theirs, 1 only ours\n" == short.out
    assert "Only theirs:" in shown.out
    assert ["both", "known", "logs", "notes", "only_ours", "only_theirs"] == sorted(
        json.loads(facts.out)
    )
    assert [SECRET in each.out for each in (shown, short, facts)] == [False] * 3
    missing = drawgate("diff", "--shadow", mine, tmp_path / "none.sarif")
    assert 2 == missing.code
    assert "Traceback" not in missing.err


@pytest.mark.parametrize(
    "words",
    [("--shadow",), ("--shadow", "a"), ("a",), ("a", "b", "c"), ("--shadow", "a", "b", "-o", "c")],
)
def test_logs_that_are_missing_or_too_many(drawgate: Drawgate, words: tuple[str, ...]) -> None:
    done = drawgate("diff", *words)

    assert 2 == done.code
    assert done.err.startswith("drawgate: ")
    assert "Traceback" not in done.err
