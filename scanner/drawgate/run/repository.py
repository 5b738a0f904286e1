"""Which repository a path belongs to, and whether git may be asked about it."""

import os
import stat
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError

REPAIR: Final = "repair it, or scan a copy without its .git"
_READ_FIRST: Final = (
    "HEAD", "config", "config.worktree", "index", "packed-refs", "commondir", "shallow",
    "info/exclude", "objects/info/alternates",
)  # fmt: skip


def around(path: Path) -> Path | None:
    """Give the top of the repository that holds `path`, or None outside of git.

    Raises TargetError where git would do what somebody else wants, or wait for ever.
    """
    root = _nearest(path)
    if root is None or path.is_relative_to(root / ".git"):
        return None
    _refuse_strangers(root, path)
    _refuse_pipes(root)
    return root


def _nearest(path: Path) -> Path | None:
    """Give the nearest directory upward that holds a `.git`, on the same file system as git does.

    A `.git` may be a file, too: in a linked work tree, and in a submodule.
    """
    device = path.stat().st_dev
    for folder in (path, *path.parents):
        if folder.stat().st_dev != device:
            return None
        if os.path.lexists(folder / ".git"):
            return folder
    return None


def _refuse_strangers(root: Path, path: Path) -> None:
    """Let nobody else decide on our files by a repository above them (CVE-2022-24765)."""
    owner = os.lstat(root / ".git").st_uid
    if root != path and owner not in (0, os.geteuid(), path.stat().st_uid):
        raise TargetError(
            "a repository of another user lies around the target",
            where=str(root / ".git"),
            hint="move the target out of it, or scan its top directory",
        )


def _refuse_pipes(root: Path) -> None:
    """Refuse what git would wait for: somebody would have to write into it."""
    for name in _READ_FIRST:
        path = root / ".git" / name
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            what = "git can't read the repository: no file"
            raise TargetError(what, where=str(path), hint=REPAIR)
