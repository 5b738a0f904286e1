"""What of the mirror that is there goes over into the next one."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.advisories.draft import EPSS, KEV, OSV, digest_of, facts_of
from drawgate.advisories.layout import connect, file_uri
from drawgate.core.errors import AdvisoryError

_SHARE: Final = 0.9
"""Of the scores that are there, new ones must have as many."""
_COLUMNS: Final = {
    "source": "name, kind, file, about, own, records, newest, digest, address, etag, changed",
    "record": "id, source, modified, withdrawn, 1, body",  # which copy counts is decided anew
    "affected": "ecosystem, name, id, source, versions, ranges",
    "alias": "alias, id, source",
}
_WHOLE: Final = {
    KEV: "SELECT cve, added, due, ransomware FROM kev ORDER BY cve",
    EPSS: "SELECT cve, score, percentile FROM epss ORDER BY cve",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What is known of a source's last download."""

    address: str
    etag: str
    changed: str


class LostError(Exception):
    """The mirror that is there is broken: nothing of it can be kept."""


def check_whole(database: sqlite3.Connection, older: Path) -> None:
    """Refuse scores that are far fewer than those that are there: AdvisoryError.

    A file of scores that was cut at the end of a line looks whole. There are more of them every
    day, and none is ever taken back.
    """
    new = _scores(database)
    try:
        with closing(connect(older)) as mirror:
            old = _scores(mirror)
    except (AdvisoryError, sqlite3.DatabaseError):
        return  # it is broken, which `keep` finds out and tells
    if new and old and new[0] < _SHARE * old[0]:
        what = f"the EPSS scores are {new[0]:,}, and those of {old[1][:10]} were {old[0]:,}"
        hint = "they were cut off, it seems; `--accept-fewer` takes them all the same"
        raise AdvisoryError(f"{what}: more than a tenth is missing", where=EPSS, hint=hint)


def _scores(database: sqlite3.Connection) -> tuple[int, str] | None:
    """Give the number and the day of the scores, if there are any."""
    query = "SELECT records, newest FROM source WHERE name = ?"
    found: tuple[int, str] | None = database.execute(query, (EPSS,)).fetchone()
    return found


def keep(database: sqlite3.Connection, older: Path) -> tuple[str, ...]:
    """Copy every source that the draft does not replace; give the names of those that it does.

    Nothing is parsed again, so each source's records are compared with its digest.
    LostError where the older mirror is broken; the draft is then of no use.
    """
    try:
        return _keep(database, older)
    except (AdvisoryError, sqlite3.DatabaseError) as error:
        raise LostError(str(error)) from error


def _keep(database: sqlite3.Connection, older: Path) -> tuple[str, ...]:
    connect(older).close()
    database.execute("ATTACH ? AS older", (file_uri(older),))
    replaced = []
    for name, kind, own, about in database.execute(
        "SELECT name, kind, own, about FROM older.source ORDER BY name"
    ).fetchall():
        if _is_replaced(database, name, set() if own or kind != OSV else set(json.loads(about))):
            replaced.append(name)
        else:
            _copy(database, name, kind)
    database.execute("DETACH older")
    return tuple(replaced)


def last_fetched(mirror: Path) -> dict[str, Fetched]:
    """Tell of each source where it was downloaded, and what the server called that version."""
    with closing(connect(mirror)) as database:
        rows = database.execute("SELECT name, address, etag, changed FROM source").fetchall()
    return {name: Fetched(address=a, etag=e, changed=c) for name, a, e, c in rows}


def _is_replaced(database: sqlite3.Connection, name: str, about: set[str]) -> bool:
    """Tell whether a new source has the same name, or is about all that this one is about."""
    for new, kind, own, of in database.execute("SELECT name, kind, own, about FROM main.source"):
        if new == name or (about and kind == OSV and not own and about <= set(json.loads(of))):
            return True
    return False


def _copy(database: sqlite3.Connection, name: str, kind: str) -> None:
    for table, columns in _COLUMNS.items():
        key = "name" if table == "source" else "source"
        query = f"INSERT INTO main.{table} SELECT {columns} FROM older.{table} WHERE {key} = ?"  # noqa: S608 - our own names
        database.execute(query, (name,))
    if kind in _WHOLE:
        database.execute(f"INSERT INTO main.{kind} SELECT * FROM older.{kind}")  # noqa: S608 - as above
    (told,) = database.execute("SELECT digest FROM source WHERE name = ?", (name,)).fetchone()
    if told != _digest(database, name, kind):
        raise AdvisoryError(f"its records of {name} are not those that were imported")


def _digest(database: sqlite3.Connection, name: str, kind: str) -> str:
    return digest_of(_rows(database, kind)) if kind in _WHOLE else facts_of(database, name)[2]


def _rows(database: sqlite3.Connection, kind: str) -> Iterator[tuple[object, ...]]:
    for row in database.execute(_WHOLE[kind]):
        yield (*row[:3], *(bool(each) if each is not None else None for each in row[3:]))
