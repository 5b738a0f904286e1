"""Reading one file of the target, so that no link leads out of it."""

import os
import stat
from pathlib import Path
from typing import Final

MAX_SIZE: Final = 16 << 20
"""Bytes. A larger file is not assessed, and said so: no scanner here reads it in fair time."""

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def read(root: Path, path: str, limit: int = MAX_SIZE) -> bytes:
    """Read one regular file of the target; no link on the way is followed. Raises OSError."""
    descriptor = _open(root, path)
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - only open() takes a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is not a regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path} is larger than {limit} bytes")
    return data


def is_inside(path: str) -> bool:
    """Tell whether a relative path can't lead out of the target."""
    return not path.startswith("/") and not {"", ".", ".."} & set(path.rstrip("/").split("/"))


def _open(root: Path, path: str) -> int:
    """Open a file folder by folder, so that none of them can be a link."""
    if not is_inside(path):
        raise OSError(f"{path} leads out of the target")
    *folders, name = path.split("/")
    place = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = inner
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(name, flags, dir_fd=place)
    finally:
        os.close(place)
