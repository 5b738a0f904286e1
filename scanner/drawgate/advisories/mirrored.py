"""Takes all sources of another mirror into a draft, each record checked as if it were new."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from drawgate.advisories import draft as kinds
from drawgate.advisories.draft import (
    OSV,
    Origin,
    Records,
    add_epss,
    add_kev,
    facts_of,
    to_second,
    write_source,
)
from drawgate.advisories.layout import SCHEMA, connect_source, read_data
from drawgate.advisories.published import Epss, Kev
from drawgate.advisories.record import check
from drawgate.core.errors import AdvisoryError

_SOURCES: Final = """
SELECT name, kind, about, own, newest, digest, file, address, etag, changed FROM source
ORDER BY name
"""


def take_mirror(database: sqlite3.Connection, path: Path, draft: str) -> Records | None:
    """Take a mirror in; give its records, to be named, where its layout knew no sources.

    AdvisoryError when they are not the records that were imported into it.
    """
    with closing(connect_source(path)) as other:
        (layout,) = other.execute("PRAGMA user_version").fetchone()
        if layout != SCHEMA:
            return _older(database, other, path, draft)
        for row in other.execute(_SOURCES).fetchall():
            _source(database, other, path, row)
    return None


def _older(
    database: sqlite3.Connection, other: sqlite3.Connection, path: Path, draft: str
) -> Records:
    facts = read_data(other)
    records = Records(database, draft, Origin(file=facts.source))
    _add(records, other.execute("SELECT id, body FROM record ORDER BY id"))
    _compare(facts.digest, facts_of(database, draft)[2], path)
    return records


def _source(
    database: sqlite3.Connection, other: sqlite3.Connection, path: Path, row: tuple[Any, ...]
) -> None:
    name, kind, about, own, newest, digest, *where = row
    file, address, etag, changed = where
    origin = Origin(file=file, address=address, etag=etag, changed=changed)
    match kind:
        case kinds.KEV:
            rows = other.execute("SELECT cve, added, due, ransomware FROM kev ORDER BY cve")
            kev = Kev(date=newest, rows=tuple((c, a, d, bool(r) or None) for c, a, d, r in rows))
            add_kev(database, kev, origin)
        case kinds.EPSS:
            scores = other.execute("SELECT cve, score, percentile FROM epss ORDER BY cve")
            add_epss(database, Epss(date=newest, rows=tuple(scores)), origin)
        case _:
            query = "SELECT id, body FROM record WHERE source = ? ORDER BY id"
            _add(Records(database, name, origin), other.execute(query, (name,)))
            number, last, made = facts_of(database, name)
            facts = (number, to_second(last, name), made)
            about_ = tuple(json.loads(about))
            write_source(database, name, OSV, origin, facts, about=about_, own=bool(own))
    (made,) = database.execute("SELECT digest FROM source WHERE name = ?", (name,)).fetchone()
    _compare(digest, made, path)


def _add(records: Records, rows: sqlite3.Cursor) -> None:
    for identity, body in rows:
        raw = json.loads(body)
        records.add(raw, check(raw, where=identity), where=identity)


def _compare(told: str, made: str, path: Path) -> None:
    if told != made:
        raise AdvisoryError("its records are not those that were imported", where=str(path))
