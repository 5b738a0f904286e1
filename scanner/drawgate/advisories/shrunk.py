"""Refuses records that would take the place of far more: one record is no publication."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from drawgate.advisories.draft import OSV
from drawgate.advisories.layout import connect
from drawgate.core.errors import AdvisoryError

_SHARE: Final = 0.5
"""Of the records that are there; what is published grows, as what is withdrawn stays in it."""
_LITTLE: Final = 100
"""Records that any share may be left of: small ecosystems are not worth a question."""
_HINT: Final = (
    "`--as NAME` keeps them beside those that are there; to have nothing else, import into a new "
    "mirror (`-o`), or say `--accept-fewer`"
)
_PUBLISHED: Final = "SELECT name, records, about FROM source WHERE kind = ? AND NOT own"


def refuse_shrunk(database: sqlite3.Connection, older: Path) -> None:
    """Compare the draft with the mirror that is there: AdvisoryError.

    Who imports one record to add it would lose all others of its ecosystem, and packages would
    look clean.
    """
    new = _published(database)
    for name, (there, about) in _older(older).items():
        replacing = [n for other, (n, of) in new.items() if other == name or about <= of]
        if replacing and there >= _LITTLE and sum(replacing) < _SHARE * there:
            told = f"these {sum(replacing):,} would take the place of {there:,} records"
            raise AdvisoryError(told, where=name, hint=_HINT)


def _older(path: Path) -> dict[str, tuple[int, set[str]]]:
    try:
        with closing(connect(path)) as mirror:
            return _published(mirror)
    except (AdvisoryError, sqlite3.DatabaseError):
        return {}  # it is broken, which is found out and told when it is copied


def _published(database: sqlite3.Connection) -> dict[str, tuple[int, set[str]]]:
    rows = database.execute(_PUBLISHED, (OSV,))
    return {name: (records, set(json.loads(about))) for name, records, about in rows}
