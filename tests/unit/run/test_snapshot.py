"""The files of a change, as git keeps them: real git, real repositories."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drawgate.core.errors import TargetError
from drawgate.core.target import Wanted
from drawgate.run.git import Git
from drawgate.run.snapshot import snapshot
from drawgate.target import MAX_SIZE, Change
from samples.repository import git

STAGED = Wanted(origin="--staged")
OLD = "".join(f"line {n}\n" for n in range(30))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with one commit on `main`."""
    root = tmp_path / "repository"
    (root / "sub").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    for name in ("kept.py", "edited.py", "gone.py", "moved.py", "mode.sh", "sub/below.py"):
        (root / name).write_text(OLD)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "first")
    return root


@contextmanager
def change(root: Path, wanted: Wanted = STAGED, asked: Git | None = None) -> Iterator[Change]:
    with snapshot(asked or Git(), root, wanted) as made:
        yield made


def files(made: Change) -> dict[str, str]:
    """Give all files of a copy, and make sure that they are the change's names."""
    found = {
        path.relative_to(made.root).as_posix(): path.read_text()
        for path in made.root.rglob("*")
        if path.is_file()
    }
    assert set(found) == made.names
    return found


def alter(root: Path) -> None:
    """Do one of everything: edit, remove, move, change a mode, add."""
    (root / "edited.py").write_text("edited\n")
    git(root, "mv", "moved.py", "sub/arrived.py")
    git(root, "rm", "-q", "gone.py")
    git(root, "update-index", "--chmod=+x", "mode.sh")
    (root / "new ü.py").write_text("new\n")
    git(root, "add", "edited.py", "new ü.py")


ALTERED = {"edited.py": "edited\n", "sub/arrived.py": OLD, "mode.sh": OLD, "new ü.py": "new\n"}


def test_staged_content_counts_and_not_the_tree(repository: Path) -> None:
    """What will be committed is looked at, whatever stands in the work tree by now."""
    alter(repository)
    (repository / "edited.py").write_text("edited again, not staged\n")
    (repository / "new ü.py").unlink()
    (repository / "kept.py").write_text("not staged\n")

    with change(repository) as made:
        assert ALTERED == files(made)
        assert {"kept.py", "sub/below.py"} == made.around
        assert OLD == made.read("kept.py").decode()
        assert "edited\n" == made.read("edited.py").decode()
        copy = made.root

    assert not copy.exists()


def test_nothing_is_staged(repository: Path) -> None:
    (repository / "kept.py").write_text("not staged\n")

    with change(repository) as made:
        assert {} == files(made)


def test_before_the_first_commit(tmp_path: Path) -> None:
    """Everything that is staged is new then."""
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("a\n")
    git(tmp_path, "add", ".")

    with change(tmp_path) as made:
        assert {"a.py": "a\n"} == files(made)


def test_a_folder_narrows_the_change(repository: Path) -> None:
    """Only what lies below it counts; paths are the repository's all the same."""
    alter(repository)

    with change(repository / "sub") as made:
        assert {"sub/arrived.py": OLD} == files(made)


def test_named_files_count_whether_they_changed_or_not(repository: Path) -> None:
    """A hook that is given all files gets them as they are staged."""
    (repository / "kept.py").write_text("not staged\n")
    wanted = Wanted(origin="--staged", files=("kept.py", "sub/below.py"))

    with change(repository, wanted) as made:
        assert {"kept.py": OLD, "sub/below.py": OLD} == files(made)
    with (
        pytest.raises(TargetError, match="git does not know this file"),
        change(repository, Wanted(origin="--staged", files=("untracked.py",))),
    ):
        pass


def test_the_index_of_a_commit_that_is_being_made(repository: Path) -> None:
    """`git commit -a` makes an index of its own, and tells its hooks where."""
    other = repository.parent / "other-index"
    other.write_bytes((repository / ".git/index").read_bytes())
    (repository / "kept.py").write_text("committed by -a\n")
    env = {**os.environ, "GIT_INDEX_FILE": str(other)}
    subprocess.run(["git", "add", "-u"], cwd=repository, env=env, check=True)

    with change(repository) as made:
        assert {} == files(made)
    with change(repository, asked=Git(other)) as made:
        assert {"kept.py": "committed by -a\n"} == files(made)


