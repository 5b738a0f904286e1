"""Git, asked about repositories that nobody should trust: real git, real repositories."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.core.errors import TargetError
from drawgate.run.git import Git
from samples.repository import NAME, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Give a repository with a tracked, an ignored but tracked, an ignored and a new file."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for name in ("tracked.py", "forced.py", "ignored.py", "new.py", "sub/below.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("x = 1\n")
    (root / ".gitignore").write_text("ignored.py\nforced.py\n")
    git(root, "add", "tracked.py", ".gitignore", "sub")
    git(root, "add", "-f", "forced.py")
    git(root, "commit", "-q", "-m", "first")
    return root


@pytest.fixture
def trap(tmp_path: Path) -> tuple[Path, str]:
    """Give a file that must never come to be, and a command that would make it."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\ncat\n")
    program.chmod(0o755)
    return tmp_path / "sprung", str(program)


def everything(root: Path) -> tuple[list[str], list[str]]:
    """Ask all questions there are; give the lists of files."""
    asked = Git()
    assert root == asked.top_level(root)
    asked.head(root)
    return asked.files(root, root)


TRACKED = [".gitignore", "forced.py", "sub/below.py", "tracked.py"]


def test_files(repository: Path) -> None:
    """Tracked files count though they are ignored; of the others only those that are not."""
    assert (TRACKED, ["new.py"]) == everything(repository)


def test_files_below(repository: Path) -> None:
    """Of a folder the new files are listed, of the repository all tracked ones; by one root."""
    below = repository / "sub"
    (below / "new.py").write_text("x = 1\n")

    assert repository == Git().top_level(below)
    assert (TRACKED, ["sub/new.py"]) == Git().files(repository, below)


def test_head(repository: Path) -> None:
    """The commit is the full hash; before the first there is none, and no error."""
    fresh = repository.parent / "fresh"
    fresh.mkdir()
    git(fresh, "init", "-q")

    assert git(repository, "rev-parse", "HEAD") == Git().head(repository)
    assert "" == Git().head(fresh)
    assert ([], []) == everything(fresh)


def test_no_repository(tmp_path: Path) -> None:
    """A plain directory is not a work tree, and git need not be there to say so."""
    assert Git().top_level(tmp_path) is None


def test_inside_of_dot_git(repository: Path) -> None:
    """What lies in `.git` is no part of the work tree around it."""
    assert Git().top_level(repository / ".git" / "refs") is None


@pytest.mark.parametrize(
    "key",
    [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.askPass",
        "core.editor",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.external",
        "diff.evil.textconv",
        "credential.helper",
        "gpg.program",
        "uploadpack.packObjectsHook",
        "alias.ls-files",
        "alias.rev-parse",
        "trace2.normalTarget",
    ],
)
def test_programs_in_the_configuration(repository: Path, trap: tuple[Path, str], key: str) -> None:
    """No key of a repository's configuration makes anything run."""
    sprung, command = trap
    git(repository, "config", key, f"!{command}" if key.startswith("alias.") else command)
    (repository / ".gitattributes").write_text("* filter=evil diff=evil\n")

    tracked, untracked = everything(repository)

    assert (TRACKED, [".gitattributes", "new.py"]) == (tracked, untracked)
    assert not sprung.exists()


def test_traps_of_a_repository_above(repository: Path, trap: tuple[Path, str]) -> None:
    """Who scans a folder asks the repository around it, and runs nothing of that either."""
    sprung, command = trap
    git(repository, "config", "core.fsmonitor", command)
    git(repository, "config", "filter.evil.clean", command)
    (repository / ".gitattributes").write_text("* filter=evil\n")
    (repository / "sub/new.py").write_text("x = 1\n")
    asked = Git()

    assert repository == asked.top_level(repository / "sub")
    assert 40 == len(asked.head(repository))
    assert (TRACKED, ["sub/new.py"]) == asked.files(repository, repository / "sub")
    assert not sprung.exists()


