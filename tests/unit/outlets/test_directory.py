"""The output directory is ours, or it is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from drawgate.core.errors import OutputError
from drawgate.outlets import directory


def _tree(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_new_directory_is_marked_and_ignored_by_git(tmp_path: Path) -> None:
    directory.claim(tmp_path / "out")

    assert {".gitignore", ".drawgate-results"} == set(_tree(tmp_path / "out"))
    assert b"*" in (tmp_path / "out/.gitignore").read_bytes().splitlines()


def test_a_foreign_directory_is_refused_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("ten years of work")

    with pytest.raises(OutputError, match="holds files that are not ours"):
        directory.claim(tmp_path)

    assert {"thesis.tex": b"ten years of work"} == _tree(tmp_path)


def test_old_results_go_but_files_of_others_stay(tmp_path: Path) -> None:
    directory.claim(tmp_path / "out")
    directory.write(tmp_path / "out", {"results.sarif": b"old", "raw/old.json": b"old"})
    (tmp_path / "out/notes.txt").write_text("mine")
    directory.claim(tmp_path / "out")
    directory.write(tmp_path / "out", {"a.json": b"1", "raw/b.json": b"2"})

    assert {
        ".drawgate-results",
        ".gitignore",
        "notes.txt",
        "a.json",
        "raw/b.json",
    } == set(_tree(tmp_path / "out"))


def test_no_old_log_for_code_scanning_stays(tmp_path: Path) -> None:
    """A partial scan writes none: whoever uploads what lies there must not find an older state."""
    directory.claim(tmp_path)
    names = ("github.sarif", "github-2.sarif", "github-31.sarif", "github-x.sarif")
    directory.write(tmp_path, dict.fromkeys(names, b"old"))
    (tmp_path / "github-3.sarif").symlink_to(tmp_path)
    directory.claim(tmp_path)

    assert {".drawgate-results", ".gitignore", "github-x.sarif"} == set(_tree(tmp_path))
    assert not (tmp_path / "github-3.sarif").is_symlink()


@pytest.mark.parametrize("planted", ["out", "out/raw"])
def test_a_link_that_the_target_planted_is_refused(tmp_path: Path, planted: str) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "id.json").write_text("keep")
    (tmp_path / planted).parent.mkdir(exist_ok=True)
    if planted == "out/raw":
        (tmp_path / "out/.drawgate-results").write_text("raw/id.json\n")
    (tmp_path / planted).symlink_to(victim)

    for use in (directory.claim, lambda place: directory.write(place, {"raw/a.json": b""})):
        with pytest.raises(OutputError, match="is a symbolic link"):
            use(tmp_path / "out")
    assert {"id.json": b"keep"} == _tree(victim)


def test_a_marker_names_nothing_that_goes(tmp_path: Path) -> None:
    (tmp_path / ".drawgate-results").write_text("evil.py\n")
    (tmp_path / "evil.py").write_text("x")
    directory.claim(tmp_path)

    assert (tmp_path / "evil.py").exists()


def test_a_link_in_the_place_of_a_result_is_not_written_through(tmp_path: Path) -> None:
    directory.claim(tmp_path / "out")
    (tmp_path / "precious").write_text("keep")
    (tmp_path / "out/verdict.json").symlink_to(tmp_path / "precious")

    directory.write(tmp_path / "out", {"verdict.json": b"{}"})

    assert "keep" == (tmp_path / "precious").read_text()
    assert b"{}" == (tmp_path / "out/verdict.json").read_bytes()


def test_a_failed_write_leaves_no_part_behind_and_the_old_file_whole(tmp_path: Path) -> None:
    directory.claim(tmp_path / "out")
    directory.write(tmp_path / "out", {"a.json": b"old"})
    program = (
        "import pathlib, resource, signal\n"
        "from drawgate.outlets import directory\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        f"directory.write(pathlib.Path({str(tmp_path / 'out')!r}), {{'a.json': b'x' * 9999}})\n"
    )
    run = [sys.executable, "-c", program]
    answer = subprocess.run(run, capture_output=True, text=True, check=False).stderr

    assert "can't be written: File too large" in answer
    assert b"old" == (tmp_path / "out/a.json").read_bytes()
    assert [] == list((tmp_path / "out").glob(".*.part"))
