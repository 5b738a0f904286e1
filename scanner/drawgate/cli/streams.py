"""Standard streams that are closed, take no more, or have lost their reader."""

import os
import sys

from drawgate.core.errors import OutputError

_MODES = ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY))


def open_closed() -> None:
    """Put the null device where a stream is closed (`>&-`).

    Else the next file that is opened takes its number, and whoever writes to stdout writes
    into that file.
    """
    for number, mode in _MODES:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # takes the lowest free number, which is this one
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as above


def silence_stdout() -> None:
    """Send what is left for stdout nowhere: it must not fail once more at the end (code 120)."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def stdout_error(error: BaseException) -> OutputError | None:
    """Give what to say when `error` is that stdout takes no more; that is no fault of ours."""
    if not isinstance(error, OSError) or error.filename is not None:
        return None
    try:
        # Nothing in the error says which file it was about, so ask once more.
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        silence_stdout()
        what, hint = (
            f"can't be written: {error.strerror}",
            "make room, or send the output elsewhere",
        )
        return OutputError(what, where="stdout", hint=hint)
    return None
