"""Git, asked in the few ways that run nothing of the repository it is asked about.

A repository is data of somebody else. Its configuration can name programs (`core.fsmonitor`,
hooks, filters, remote helpers) and move the work tree elsewhere, so every call overrides those
keys, never touches the work tree through `status` or `diff`, and never talks to a remote. Both
the repository and the work tree are named on the command line: what git would discover by
itself, and its check of who owns it, play no part.
"""

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError
from drawgate.run import repository
from drawgate.run.git_process import answer, call
from drawgate.run.process import Done

DIFF: Final = ("diff-tree", "-r", "-M50", "-l5000")
"""Commit with commit: what was renamed is one path, if half of its content stayed."""
PATCH: Final = (
    "-p", "-U0", "--inter-hunk-context=0", "--full-index", "--text", "--no-color",
    "--no-ext-diff", "--no-textconv", "--diff-algorithm=default", "--indent-heuristic",
)  # fmt: skip
"""The lines that differ, and nothing that a configuration or an attribute of the target says:
no program of its, no other algorithm, and no file that it calls binary."""
_OTHERS: Final = ("--others", "--exclude-per-directory=.gitignore")
_CLOSED: Final = re.compile(
    r"^warning: could not open directory '(?:(.+?/)': |(.{2000,})$)", re.MULTILINE
)
_CUT: Final = "…" * 20
"""Behind a name that was too long for git's warning: so it is too long for the kernel as well."""
_PLACES: Final = ("refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
"""Where git looks for a name, the first before the next."""
_STEPS: Final = re.compile(r"[~^:]|@\{")
"""What leads from a name to another commit."""
_ONE_THING: Final = re.compile(r"|refs/.*|[A-Z_]*HEAD|[0-9a-f]{40}|[0-9a-f]{64}", re.DOTALL)
"""Names before which git looks for nothing else."""
_NO_COMMIT: Final = 1
"""What `rev-parse --verify --quiet` answers when HEAD names a branch without a commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What git keeps for one path: its mode and the name of its content."""

    mode: str
    content: str

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link; its content is where it leads."""
        return self.mode == "120000"

    @property
    def is_file(self) -> bool:
        """Whether it is a file, which has lines; nothing at all is none."""
        return self.mode.startswith("100")

    @property
    def is_module(self) -> bool:
        """Whether it is a commit of another repository."""
        return self.mode == "160000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A path that does not hold the same in two commits."""

    path: str
    old: Entry
    new: Entry


class Git:
    """What a target asks of git; it keeps nothing between two calls.

    `index` is the index a commit is being made from, where it is not the usual one.
    """

    def __init__(self, index: Path | None = None) -> None:
        self._index = index

    def top_level(self, path: Path) -> Path | None:
        """Give the root of the work tree that holds `path`, or None outside of git.

        Raises TargetError when there is a repository that git can't read.
        """
        root = repository.around(path)
        if root:
            self._ask(root, root, "rev-parse", "--git-dir")
        return root

    def head(self, root: Path) -> str:
        """Give the commit that is checked out, or an empty string before the first one."""
        done = self._call(root, root, "rev-parse", "--verify", "--quiet", "HEAD")
        if done.code == _NO_COMMIT and not done.stdout:
            return ""
        return answer(root, done).decode("ascii").strip()

    def files(self, root: Path, below: Path) -> tuple[list[str], list[str]]:
        """Give all tracked files, and of those below a folder the untracked not ignored ones.

        All names are relative to `root`. Ignored means: by a `.gitignore` of the tree, which a
        reader of the code can see, and not by files inside of `.git` or by a configuration.
        """
        tracked = self._ask(root, root, "ls-files", "-z", "--cached")
        done = self._call(root, below, "ls-files", "-z", "--full-name", *_OTHERS)
        # Git only warns about a folder it can't open; such a name ends in a slash.
        warned = _CLOSED.findall(os.fsdecode(done.stderr))
        closed = [name or f"{cut}{_CUT}" for name, cut in warned]
        return _names(tracked), [*_names(answer(root, done)), *closed]

    def staged(self, root: Path) -> dict[str, Entry]:
        """Give everything the index holds, by path. Raises TargetError while a merge is open."""
        entries = {}
        for line in self._ask(root, root, "ls-files", "-z", "--stage").split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, content, stage = facts.decode("ascii").split(" ")
            if stage != "0":
                hint = "resolve it, and `git add` the result"
                where = os.fsdecode(name)
                raise TargetError("is in a merge conflict", where=where, hint=hint)
            entries[os.fsdecode(name)] = Entry(mode=mode, content=content)
        return entries

    def tree(self, root: Path, commit: str) -> dict[str, Entry]:
        """Give everything a commit holds, by path."""
        entries = {}
        listing = self._ask(root, root, "ls-tree", "-r", "-z", "--full-tree", commit)
        for line in listing.split(b"\0")[:-1]:
            facts, _, name = line.partition(b"\t")
            mode, _, content = facts.decode("ascii").split(" ")
            entries[os.fsdecode(name)] = Entry(mode=mode, content=content)
        return entries

    def fork(self, root: Path, ref: str) -> str:
        """Give the last commit that HEAD and `ref` have in common. Raises TargetError."""
        theirs = self.commit(root, ref)
        found = self._call(root, root, "merge-base", theirs, "HEAD")
        if found.code != 0:
            hint = "fetch the history of both (`git fetch --unshallow`; fetch-depth: 0)"
            raise TargetError("has no commit in common with HEAD", where=ref, hint=hint)
        return found.stdout.decode("ascii").strip()

    def commit(self, root: Path, ref: str) -> str:
        """Give the commit that a ref names. Raises TargetError."""
        found = self.named(root, ref)
        if not found:
            raise self._unknown(root, ref)
        self._refuse_two(root, ref)
        return found

    def named(self, root: Path, ref: str) -> str:
        """Give what git takes a name for, be it one of several things; empty: for nothing."""
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        done = self._call(root, root, *words)
        return done.stdout.decode("ascii").strip() if done.code == 0 else ""

    def _refuse_two(self, root: Path, ref: str) -> None:
        """Refuse a name that a tag and a branch share: git takes the tag, which others may push."""
        name = _STEPS.split(ref, maxsplit=1)[0]
        if _ONE_THING.fullmatch(name):
            return
        places = [f"{place}{name}" for place in _PLACES]
        listing = self._ask(root, root, "for-each-ref", "--format=%(refname)", "--", *places)
        found = sorted({os.fsdecode(each) for each in listing.splitlines()} & set(places))
        if len(found) > 1:
            what = f"names several things: {', '.join(found)}"
            raise TargetError(what, where=ref, hint=f"write which one is meant, as {found[0]}")

    def _unknown(self, root: Path, ref: str) -> TargetError:
        """Say what to do; a clone that was cut short, as CI makes them, lacks most commits."""
        cut = self._call(root, root, "rev-parse", "--is-shallow-repository").stdout == b"true\n"
        what = "is no commit of this repository"
        if not cut:
            hint = "name a branch, a tag or a commit that was fetched"
            return TargetError(what, where=ref, hint=hint)
        remote, slash, branch = ref.partition("/")
        named = f"{branch}:refs/remotes/{ref}" if slash and remote == "origin" else ref
        hint = (
            f"get it by `git fetch --depth=1 origin {shlex.quote(named)}`, all of them by "
            "`git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout"
        )
        return TargetError(f"{what}, whose clone is shallow", where=ref, hint=hint)

    def changes(self, root: Path, old: str, new: str) -> Iterator[Changed]:
        """Give each path that does not hold the same in two commits; no content is read."""
        words = ("diff-tree", "-r", "--no-renames", "--raw", "-z", "--no-abbrev")
        listing = self._ask(root, root, *words, "--end-of-options", old, new).split(b"\0")
        for facts, path in zip(listing[0::2], listing[1::2], strict=False):
            mode, new_mode, before, after, _ = facts.decode("ascii")[1:].split(" ")
            yield Changed(
                path=os.fsdecode(path),
                old=Entry(mode=mode, content=before),
                new=Entry(mode=new_mode, content=after),
            )

    def patch(self, root: Path, old: str, new: str, paths: Iterable[str], limit: int) -> bytes:
        """Give the lines of some paths that differ between two commits, in `limit` bytes."""
        words = (*DIFF, *PATCH, "--end-of-options", old, new, "--", *paths)
        return answer(root, call(root, root, *words, output=limit))

    def sizes(self, root: Path, contents: Iterable[str]) -> dict[str, int]:
        """Give how many bytes each content has; those that git lacks are left out."""
        asked = "".join(f"{content}\n" for content in contents).encode()
        done = self._call(root, root, "cat-file", "--batch-check", stdin=asked)
        rows = (line.split(" ") for line in answer(root, done).decode("ascii").splitlines())
        return {row[0]: int(row[2]) for row in rows if row[1] == "blob"}

    def contents(self, root: Path, contents: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Give contents as git keeps them: no filter or text conversion of the target runs.

        Those that git lacks are left out.
        """
        asked = "".join(f"{content}\n" for content in contents).encode()
        data = answer(root, self._call(root, root, "cat-file", "--batch", stdin=asked))
        place = 0
        while place < len(data):
            end = data.index(b"\n", place)
            name, sort, *size = data[place:end].decode("ascii").split(" ")
            place = end + 1
            if sort == "missing":
                continue
            yield name, data[place : place + int(size[0])]
            place += int(size[0]) + 1  # a line end that is not the content's

    def ignored(self, root: Path, below: Path) -> list[str]:
        """Give what a .gitignore leaves out below a folder, relative to `root`.

        A folder that is ignored as a whole stands there once, with a slash at its end, and is
        not gone into: it may hold a hundred thousand files.
        """
        done = self._call(
            root, below, "ls-files", "-z", "--full-name", "--ignored", "--directory", *_OTHERS
        )
        return _outermost(_names(answer(root, done)))

    def _ask(self, root: Path, cwd: Path, *args: str) -> bytes:
        return answer(root, self._call(root, cwd, *args))

    def _call(self, root: Path, cwd: Path, *args: str, stdin: bytes = b"") -> Done:
        return call(root, cwd, *args, stdin=stdin, index=self._index)


def _outermost(names: list[str]) -> list[str]:
    """Drop what lies below a folder of the list: git names some files beside their folder."""
    folders = {name for name in names if name.endswith("/")}
    return [name for name in names if folders.isdisjoint(_above(name))]


def _above(name: str) -> Iterator[str]:
    yield from (name[: at + 1] for at, letter in enumerate(name[:-1]) if letter == "/")


def _names(listing: bytes) -> list[str]:
    """Split a listing; a path in a merge conflict stands there once for each side."""
    return [os.fsdecode(name) for name in dict.fromkeys(listing.split(b"\0")) if name]
