"""Living with findings: waived by a command, shown everywhere, and never by the change itself."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import begun, git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

FLAW = "import subprocess\n\n\ndef run(x):\n    subprocess.call(x, shell=True)\n"
SCAN = ("scan", "--only", "bandit", "--as-of", "2026-01-01", "--no-cache")
WAIVE = ("--reason", "a demo, <b>see</b> #1", "--expires", "30d", "--as-of", "2026-01-01")
PLACE = ".drawgate/waivers.yaml"


@pytest.fixture
def repository(target: Path) -> Path:
    return begun(target, {"old.py": FLAW})


def identity(done: Any, rule: str = "B602") -> str:  # noqa: ANN401 - conftest's Run
    results = [r for run in done.json("results.sarif")["runs"] for r in run["results"]]
    return next(str(r["correlationGuid"]) for r in results if r["ruleId"] == rule)


def waive(drawgate: Drawgate, repository: Path, found: Any, *more: str) -> Any:  # noqa: ANN401
    log = found.directory / "results.sarif"
    words = ("waive", identity(found)[:8], log, *WAIVE, *more)
    return drawgate(*words, cwd=repository, env={"DRAWGATE_OWNER": "ann"})


def test_a_waived_finding_turns_the_build_green_and_is_seen_everywhere(
    drawgate: Drawgate, repository: Path
) -> None:
    before = drawgate(*SCAN, repository)
    written = waive(drawgate, repository, before)
    after = drawgate(*SCAN, repository)

    assert (before.code, written.code, after.code) == (1, 0, 0), written.err + after.err
    assert after.out.startswith("✓ PASSED")
    assert "1 finding waived" in after.out.partition("\n")[0]
    assert "1 finding waived by .drawgate/waivers.yaml of the target" in after.out
    (waiver,) = after.json("verdict.json")["waivers"]["waivers"]
    assert (waiver["standing"], waiver["findings"]) == ("in force", 1)
    for name in ("report.html", "summary.md", "results.sarif"):
        assert "b602-old-py" in (after.directory / name).read_text(), name
    assert "B602" not in (after.directory / "github.sarif").read_text().replace('"id":"B602"', "")
    assert drawgate(*SCAN, repository, "--no-waivers").code == 1


def test_the_code_that_was_approved_is_waived_and_no_other(
    drawgate: Drawgate, repository: Path
) -> None:
    waive(drawgate, repository, drawgate(*SCAN, repository))
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "waived")

    (repository / "old.py").write_text(f"# more\n\n{FLAW}")
    moved = drawgate(*SCAN, repository, "--baseline", "main")
    (repository / "old.py").write_text(FLAW.replace("call(x,", "call(input(),"))
    other = drawgate(*SCAN, repository, "--baseline", "main", "-q")

    assert moved.code == 0, moved.out
    # What is waived counts in the first line as little as in the report.
    assert "against main: 0 new, 0 newly disclosed, 1 unchanged, 0 updated, 0 absent" in moved.err
    assert other.code == 1
    (waiver,) = other.json("verdict.json")["waivers"]["waivers"]
    assert waiver["why"] == ["the code is not what was approved"]


def test_it_ends_and_a_log_is_judged_by_the_day(drawgate: Drawgate, repository: Path) -> None:
    waive(drawgate, repository, drawgate(*SCAN, repository))
    scanned = drawgate(*SCAN, repository, "--as-of", "2026-01-25")
    log = scanned.directory / "results.sarif"

    last = drawgate("gate", log, "--as-of", "2026-01-31", "-q")
    late = drawgate("gate", log, "--as-of", "2026-02-01")
    strict = drawgate("gate", log, "--as-of", "2026-01-25", "--policy", "strict", "-o", "-")

    assert "waiver b602-old-py ends on 2026-01-31, in 6 days" in " ".join(scanned.out.split())
    assert last.code == 0, last.out
    assert late.code == 1
    assert "it expired on 2026-01-31, so 1 finding counts again" in " ".join(late.out.split())
    (told,) = json.loads(strict.out)["waivers"]["waivers"]
    assert (told["standing"], told["why"]) == (
        "refused", ["nobody but its owner has approved it"],
    )  # fmt: skip


@pytest.mark.parametrize("way", ["--diff", "--baseline", "--staged"])
def test_a_change_can_not_waive_its_own_findings(
    drawgate: Drawgate, repository: Path, way: str
) -> None:
    git(repository, "switch", "-q", "-c", "change")
    (repository / "new.py").write_text(FLAW)
    waiver = (
        "apiVersion: drawgate/v1\nwaivers:\n- id: all\n  match: {rule: '*', paths: '**'}\n"
        "  type: accepted\n  reason: trust me\n  owner: eve\n  created: 2026-01-01\n"
        "  expires: 2026-02-01\n  severity: critical\n"
    )
    (repository / ".drawgate").mkdir()
    (repository / PLACE).write_text(waiver)
    git(repository, "add", ".")
    if way != "--staged":
        git(repository, "commit", "-q", "-m", "sneaky")
    words = (way,) if way == "--staged" else (way, "main")

    out = repository.parent / "out"
    done = drawgate(*SCAN, repository, *words, "--output-dir", out)

    assert done.code == 1, done.out + done.err
    assert "this change would newly waive" in done.out
    assert "the base commit" not in done.err
    git(repository, "commit", "-q", "--allow-empty", "-m", "merged")
    git(repository, "branch", "-q", "-f", "main", "change")
    merged = drawgate(*SCAN, repository, "--baseline", "main", "-q")
    assert merged.code == 0, "merged, it counts"


def test_what_a_change_leaves_out_of_the_waivers_counts_still(
    drawgate: Drawgate, repository: Path
) -> None:
    waive(drawgate, repository, drawgate(*SCAN, repository))
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "waived")
    (repository / PLACE).unlink()

    done = drawgate(*SCAN, repository, "--baseline", "main", "-q")

    assert done.code == 0, "the base commit's waivers judge, whatever the change does to them"


def test_waivers_of_one_log_excuse_nothing_of_another(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """Also where both are of one commit, and whichever comes first."""
    waive(drawgate, repository, drawgate(*SCAN, repository))
    logs = [tmp_path / name for name in ("waived.sarif", "bare.sarif", "both.sarif")]
    for log, more in zip(logs, ((), ("--no-waivers",)), strict=False):
        done = drawgate(*SCAN, repository, *more)
        log.write_bytes((done.directory / "results.sarif").read_bytes())

    codes = []
    for order in (logs[:2], logs[1::-1], [logs[0], logs[0]]):
        drawgate("merge", *order, "-o", logs[2])
        codes.append(drawgate("gate", logs[2], "--as-of", "2026-01-01", "-q").code)

    assert codes == [1, 1, 0]


def test_what_was_taken_back_excuses_nobody_who_left_before(
    drawgate: Drawgate, repository: Path
) -> None:
    """A branch that starts from an old commit is judged by the waivers of today."""
    waive(drawgate, repository, drawgate(*SCAN, repository), "--by", "rule")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "waived")
    git(repository, "switch", "-q", "-c", "change")
    (repository / "old.py").write_text(f"{FLAW}{FLAW.replace('run', 'more')}")
    git(repository, "commit", "-q", "-a", "-m", "one more of it")
    before = drawgate(*SCAN, repository, "--diff", "main")
    git(repository, "switch", "-q", "main")
    git(repository, "rm", "-q", PLACE)
    git(repository, "commit", "-q", "-m", "taken back")
    git(repository, "switch", "-q", "change")
    after = drawgate(*SCAN, repository, "--diff", "main")

    assert (before.code, after.code) == (0, 1), before.out + after.out
    assert "would newly waive" not in after.out


@pytest.mark.parametrize("command", ["scan", "waivers", "waive"])
def test_a_pipe_in_the_place_of_waivers_keeps_nobody_waiting(
    drawgate: Drawgate, repository: Path, command: str
) -> None:
    found = drawgate(*SCAN, repository)
    (repository / ".drawgate").mkdir()
    os.mkfifo(repository / PLACE)

    if command == "waive":
        done = waive(drawgate, repository, found)
    else:
        done = drawgate(*(SCAN if command == "scan" else ("waivers",)), cwd=repository)

    assert done.code == 2
    assert PLACE in done.err


@pytest.mark.parametrize("link", [".drawgate", PLACE])
def test_waivers_behind_a_link_are_an_error(
    drawgate: Drawgate, repository: Path, link: str, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "waivers.yaml").write_text("apiVersion: drawgate/v1\nwaivers: []\n")
    place = repository / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(elsewhere if link == ".drawgate" else elsewhere / "waivers.yaml")

    done = drawgate(*SCAN, repository)

    assert done.code == 2
    assert PLACE in done.err
    assert "--waivers" in done.err


def test_a_broken_file_stops_before_anything_is_scanned(
    drawgate: Drawgate, repository: Path
) -> None:
    (repository / ".drawgate").mkdir()
    (repository / PLACE).write_text("apiVersion: drawgate/v1\nwaivers:\n- id: x\n  mach: 1\n")

    done = drawgate(*SCAN, repository)

    assert done.code == 2
    assert f"{PLACE}:4:3: unknown key 'mach'" in done.err
    assert "did you mean 'match'?" in done.err
    assert not (done.directory / "results.sarif").exists()


def test_a_secret_in_a_reason_is_masked_everywhere(drawgate: Drawgate, repository: Path) -> None:
    password = "hunter" + "2-Zq8Lw4"  # made up
    (repository / "keys.py").write_text(f'PASSWORD = "{password}"\n')
    scan = ("scan", "--only", "detect-secrets", "--as-of", "2026-01-01", repository)
    waiver = (
        "apiVersion: drawgate/v1\nwaivers:\n- id: it\n  match: {rule: '*', paths: 'keys.py'}\n"
        f"  type: accepted\n  reason: 'it is {password}, no secret'\n  owner: eve\n"
        "  created: 2026-01-01\n  expires: 2026-02-01\n  severity: critical\n"
    )
    (repository / ".drawgate").mkdir()
    (repository / PLACE).write_text(waiver)

    done = drawgate(*scan)

    assert b"1 finding waived" in done.everything
    assert password.encode() not in done.everything


def test_the_list_of_waivers_says_what_needs_somebody(drawgate: Drawgate, repository: Path) -> None:
    found = drawgate(*SCAN, repository)
    none = drawgate("waivers", "--check", cwd=repository)
    waive(drawgate, repository, found)
    log = found.directory / "results.sarif"

    assert (none.code, none.out) == (0, ".drawgate/waivers.yaml: no waivers\n")

    def listed(*words: str) -> Any:  # noqa: ANN401 - conftest's Run
        return drawgate("waivers", log, *words, cwd=repository)

    fine = listed("--as-of", "2026-01-02", "--check")
    soon = listed("--as-of", "2026-01-20", "--check")
    (repository / PLACE).write_text(
        (repository / PLACE).read_text().replace(identity(found), "0" * 8 + identity(found)[8:])
    )
    dead = listed("--as-of", "2026-01-02", "--json")

    assert fine.code == 0, fine.out
    assert soon.code == 1
    assert "ends on 2026-01-31, in 11 days" in soon.out
    assert json.loads(dead.out)["waivers"][0]["attention"] == ["matches nothing: take it out"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--expires", "2025-12-31"), "lies in the past"),
        (("--expires", "400d"), "at most 2027-01-01, 365 days from now"),
        (("--expires", "soon"), "write a day like"),
        (("--policy", "strict", "--expires", "31d"), "at most 2026-01-31, 30 days from now"),
        (("--by", "advisory"), "the finding is about no package"),
        (("--versions", "<2"), "goes with --by advisory"),
        (("--reason", "key AKIA" + "Q7RNDWXKTB5LHZP3"), "looks as if it held a credential"),
    ],
)
def test_what_would_not_count_is_not_written(
    drawgate: Drawgate, repository: Path, words: tuple[str, ...], said: str
) -> None:
    found = drawgate(*SCAN, repository)

    done = waive(drawgate, repository, found, *words)

    assert done.code == 2, done.out
    assert said in done.err
    assert not (repository / PLACE).exists()


def test_an_unknown_id_gets_a_suggestion(drawgate: Drawgate, repository: Path) -> None:
    found = drawgate(*SCAN, repository)
    known = identity(found)
    log = found.directory / "results.sarif"

    done = drawgate("waive", known[:-1] + "x", log, *WAIVE, "--owner", "a", cwd=repository)
    nobody = drawgate("waive", known, log, *WAIVE, cwd=repository)

    assert (done.code, nobody.code) == (2, 2)
    assert f"did you mean {known}?" in done.err
    assert "DRAWGATE_OWNER" in nobody.err
