"""The mirror's file: one SQLite database, built beside its name and renamed when complete."""

import fcntl
import glob
import hashlib
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from drawgate.advisories import seal
from drawgate.advisories.draft import OSV
from drawgate.advisories.kept import LostError, check_whole, keep
from drawgate.advisories.layout import (
    APPLICATION,
    INDEX,
    SCHEMA,
    TABLES,
    is_older,
    is_ours,
    read_sources,
    write_data,
)
from drawgate.advisories.shrunk import refuse_shrunk
from drawgate.advisories.taking import Item, take
from drawgate.advisories.versions import family
from drawgate.core.advisory import AdvisoryData, Held, Source
from drawgate.core.errors import AdvisoryError

_STALE: Final = 86400.0
"""Seconds without a change after which a draft's import must have died."""
_SHOWN: Final = 3
"""Files that the data's one-line source names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took in."""

    data: AdvisoryData
    left_out: tuple[str, ...]
    """Names of files that are no advisories by their name."""
    taken: tuple[str, ...] = ()
    """Names of the sources that are new."""
    replaced: tuple[str, ...] = ()
    """Names of the sources that are no more."""
    lost: str = ""
    """Why nothing of the mirror that was there could be kept."""


def import_data(source: Path, out: Path) -> Imported:
    """Take one source into the mirror `out`; see `import_all`."""
    return import_all([Item(path=source)], out)


def import_all(items: Iterable[Item], out: Path, *, fewer: bool = False) -> Imported:
    """Take sources into the mirror `out`; those that they don't replace stay.

    `fewer` says that scores or records may be far fewer than those that are there.
    Any error (AdvisoryError) leaves an older `out` as it was, and nothing half-built behind.
    """
    listed = list(items)
    for item in listed:
        if not item.path.exists():
            raise AdvisoryError("no such file or folder", where=str(item.path))
    if out.exists() and out.stat().st_size and not is_ours(out):
        told = "this file is no mirror of advisories, and stays as it is"
        raise AdvisoryError(told, where=str(out), hint="name another file, or remove it")
    draft: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with _alone(out.parent):
            draft = _draft(out)
            imported = _build(listed, draft, out, fewer=fewer)
            _publish(draft, out)
    except (OSError, sqlite3.Error) as error:
        raise AdvisoryError(f"the mirror can't be written: {error}", where=str(out)) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return imported


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait for imports into the same folder: what each of them keeps, the other may replace."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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


def _build(items: list[Item], draft: Path, out: Path, *, fewer: bool) -> Imported:
    """Build the draft; where what is there is broken, once more and without it."""
    if not out.exists() or not out.stat().st_size or _among(items, out):
        return _made(items, draft, None)
    try:
        if is_older(out):
            return _moved(items, draft, out, fewer=fewer)
        return _made(items, draft, out, fewer=fewer)
    except LostError as error:
        draft.write_bytes(b"")
        return replace(_made(items, draft, None), lost=str(error))


def _moved(items: list[Item], draft: Path, out: Path, *, fewer: bool) -> Imported:
    """Bring a mirror of an older layout into the present one first."""
    with tempfile.TemporaryDirectory(prefix="drawgate-advisories-") as folder:
        moved = Path(folder) / "moved.sqlite"
        try:
            _made([Item(path=out)], moved, None)
        except (AdvisoryError, sqlite3.DatabaseError) as error:
            raise LostError(str(error)) from error
        return _made(items, draft, moved, fewer=fewer)


def _among(items: list[Item], out: Path) -> bool:
    return any(item.path.samefile(out) for item in items)


def _made(items: list[Item], draft: Path, kept: Path | None, *, fewer: bool = True) -> Imported:
    # Nobody sees the draft, so a journal would only cost time.
    with closing(sqlite3.connect(draft, isolation_level=None, uri=True)) as database:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(TABLES)
        taken = take(database, items)
        if kept and not fewer:
            check_whole(database, kept)
            refuse_shrunk(database, kept)
        replaced = keep(database, kept) if kept else ()
        database.execute("BEGIN")
        database.execute(_CHOOSE)
        database.execute(INDEX)
        data = _describe(database)
        write_data(database, data)
        database.execute("COMMIT")
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {SCHEMA}")
        seal.write(database, draft)
    return Imported(data=data, left_out=taken.left_out, taken=taken.names, replaced=replaced)


_CHOOSE: Final = """
UPDATE record SET counts = 0 WHERE EXISTS (
    SELECT 1 FROM record AS other WHERE other.id = record.id
    AND (other.modified, other.source) > (record.modified, record.source))
"""
"""Of one record in several sources, the one that was modified last counts."""
_COUNT: Final = """
SELECT ecosystem, COUNT(DISTINCT affected.id) FROM affected JOIN record USING (id, source)
WHERE counts AND NOT withdrawn GROUP BY ecosystem ORDER BY ecosystem
"""


def _describe(database: sqlite3.Connection) -> AdvisoryData:
    sources = read_sources(database)
    osv = [source for source in sources if source.kind == OSV]
    (records,) = database.execute("SELECT COUNT(*) FROM record WHERE counts").fetchone()
    return AdvisoryData(
        source=_files(osv or sources),
        records=records,
        newest=max((source.newest for source in osv), default=""),
        digest=_digest(osv),
        ecosystems=tuple(_held(database)),
        sources=sources,
    )


def _held(database: sqlite3.Connection) -> Iterator[Held]:
    """Count the ecosystems that a source is about.

    The records about npm speak of a few packages of PyPI, too: these say neither that PyPI's
    data is there, nor how old it is.
    """
    dates: dict[str, list[tuple[bool, str]]] = {}
    rows = database.execute("SELECT about, NOT own, newest FROM source WHERE kind = ?", (OSV,))
    for about, published, newest in rows:
        for ecosystem in json.loads(about):
            dates.setdefault(ecosystem, []).append((bool(published), newest))
    for ecosystem, records in database.execute(_COUNT):
        if known := dates.get(family(ecosystem)):
            published, newest = max(known)
            yield Held(ecosystem=ecosystem, records=records, newest=newest, own=not published)


def _files(sources: Sequence[Source]) -> str:
    names = list(dict.fromkeys(source.file for source in sources))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _digest(sources: Sequence[Source]) -> str:
    """Digest all records that scanners ask for; KEV and EPSS change no answer of theirs."""
    if len(sources) == 1:
        return sources[0].digest
    lines = "".join(f"{source.name} {source.digest}\n" for source in sources)
    return hashlib.sha256(lines.encode()).hexdigest()
