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
from drawgate.target import MARKER

_IGNORE_ALL: Final = b"# Results are made again by each scan; they are not for the repository.\n*\n"
_MARKER_TEXT: Final = "# Drawgate writes its results here: the files below.\n"


def claim(directory: Path) -> None:
    """Make the directory ours, or refuse: a non-empty one without our marker is somebody's.

    Results of the scan before are removed, so that nobody takes them for those of a scan that
    failed. Raises OutputError; nothing in a refused directory is touched.
    """
    with _explained(directory):
        if _is_foreign(directory):
            hint = "choose another --output-dir, or empty this one yourself"
            raise OutputError("holds files that are not ours", where=str(directory), hint=hint)
        directory.mkdir(parents=True, exist_ok=True)
        for name in _written(directory):
            (directory / name).unlink(missing_ok=True)
        _write(directory / MARKER, _MARKER_TEXT.encode())
        _write(directory / ".gitignore", _IGNORE_ALL)


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Write each file beside its name and rename it, and note its name in the marker.

    Names are relative paths. Raises OutputError with the file's name (full disk, no right).
    """
    with _explained(directory):
        noted = "".join(f"{name}\n" for name in sorted({*_written(directory), *files}))
        _write(directory / MARKER, (_MARKER_TEXT + noted).encode())
    for name, data in sorted(files.items()):
        path = directory / name
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)


def write_file(path: Path, data: bytes) -> None:
    """Write one file somewhere a user named, whole or not at all. Raises OutputError."""
    with _explained(path):
        _write(path, data)


def _written(directory: Path) -> list[str]:
    """Give the names in the marker; only plain ones, whoever may have edited it."""
    try:
        lines = (directory / MARKER).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [line for line in lines if _NAME.fullmatch(line)]


_NAME: Final = re.compile(r"(?:raw/)?[A-Za-z0-9_-][A-Za-z0-9._-]*")


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
