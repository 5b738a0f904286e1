"""Outlives us for a moment: ends and removes what we left, should we die without a chance to.

    python -I -S outlive.py

It reads what we have begun and ended, records with a NUL behind each:

    >PID MARK  a process was started        <PID   it is gone
    +PATH      a directory was made         -PATH  it is gone
    .          we go in order, and remove directories ourselves

The end of input means that we are gone. It leads a session of its own, so that neither Ctrl-C
nor a closed terminal reaches it.
"""

import os
import sys


def main() -> None:
    """Take notes, then do what is left to do."""
    processes: dict[bytes, bytes] = {}
    directories: set[bytes] = set()
    for record in _records():
        kind, rest = record[:1], record[1:]
        if kind == b">":
            pid, _, mark = rest.partition(b" ")
            processes[pid] = mark
        elif kind == b"<":
            processes.pop(rest, None)
        elif kind == b"+":
            directories.add(rest)
        elif kind == b"-":
            directories.discard(rest)
        elif kind == b".":
            directories.clear()
    if processes or directories:
        _clean_up(processes, directories)


def _records() -> "list[bytes]":
    text = b""
    while part := os.read(0, 65536):
        text += part
    return text.split(b"\0")[:-1]


def _clean_up(processes: dict[bytes, bytes], directories: set[bytes]) -> None:
    """Be thorough: nobody waits for us. Only now our own code is worth its start-up."""
    from pathlib import Path  # noqa: PLC0415 - see above

    sys.path.insert(0, str(Path(__file__).parents[2]))
    from drawgate.run import orphans  # noqa: PLC0415 - see above
    from drawgate.run.private import remove  # noqa: PLC0415 - see above

    for pid, mark in processes.items():
        orphans.end_stranger(int(pid), mark.decode("ascii"))
    for directory in directories:
        remove(Path(os.fsdecode(directory)))


if __name__ == "__main__":
    main()
