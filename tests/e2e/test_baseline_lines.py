"""What git knows of lines decides what is new, in whatever state the change lies there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

OLD = """\
import subprocess


def run(command):
    subprocess.call(command, shell=True)


def other(command):
    return command
"""
ELSEWHERE = """\
import subprocess


def run(command):
    return None


def other(command):
    subprocess.call(command, shell=True)
"""
BLOCK = """\
    environment = {"PATH": "/usr/bin", "LANG": "C.UTF-8"}
    print("about to start", command, "with", environment)
    subprocess.call(command, shell=True)
    print("the command has ended; its output is above")
"""
WITH_BLOCK = f"import subprocess\n\n\ndef run(command):\n{BLOCK}\n\ndef other(command):\n    pass\n"
BLOCK_MOVED = (
    f"import subprocess\n\n\ndef run(command):\n    pass\n\n\ndef added(command):\n{BLOCK}"
)
SCAN = ("scan", "--only", "bandit", "--policy", "pull-request", "--as-of", "2026-01-01", "-q")


@pytest.fixture
def repository(target: Path) -> Path:
    git(target, "init", "-q", "-b", "main")
    committed(target, OLD)
    return target


def committed(repository: Path, text: str) -> None:
    (repository / "a.py").write_text(text)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")


def shells(done: Any) -> list[tuple[str, str, int]]:  # noqa: ANN401 - conftest's Run
    """Give state, file and line of each call of a shell."""
    places = (
        (r["baselineState"], r["locations"][0]["physicalLocation"])
        for run in done.json("results.sarif")["runs"]
        for r in run["results"]
        if r["ruleId"] == "B602"
    )
    return sorted(
        (state, place["artifactLocation"]["uri"], place["region"]["startLine"])
        for state, place in places
    )


def test_a_flaw_that_is_mended_here_and_made_there_is_new(
    drawgate: Drawgate, repository: Path
) -> None:
    """In a work tree, an index and a commit: no state lets it pass."""
    expected = [("absent", "a.py", 5), ("new", "a.py", 9)]
    (repository / "a.py").write_text(ELSEWHERE)
    lying = drawgate(*SCAN, repository, "--baseline", "main")
    git(repository, "add", "-A")
    (repository / "a.py").write_text(OLD)
    staged = drawgate(*SCAN, repository, "--staged", "--baseline", "main",
                      "--output-dir", lying.directory)  # fmt: skip
    assert (1, expected) == (staged.code, shells(staged)), staged.err
    git(repository, "commit", "-q", "-m", "moved")
    git(repository, "checkout", "-q", "--", ".")
    clean = drawgate(*SCAN, repository, "--baseline", "main~1")
    change = drawgate(*SCAN, repository, "--diff", "main~1", "--baseline", "main~1")

    assert {1} == {lying.code, clean.code, change.code}
    assert expected == shells(clean) == shells(change)


def test_a_block_that_moves_with_its_surroundings_is_not_new(
    drawgate: Drawgate, repository: Path
) -> None:
    """Into another function, and into another file that was never added."""
    committed(repository, WITH_BLOCK)
    (repository / "a.py").write_text(BLOCK_MOVED)
    inside = drawgate(*SCAN, repository, "--baseline", "main")
    assert (0, [("unchanged", "a.py", 11)]) == (inside.code, shells(inside)), inside.out
    (repository / "a.py").write_text("def run(command):\n    pass\n")
    (repository / "b.py").write_text(BLOCK_MOVED)
    away = drawgate(*SCAN, repository, "--baseline", "main")

    assert (0, [("updated", "b.py", 11)]) == (away.code, shells(away)), away.out


def test_logs_are_compared_by_the_lines_of_their_commits(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """Unless a log is of files that were changed and not committed: then git knows nothing."""
    logs = []
    for name, text in (("old", OLD), ("new", ELSEWHERE)):
        committed(repository, text)
        logs.append(tmp_path / f"{name}.sarif")
        done = drawgate(*SCAN, repository)
        logs[-1].write_bytes((done.directory / "results.sarif").read_bytes())
    (repository / "a.py").write_text(f"# not committed\n{ELSEWHERE}")
    dirty = tmp_path / "dirty.sarif"
    dirty.write_bytes((drawgate(*SCAN, repository).directory / "results.sarif").read_bytes())

    def states(*words: object) -> list[str]:
        told = json.loads(drawgate("diff", *words, "--json").out)
        return sorted(f["state"] for f in told["findings"] if f["rule"] == "B602")

    assert ["absent", "new"] == states(*logs, "--repo", repository)
    assert ["unchanged"] == states(*logs)
    assert ["unchanged"] == states(logs[0], dirty, "--repo", repository)


def test_a_commit_that_git_does_not_know_is_said(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """The logs are compared all the same, by what stands in them."""
    log = tmp_path / "log.sarif"
    log.write_bytes((drawgate(*SCAN, repository).directory / "results.sarif").read_bytes())
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q")
    committed(other, "x = 1\n")

    told = drawgate("diff", log, log, "--repo", other)

    assert 0 == told.code, told.err
    assert "is no commit of this repository" in told.out
    assert "which lines are the same is guessed" in told.out


def test_a_baseline_of_another_repository_or_tool_version_is_said(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    log, file = tmp_path / "log.sarif", tmp_path / "baseline.json"
    log.write_bytes((drawgate(*SCAN, repository).directory / "results.sarif").read_bytes())
    assert 0 == drawgate("report", log, "-f", "baseline", "-o", file).code
    text = file.read_text()
    version = json.loads(text)["tools"][0]["version"]
    file.write_text(text.replace(f'"version":"{version}"', '"version":"0.1"'))
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "b.py").write_text(OLD)

    done = drawgate(*[word for word in SCAN if word != "-q"], other, "--baseline", file)

    assert f"bandit was 0.1 in the baseline and is {version} now" in " ".join(done.out.split())
    said = "the baseline is of target, not of elsewhere: 0 of its 1 file with findings are here"
    assert said in " ".join(done.out.split())


@pytest.mark.parametrize(("ref", "named"), [("origin/base", "base:refs/remotes/origin/base"),
                                            ("base", "base")])  # fmt: skip
def test_a_base_that_a_shallow_clone_lacks_is_an_error_that_says_how_to_get_it(
    drawgate: Drawgate, repository: Path, tmp_path: Path, ref: str, named: str
) -> None:
    git(repository, "branch", "base")
    committed(repository, ELSEWHERE)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=main", f"file://{repository}", str(clone))

    done = drawgate(*SCAN, clone, "--baseline", ref)

    assert 2 == done.code
    assert f"git fetch --depth=1 origin {named}" in done.err
    if ref.startswith("origin/"):
        git(clone, "fetch", "-q", "--depth=1", "origin", named)
        assert [("absent", "a.py", 5), ("new", "a.py", 9)] == shells(
            drawgate(*SCAN, clone, "--baseline", ref)
        )


def test_a_flaw_that_comes_back_has_its_old_identity(
    drawgate: Drawgate, repository: Path, tmp_path: Path
) -> None:
    """One log later; the one after that has forgotten it."""
    log = tmp_path / "last.sarif"
    mended = OLD.replace(", shell=True", "")
    ids = []
    for text, words in ((f"# on top\n{OLD}", ("--baseline", "main")), (mended, None), (OLD, None)):
        (repository / "a.py").write_text(text)
        done = drawgate(*SCAN, repository, *(words or ("--baseline", log)))
        log.write_bytes((done.directory / "results.sarif").read_bytes())
        ids.append({
            (r["correlationGuid"], r["baselineState"])
            for run in done.json("results.sarif")["runs"]
            for r in run["results"]
            if r["ruleId"] == "B602"
        })  # fmt: skip

    (first,), (gone,), (back,) = ids
    assert ("unchanged", "absent", "new") == (first[1], gone[1], back[1])
    assert first[0] == gone[0] == back[0]
    assert "it was gone, and is here again" in drawgate("explain", back[0], log).out
