"""Where waivers come from: a file that the user names, the target's own, or the base of a change.

What is judged has no vote: in a change the base commit's waivers count, out of git's own store.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from drawgate.core.errors import PolicyError, TargetError
from drawgate.core.scan import Scan
from drawgate.core.target import Wanted
from drawgate.core.waiver import PLACE, Waiver, Waivers
from drawgate.pipeline import Request
from drawgate.policy.waivers import MAX_BYTES, digest, read_waivers
from drawgate.run import repository
from drawgate.run.git import Entry, Git
from drawgate.sarif.text import as_text
from drawgate.target import read
from drawgate.triage.redact import mask_text
from drawgate.triage.steps import mask_waivers
from drawgate.triage.suppress import without_waivers

OPTION: Final = "--waivers"
_ELSE: Final = "make it a plain file, or name another one with --waivers"


def of_log(scan: Scan, named: str | None, *, none: bool) -> Scan:
    """Give a log's scan with the waivers to judge it by: a file's, else those it came with."""
    if none:
        return without_waivers(scan)
    if not named:
        return scan
    return replace(without_waivers(scan), waivers=of_file(named))


def of_target(request: Request, named: str | None, baseline: str | None) -> Waivers | None:
    """Give the waivers to judge a target by; None where there are none to be found.

    Raises PolicyError for a file that can't be read or understood.
    """
    if named:
        return of_file(named)
    folder = _folder(request.path)
    if folder is None:
        return None  # the scan will say what is wrong with the target
    root = repository.around(folder)
    git = Git(request.index)
    base = _base(git, root, request.wanted, baseline) if root else None
    if root and base is not None:
        return _of_change(git, root, request.wanted, base)
    return _of_checkout(root or folder)


def of_file(named: str) -> Waivers:
    """Read the file that a user named; what in its texts looks like a credential is masked."""
    try:
        with Path(named).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as problem:
        where = f"{OPTION} {named}"
        raise PolicyError(f"can't be read: {problem.strerror}", where=where) from problem
    path = Path(named)
    source = as_text(path.name if path.is_absolute() else named)
    waivers = Waivers(source=source, digest=digest(data), waivers=read_waivers(data, named))
    return mask_waivers(waivers, mask_text, str)


def file_here() -> Path:
    """Give where the waivers of the repository around us belong, as a path to show."""
    here = Path.cwd()
    root = repository.around(here)
    return Path(os.path.relpath((root or here) / PLACE, here))


def check_plain(path: Path) -> None:
    """Refuse what no scan would read in this place: a link, or a pipe that never answers."""
    if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
        raise PolicyError("is no plain file", where=str(path), hint=_ELSE)


def read_file(path: Path) -> bytes | None:
    """Read a file of waivers to be added to; None where there is none. Raises PolicyError."""
    check_plain(path)
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise PolicyError(f"can't be read: {problem.strerror}", where=str(path)) from problem


def _folder(target: Path) -> Path | None:
    try:
        resolved = target.resolve(strict=True)
    except (OSError, RuntimeError):
        return None
    return resolved if resolved.is_dir() else resolved.parent


def _of_checkout(root: Path) -> Waivers | None:
    data = _in_tree(root)
    if data is None:
        return None
    waivers = read_waivers(data, str(root / PLACE))
    return Waivers(source=f"{PLACE} of the target", digest=digest(data), waivers=waivers)


def _in_tree(root: Path) -> bytes | None:
    """Read the file as it lies there; a link is an error, be it that it leads nowhere."""
    if not os.path.lexists(root / PLACE):
        return None
    try:
        return read(root, PLACE, MAX_BYTES)
    except OSError as problem:
        what = problem.strerror or "is no plain file of at most 8 MiB"
        raise PolicyError(
            f"can't be read: {what}", where=str(root / PLACE), hint=_ELSE
        ) from problem


def _base(git: Git, root: Path, wanted: Wanted | None, baseline: str | None) -> str | None:
    """Give the commit that a change is judged against, "" before the first; None: no change.

    It is the branch as it is now, not where the change left it: what was taken back there since
    excuses nobody who starts from an old commit.
    """
    if wanted:
        return git.commit(root, wanted.ref) if wanted.ref else git.head(root)
    if baseline and not Path(baseline).is_file():
        try:
            return git.commit(root, baseline)
        except TargetError:
            return None  # whoever reads the baseline will say so
    return None


def _of_change(git: Git, root: Path, wanted: Wanted | None, base: str) -> Waivers | None:
    name = base[:12] or "the empty repository"
    data = _in_git(git, root, git.tree(root, base), name) if base else None
    before = read_waivers(data, f"{PLACE} at {name}") if data else ()
    after = tuple(_without(_after(git, root, wanted), _left(git, root, wanted)))
    if data is None and not after:
        return None
    return Waivers(
        source=f"{PLACE} at {name}",
        digest=digest(data) if data else "",
        waivers=before,
        proposed=tuple(_without(after, before)),
    )


def _after(git: Git, root: Path, wanted: Wanted | None) -> tuple[Waiver, ...]:
    """Read what the change makes of the waivers."""
    if wanted is None:
        data = _in_tree(root)
    elif wanted.ref:
        data = _in_git(git, root, git.tree(root, git.head(root)), "HEAD")
    else:
        data = _in_git(git, root, git.staged(root), "the index")
    return read_waivers(data, PLACE) if data else ()


def _left(git: Git, root: Path, wanted: Wanted | None) -> tuple[Waiver, ...]:
    """Read the waivers where a change left the branch: they are not its own."""
    if wanted is None or not wanted.ref:
        return ()
    data = _in_git(git, root, git.tree(root, git.fork(root, wanted.ref)), "the fork")
    try:
        return read_waivers(data, PLACE) if data else ()
    except PolicyError:
        return ()  # it may have been mended since


def _without(after: Iterable[Waiver], before: Iterable[Waiver]) -> Iterable[Waiver]:
    known = frozenset(before)
    return (each for each in after if each not in known)


def _in_git(git: Git, root: Path, entries: dict[str, Entry], name: str) -> bytes | None:
    where = f"{PLACE} at {name}"
    entry = entries.get(PLACE)
    if entry is None:
        return None
    if entry.is_link or entry.is_module:
        raise PolicyError("is no plain file", where=where, hint=_ELSE)
    size = git.sizes(root, (entry.content,)).get(entry.content)
    if size is None:
        raise PolicyError("git does not have its content", where=where, hint=_ELSE)
    if size > MAX_BYTES:
        raise PolicyError(f"is larger than {MAX_BYTES} bytes", where=where, hint=_ELSE)
    return dict(git.contents(root, (entry.content,)))[entry.content]
