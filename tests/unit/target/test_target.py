"""A target is listed whole, and what is left out is said."""

import os
from pathlib import Path

import pytest

from drawgate.core.errors import TargetError
from drawgate.core.target import Encoding, Exclusion, File, Form
from drawgate.run.git import Git
from drawgate.target import MAX_SIZE, Narrowing, open_target, read
from samples.repository import git


def _paths(root: Path, narrowing: Narrowing | None = None) -> list[str]:
    return [file.path for file in open_target(root, Git(), narrowing).files]


def test_a_directory_is_listed_sorted_but_for_the_fixed_list(tmp_path: Path) -> None:
    for name in ("b.py", "a/c.py", ".venv/x.py", "node_modules/y.js", "a/.env"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")

    target = open_target(tmp_path, Git())

    assert ["a/.env", "a/c.py", "b.py"] == [file.path for file in target.files]
    assert (Form.DIRECTORY, "") == (target.form, target.commit)
    assert (
        Exclusion(origin="always left out", pattern=".venv/", folders=1),
        Exclusion(origin="always left out", pattern="node_modules/", folders=1),
    ) == target.exclusions


OURS = (".drawgate-results", ".gitignore", "results.sarif", "verdict.json", "raw/bandit.json")
PLANTED = ("evil.py", "raw/evil.py", "raw/deep/bandit.json", "documents/x.py", "sub/verdict.json")


def _fill(folder: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x\n")


def test_only_our_results_are_left_out(tmp_path: Path) -> None:
    """The target may plant a directory of our name with code in it."""
    _fill(tmp_path, ("a.py",))
    _fill(tmp_path / "out", OURS + PLANTED)

    target = open_target(tmp_path, Git(), Narrowing(output=tmp_path / "out"))

    assert ["a.py", *sorted(f"out/{name}" for name in PLANTED)] == [f.path for f in target.files]
    assert (Exclusion(origin="our results", pattern="out/", files=5),) == target.exclusions


def test_our_results_in_a_repository(tmp_path: Path) -> None:
    """Without the .gitignore that we write, git lists them, and they are still no target's."""
    git(tmp_path, "init", "-q")
    _fill(tmp_path / "out", ("results.sarif", "evil.py"))

    target = open_target(tmp_path, Git(), Narrowing(output=tmp_path / "out"))

    assert ["out/evil.py"] == [file.path for file in target.files]
    assert (Exclusion(origin="our results", pattern="out/", files=1),) == target.exclusions


def test_results_that_git_tracks_are_refused(tmp_path: Path) -> None:
    """A scan removes old results before anybody looks, and a tracked file must be looked at."""
    git(tmp_path, "init", "-q")
    _fill(tmp_path / "out", OURS)
    git(tmp_path, "add", "-f", "out/verdict.json")

    with pytest.raises(TargetError, match="git tracks a file in the place of our results") as told:
        open_target(tmp_path, Git(), Narrowing(output=tmp_path / "out"))

    assert "out/verdict.json" == told.value.where


def test_what_git_ignores_is_counted(tmp_path: Path) -> None:
    """Files that are no part of the target are no secret; our own results play no part."""
    git(tmp_path, "init", "-q")
    _fill(tmp_path, ("a.py", "x.log", "y.log", "build/a/b.py", "build/c.py", "sub/z.log"))
    _fill(tmp_path / "out", OURS)
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n")
    (tmp_path / "out/.gitignore").write_text("*\n")

    target = open_target(tmp_path, Git(), Narrowing(output=tmp_path / "out"))

    assert [".gitignore", "a.py"] == [file.path for file in target.files]
    assert (
        Exclusion(origin="ignored by git", pattern=".gitignore", files=2, folders=2),
    ) == target.exclusions


def test_a_marker_that_the_target_planted_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/evil.py").write_text("x\n")
    (tmp_path / "src/.drawgate-results").write_text("")

    assert ["src/.drawgate-results", "src/evil.py"] == _paths(tmp_path)


def test_files_behind_a_linked_folder_are_not_followed(tmp_path: Path) -> None:
    """Git's index still names them after the folder was replaced by a link to elsewhere."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "d").mkdir(parents=True)
    outside.mkdir()
    git(root, "init", "-q")
    (root / "d/f.py").write_text("x\n")
    git(root, "add", ".")
    (root / "d/f.py").unlink()
    (root / "d").rmdir()
    (outside / "f.py").write_text("secret\n")
    (root / "d").symlink_to(outside)

    target = open_target(root, Git())

    assert () == target.files
    assert "not followed" in target.notes[0]
    with pytest.raises(OSError, match="d"):
        read(root, "d/f.py")


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a//x", "./x"])
def test_no_path_leads_out(tmp_path: Path, path: str) -> None:
    with pytest.raises(OSError, match="leads out of the target"):
        read(tmp_path, path)


def test_git_lists_tracked_and_untracked_files_but_not_ignored_ones(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("*.log\ntracked.log\n")
    for name in ("tracked.log", "ignored.log", "new.py", "old.py"):
        (tmp_path / name).write_text("x\n")
    git(tmp_path, "add", "-f", "tracked.log", "old.py")
    git(tmp_path, "commit", "-qm", "first")

    target = open_target(tmp_path, Git())

    assert [".gitignore", "new.py", "old.py", "tracked.log"] == [f.path for f in target.files]
    assert (Form.GIT, 40) == (target.form, len(target.commit))


def test_untracked_environments_are_left_out_but_tracked_ones_count(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    for name in (".venv/a.py", "node_modules/b.js", "node_modules/c.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")
    git(tmp_path, "add", "-f", "node_modules/b.js")

    target = open_target(tmp_path, Git())

    assert ["node_modules/b.js"] == [file.path for file in target.files]
    assert [".venv/", "node_modules/"] == [e.pattern for e in target.exclusions]


def test_what_git_tracks_and_the_tree_lacks_is_not_assessed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("x\n")
    (tmp_path / "b.py").write_text("x\n")
    git(tmp_path, "add", ".")
    (tmp_path / "a.py").unlink()

    target = open_target(tmp_path, Git())

    assert [("a.py", "tracked by git but not in the working tree")] == [
        (item.subject, item.reason) for item in target.not_assessed
    ]


def test_a_submodule_is_not_assessed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    git(inner, "init", "-q")
    (inner / "a.py").write_text("x\n")
    git(inner, "add", ".")
    git(inner, "commit", "-qm", "first")
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), "sub")

    target = open_target(outer, Git())

    assert ["sub"] == [item.subject for item in target.not_assessed]
    assert "submodule" in target.not_assessed[0].reason


def test_links_special_and_huge_files_are_named_not_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(MAX_SIZE + 1)

    target = open_target(tmp_path, Git())

    assert () == target.files
    assert ["huge", "pipe"] == [item.subject for item in target.not_assessed]
    assert ("1 symbolic link not followed: link",) == target.notes


def test_each_file_is_described(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"#!/usr/bin/env -S python3 -u\nx = 1  # NOSEC\n")
    (tmp_path / "b").write_bytes(b"\x7fELF\0\0")
    (tmp_path / "c").write_bytes("é".encode("latin-1"))
    (tmp_path / "d").write_bytes("text".encode("utf-16"))
    (tmp_path / "e").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "f").write_bytes(b"")

    target = open_target(tmp_path, Git(), markers=("nosec",))

    utf8, other = Encoding.UTF8, Encoding.OTHER
    assert (
        File(
            path="a",
            size=44,
            interpreter="python3",
            markers=frozenset({"nosec"}),
            longest_line=28,
        ),
        File(path="b", size=6, encoding=Encoding.BINARY, longest_line=6),
        File(path="c", size=1, encoding=other, longest_line=1),
        File(path="d", size=10, encoding=other, longest_line=10),
        File(path="e", size=10, encoding=utf8, interpreter="sh", longest_line=9),
        File(path="f", size=0, encoding=utf8),
    ) == target.files
    assert ("1 binary file not looked at by scanners of text",) == target.notes


@pytest.mark.parametrize(
    ("line", "program"),
    [
        ("#!/usr/bin/env python3", "python3"),
        ("#!/usr/bin/env -S FOO=1 BAR=2 python3 -u", "python3"),
        ("#!/usr/bin/env -S -u FOO python3", "python3"),
        ("#!/usr/bin/env -S uv run --script", "uv"),
        ("#! /opt/bin/pypy3.11 -O", "pypy3.11"),
        ("#!/usr/bin/env", ""),
        ("#!", ""),
    ],
)
def test_the_program_of_a_script(tmp_path: Path, line: str, program: str) -> None:
    (tmp_path / "tool").write_text(f"{line}\nx = 1\n")

    (file,) = open_target(tmp_path, Git()).files

    assert program == file.interpreter


def test_narrowing_is_counted_even_when_it_hits_nothing(tmp_path: Path) -> None:
    for name in ("a.py", "b.js", "gen/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")
    narrowing = Narrowing(
        include=(("--include", "*.py"),), exclude=(("config", "gen/"), ("config", "nothing"))
    )

    target = open_target(tmp_path, Git(), narrowing)

    assert ["a.py"] == [file.path for file in target.files]
    assert [("--include", "not *.py", 1), ("config", "gen/", 1), ("config", "nothing", 0)] == [
        (e.origin, e.pattern, e.files) for e in target.exclusions
    ]


def test_named_files_must_be_in_the_target(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x\n")
    (tmp_path / "b.py").write_text("x\n")

    assert ["b.py"] == _paths(tmp_path, Narrowing(files=("b.py",)))
    with pytest.raises(TargetError, match=r"c\.py: is not a file of the target"):
        _paths(tmp_path, Narrowing(files=("c.py",)))


def test_a_link_to_the_target_is_followed_but_a_loop_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a.py").write_text("x\n")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "loop").symlink_to("loop")

    assert ["a.py"] == _paths(tmp_path / "link")
    with pytest.raises(TargetError):
        _paths(tmp_path / "loop")


def test_reading_never_follows_links_or_waits_on_pipes(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "a").write_bytes(b"abc")

    assert b"abc" == read(tmp_path, "a", limit=3)
    with pytest.raises(OSError, match="larger than 2 bytes"):
        read(tmp_path, "a", limit=2)
    for name in ("link", "pipe"):
        with pytest.raises(OSError, match=name):
            read(tmp_path, name)


@pytest.mark.parametrize("tracked", [False, True])
def test_links_inside_the_target_are_known_by_where_they_lead(
    tmp_path: Path,
    tracked: bool,  # noqa: FBT001 - with git and without
) -> None:
    """A file may have a second name, also one that this scan leaves out."""
    _fill(tmp_path, ("tests/x.py", "src/a.py", "tests/lib/y.py"))
    links = {
        "src/app.py": "../tests/x.py",
        "src/lib": "../tests/lib",
        "src/gone": "../nowhere",
        "src/out": "/etc/passwd",
        "left/out.py": "../src/app.py",
        "up": ".",
    }
    (tmp_path / "left").mkdir()
    for name, place in links.items():
        (tmp_path / name).symlink_to(place)
    if tracked:
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", ".")

    target = open_target(tmp_path, Git(), Narrowing(exclude=(("--exclude", "left/"),)))

    assert (
        ("left/out.py", "tests/x.py"),
        ("src/app.py", "tests/x.py"),
        ("src/lib", "tests/lib"),
        ("up", "."),
    ) == target.links


def test_a_link_that_disguises_a_file_is_not_assessed(tmp_path: Path) -> None:
    """Code in `data.txt` with a link `app.py` to it is looked at by nobody who goes by names."""
    _fill(tmp_path, ("data.txt", "list", "real.py"))
    for name, place in {
        "app.py": "data.txt", "requirements.txt": "list", "other.py": "real.py", "gone.py": "x",
    }.items():  # fmt: skip
        (tmp_path / name).symlink_to(place)

    told = open_target(tmp_path, Git()).not_assessed

    assert [(item.subject, item.reason) for item in told] == [
        ("app.py", "a symbolic link to data.txt, which is looked at by its own name"),
        ("requirements.txt", "a symbolic link to list, which is looked at by its own name"),
    ]
