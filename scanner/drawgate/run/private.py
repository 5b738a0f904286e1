"""Private directories: made outside the target, gone afterwards whatever a tool did there."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from drawgate.core.errors import OutputError
from drawgate.run import stale, warden
from drawgate.run.environment import FOLDERS, inside


@contextmanager
def private_directory(avoid: Path, parent: Path | None = None) -> Iterator[Path]:
    """Make a directory that only we can read, and remove it with all that is in it.

    It lies in `parent`, by default the system's place for temporary files, but never in the
    target when there is another place.
    """
    place = parent or _place(avoid)
    stale.sweep(place, remove)
    while True:
        with _noted(place / stale.new_name()) as path:
            folder = _made(path)
            if folder is not None:
                try:
                    yield path
                finally:
                    os.close(folder)
                return


@contextmanager
def _noted(path: Path) -> Iterator[Path]:
    warden.directory_begins(path)
    try:
        yield path
    finally:
        _remove_surely(path)
        warden.directory_is_gone(path)


def _made(path: Path) -> int | None:
    try:
        path.mkdir(mode=0o700)
        return stale.hold(path)
    except OSError as error:
        hint = "set TMPDIR to a directory that can be written to"
        raise OutputError(str(error.strerror), where=str(path.parent), hint=hint) from error


def _remove_surely(path: Path) -> None:
    """Remove a tree also when a signal interrupts us; another one is not heard meanwhile."""
    try:
        remove(path)
    except BaseException:
        remove(path)
        raise


def furnish(private: Path) -> None:
    """Make the empty directories that the environment of a process names."""
    for folder in FOLDERS.values():
        (private / folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def remove(path: Path) -> None:
    """Remove a tree; directories that a tool locked are unlocked first."""
    shutil.rmtree(path, ignore_errors=True)
    if not path.is_dir():
        return
    path.chmod(stat.S_IRWXU)
    for folder, names, _ in os.walk(path):  # from the top: it lists only what is unlocked
        for where in (Path(folder, name) for name in names):
            if not where.is_symlink():
                where.chmod(stat.S_IRWXU)
    shutil.rmtree(path, ignore_errors=True)


def cache_directory(avoid: Path) -> Path | None:
    """Give the user's cache directory for Drawgate, or None where there is none to be had."""
    try:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    except RuntimeError:  # neither HOME nor an entry in the user database: a container's number
        return None
    path = Path(home) / "drawgate"
    return None if not path.is_absolute() or inside(path, avoid) else path


def shorten(text: str, private: Path) -> str:
    """Take the name of a private directory out of a text: it differs from run to run.

    Tools may name it with its links followed.
    """
    for name in _names(str(private)):
        text = text.replace(name, "$PRIVATE")
    return text


@cache
def _names(private: str) -> tuple[str, str]:
    """Follow the links once: texts are many."""
    return os.path.realpath(private), private


def _place(avoid: Path) -> Path:
    usual = Path(tempfile.gettempdir())
    for place in (usual, Path("/var/tmp"), Path("/dev/shm")):  # noqa: S108 - the name below is random, the mode 0700
        if place.is_dir() and os.access(place, os.W_OK) and not inside(place, avoid):
            return place
    return usual
