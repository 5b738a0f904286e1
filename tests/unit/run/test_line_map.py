"""Git says which lines are which, whatever a stranger's files and settings hold."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from drawgate.core.lines import CHANGED, UNKNOWN, moved_together
from drawgate.run import line_map as module
from drawgate.run.git import Git
from drawgate.run.line_map import States, Told, line_map
from samples.repository import git

TEXT = "".join(f"line {n} of the file\n" for n in range(1, 21))
ODD = (
    "a b.py", "new\nline.py", 'quote".py', "-dash.py", ":(exclude)x.py", "ü.py", "tab\t.py",
    "a/old/1", "@@ -1,2 +3,4 @@",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def commit(root: Path, files: dict[str, str | None]) -> str:
    """Write files, None: remove them; give the commit."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "x")
    return git(root, "rev-parse", "HEAD")


def told(root: Path, old: str, new: str, *paths: str, work_tree: bool = False) -> Told:
    """Ask about line 10 of each path, in both states."""

    def load(wanted: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        for path in wanted:
            if (root / path).is_file():
                yield path, (root / path).read_bytes()

    states = States(git=Git(), root=root, old=old, new=new, load=load if work_tree else None)
    wanted = dict.fromkeys(paths, frozenset({10}))
    return line_map(states, wanted, wanted)


def test_lines_are_followed_from_commit_to_commit(root: Path) -> None:
    old = commit(root, {"a.py": TEXT, "same.py": TEXT, "gone.py": "1\n" * 9})
    lines = TEXT.splitlines(keepends=True)
    new = commit(root, {"a.py": "".join(["0\n", *lines[:4], *lines[6:]]), "gone.py": None, "b": ""})

    done = told(root, old, new, "a.py", "same.py", "gone.py", "b", "nowhere.py").lines

    assert [2, 5, CHANGED, CHANGED, 6] == [done.of_old("a.py", n) for n in (1, 4, 5, 6, 7)]
    assert [CHANGED, 2] == [done.of_new("a.py", n) for n in (1, 2)]
    assert 7 == done.of_old("same.py", 7) == done.of_new("same.py", 7)
    assert CHANGED == done.of_old("gone.py", 7)
    assert UNKNOWN == done.of_old("nowhere.py", 7)


def test_any_name_can_be_renamed(root: Path) -> None:
    """What a stranger calls a file is no option, no pattern and no line of a patch."""
    texts = {name: f"{TEXT}{number}\n" for number, name in enumerate(ODD)}
    old = commit(root, dict(texts))
    gone: dict[str, str | None] = dict.fromkeys(ODD)
    came = {f"moved/{name}": f"0\n{text}" for name, text in texts.items()}
    new = commit(root, gone | came)

    done = told(root, old, new, *ODD, *came)

    assert {name: f"moved/{name}" for name in ODD} == done.renames
    assert {11} == {done.lines.of_old(name, 10) for name in ODD}


def test_a_file_under_another_name_only_is_the_same(root: Path) -> None:
    old = commit(root, {"a.py": TEXT})
    new = commit(root, {"a.py": None, "b.py": TEXT})

    done = told(root, old, new, "a.py", "b.py")

    assert ({"a.py": "b.py"}, 10, 10) == (
        done.renames, done.lines.of_old("a.py", 10), done.lines.of_new("b.py", 10)
    )  # fmt: skip


def test_links_and_other_repositories_have_no_lines(root: Path) -> None:
    """A link is not followed, and its target is no text of a file."""
    inner = root / "module"
    inner.mkdir()
    git(inner, "init", "-q")
    commit(inner, {"x": "1"})
    (root / "link.py").symlink_to("a.py")
    old = commit(root, {"a.py": TEXT})
    commit(inner, {"x": "2"})
    (root / "link.py").unlink()
    new = commit(root, {"link.py": TEXT, "a.py": None})

    done = told(root, old, new, "link.py", "module", "a.py")

    assert UNKNOWN == done.lines.of_old("link.py", 1) == done.lines.of_old("module", 1)
    assert done.renames == {"a.py": "link.py"}


def test_a_file_that_git_calls_binary_has_lines_all_the_same(root: Path) -> None:
    old = commit(root, {"a.py": f"\0{TEXT}", ".gitattributes": "*.py binary diff=mine\n"})
    new = commit(root, {"a.py": f"0\n\0{TEXT}"})

    assert 11 == told(root, old, new, "a.py").lines.of_old("a.py", 10)


def test_the_repositorys_settings_decide_nothing(root: Path) -> None:
    """No program of its own is started, and the algorithm is git's default."""
    for name in ("diff.external", "diff.mine.command", "diff.mine.textconv"):
        git(root, "config", name, f"touch {root}/ran; cat")
    git(root, "config", "diff.mine.algorithm", "patience")
    git(root, "config", "color.diff", "always")
    old = commit(root, {"a.py": TEXT, ".gitattributes": "* diff=mine\n"})
    new = commit(root, {"a.py": f"0\n{TEXT}"})
    (root / "a.py").write_text(f"0\n1\n{TEXT}")

    assert 11 == told(root, old, new, "a.py").lines.of_old("a.py", 10)
    assert 12 == told(root, old, new, "a.py", work_tree=True).lines.of_old("a.py", 10)
    assert not (root / "ran").exists()


def test_a_setting_that_stops_git_is_said(root: Path) -> None:
    old = commit(root, {"a.py": TEXT, ".gitattributes": "* diff=mine\n"})
    new = commit(root, {"a.py": f"0\n{TEXT}"})
    git(root, "config", "diff.mine.xfuncname", "(")

    done = told(root, old, new, "a.py")

    assert (1, UNKNOWN) == (done.missed, done.lines.of_old("a.py", 10))


def test_what_is_not_committed_counts_as_it_lies_there(root: Path) -> None:
    """Changed, renamed and removed files, and one with other line ends."""
    same = {name: f"{name}\n{TEXT}" for name in ("edited.py", "crlf.py", "clean.py")}
    old = commit(root, same | {"away.py": TEXT.upper(), "removed.py": TEXT.replace("line", "row")})
    new = commit(root, {"edited.py": f"0\n{same['edited.py']}"})
    (root / "edited.py").write_text(f"0\n1\n{same['edited.py']}")
    (root / "crlf.py").write_bytes(same["crlf.py"].replace("\n", "\r\n").encode())
    (root / "away.py").rename(root / "here.py")
    (root / "removed.py").unlink()
    names = ("edited.py", "crlf.py", "clean.py", "away.py", "removed.py", "here.py")

    done = told(root, old, new, *names, work_tree=True)

    now = [done.lines.of_old(name, 10) for name in names]
    assert [12, 10, 10, 10, CHANGED, UNKNOWN] == now
    assert {"away.py": "here.py"} == done.renames
    assert [CHANGED, CHANGED, 3] == [done.lines.of_new("edited.py", n) for n in (1, 2, 3)]


def test_a_block_that_moved_has_its_neighbours_with_it(root: Path) -> None:
    lines = TEXT.splitlines(keepends=True)
    old = commit(root, {"a.py": TEXT, "b.py": "first\n"})
    new = commit(root, {"a.py": "".join(lines[:7] + lines[12:]),
                        "b.py": "".join(["first\n", *["\n"] * 6, *lines[7:12]])})  # fmt: skip

    done = told(root, old, new, "a.py", "b.py").lines

    one, other = done.around_old["a.py", 10], done.around_new["b.py", 10]
    assert moved_together(one, other)
    assert not moved_together(one, one._replace(above=(), below=()))


def test_what_does_not_fit_is_said_and_not_known(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LIMIT", 4096)
    old = commit(root, {"a.py": TEXT, "b.py": TEXT})
    new = commit(root, {"a.py": TEXT * 200})
    done = told(root, old, new, "a.py", "b.py")

    assert (1, UNKNOWN, 10) == (
        done.missed, done.lines.of_old("a.py", 10), done.lines.of_old("b.py", 10)
    )  # fmt: skip


def test_a_content_that_git_lacks_leaves_the_others_known(root: Path) -> None:
    """As in a partial clone."""
    old = commit(root, {"a.py": TEXT, "b.py": TEXT.upper()})
    new = commit(root, {"a.py": f"0\n{TEXT}", "b.py": f"0\n{TEXT.upper()}"})
    name = git(root, "rev-parse", f"{old}:a.py")
    (root / ".git/objects" / name[:2] / name[2:]).unlink()

    done = told(root, old, new, "a.py", "b.py")

    assert (1, UNKNOWN, 11) == (
        done.missed, done.lines.of_old("a.py", 10), done.lines.of_old("b.py", 10)
    )  # fmt: skip


@pytest.mark.parametrize("work_tree", [False, True])
def test_a_carriage_return_ends_a_line_as_it_does_for_scanners(
    root: Path,
    work_tree: bool,  # noqa: FBT001 - both ways are the promise
) -> None:
    """Nobody makes git call a line unchanged by returns that only scanners count as its end."""
    before = [f"line {n} of the file\n" for n in range(1, 13)]
    old = commit(root, {"a.py": "".join(before)})
    after = [*before[:2], "a\rb\rc\n", *before[2:]]
    (root / "a.py").write_bytes("".join(after).encode())
    new = old if work_tree else commit_as_it_is(root)

    lines = told(root, old, new, "a.py", work_tree=work_tree).lines

    assert [lines.of_old("a.py", n) for n in (2, 3, 9)] == [2, 6, 12]
    assert [lines.of_new("a.py", n) for n in (2, 3, 5, 6)] == [2, CHANGED, CHANGED, 6]


def commit_as_it_is(root: Path) -> str:
    """Commit what lies there; give the commit."""
    git(root, "commit", "-q", "-a", "-m", "x")
    return git(root, "rev-parse", "HEAD")
