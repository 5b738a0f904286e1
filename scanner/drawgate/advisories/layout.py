"""What a mirror's file is made of, how one is known, and how it is opened."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from drawgate.advisories import seal
from drawgate.core.advisory import AdvisoryData, Held, Source
from drawgate.core.errors import AdvisoryError

APPLICATION: Final = 0x44574741
"""SQLite's `application_id`: "DWGA"."""
SCHEMA: Final = 4
"""SQLite's `user_version`; a scan refuses a file of another number."""
OLDER: Final = frozenset({1, 2, 3})
"""Layouts that can still be imported: 1 had no counts for each ecosystem, 2 had no seal, and 3
held the records of one source, and neither KEV nor EPSS."""
TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, file TEXT NOT NULL, about TEXT NOT NULL,
    own INTEGER NOT NULL, records INTEGER NOT NULL, newest TEXT NOT NULL, digest TEXT NOT NULL,
    address TEXT NOT NULL, etag TEXT NOT NULL, changed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (
    id TEXT NOT NULL, source TEXT NOT NULL, modified TEXT NOT NULL, withdrawn INTEGER NOT NULL,
    counts INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, source));
CREATE TABLE affected (
    ecosystem TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL,
    versions TEXT NOT NULL, ranges TEXT NOT NULL);
CREATE TABLE alias (
    alias TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (alias, id, source)) WITHOUT ROWID;
CREATE TABLE kev (
    cve TEXT PRIMARY KEY, added TEXT NOT NULL, due TEXT NOT NULL, ransomware INTEGER)
    WITHOUT ROWID;
CREATE TABLE epss (cve TEXT PRIMARY KEY, score REAL NOT NULL, percentile REAL NOT NULL)
    WITHOUT ROWID;
"""
# Built last: filling an index row by row takes twice as long.
INDEX: Final = "CREATE INDEX affected_by_name ON affected (ecosystem, name, id)"

_FIELDS: Final = ("name", "kind", "file", "records", "newest", "digest")
_META: Final = ("source", "records", "newest", "digest")
_AGAIN: Final = "build it again with `drawgate advisories sync`, or `import PATH`"
_SOURCES: Final = """
SELECT name, kind, file, records, newest, digest FROM source ORDER BY name
"""


def is_mirror(path: Path) -> bool:
    """Tell whether a file claims to be an SQLite database."""
    try:
        with path.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def is_ours(path: Path) -> bool:
    """Tell whether a file claims to be a mirror, whole or not.

    The number stands in the head (https://sqlite.org/fileformat2.html, 1.3.18).
    """
    with path.open("rb") as stream:
        head = stream.read(72)
    return is_mirror(path) and head[68:72] == APPLICATION.to_bytes(4, "big")


def is_older(path: Path) -> bool:
    """Tell whether a mirror has a layout that can be imported, and no more than that."""
    with path.open("rb") as stream:
        head = stream.read(64)
    return int.from_bytes(head[60:64], "big") in OLDER


def connect(path: Path) -> sqlite3.Connection:
    """Open a mirror for reading; AdvisoryError when it is not one of ours, or not whole.

    Whatever the size, only its seal is looked at. That finds a mirror that was cut off or
    changed by SQLite; that no byte was changed, only `verify.check` finds, which reads all.
    """
    return _checked(path, {SCHEMA}, lambda database: _look(database, path))


def connect_source(path: Path) -> sqlite3.Connection:
    """Open a mirror to import from it: one of an older layout will do."""
    return _checked(path, {SCHEMA, *OLDER}, read_data)


def read_data(database: sqlite3.Connection) -> AdvisoryData:
    """Give the facts that the import wrote down; an older layout has no table of sources."""
    meta = dict(database.execute("SELECT key, value FROM meta"))
    held: dict[str, list[Any]] = json.loads(meta.get("ecosystems", "{}"))
    new = database.execute("PRAGMA user_version").fetchone()[0] == SCHEMA
    return AdvisoryData(
        source=meta["source"],
        records=int(meta["records"]),
        newest=meta["newest"],
        digest=meta["digest"],
        ecosystems=tuple(_held(name, held[name]) for name in held) if new else (),
        sources=read_sources(database) if new else (),
    )


def read_sources(database: sqlite3.Connection) -> tuple[Source, ...]:
    """Give the sources by name."""
    rows = database.execute(_SOURCES)
    return tuple(Source(**dict(zip(_FIELDS, row, strict=True))) for row in rows)


def write_data(database: sqlite3.Connection, data: AdvisoryData) -> None:
    """Write the facts down; a mirror without them was not finished."""
    rows = [(key, str(getattr(data, key))) for key in _META]
    held = {each.ecosystem: [each.records, each.newest, each.own] for each in data.ecosystems}
    rows.append(("ecosystems", json.dumps(held, sort_keys=True)))
    database.executemany("INSERT INTO meta VALUES (?, ?)", rows)


def _held(name: str, facts: list[Any]) -> Held:
    records, newest, *own = facts
    return Held(ecosystem=name, records=int(records), newest=str(newest), own=any(own))


def file_uri(path: Path) -> str:
    """Name a mirror for reading; `immutable`: no lock files, so a read-only folder will do."""
    return f"{path.resolve().as_uri()}?mode=ro&immutable=1"


def _open(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(file_uri(path), uri=True, check_same_thread=False)
    except sqlite3.Error as error:
        raise AdvisoryError(f"the mirror can't be opened: {error}", where=str(path)) from error


def _checked(
    path: Path, layouts: set[int], look: Callable[[sqlite3.Connection], object]
) -> sqlite3.Connection:
    if path.is_file() and path.stat().st_size and not is_mirror(path):
        hint = "import it: `drawgate advisories import PATH`"
        raise AdvisoryError("this is no mirror", where=str(path), hint=hint)
    database = _open(path)
    try:
        _recognise(database, layouts)
        look(database)
    except AdvisoryError as error:
        database.close()
        raise AdvisoryError(error.what, where=str(path), hint=error.hint) from error
    except (sqlite3.Error, ValueError, LookupError, TypeError, AttributeError) as error:
        database.close()
        why = str(error) if isinstance(error, sqlite3.Error) else "its facts can't be read"
        raise AdvisoryError(f"the mirror is broken: {why}", where=str(path), hint=_AGAIN) from error
    return database


def _recognise(database: sqlite3.Connection, layouts: set[int]) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION:
        raise AdvisoryError("this SQLite file is not a mirror of advisories")
    schema = database.execute("PRAGMA user_version").fetchone()[0]
    if schema not in layouts:
        known = f"the mirror has layout {schema}, this version reads {SCHEMA}"
        hint = "import it: `drawgate advisories import MIRROR -o MIRROR`"
        raise AdvisoryError(known, hint=hint if schema in OLDER else _AGAIN)
    if not set(_META) <= {key for (key,) in database.execute("SELECT key FROM meta")}:
        raise AdvisoryError("the mirror was not finished", hint=_AGAIN)


def _look(database: sqlite3.Connection, path: Path) -> None:
    read_data(database)
    (sealed,) = database.execute("SELECT value FROM meta WHERE key = 'seal'").fetchone()
    if not seal.holds(path, sealed):
        told = "it was cut off or changed after it was imported"
        raise AdvisoryError(f"the mirror is broken: {told}", hint=_AGAIN)
