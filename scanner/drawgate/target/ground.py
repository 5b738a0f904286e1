"""Where a scan stands: the root all paths count from, and the part of it that was named."""

import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from drawgate.core.errors import TargetError
from drawgate.core.target import Exclusion, Form, NotAssessed
from drawgate.target import results
from drawgate.target.change import Change
from drawgate.target.listing import walk, without_never, without_results

_LOGS: Final = (".sarif", ".sarif.json")


class Listing(Protocol):
    """What is asked of git; `drawgate.run.git.Git` answers it."""

    def top_level(self, path: Path) -> Path | None:
        """Give the root of the work tree that holds `path`, or None outside of git."""

    def head(self, root: Path) -> str:
        """Give the commit that is checked out, or an empty string before the first one."""

    def files(self, root: Path, below: Path) -> tuple[list[str], list[str]]:
        """Give all tracked files, and of those below a folder the untracked not ignored ones.

        All names are relative to `root`.
        """

    def ignored(self, root: Path, below: Path) -> list[str]:
        """Give what a .gitignore leaves out below a folder, relative to `root`.

        A folder that is ignored as a whole stands there once, with a slash at its end.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What was named, listed; all names are relative to the root."""

    root: Path
    name: str
    form: Form
    names: frozenset[str]
    folder: str = ""
    commit: str = ""
    around: frozenset[str] = frozenset()
    exclusions: tuple[Exclusion, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """What stands before each name: empty, or the folder with its slash."""
        return _prefix(self.folder)


def find_ground(path: Path, git: Listing, output: Path | None = None) -> Ground:
    """List what `path` names; `output` is our own directory, resolved.

    The root is that of the repository around it. A folder of which git lists nothing is listed
    as if there were no repository. Raises TargetError.
    """
    named, is_file = _existing(path)
    folder = named.parent if is_file else named
    top = git.top_level(folder)
    if is_file:
        return _one_file(named, folder, top, git)
    ground = _in_repository(folder, top, git, output) if top else None
    if ground is None:
        return _without_git(folder, output)
    return ground if ground.names else _unless_ignored(ground, folder, output)


def of_change(ground: Ground, change: Change) -> Ground:
    """Narrow the ground to a change: what is new outside of git plays no part in it."""
    return replace(
        ground,
        names=change.names,
        around=change.around,
        exclusions=(),
        not_assessed=change.not_assessed,
    )


def _existing(path: Path) -> tuple[Path, bool]:
    """Follow the links of a path, and tell whether it leads to a file."""
    try:
        resolved = path.resolve(strict=True)
        mode = resolved.stat().st_mode
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "give a directory or a file to scan"
        raise TargetError(reason, where=str(path), hint=hint) from error
    if resolved.name.endswith(_LOGS) and stat.S_ISREG(mode):
        # A scan of its text would pass, and look as if the findings in it had been judged.
        hint = "judge it with `drawgate gate`, or look for secrets in its text with --files"
        raise TargetError("is a log, and no target", where=str(path), hint=hint)
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        hint = "give a directory or a file to scan"
        raise TargetError("is neither a directory nor a file", where=str(path), hint=hint)
    return resolved, stat.S_ISREG(mode)


def _one_file(named: Path, folder: Path, top: Path | None, git: Listing) -> Ground:
    """Take the file whatever git thinks of it: somebody named it."""
    root = top or folder
    name = named.relative_to(root).as_posix()
    tracked = git.files(top, folder)[0] if top else []
    return Ground(
        root=root,
        name=named.name,
        folder=_below(root, folder),
        form=Form.FILE,
        commit=git.head(top) if top else "",
        names=frozenset({name}),
        around=frozenset(tracked) - {name},
    )


def _in_repository(folder: Path, top: Path, git: Listing, output: Path | None) -> Ground:
    below = _below(top, folder)
    prefix = _prefix(below)
    tracked, untracked = git.files(top, folder)
    own = frozenset(name for name in tracked if name.startswith(prefix))
    ours = results.below(top, output)
    _refuse_tracked(own, ours)
    untracked_ones = without_results(untracked, ours)
    # What lies above the folder plays no part: who names `node_modules/x` means it.
    new = without_never(name.removeprefix(prefix) for name in untracked_ones.names)
    ignored = _ignored(git.ignored(top, folder), ours)
    return Ground(
        root=top,
        name=folder.name,
        folder=below,
        form=Form.GIT,
        commit=git.head(top),
        names=own.union(prefix + name for name in new.names),
        around=frozenset(tracked) - own,
        exclusions=(*untracked_ones.exclusions, *new.exclusions, *ignored),
    )


def _refuse_tracked(tracked: Iterable[str], ours: str | None) -> None:
    """Refuse to remove, as an old result, what the repository holds: nobody would look at it."""
    if name := min((name for name in tracked if results.is_result(name, ours)), default=""):
        hint = "choose another --output-dir, or take the file out of the repository"
        raise TargetError("git tracks a file in the place of our results", where=name, hint=hint)


def _ignored(names: Iterable[str], ours: str | None) -> Iterator[Exclusion]:
    """Count what a .gitignore leaves out; a folder that is ignored as a whole counts as one."""
    own = {ours, f"{ours}raw/", f"{ours}documents/"}
    others = [name for name in names if name not in own and not results.is_result(name, ours)]
    folders = sum(name.endswith("/") for name in others)
    if others:
        yield Exclusion(
            origin="ignored by git",
            pattern=".gitignore",
            files=len(others) - folders,
            folders=folders,
        )


def _without_git(folder: Path, output: Path | None) -> Ground:
    listed = walk(folder, output)
    return Ground(
        root=folder,
        name=folder.name,
        form=Form.DIRECTORY,
        names=listed.names,
        exclusions=listed.exclusions,
        not_assessed=listed.not_assessed,
    )


def _unless_ignored(ground: Ground, folder: Path, output: Path | None) -> Ground:
    """List without git what the repository around it ignores, such as an unpacked archive.

    Whoever names the folder wants it scanned, and nothing looked at is never clean.
    """
    alone = _without_git(folder, output)
    if not alone.names and not alone.not_assessed:
        return replace(ground, exclusions=alone.exclusions)
    note = "git lists nothing of this folder, so its files were listed without git"
    return replace(alone, notes=(note,))


def _below(root: Path, folder: Path) -> str:
    return "" if folder == root else folder.relative_to(root).as_posix()


def _prefix(folder: str) -> str:
    return f"{folder}/" if folder else ""
