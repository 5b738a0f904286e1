"""The output directory: files appear whole or not at all, and foreign files stay untouched."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from drawgate.core.errors import OutputError
from drawgate.target.results import MARKER, RAW, UPLOADS, WRITTEN

_IGNORE_ALL: Final = b"# Results are made again by each scan; they are not for the repository.\n*\n"
_MARKER_TEXT: Final = b"Drawgate writes its results here.\n"


def check(directory: Path) -> None:
    """Refuse a directory that is not ours to use; nothing is touched. Raises OutputError.

    A non-empty one without our marker is somebody's. A link could lead anywhere, and the
    target may have planted it under the name of our default.
    """
    with _explained(directory):
        for place in _below_here(directory):
            if place.is_symlink():
                hint = "choose another --output-dir, or name where the link leads"
                raise OutputError("is a symbolic link", where=str(place), hint=hint)
        if _is_foreign(directory):
            hint = "choose another --output-dir, or empty this one yourself"
            raise OutputError("holds files that are not ours", where=str(directory), hint=hint)


def claim(directory: Path) -> None:
    """Make the directory ours, and remove the results of the scan before.

    Nobody shall take them for those of a scan that failed. Raises OutputError.
    """
    check(directory)
    with _explained(directory):
        directory.mkdir(parents=True, exist_ok=True)
        for name in WRITTEN:
            (directory / name).unlink(missing_ok=True)
        for path in (*_named(directory, UPLOADS), *_named(directory / "raw", RAW)):
            path.unlink()
        _write(directory / MARKER, _MARKER_TEXT)
        _write(directory / ".gitignore", _IGNORE_ALL)


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write each file beside its name and rename it.

    Names are relative paths. Raises OutputError with the file's name (full disk, no right).
    """
    check(directory)
    for name, data in sorted(files.items()):
        put(directory, name, data)


def put(directory: Path, name: str, data: bytes) -> None:
    """Write one file into a directory that `check` has found to be ours. Raises OutputError."""
    path = directory / name
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, data)


def write_file(path: Path, data: bytes) -> None:
    """Write one file somewhere a user named, whole or not at all. Raises OutputError."""
    with _explained(path):
        if os.path.lexists(path) and not path.is_file():
            hint = "name a file, or leave the option out to print it"
            raise OutputError("is no regular file", where=str(path), hint=hint)
        _write(path, data)


def _below_here(directory: Path) -> Iterator[Path]:
    """Give the directory, its `raw/`, and of a relative one every folder on the way."""
    yield directory
    yield directory / "raw"
    if not directory.is_absolute():
        yield from (parent for parent in directory.parents if parent != Path())


def _named(folder: Path, names: re.Pattern[str]) -> list[Path]:
    """Give what is called so and is no folder."""
    try:
        with os.scandir(folder) as entries:
            found = [e for e in entries if names.fullmatch(e.name)]
            return [Path(e.path) for e in found if not e.is_dir(follow_symlinks=False)]
    except FileNotFoundError:
        return []


def _is_foreign(directory: Path) -> bool:
    try:
        with os.scandir(directory) as entries:
            names = {entry.name for entry in entries}
    except FileNotFoundError:
        return False
    return bool(names) and MARKER not in names


def _write(path: Path, data: bytes) -> None:
    # A link in the place of a result is replaced by the rename, never written through.
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - only open() takes a descriptor
            stream.write(data)
            os.fchmod(descriptor, 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = "make room, or choose another --output-dir" if full else "choose another place"
        what = f"can't be written: {error.strerror or error}"
        raise OutputError(what, where=str(path), hint=hint) from error
