"""What a change brought in: against a commit, a log and a file that people commit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import begun, git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

FLAW = "import subprocess\n\n\ndef run(x):\n    subprocess.call(x, shell=True)\n"
NEW = "\n\ndef fresh(x):\n    subprocess.call(x, shell=True)\n"
SCAN = ("scan", "--only", "bandit", "--policy", "pull-request", "--as-of", "2026-01-01", "-q")


@pytest.fixture
def repository(target: Path) -> Path:
    return begun(target, {"old.py": FLAW})


def states(done: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - conftest's Run
    runs = done.json("results.sarif")["runs"]
    return [
        (
            r["baselineState"],
            r["ruleId"],
            r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        )
        for run in runs
        for r in run["results"]
    ]


def test_moved_code_is_not_new_and_a_new_flaw_is(drawgate: Drawgate, repository: Path) -> None:
    git(repository, "mv", "old.py", "new.py")
    (repository / "new.py").write_text(f"# more\n\n{FLAW}")
    git(repository, "commit", "-q", "-a", "-m", "renamed")

    moved = drawgate(*SCAN, repository, "--baseline", "main~1")
    (repository / "new.py").write_text(f"# more\n\n{FLAW}{NEW}")
    more = drawgate(*SCAN, repository, "--baseline", "main~1")

    assert 0 == moved.code, moved.err
    assert 1 == more.code
    assert {"updated"} == {
        state for state, _, _ in states(moved) if state != "new"
    } or moved.code == 0
    assert ("new", "B602", "new.py") in states(more)
    assert 1 == sum(state == "new" for state, _, _ in states(more))


def test_a_file_that_is_committed_does_the_same_as_the_commit(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """So does the log; and a scan beside itself changes nothing."""
    first = drawgate(*SCAN, repository, "--baseline", "main")
    log, file = tmp_path / "first.sarif", tmp_path / "baseline.json"
    log.write_bytes((first.directory / "results.sarif").read_bytes())
    assert 0 == drawgate("report", log, "-f", "baseline", "-o", file).code

    for baseline in (log, file):
        again = drawgate(*SCAN, repository, "--baseline", baseline)
        assert 0 == again.code, again.err
        assert states(first) == states(again)
        assert {"unchanged"} == {state for state, _, _ in states(again)}


def test_two_logs_are_told_apart(drawgate: Drawgate, repository: Path, tmp_path: Path) -> None:
    old, new, out = (tmp_path / name for name in ("old.sarif", "new.sarif", "out.sarif"))
    for place, text in (
        (old, FLAW),
        (new, FLAW.replace("x, shell=True", "x") + NEW.replace("(x,", "('ls' + x,")),
    ):
        (repository / "old.py").write_text(text)
        done = drawgate(*SCAN, repository)
        place.write_bytes((done.directory / "results.sarif").read_bytes())

    told = drawgate("diff", old, new, "--repo", repository, "-o", out, "--json")
    facts = json.loads(told.out)
    (gone,) = (each for each in facts["findings"] if each["state"] == "absent")

    assert 0 == told.code, told.err
    assert "B602" in {each["rule"] for each in facts["findings"]}
    assert 0 == drawgate("validate", out).code
    assert 0 == drawgate("gate", out, "--policy", "default", "--fail-on", "critical").code
    explained = drawgate("explain", gone["id"][:13], out)
    assert "absent: the baseline had it" in explained.out


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nowhere", "is no commit of this repository"),
        ("nowhere.sarif", "there is no such file"),
        ("--upload-pack=x", "is no commit of this repository"),
    ],
)
def test_a_baseline_that_is_not_there_is_an_error(
    drawgate: Drawgate, repository: Path, named: str, said: str
) -> None:
    done = drawgate(*SCAN, repository, f"--baseline={named}")

    assert 2 == done.code
    assert said in done.err
    assert not list(done.directory.glob("*"))


def test_what_the_last_scan_wrote_is_a_baseline(drawgate: Drawgate, repository: Path) -> None:
    """It is read before the results of this scan take its place."""
    before = drawgate(*SCAN, repository)
    (repository / "old.py").write_text(FLAW + NEW)
    after = drawgate(*SCAN, repository, "--baseline", before.directory / "results.sarif")

    assert 1 == after.code, after.err
    assert [("new", "B602", "old.py")] == [each for each in states(after) if each[0] == "new"]


def test_a_tag_called_like_the_base_is_refused(drawgate: Drawgate, repository: Path) -> None:
    """Also beside a file of that name: nothing of the three is taken."""
    git(repository, "switch", "-q", "-c", "change")
    (repository / "old.py").write_text(FLAW + NEW)
    git(repository, "commit", "-q", "-a", "-m", "a flaw")
    git(repository, "tag", "main")
    codes = [drawgate(*SCAN, ".", "--baseline", "main", cwd=repository).code]
    (repository / "main").write_text("{}")
    codes.append(drawgate(*SCAN, ".", "--baseline", "main", cwd=repository).code)

    assert [2, 2] == codes


def test_a_change_does_not_judge_itself_by_a_file_called_like_the_base(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """A file `main` that lists the new flaw as known is not what `--baseline main` means."""
    git(repository, "switch", "-q", "-c", "change")
    (repository / "old.py").write_text(FLAW + NEW)
    drawgate(*SCAN, repository)
    log = tmp_path / "results/results.sarif"
    assert 0 == drawgate("report", log, "-f", "baseline", "-o", repository / "main").code
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "a flaw, and a baseline that knows it")

    codes = [
        drawgate(*SCAN, ".", "--baseline", named, cwd=repository).code
        for named in ("main", "refs/heads/main", "./main")
    ]

    assert codes == [2, 1, 0]


def test_an_id_that_is_nearly_one_is_suggested(drawgate: Drawgate, repository: Path) -> None:
    done = drawgate(*SCAN, repository)
    log = done.directory / "results.sarif"
    (one, *_) = (r for run in done.json("results.sarif")["runs"] for r in run["results"])
    known = one["correlationGuid"]

    for mistyped in (f"{known[:-1]}x", f"x{known[1:]}", known.upper()):
        wrong = drawgate("explain", mistyped, log)

        assert 2 == wrong.code
        assert f"did you mean {known}?" in wrong.err


def test_first_seen_goes_from_log_to_log(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """The day of the baseline's scan for what it had, today for what is new; bytes are equal."""
    first = drawgate(*SCAN, repository)
    kept = tmp_path / "kept.sarif"
    kept.write_bytes((first.directory / "results.sarif").read_bytes())
    assert b"firstDetectionTimeUtc" not in kept.read_bytes()
    (repository / "old.py").write_text(f"{FLAW}{NEW}")
    later = (*SCAN[:-2], "2026-02-02", "-q", repository, "--baseline", kept)

    second = drawgate(*later)
    written = (second.directory / "results.sarif").read_bytes()
    drawgate(*later)

    assert written == (second.directory / "results.sarif").read_bytes()
    seen = {
        (r["baselineState"], r["provenance"]["firstDetectionTimeUtc"])
        for run in json.loads(written)["runs"]
        for r in run.get("results", ())
    }
    assert {("unchanged", "2026-01-01T00:00:00Z"), ("new", "2026-02-02T00:00:00Z")} == seen
