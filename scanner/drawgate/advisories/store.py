"""The mirror's file: one SQLite database, built beside its name and renamed when complete."""

import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from drawgate.advisories.matching import ranges_of
from drawgate.advisories.record import Record, Shape, canonical, check
from drawgate.advisories.sources import Entry, entries, parse
from drawgate.advisories.versions import name_key, version_key
from drawgate.core.advisory import AdvisoryData
from drawgate.core.errors import AdvisoryError
from drawgate.core.moment import moment

APPLICATION: Final = 0x44574741
"""SQLite's `application_id`: "DWGA"."""
SCHEMA: Final = 1
"""SQLite's `user_version`; a file of another number is refused."""

_FIRST_YEAR: Final = 1999
"""CVE began then; earlier dates are a zero time of some program."""
_META: Final = ("source", "records", "newest", "digest")
_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record (id TEXT PRIMARY KEY, withdrawn INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE affected (
    ecosystem TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL,
    versions TEXT NOT NULL, ranges TEXT NOT NULL);
CREATE TABLE alias (alias TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (alias, id)) WITHOUT ROWID;
"""
# Built last: filling an index row by row takes twice as long.
_INDEX: Final = "CREATE INDEX affected_by_name ON affected (ecosystem, name, id)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took in."""

    data: AdvisoryData
    skipped: int
    """Files that are no advisories by their name."""


def import_data(source: Path, out: Path) -> Imported:
    """Build the mirror `out` from a zip, a folder or another mirror.

    Any error (AdvisoryError) leaves an older `out` as it was, and nothing half-built behind.
    """
    if not source.exists():
        raise AdvisoryError("no such file or folder", where=str(source))
    draft: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = _draft(out)
        imported = _build(source, draft)
        _publish(draft, out)
    except (OSError, sqlite3.Error) as error:
        raise AdvisoryError(f"the mirror can't be written: {error}", where=str(out)) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return imported


def is_mirror(path: Path) -> bool:
    """Tell whether a file claims to be an SQLite database."""
    try:
        with path.open("rb") as stream:
            return stream.read(16) == b"SQLite format 3\x00"
    except OSError:
        return False


def connect(path: Path) -> sqlite3.Connection:
    """Open a mirror for reading only; AdvisoryError when it is not one of ours."""
    try:
        database = sqlite3.connect(
            # `immutable`: no lock files beside it, so a read-only folder will do.
            f"{path.resolve().as_uri()}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise AdvisoryError(f"the mirror can't be opened: {error}", where=str(path)) from error
    try:
        _recognise(database)
    except sqlite3.Error as error:
        database.close()
        raise AdvisoryError(f"the mirror is broken: {error}", where=str(path)) from error
    except AdvisoryError as error:
        database.close()
        raise AdvisoryError(error.what, where=str(path), hint=error.hint) from error
    return database


def read_data(database: sqlite3.Connection) -> AdvisoryData:
    """Give the facts that the import wrote down."""
    meta = dict(database.execute("SELECT key, value FROM meta"))
    return AdvisoryData(
        source=meta["source"],
        records=int(meta["records"]),
        newest=meta["newest"],
        digest=meta["digest"],
    )


def _recognise(database: sqlite3.Connection) -> None:
    application = database.execute("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION:
        raise AdvisoryError("this SQLite file is not a mirror of advisories")
    schema = database.execute("PRAGMA user_version").fetchone()[0]
    if schema != SCHEMA:
        raise AdvisoryError(
            f"the mirror has layout {schema}, this version reads {SCHEMA}",
            hint="build it again with `drawgate advisories import`",
        )
    if len(dict(database.execute("SELECT key, value FROM meta"))) != len(_META):
        raise AdvisoryError("the mirror was not finished")


def _draft(out: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    os.close(handle)
    return Path(name)


def _publish(draft: Path, out: Path) -> None:
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.chmod(0o644)
    draft.replace(out)


def _build(source: Path, draft: Path) -> Imported:
    # Nobody sees the draft, so a journal would only cost time.
    with closing(sqlite3.connect(draft, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(_TABLES)
        database.execute("BEGIN")
        name, skipped = _fill(database, source)
        data = _describe(database, name)
        database.execute(_INDEX)
        database.executemany("INSERT INTO meta VALUES (?, ?)", _meta(data))
        database.execute("COMMIT")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {SCHEMA}")
    return Imported(data=data, skipped=skipped)


def _fill(database: sqlite3.Connection, source: Path) -> tuple[str, int]:
    """Insert all records; give the source's name and the number of skipped files."""
    if is_mirror(source):
        with closing(connect(source)) as older:
            for identity, body in older.execute("SELECT id, body FROM record ORDER BY id"):
                raw = json.loads(body)
                _insert(database, raw, check(raw, where=identity), where=identity)
            return read_data(older).source, 0
    skipped = 0
    for entry in entries(source):
        if entry.content is None:
            skipped += 1
        else:
            _insert_entry(database, entry)
    return source.resolve().name, skipped


def _insert_entry(database: sqlite3.Connection, entry: Entry) -> None:
    raw = parse(entry)
    _insert(database, raw, check(raw, where=entry.name), where=entry.name)


def _insert(database: sqlite3.Connection, raw: Record, shape: Shape, *, where: str) -> None:
    body = canonical(raw)
    known = database.execute("SELECT body FROM record WHERE id = ?", (shape.id,)).fetchone()
    if known == (body,):
        return
    if known:
        raise AdvisoryError(f"{shape.id} stands twice, with different content", where=where)
    database.execute(
        "INSERT INTO record VALUES (?, ?, ?)", (shape.id, shape.withdrawn is not None, body)
    )
    names = {shape.id, *(shape.aliases or ())}
    database.executemany("INSERT INTO alias VALUES (?, ?)", ((n, shape.id) for n in sorted(names)))
    database.executemany("INSERT INTO affected VALUES (?, ?, ?, ?, ?)", _affected(raw))


def _affected(raw: Record) -> Iterator[tuple[str, str, str, str, str]]:
    """Give the rows to match against; versions are fenced by newlines, to search as text."""
    for one in raw.get("affected") or ():
        if not one.get("package"):
            continue
        ecosystem = one["package"]["ecosystem"]
        keys = (version_key(ecosystem, version) for version in one.get("versions") or ())
        yield (
            ecosystem,
            name_key(ecosystem, one["package"]["name"]),
            raw["id"],
            "\n".join(("", *keys, "")),
            json.dumps(ranges_of(one), separators=(",", ":")),
        )


def _describe(database: sqlite3.Connection, source: str) -> AdvisoryData:
    """Digest the records in the order of their ids, so that a source's order is no matter."""
    digest = hashlib.sha256()
    newest = datetime.min.replace(tzinfo=UTC)
    records = 0
    for (body,) in database.execute("SELECT body FROM record ORDER BY id"):
        digest.update(body.encode("utf-8", "surrogatepass") + b"\n")
        newest = max(newest, moment(json.loads(body)["modified"]) or newest)
        records += 1
    if not records:
        raise AdvisoryError("there is not one advisory in it", where=source)
    if newest.year < _FIRST_YEAR:
        raise AdvisoryError("no record says when it was modified", where=source)
    return AdvisoryData(
        source=source,
        records=records,
        newest=newest.strftime("%Y-%m-%dT%H:%M:%SZ"),
        digest=digest.hexdigest(),
    )


def _meta(data: AdvisoryData) -> list[tuple[str, str]]:
    return [(key, str(getattr(data, key))) for key in _META]