def test_a_diff_counts_from_where_the_branches_parted(repository: Path) -> None:
    """What the other branch did meanwhile is not this one's change, nor is the work tree."""
    git(repository, "checkout", "-q", "-b", "topic")
    alter(repository)
    git(repository, "commit", "-q", "-m", "second")
    git(repository, "checkout", "-q", "-f", "main")
    (repository / "kept.py").write_text("changed on main\n")
    git(repository, "commit", "-q", "-a", "-m", "third")
    git(repository, "checkout", "-q", "topic")
    (repository / "edited.py").write_text("not committed\n")

    with change(repository, Wanted(origin="--diff", ref="main")) as made:
        assert ALTERED == files(made)


@pytest.mark.parametrize("ref", ["nowhere", "--output=/tmp/x", "HEAD:kept.py", "main..topic"])
def test_a_reference_that_is_none(repository: Path, ref: str) -> None:
    """It is no option either, whatever it looks like."""
    with (
        pytest.raises(TargetError, match="is no commit of this repository"),
        change(repository, Wanted(origin="--diff", ref=ref)),
    ):
        pass


def test_histories_without_a_common_commit(repository: Path) -> None:
    """A shallow clone can't say what a branch changed; the way out is said."""
    git(repository, "checkout", "-q", "--orphan", "alone")
    git(repository, "commit", "-q", "-m", "alone")

    with (
        pytest.raises(TargetError, match="has no commit in common with HEAD") as raised,
        change(repository, Wanted(origin="--diff", ref="main")),
    ):
        pass
    assert "fetch-depth: 0" in raised.value.hint


def test_what_nobody_can_look_at_is_said(repository: Path) -> None:
    """A link is no file, a submodule is another repository, a huge file is too large."""
    (repository / "link.py").symlink_to("/etc/passwd")
    with (repository / "huge.bin").open("wb") as stream:
        stream.truncate(MAX_SIZE + 1)
    git(repository, "add", "link.py", "huge.bin")
    commit = git(repository, "rev-parse", "HEAD")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},module")

    with change(repository) as made:
        assert {} == files(made)
        assert ("link.py",) == made.links
        assert {"module", "huge.bin"} == {item.path for item in made.not_assessed}
        for name in ("link.py", "module", "huge.bin"):
            with pytest.raises(OSError, match=name):
                made.read(name)


def test_a_name_that_leads_out(repository: Path) -> None:
    """A tree that no git of ours would write can't make us write outside of the copy."""
    blob = git(repository, "hash-object", "-w", "--stdin", stdin="out\n")
    inner = git(repository, "mktree", stdin=f"100644 blob {blob}\t..\n")
    tree = git(repository, "mktree", stdin=f"040000 tree {inner}\t..\n")
    commit = git(repository, "commit-tree", tree, "-p", "HEAD", "-m", "hostile")
    git(repository, "update-ref", "refs/heads/main", commit)

    with change(repository, Wanted(origin="--diff", ref="HEAD~1")) as made:
        assert {} == files(made)
        assert ["its name leads out of the target"] == [i.reason for i in made.not_assessed]


def test_an_open_merge(repository: Path) -> None:
    """There is no one state that will be committed."""
    for branch in ("one", "two"):
        git(repository, "checkout", "-q", "-b", branch, "main")
        (repository / "kept.py").write_text(f"{branch}\n")
        git(repository, "commit", "-q", "-a", "-m", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(repository, "merge", "-q", "one")

    with pytest.raises(TargetError, match="is in a merge conflict"), change(repository):
        pass


def test_no_program_of_the_repository_runs(repository: Path) -> None:
    """Filters and text conversions are what its configuration may name for any file."""
    trap, sprung = repository.parent / "trap.sh", repository.parent / "sprung"
    (repository / "a.txt").write_text("staged\n")
    git(repository, "add", "a.txt")
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\ncat\n")
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("* filter=trap diff=trap\n")
    git(repository, "add", ".gitattributes")
    for key in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "core.fsmonitor"):
        git(repository, "config", key, str(trap))

    with change(repository) as made:
        assert "staged\n" == files(made)["a.txt"]
    assert not sprung.exists()


def test_outside_of_git(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="--staged asks for one"), change(tmp_path):
        pass


def test_many_bytes_are_asked_for_in_parts(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer of git is larger than what we read of one: the parts make up the whole."""
    monkeypatch.setattr("drawgate.run.snapshot._BATCH", 1)
    alter(repository)

    with change(repository) as made:
        assert ALTERED == files(made)
