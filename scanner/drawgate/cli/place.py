"""Which target the command line names, and which of its files."""

import os
from dataclasses import dataclass
from pathlib import Path

from drawgate.core.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The target, and the files in it that `--files` names."""

    target: Path
    files: tuple[str, ...] | None


def place_of(paths: tuple[Path, ...], files: tuple[str, ...]) -> Place:
    """Tell the target from the files that may follow `--files`."""
    folders = [path for path in paths if not files or path.is_dir()]
    if len(folders) > 1:
        hint = "scan them one by one, and merge the logs with `drawgate merge`"
        raise UsageError("more than one TARGET", where=str(folders[1]), hint=hint)
    target = folders[0] if folders else Path()
    if not files:
        return Place(target=target, files=None)
    named = [*map(Path, files), *(path for path in paths if path not in folders)]
    return Place(target=target, files=tuple(_below(path, target) for path in named))


def _below(path: Path, target: Path) -> str:
    """Give a path relative to the target; links in it are not resolved, the target's are."""
    root = Path(os.path.realpath(target))
    whole = Path(os.path.realpath(path.parent)) / path.name
    if not os.path.lexists(whole) and os.path.lexists(root / path):
        whole = Path(os.path.realpath((root / path).parent)) / path.name
    if not whole.is_relative_to(root):
        raise UsageError("is not below the target", where=str(path), hint=f"the target is {root}")
    return whole.relative_to(root).as_posix()
