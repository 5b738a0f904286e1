"""Which target the command line names, and which of its files."""

import os
from dataclasses import dataclass
from pathlib import Path

from drawgate.core.errors import UsageError
from drawgate.core.target import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The target, and what of it is asked for: files by `--files`, or a change."""

    target: Path
    files: tuple[str, ...] | None
    wanted: Wanted | None = None


def place_of(
    paths: tuple[Path, ...], files: tuple[str, ...], *, staged: bool = False, ref: str | None = None
) -> Place:
    """Tell the target from the files that may follow `--files` or `--staged`."""
    if ref and (staged or files):
        other = "--staged" if staged else "--files"
        raise UsageError(f"does not go with {other}", where="--diff", hint="choose one of them")
    folders = [path for path in paths if not (files or staged) or path.is_dir()]
    if len(folders) > 1:
        hint = "scan them one by one, and merge the logs with `drawgate merge`"
        raise UsageError("more than one TARGET", where=str(folders[1]), hint=hint)
    target = folders[0] if folders else Path()
    if ref:
        return Place(target=target, files=None, wanted=Wanted(origin="--diff", ref=ref))
    named = [*map(Path, files), *(path for path in paths if path not in folders)]
    below = tuple(_below(path, target) for path in named) if named else None
    if staged:
        return Place(target=target, files=None, wanted=Wanted(origin="--staged", files=below))
    return Place(target=target, files=below)


def _below(path: Path, target: Path) -> str:
    """Give a path relative to the target; links in it are not resolved, the target's are."""
    root = Path(os.path.realpath(target))
    whole = Path(os.path.realpath(path.parent)) / path.name
    if not os.path.lexists(whole) and os.path.lexists(root / path):
        whole = Path(os.path.realpath((root / path).parent)) / path.name
    if not whole.is_relative_to(root):
        raise UsageError("is not below the target", where=str(path), hint=f"the target is {root}")
    return whole.relative_to(root).as_posix()