@pytest.mark.parametrize("indirect", ["hooksPath", ".git/hooks", "include", "worktree"])
def test_indirect_traps(repository: Path, trap: tuple[Path, str], indirect: str) -> None:
    """Hooks don't run, wherever they lie, nor what an included configuration names."""
    sprung, command = trap
    hooks = repository / (".git/hooks" if indirect == ".git/hooks" else "hooks")
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).symlink_to(command)
    other = repository / ".git" / "more"
    other.write_text(f'[core]\n\tfsmonitor = {command}\n\thooksPath = "{hooks}"\n')
    if indirect == "hooksPath":
        git(repository, "config", "core.hooksPath", str(hooks))
    if indirect == "include":
        git(repository, "config", "include.path", str(other))
        git(repository, "config", "includeIf.gitdir:/**.path", str(other))
    if indirect == "worktree":
        git(repository, "config", "extensions.worktreeConfig", "true")
        other.rename(repository / ".git" / "config.worktree")

    assert TRACKED == everything(repository)[0]
    assert not sprung.exists()


@pytest.mark.parametrize("transport", ["ext::{}", "file://{}", "ssh://{}/x", "evil::x"])
def test_partial_clone(repository: Path, trap: tuple[Path, str], transport: str) -> None:
    """A missing object is not fetched, so that no remote's command runs: it is an error."""
    sprung, command = trap
    git(repository, "config", "core.repositoryFormatVersion", "1")
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.url", transport.format(command))
    git(repository, "config", "remote.origin.uploadpack", command)
    git(repository, "config", "remote.origin.vcs", "evil")
    git(repository, "config", "core.sshCommand", command)
    for kind in ("tree", "commit"):
        name = git(repository, "rev-parse", f"HEAD^{{{kind}}}")
        (repository / ".git/objects" / name[:2] / name[2:]).unlink()

    assert TRACKED == everything(repository)[0]
    assert not sprung.exists()


def test_work_tree_elsewhere(repository: Path, tmp_path: Path) -> None:
    """`core.worktree` and `core.bare` can't point us at other files, or at none."""
    (tmp_path / "elsewhere").mkdir()
    git(repository, "config", "core.worktree", str(tmp_path / "elsewhere"))
    assert (TRACKED, ["new.py"]) == everything(repository)

    git(repository, "config", "--unset", "core.worktree")
    git(repository, "config", "core.bare", "true")
    assert (TRACKED, ["new.py"]) == everything(repository)


@pytest.mark.parametrize("name", ["HEAD", "config", "index", "info/exclude", "packed-refs"])
def test_pipes_in_a_repository(repository: Path, name: str) -> None:
    """Git would wait for somebody who writes into them; nobody does."""
    path = repository / ".git" / name
    path.unlink(missing_ok=True)
    os.mkfifo(path)

    with pytest.raises(TargetError, match="git can't read the repository: no file") as caught:
        Git().top_level(repository)

    assert str(path) == caught.value.where


def test_a_pipe_that_git_finds_later(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can't be seen beforehand does not hold us up for ever."""
    monkeypatch.setattr("drawgate.run.git_process._TIMEOUT", 1.0)
    os.mkfifo(repository / "sub" / ".gitignore")

    with pytest.raises(TargetError, match="git can't read the repository: it did not finish"):
        everything(repository)


def test_files_cannot_be_hidden(repository: Path) -> None:
    """Only a `.gitignore` that a reader of the code can see makes git leave a new file out."""
    (repository / ".git/info/exclude").write_text("new.py\n")
    (repository / "elsewhere").write_text("new.py\n")
    git(repository, "config", "core.excludesFile", str(repository / "elsewhere"))
    git(repository, "update-index", "--skip-worktree", "tracked.py")
    git(repository, "update-index", "--assume-unchanged", "forced.py")

    assert (TRACKED, ["elsewhere", "new.py"]) == everything(repository)


def test_capitals_hide_nothing(repository: Path) -> None:
    """`core.ignoreCase` would take a new file for the tracked one of nearly the same name."""
    git(repository, "config", "core.ignoreCase", "true")
    (repository / "TRACKED.py").write_text("x\n")
    (repository / "BUILD.log").write_text("x\n")
    (repository / ".gitignore").write_text("build.log\n")

    assert {"TRACKED.py", "BUILD.log"} <= {*everything(repository)[1]}


def test_ignored_files_below(repository: Path) -> None:
    """What is left out is counted, and a folder that is left out as a whole is not gone into."""
    for name in ("sub/x.tmp", "sub/build/a/b.py", "y.tmp"):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text("x\n")
    (repository / "sub/kept.py").write_text("x\n")
    (repository / "sub/.gitignore").write_text("*.tmp\nbuild/\n")

    assert ["sub/build/", "sub/x.tmp"] == sorted(Git().ignored(repository, repository / "sub"))


def test_sparse_checkout(repository: Path) -> None:
    """What a sparse checkout leaves out of the directory is listed all the same."""
    git(repository, "sparse-checkout", "set", "--cone", "--sparse-index", "nothing")

    assert TRACKED == everything(repository)[0]


def test_strange_names(repository: Path) -> None:
    """Names come as they are, whatever bytes they have."""
    names = [b"-rf", b" leading", b"line\nend", b"\xff\xfe", b'quo"te', "ü".encode()]
    for name in names:
        Path(os.fsdecode(os.fsencode(repository) + b"/sub/" + name)).write_text("x")

    _, untracked = Git().files(repository, repository / "sub")

    assert sorted(os.fsdecode(b"sub/" + name) for name in names) == sorted(untracked)


def test_merge_conflict(repository: Path) -> None:
    """A path in conflict has three entries in the index, and is one file."""
    git(repository, "checkout", "-q", "-b", "other")
    (repository / "tracked.py").write_text("x = 2\n")
    git(repository, "commit", "-q", "-am", "theirs")
    git(repository, "checkout", "-q", "main")
    (repository / "tracked.py").write_text("x = 3\n")
    git(repository, "commit", "-q", "-am", "ours")
    subprocess.run(
        ["git", *NAME, "merge", "other"], cwd=repository, capture_output=True, check=False
    )

    assert "UU tracked.py" in git(repository, "status", "--short")
    assert TRACKED == everything(repository)[0]


def test_linked_work_tree(repository: Path, tmp_path: Path) -> None:
    """A work tree whose `.git` is a file is a repository like any other."""
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"))

    assert (TRACKED, []) == everything(tmp_path / "linked")


def test_submodule(repository: Path, tmp_path: Path) -> None:
    """A submodule is one entry for the repository around it, and a repository by itself."""
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "submodule", "add", "-q", str(repository), "inner")

    assert ([".gitmodules", "inner"], []) == everything(outer)
    assert (TRACKED, []) == everything(outer / "inner")


