"""Whether a mirror is, byte for byte, what an import of its records makes."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from drawgate.advisories.layout import connect, file_uri
from drawgate.advisories.store import import_data
from drawgate.core.errors import AdvisoryError

_TABLES: Final = ("meta", "source", "record", "affected", "alias", "kev", "epss")


def check(path: Path) -> None:
    """Import the mirror's records once more and compare; AdvisoryError when anything differs.

    A scan only looks at the seal, as reading all of it costs seconds.
    """
    connect(path).close()
    with tempfile.TemporaryDirectory(prefix="drawgate-advisories-") as folder:
        again = Path(folder) / "again.sqlite"
        import_data(path, again)
        with closing(connect(again)) as database:
            database.execute("ATTACH ? AS asked", (file_uri(path),))
            differing = ", ".join(_differing(database))
    if differing:
        told = f"its records do not give what stands in it ({differing})"
        hint = "build it again with `drawgate advisories sync`, or `import PATH`"
        raise AdvisoryError(told, where=str(path), hint=hint)


def _differing(database: sqlite3.Connection) -> Iterator[str]:
    for table in _TABLES:
        # The seal is about the file: the same records fill its pages in another order.
        rest = "WHERE key <> 'seal'" if table == "meta" else ""
        made, asked = (f"SELECT * FROM {file}.{table} {rest}" for file in ("main", "asked"))  # noqa: S608 - our own names
        sizes = [sum(1 for _ in database.execute(query)) for query in (made, asked)]
        if sizes[0] != sizes[1] or database.execute(f"{made} EXCEPT {asked}").fetchone():
            yield table
