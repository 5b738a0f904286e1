"""Where a log comes from: a file, a pipe, or `-`, which is standard input.

A pipe is read to its end, however long that takes: whoever writes it is another program of the
user's. A device has no end, so it is refused.
"""

import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from drawgate.core.errors import LogError

STDIN: Final = Path("-")
_HINT: Final = "name a SARIF 2.1.0 log"


def read_source(path: Path) -> bytes:
    """Give all bytes of a log. Raises LogError."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        _check(path)
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def open_source(path: Path) -> BinaryIO:
    """Open a log that is read twice. LogError: it can't be read, or only once."""
    try:
        if path == STDIN or _check(path):
            what = "this is a pipe, and every log is read twice"
            raise LogError(what, where=str(path), hint="write it to a file first")
        return path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error


def _check(path: Path) -> bool:
    """Refuse what is neither a file nor a pipe; tell whether it is a pipe. Nothing is opened."""
    mode = path.stat().st_mode
    if stat.S_ISBLK(mode) or stat.S_ISCHR(mode):
        raise LogError("this is a device, not a log", where=str(path), hint=_HINT)
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def unreadable(path: Path, error: OSError) -> LogError:
    """Say why a log can't be read, and what to do."""
    return LogError(f"the log can't be read: {error.strerror}", where=str(path), hint=_HINT)