def test_bare_repository_inside(repository: Path, trap: tuple[Path, str]) -> None:
    """A folder that looks like a bare repository is a folder with files, and runs nothing."""
    sprung, command = trap
    git(repository, "init", "-q", "--bare", "sub/bare")
    git(repository / "sub/bare", "config", "core.fsmonitor", command)

    assert repository == Git().top_level(repository / "sub/bare")
    assert "sub/bare/config" in Git().files(repository, repository / "sub/bare")[1]
    assert not sprung.exists()


def broken_file(root: Path) -> None:
    (root / ".git" / "index").write_bytes(b"DIRC garbage")


def broken_head(root: Path) -> None:
    (root / ".git" / "HEAD").write_text("garbage")


def unknown_extension(root: Path) -> None:
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.fromTheFuture", "true")


def broken_config(root: Path) -> None:
    (root / ".git" / "config").write_text("[core")


def pointer_to_nowhere(root: Path) -> None:
    (root / ".git").rename(root.parent / "moved")
    (root / ".git").write_text("gitdir: /nonexistent\n")


def empty_directory(root: Path) -> None:
    (root / ".git").rename(root.parent / "moved")
    (root / ".git").mkdir()


@pytest.mark.parametrize(
    "breakage",
    [
        broken_file,
        broken_head,
        unknown_extension,
        broken_config,
        pointer_to_nowhere,
        empty_directory,
    ],
)
def test_broken_repository(repository: Path, breakage: Callable[[Path], None]) -> None:
    """A repository that git can't read is an error with a way out, never "no repository"."""
    breakage(repository)

    with pytest.raises(TargetError) as caught:
        everything(repository)

    assert str(repository) == caught.value.where
    assert "repair it, or scan a copy without its .git" == caught.value.hint


def test_git_is_missing(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git a repository can't be listed, while a plain directory can."""
    (tmp_path / "plain").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))

    assert Git().top_level(tmp_path / "plain") is None
    with pytest.raises(TargetError, match="git is missing"):
        Git().top_level(repository)


