"""A repository's own tree: single files in it, where no link on the way is followed."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from drawgate.core.errors import OutputError
from drawgate.target import is_inside, read

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LARGEST: Final = 16 << 20


def current(root: Path, path: str) -> bytes | None:
    """Give what a file holds now, None where there is none. Raises OutputError for all else."""
    with _explained(path):
        try:
            return read(root, path, _LARGEST)
        except FileNotFoundError:
            return None


def put(root: Path, path: str, data: bytes, before: bytes | None) -> None:
    """Write a file as a whole, and the folders above it.

    `before` is what a person has seen of it: when it holds something else by now, nothing is
    written. Raises OutputError.
    """
    if current(root, path) != before:
        hint = "start again to see the difference"
        raise OutputError("was changed meanwhile and is left as it is", where=path, hint=hint)
    with _explained(path), _folder(root, path) as folder:
        _replace(folder, path.rpartition("/")[2], data)


@contextmanager
def _folder(root: Path, path: str) -> Iterator[int]:
    """Open the folder of a file one by one from the root, making those that are missing."""
    if not is_inside(path):
        raise OutputError("leads out of the repository", where=path)
    place = os.open(root, _FOLDER & ~os.O_NOFOLLOW)
    try:
        for name in path.split("/")[:-1]:
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=place)
            inner = os.open(name, _FOLDER, dir_fd=place)
            os.close(place)
            place = inner
        yield place
    finally:
        os.close(place)


def _replace(folder: int, name: str, data: bytes) -> None:
    temporary = f".{name}.part"
    with suppress(FileNotFoundError):  # of a run that was killed
        os.unlink(temporary, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(temporary, flags, 0o666, dir_fd=folder), "wb") as stream:  # noqa: PTH123 - only open() takes a descriptor
            os.fchmod(stream.fileno(), _mode(folder, name, stream.fileno()))
            stream.write(data)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _mode(folder: int, name: str, new: int) -> int:
    """Keep the rights of a file that is replaced."""
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return stat.S_IMODE(os.fstat(new).st_mode)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"can't be used: {error.strerror or error}"
        hint = "look at the file, and at the folders above it"
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            what, hint = "lies behind a symbolic link", "put a plain file or folder in its place"
        raise OutputError(what, where=path, hint=hint) from error
