"""The mirror's file: one SQLite database, built beside its name and renamed when complete."""

import glob
import hashlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from drawgate.advisories import seal
from drawgate.advisories.layout import (
    APPLICATION,
    INDEX,
    SCHEMA,
    TABLES,
    connect_source,
    count,
    is_mirror,
    read_data,
    write_data,
)
from drawgate.advisories.matching import ranges_of
from drawgate.advisories.record import Record, Shape, canonical, check
from drawgate.advisories.sources import entries, parse
from drawgate.advisories.versions import name_key, version_key
from drawgate.core.advisory import AdvisoryData
from drawgate.core.errors import AdvisoryError
from drawgate.core.moment import moment


class _Dated(msgspec.Struct):
    """All of a record that its date needs."""

    modified: str


_DATED: Final = msgspec.json.Decoder(_Dated)
_FIRST_YEAR: Final = 1999
"""CVE began then; earlier dates are a zero time of some program."""


_NAMED: Final = 5
"""Broken records beside the first that an error names."""
_STALE: Final = 86400.0
"""Seconds without a change after which a draft's import must have died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took in."""

    data: AdvisoryData
    left_out: tuple[str, ...]
    """Names of files that are no advisories by their name."""


def import_data(source: Path, out: Path) -> Imported:
    """Build the mirror `out` from a zip, a folder, a record or another mirror.

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


def _draft(out: Path) -> Path:
    """Make a file to build in, and remove those of imports that were killed.

    The name says whose it is: a copy that a user keeps beside the mirror stays.
    """
    prefix = f".{out.name}.drawgate-draft-"
    for old in out.parent.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError):  # another import may have been quicker
            if time.time() - old.stat().st_mtime > _STALE:
                old.unlink()
    handle, name = tempfile.mkstemp(prefix=prefix, dir=out.parent)
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
        database.executescript(TABLES)
        database.execute("BEGIN")
        older = _copy(database, source) if is_mirror(source) else None
        name, left_out = (older.source, ()) if older else _fill(database, source)
        database.execute(INDEX)
        data = _describe(database, name)
        if older and older.digest != data.digest:
            raise AdvisoryError("its records are not those that were imported", where=str(source))
        write_data(database, data)
        database.execute("COMMIT")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {SCHEMA}")
        seal.write(database, draft)
    return Imported(data=data, left_out=left_out)


def _copy(database: sqlite3.Connection, source: Path) -> AdvisoryData:
    """Insert all records of another mirror; give the facts that stand in it."""
    with closing(connect_source(source)) as older:
        for identity, body in older.execute("SELECT id, body FROM record ORDER BY id"):
            raw = json.loads(body)
            _insert(database, raw, check(raw, where=identity), where=identity)
        return read_data(older)


def _fill(database: sqlite3.Connection, source: Path) -> tuple[str, tuple[str, ...]]:
    """Insert all records; give the source's name and those of files that are no records.

    One record that can't be read refuses all of them: it may be the one that matters.
    """
    left_out = []
    broken = []
    for entry in entries(source):
        if entry.content is None:
            left_out.append(entry.name)
            continue
        try:
            raw = parse(entry)
            _insert(database, raw, check(raw, where=entry.name), where=entry.name)
        except AdvisoryError as error:
            broken.append(error)
    if broken:
        raise _refusal(broken)
    return source.resolve().name, tuple(left_out)


def _refusal(broken: list[AdvisoryError]) -> AdvisoryError:
    """Name what can't be read: all of it to count, the first ones to look at."""
    first, *others = broken
    if not others:
        return first
    names = ", ".join(error.where for error in others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    what = f"{first.what}; in all, {len(broken)} records can't be taken"
    return AdvisoryError(what, where=first.where, hint=f"look also at {names}{more}")


def _insert(database: sqlite3.Connection, raw: Record, shape: Shape, *, where: str) -> None:
    body = _encodable(canonical(raw), where)
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


def _encodable(body: str, where: str) -> str:
    try:
        body.encode()
    except UnicodeEncodeError as error:
        raise AdvisoryError("it holds half a character (a surrogate)", where=where) from error
    return body


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
        newest = max(newest, moment(_DATED.decode(body).modified) or newest)
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
        ecosystems=count(database),
    )