def test_git_that_cannot_start(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git that is no program is an error that names the repository."""
    (tmp_path / "git").write_text("#!/no/such/interpreter\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TargetError, match="could not be started: No such file") as caught:
        Git().top_level(repository)
    assert str(repository) == caught.value.where


def test_git_in_the_target(
    repository: Path, trap: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `git` that the target brings along is not the one we ask."""
    sprung, command = trap
    (repository / "git").symlink_to(command)
    monkeypatch.setenv("PATH", f"{repository}:.:{os.environ['PATH']}")
    monkeypatch.chdir(repository)

    assert TRACKED == everything(repository)[0]
    assert not sprung.exists()


def test_stop_words_of_the_environment(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that lead git elsewhere, as in a hook that calls us, have no effect."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "/nowhere")

    assert (TRACKED, ["new.py"]) == everything(repository)


ASK_BELOW = """
import sys
from pathlib import Path
from drawgate.run.git import Git
root = Path(sys.argv[1])
print(Git().files(root, root / "sub"))
"""


def test_closed_folder_below(
    repository: Path, open_path: Path, request: pytest.FixtureRequest
) -> None:
    """A folder that git can't open has a name from the root, as all others have."""
    theirs = repository.rename(open_path / "theirs")
    (theirs / "sub/closed").mkdir()
    give_away(theirs, 12345)
    (theirs / "sub/closed").chmod(0)
    who = "as_nobody" if os.geteuid() == 0 else "as_us"

    done = request.getfixturevalue(who)(ASK_BELOW, str(theirs))

    (theirs / "sub/closed").chmod(0o755)
    assert f"({TRACKED}, ['sub/closed/'])\n" == done.stdout, done.stderr


def test_a_folder_with_too_long_a_name(repository: Path) -> None:
    """What lies too deep for the kernel is told, though git cuts its name off."""
    deep = "/".join(["d" * 200] * 25)
    script = "import os\nfor _ in range(25): os.mkdir('d' * 200); os.chdir('d' * 200)\n"
    script += "open('new.py', 'w').close()"
    subprocess.run([sys.executable, "-c", script], cwd=repository, check=True)

    _, told = Git().files(repository, repository)

    subprocess.run(["rm", "-r", "d" * 200], cwd=repository, check=True)
    (long,) = set(told) - {"new.py"}
    assert deep.startswith(long.rstrip("…"))
    with pytest.raises(OSError, match="File name too long"):
        (repository / long).lstat()


ASK = """
import sys
from pathlib import Path
from drawgate.run.git import Git
root = Path(sys.argv[1])
print(Git().top_level(root), *Git().files(root, root))
"""


def give_away(root: Path, owner: int) -> None:
    """Make a repository somebody else's, and everything in it readable."""
    for path in (root, *root.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, owner, owner, follow_symlinks=False)
        path.chmod(path.stat().st_mode | 0o555 if path.is_dir() else 0o644)


@pytest.mark.parametrize("who", ["as_us", "as_nobody"])
def test_repository_of_another_user(
    repository: Path, open_path: Path, request: pytest.FixtureRequest, who: str
) -> None:
    """Whose repository it is plays no part when it is the one we were asked to scan."""
    theirs = repository.rename(open_path / "theirs")
    give_away(theirs, 12345)

    done = request.getfixturevalue(who)(ASK, str(theirs))

    assert f"{theirs} {TRACKED} ['new.py']\n" == done.stdout, done.stderr


def test_repository_of_another_user_around_us(
    open_path: Path, request: pytest.FixtureRequest
) -> None:
    """Somebody's `/tmp/.git` can't decide which of our files are scanned (CVE-2022-24765)."""
    git(open_path, "init", "-q")
    (open_path / "mine").mkdir()
    us = os.geteuid()
    if us == 0:
        give_away(open_path / ".git", 12345)
        os.chown(open_path / "mine", 65534, 65534)

    done = request.getfixturevalue("as_nobody")(ASK, str(open_path / "mine"))

    if us == 0:
        assert "a repository of another user lies around the target" in done.stderr
    else:
        assert done.stdout.startswith(str(open_path))


@pytest.mark.parametrize("asked", ["origin/main", "origin/main~0", "origin/main^{}", "origin/HEAD"])
@pytest.mark.parametrize("place", ["refs/tags", "refs/heads"])
def test_a_name_of_two_things_is_refused(repository: Path, place: str, asked: str) -> None:
    """Who may push a tag, or a branch, must not choose what a change is compared with."""
    name = re.split(r"[~^]", asked)[0]
    git(repository, "update-ref", f"refs/remotes/{name}", "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "other")
    before = Git().commit(repository, asked)
    git(repository, "update-ref", f"{place}/{name}", "HEAD")

    with pytest.raises(TargetError, match="several things") as refused:
        Git().commit(repository, asked)
    assert f"refs/remotes/{name}" in str(refused.value)
    assert Git().commit(repository, f"refs/remotes/{name}") == before
    assert Git().commit(repository, before) == before
