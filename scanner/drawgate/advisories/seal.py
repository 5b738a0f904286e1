"""Shows in an instant that a mirror is as long as it was, and that SQLite wrote nothing since.

SQLite counts in the head of a file how many pages it has and how often it was changed
(https://sqlite.org/fileformat2.html, 1.3). The import writes both numbers down.
"""

import sqlite3
import struct
from pathlib import Path
from typing import Final

_HEAD: Final = struct.Struct(">16x H 6x I I 60x I 4x")
"""Bytes of a page, changes, pages, and the change after which the pages were counted."""
_LARGEST_PAGE: Final = 65536
"""Stands in the head as 1, for it has only two bytes."""
_FORM: Final = "{:010} pages, {:010} changes"


def write(database: sqlite3.Connection, path: Path) -> None:
    """Seal a finished mirror. Nothing may be written to it afterwards."""
    database.execute("INSERT INTO meta VALUES ('seal', ?)", (_FORM.format(0, 0),))
    _, pages, changes, _ = _numbers(path)
    # Of the same length, so that no page is added; and this, too, is a change.
    sealed = _FORM.format(pages, changes + 1)
    database.execute("UPDATE meta SET value = ? WHERE key = 'seal'", (sealed,))
    if not holds(path, sealed):
        raise sqlite3.OperationalError("the file is not as SQLite says that it is")


def holds(path: Path, sealed: str) -> bool:
    """Tell whether the file is still what the seal says, and as long as its head says."""
    page, pages, changes, counted = _numbers(path)
    whole = path.stat().st_size == page * pages
    return whole and counted == changes and sealed == _FORM.format(pages, changes)


def _numbers(path: Path) -> tuple[int, int, int, int]:
    """Give bytes of a page, pages, changes, and the change after which pages were counted."""
    with path.open("rb") as stream:
        page, changes, pages, counted = _HEAD.unpack(stream.read(_HEAD.size))
    return _LARGEST_PAGE if page == 1 else page, pages, changes, counted
