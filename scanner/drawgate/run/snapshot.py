"""The files of a change, copied out of git: of the index or of a commit, never of the work tree."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError
from drawgate.core.target import NotAssessed, Wanted
from drawgate.run.git import Entry, Git
from drawgate.run.private import private_directory
from drawgate.target import MAX_SIZE, is_inside
from drawgate.target.change import Change

_BATCH: Final = 64 << 20
"""Bytes that git is asked for at once."""


@contextmanager
def snapshot(git: Git, path: Path, wanted: Wanted) -> Iterator[Change]:
    """Copy what changed to a private directory, and remove it afterwards.

    Raises TargetError outside of a repository, or when git can't answer.
    """
    folder = path.resolve()
    root = git.top_level(folder) if folder.is_dir() else None
    if root is None:
        hint = "scan it without the option"
        raise TargetError(f"is no folder in a git repository, and {wanted.origin} asks for one",
                          where=str(path), hint=hint)  # fmt: skip
    now, before = _states(git, root, wanted)
    names = _names(now, before, wanted, folder.relative_to(root).as_posix())
    with private_directory(avoid=root) as private:
        copy = private / "files"
        copy.mkdir()
        yield _Copy(git=git, root=root, folder=copy, entries=now).make(names, wanted.origin)


def _states(
    git: Git, root: Path, wanted: Wanted
) -> tuple[Mapping[str, Entry], Mapping[str, Entry]]:
    """Give all entries now, and those they are compared with."""
    if wanted.whole:
        return git.tree(root, git.commit(root, wanted.ref)), {}
    head = git.head(root)
    if not wanted.ref:
        return git.staged(root), git.tree(root, head) if head else {}
    if not head:
        raise TargetError("there is no commit yet", where=str(root), hint="commit something first")
    return git.tree(root, head), git.tree(root, git.fork(root, wanted.ref))


def _names(
    now: Mapping[str, Entry], before: Mapping[str, Entry], wanted: Wanted, folder: str
) -> frozenset[str]:
    """Choose paths: new, changed in content or mode, under a new name; or those that were named."""
    prefix = "" if folder == "." else f"{folder}/"
    if wanted.files is None:
        changed = (name for name, entry in now.items() if before.get(name) != entry)
        return frozenset(name for name in changed if name.startswith(prefix))
    found = {path: [n for n in (prefix + path, path) if n in now][:1] for path in wanted.files}
    for path, names in found.items():
        if not names:
            hint = "`git add` it, or leave it out"
            raise TargetError("git does not know this file", where=path, hint=hint)
    return frozenset(name for names in found.values() for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A copy in the making."""

    git: Git
    root: Path
    folder: Path
    entries: Mapping[str, Entry]
    """Everything there is, in the state that is looked at."""

    def make(self, names: frozenset[str], origin: str) -> Change:
        """Copy files; links are not made, so that nothing below the copy leads elsewhere."""
        chosen = {name: self.entries[name] for name in sorted(names)}
        files = {n: e for n, e in chosen.items() if not e.is_link and not e.is_module}
        missed = (*_modules(chosen), *self._write(files))
        return Change(
            origin=origin,
            root=self.folder,
            names=frozenset(files) - {item.path for item in missed},
            around=frozenset(self.entries) - names,
            read=self.read,
            load=self.load,
            links=tuple(name for name, entry in chosen.items() if entry.is_link),
            not_assessed=missed,
        )

    def read(self, name: str) -> bytes:
        """Read a file, copied or not, in the state that is looked at. Raises OSError."""
        entry = self.entries[name]
        if entry.is_link or entry.is_module:
            raise OSError(f"{name} is not a regular file")
        size = self.git.sizes(self.root, (entry.content,)).get(entry.content)
        if reason := _obstacle(name, size):
            raise OSError(f"{name}: {reason}")
        return dict(self.git.contents(self.root, (entry.content,)))[entry.content]

    def load(self, names: Iterable[str]) -> Mapping[str, bytes]:
        """Read many files with few questions to git; those that can't be had are left out."""
        entries = {name: self.entries[name] for name in names}
        files = {n: e for n, e in entries.items() if not e.is_link and not e.is_module}
        wanted = {entry.content for entry in files.values()}
        sizes = self.git.sizes(self.root, wanted) if wanted else {}
        small = {n: e for n, e in files.items() if not _obstacle(n, sizes.get(e.content))}
        had: dict[str, bytes] = {}
        for batch in batches({entry.content for entry in small.values()}, sizes):
            had.update(self.git.contents(self.root, batch))
        return {name: had[entry.content] for name, entry in small.items()}

    def _write(self, files: Mapping[str, Entry]) -> Iterator[NotAssessed]:
        """Write files; give those that can't be had, or are too large to look at."""
        wanted = {entry.content for entry in files.values()}
        sizes = self.git.sizes(self.root, wanted) if wanted else {}
        places: dict[str, list[str]] = {}
        for name, entry in files.items():
            if reason := _obstacle(name, sizes.get(entry.content)):
                yield NotAssessed(subject=name, reason=reason, path=name)
            else:
                places.setdefault(entry.content, []).append(name)
        for batch in batches(places, sizes):
            for content, data in self.git.contents(self.root, batch):
                yield from self._put(places[content], data)

    def _put(self, names: Iterable[str], data: bytes) -> Iterator[NotAssessed]:
        for name in names:
            path = self.folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as stream:
                    stream.write(data)
            except OSError as error:
                reason = f"can't be copied: {error.strerror}"
                yield NotAssessed(subject=name, reason=reason, path=name)


def _modules(entries: Mapping[str, Entry]) -> Iterator[NotAssessed]:
    for name, entry in entries.items():
        if entry.is_module:
            reason = "a git repository inside this one (submodule); scan it on its own"
            yield NotAssessed(subject=name, reason=reason, path=name)


def _obstacle(name: str, size: int | None) -> str:
    if not is_inside(name):
        return "its name leads out of the target"
    if size is None:
        return "git does not have its content (a partial clone?)"
    if size > MAX_SIZE:
        return f"{size / (1 << 20):,.0f} MiB is over the limit of {MAX_SIZE >> 20} MiB"
    return ""


def batches(contents: Iterable[str], sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Deal out contents so that git is never asked for too much at once."""
    batch: list[str] = []
    room = _BATCH
    for content in contents:
        if batch and sizes[content] > room:
            yield batch
            batch, room = [], _BATCH
        batch.append(content)
        room -= sizes[content]
    if batch:
        yield batch
