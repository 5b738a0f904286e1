"""Paths count from the repository's root, whatever part of it was named."""

import os
from pathlib import Path

import pytest

from drawgate.core.errors import TargetError
from drawgate.core.target import Form, Target
from drawgate.run.git import Git
from drawgate.target import Narrowing, open_target, read
from samples.repository import git


def _write(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n")


def _paths(target: Target) -> list[str]:
    return [file.path for file in target.files]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with tracked and new files, in its root and in a folder."""
    root = tmp_path / "repository"
    _write(root, "a.py", "sub/b.py", "sub/deep/c.py")
    (root / ".gitignore").write_text("build/\nlocal.py\n")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    _write(root, "new.py", "sub/new.py")
    return root


def test_a_folder_of_a_repository(repository: Path) -> None:
    """Only the folder is looked at, and its files are called as the repository calls them."""
    target = open_target(repository / "sub", Git())

    assert ["sub/b.py", "sub/deep/c.py", "sub/new.py"] == _paths(target)
    assert (repository, "sub", "sub") == (target.root, target.folder, target.name)
    assert (Form.GIT, 40, ()) == (target.form, len(target.commit), target.notes)
    assert {".gitignore", "a.py"} == target.around
    assert b"x\n" == read(target.root, "sub/b.py")


def test_the_whole_repository(repository: Path) -> None:
    """The root's own folder has no name, and nothing lies around it."""
    target = open_target(repository, Git())

    assert [".gitignore", "a.py", "new.py", *_paths(open_target(repository / "sub", Git()))] == (
        _paths(target)
    )
    assert ("", "repository", frozenset()) == (target.folder, target.name, target.around)


def test_a_folder_whose_name_begins_like_another(repository: Path) -> None:
    """`sub` is not `subway`."""
    _write(repository, "subway/d.py")
    git(repository, "add", "subway")

    assert "subway/d.py" not in _paths(open_target(repository / "sub", Git()))


def test_a_link_to_a_folder_of_a_repository(repository: Path, tmp_path: Path) -> None:
    """The path of a target may be a link; the repository is where it leads."""
    (tmp_path / "link").symlink_to(repository / "sub")

    assert "sub/b.py" in _paths(open_target(tmp_path / "link", Git()))


def test_where_the_user_stands(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the current folder is scanned, and its paths are the repository's."""
    monkeypatch.chdir(repository / "sub/deep")

    assert ["sub/deep/c.py"] == _paths(open_target(Path(), Git()))


def test_odd_names_of_folders(repository: Path) -> None:
    """A folder's name may be any bytes but a slash and a NUL."""
    odd = os.fsdecode(b"\xff new\nline")
    _write(repository, f"{odd}/e.py")

    target = open_target(repository / odd, Git())

    assert ([f"{odd}/e.py"], odd) == (_paths(target), target.folder)


@pytest.mark.parametrize("rule", ["build/", "build/*", "*.py"])
def test_a_folder_that_the_repository_ignores(repository: Path, rule: str) -> None:
    """Somebody named it, and nothing looked at is never clean: it is listed without git."""
    (repository / ".gitignore").write_text(f"{rule}\n")
    _write(repository, "build/a.py", "build/node_modules/b.py")

    target = open_target(repository / "build", Git())

    assert (["a.py"], repository / "build") == (_paths(target), target.root)
    assert ("", Form.DIRECTORY, "") == (target.folder, target.form, target.commit)
    assert (
        "git lists nothing of this folder, so its files were listed without git",
    ) == target.notes


def test_an_empty_folder_stays_a_part_of_its_repository(repository: Path) -> None:
    """There is nothing to say about ignored files where there are none."""
    (repository / "empty").mkdir()

    target = open_target(repository / "empty", Git())

    assert ((), (), Form.GIT) == (target.files, target.notes, target.form)


def test_a_folder_inside_of_one_that_is_always_left_out(repository: Path) -> None:
    """Who names `node_modules/x` means it; what lies above plays no part."""
    _write(repository, "node_modules/x/a.js", "node_modules/x/node_modules/y/b.js")

    target = open_target(repository / "node_modules/x", Git())

    assert ["node_modules/x/a.js"] == _paths(target)
    assert [("node_modules/", 0, 1)] == [
        (each.pattern, each.files, each.folders) for each in target.exclusions
    ]


def test_the_nearest_repository_counts(repository: Path) -> None:
    """A repository inside of another has names of its own; seen from outside it is a gap."""
    inner = repository / "sub/inner"
    _write(inner, "lib/d.py")
    git(inner, "init", "-q")

    assert ["lib/d.py"] == _paths(open_target(inner / "lib", Git()))
    assert ["sub/inner"] == [
        item.subject for item in open_target(repository / "sub", Git()).not_assessed
    ]


def test_a_folder_of_a_submodule(repository: Path, tmp_path: Path) -> None:
    """The `.git` of a submodule is a file, and its root is the submodule's."""
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "inner")

    target = open_target(outer / "inner/sub", Git())

    assert (["sub/b.py", "sub/deep/c.py"], outer / "inner") == (_paths(target), target.root)


def test_a_folder_of_a_linked_work_tree_of_a_bare_repository(
    repository: Path, tmp_path: Path
) -> None:
    """The repository itself may have no work tree; the linked one is the root."""
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")
    git(tmp_path / "bare", "worktree", "add", "-q", str(tmp_path / "linked"))

    target = open_target(tmp_path / "linked/sub", Git())

    assert (["sub/b.py", "sub/deep/c.py"], tmp_path / "linked") == (_paths(target), target.root)


def test_a_bare_repository_is_a_directory(repository: Path, tmp_path: Path) -> None:
    """It has no work tree: what lies in it are files, and none is left out in silence."""
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare")

    target = open_target(tmp_path / "bare", Git())

    assert (Form.DIRECTORY, tmp_path / "bare") == (target.form, target.root)
    assert "HEAD" in _paths(target)


@pytest.mark.parametrize("broken", ["", "gitdir: /nonexistent\n"])
def test_a_broken_repository_above_is_no_reason_to_look_at_less(
    tmp_path: Path, broken: str
) -> None:
    """Nobody knows what such a repository would list, so the scan says so and stops."""
    _write(tmp_path, "sub/a.py")
    (tmp_path / ".git").write_text(broken)

    with pytest.raises(TargetError, match="git can't read the repository"):
        open_target(tmp_path / "sub", Git())


def test_one_file(repository: Path) -> None:
    """A file can be the target; what git tracks beside it may still be included."""
    target = open_target(repository / "sub/b.py", Git())

    assert (["sub/b.py"], "b.py", Form.FILE) == (_paths(target), target.name, target.form)
    assert (repository, "sub", 40) == (target.root, target.folder, len(target.commit))
    assert {".gitignore", "a.py", "sub/deep/c.py"} == target.around


@pytest.mark.parametrize("name", ["local.py", "new.py", "build/gen.py"])
def test_one_file_that_git_does_not_track(repository: Path, name: str) -> None:
    """Somebody named it, so it is looked at whatever git thinks of it."""
    _write(repository, name)

    assert [name] == _paths(open_target(repository / name, Git()))


def test_one_file_without_git(tmp_path: Path) -> None:
    """Its folder is the root."""
    _write(tmp_path, "a.py", "b.py")

    target = open_target(tmp_path / "a.py", Git())

    assert (["a.py"], tmp_path, "") == (_paths(target), target.root, target.folder)


def test_a_log_is_no_target(tmp_path: Path) -> None:
    """A scan of its text would pass, whatever findings stand in it."""
    _write(tmp_path, "results.sarif")

    with pytest.raises(TargetError, match=r"is a log, and no target \(judge it with `drawgate"):
        open_target(tmp_path / "results.sarif", Git())


def test_what_is_neither_directory_nor_file(tmp_path: Path) -> None:
    """Reading a pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(TargetError, match="is neither a directory nor a file"):
        open_target(tmp_path / "pipe", Git())


def test_patterns_count_from_the_root(repository: Path) -> None:
    """A pattern means the same files whatever part of the repository is scanned."""
    for pattern, left in [
        ("sub/deep/", ["sub/b.py", "sub/new.py"]),
        ("deep/", ["sub/b.py", "sub/new.py"]),
        ("/deep/", ["sub/b.py", "sub/deep/c.py", "sub/new.py"]),
    ]:
        narrowing = Narrowing(exclude=(("--exclude", pattern),))

        assert left == _paths(open_target(repository / "sub", Git(), narrowing)), pattern


@pytest.mark.parametrize("typed", ["deep/c.py", "sub/deep/c.py"])
def test_files_as_typed_or_as_reported(repository: Path, typed: str) -> None:
    """A file may be named as the shell completes it, or as it stands in a report."""
    narrowing = Narrowing(files=(typed,))

    assert ["sub/deep/c.py"] == _paths(open_target(repository / "sub", Git(), narrowing))
