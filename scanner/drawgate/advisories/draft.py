"""A mirror that is being built: takes in records, catalogues and scores, source by source."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from drawgate.advisories.matching import ranges_of
from drawgate.advisories.published import Epss, Kev, is_date
from drawgate.advisories.record import Record, Shape, canonical
from drawgate.advisories.versions import family, name_key, version_key
from drawgate.core.errors import AdvisoryError
from drawgate.core.moment import moment

KEV: Final = "kev"
EPSS: Final = "epss"
OSV: Final = "osv"

_FEW: Final = 4
"""Ecosystems that the name of a source can list; with more it is called after OSV as a whole."""
_PER_ID: Final = ("record", "affected", "alias")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a source came from, for its next download and for people."""

    file: str
    address: str = ""
    etag: str = ""
    changed: str = ""
    """`Last-Modified`, as the server wrote it."""


@dataclass(slots=True)
class Records:
    """The OSV records of one publication, while it is read; its name is known at the end."""

    database: sqlite3.Connection
    draft: str
    """Its name for the time being; no real one has a space."""
    origin: Origin
    common: set[str] | None = None
    """Ecosystems that every record so far speaks of."""
    all: set[str] = field(default_factory=set)

    def add(self, raw: Record, shape: Shape, *, where: str) -> None:
        """Take a record in. Of two with one id, the one that was modified later counts."""
        body = _encodable(canonical(raw), where)
        dated = _micros(shape.modified)
        known = self.database.execute(
            "SELECT modified, body FROM record WHERE id = ? AND source = ?", (shape.id, self.draft)
        ).fetchone()
        if known and known[1] == body:
            return
        if known:
            if known[0] == dated:
                raise _twice(shape.id, where)
            if known[0] > dated:
                return
            _drop(self.database, self.draft, shape.id)
        gone = is_date(shape.withdrawn or "")
        self._insert(raw, shape, dated, body, gone=gone)
        if not gone:
            self._count({family(a.package.ecosystem) for a in shape.affected or () if a.package})

    def _insert(self, raw: Record, shape: Shape, dated: str, body: str, *, gone: bool) -> None:
        row = (shape.id, self.draft, dated, gone, body)
        self.database.execute("INSERT INTO record VALUES (?, ?, ?, ?, 1, ?)", row)
        names = sorted({shape.id, *(shape.aliases or ())})
        aliases = ((name, shape.id, self.draft) for name in names)
        self.database.executemany("INSERT INTO alias VALUES (?, ?, ?)", aliases)
        rows = _affected(raw, self.draft)
        self.database.executemany("INSERT INTO affected VALUES (?, ?, ?, ?, ?, ?)", rows)

    def _count(self, ecosystems: set[str]) -> None:
        if ecosystems:
            self.common = ecosystems if self.common is None else self.common & ecosystems
            self.all |= ecosystems

    def join(self, other: "Records") -> None:
        """Take in another publication that goes by the same name."""
        joined(self.database, other.draft, self.draft)
        known = [each for each in (self.common, other.common) if each is not None]
        self.common = set.intersection(*known) if known else None
        self.all |= other.all

    @property
    def about(self) -> tuple[str, ...]:
        """What it is about: what all records share, or else all that they speak of."""
        return tuple(sorted(self.common or self.all))

    @property
    def name(self) -> str:
        """Name it after what it is about, as its file is called `all.zip` like all others."""
        about = self.about
        return f"{OSV}:{'+'.join(about)}" if 0 < len(about) <= _FEW else OSV


def add_kev(database: sqlite3.Connection, kev: Kev, origin: Origin) -> str:
    """Take in a catalogue; a second one must be the same."""
    _only(database, KEV, kev.rows, "INSERT INTO kev VALUES (?, ?, ?, ?)", kev.date, origin)
    return KEV


def add_epss(database: sqlite3.Connection, epss: Epss, origin: Origin) -> str:
    """Take in one day's scores."""
    _only(database, EPSS, epss.rows, "INSERT INTO epss VALUES (?, ?, ?)", epss.date, origin)
    return EPSS


def _only(  # noqa: PLR0913, PLR0917 - one call for each kind
    database: sqlite3.Connection,
    kind: str,
    rows: tuple[tuple[object, ...], ...],
    insert: str,
    dated: str,
    origin: Origin,
) -> None:
    digest = digest_of(rows)
    known = database.execute("SELECT digest FROM source WHERE name = ?", (kind,)).fetchone()
    if known == (digest,):
        return
    if known:
        raise AdvisoryError(f"there are two of {kind.upper()}, with different content", where=kind)
    database.executemany(insert, rows)
    write_source(database, kind, kind, origin, (len(rows), dated, digest))


def write_source(  # noqa: PLR0913 - the columns of a table
    database: sqlite3.Connection,
    name: str,
    kind: str,
    origin: Origin,
    facts: tuple[int, str, str],
    *,
    about: tuple[str, ...] = (),
    own: bool = False,
) -> None:
    """Write down what a source is: records, date and digest are its facts."""
    where = (origin.address, origin.etag, origin.changed)
    row = (name, kind, origin.file, json.dumps(about), own)
    database.execute(
        "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*row, *facts, *where)
    )


def digest_of(rows: Iterable[tuple[object, ...]]) -> str:
    """Digest rows in their order, each written as JSON."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, separators=(",", ":")).encode() + b"\n")
    return digest.hexdigest()


def facts_of(database: sqlite3.Connection, source: str) -> tuple[int, str, str]:
    """Count, date and digest the records of a source, in the order of their ids."""
    digest = hashlib.sha256()
    newest, records = "", 0
    rows = "SELECT modified, body FROM record WHERE source = ? ORDER BY id"
    for modified, body in database.execute(rows, (source,)):
        digest.update(body.encode("utf-8", "surrogatepass") + b"\n")
        newest = max(newest, modified)
        records += 1
    return records, newest, digest.hexdigest()


def joined(database: sqlite3.Connection, source: str, into: str) -> None:
    """Make two drafts one, by the same rule as for two records within one."""
    both = """
    SELECT one.id, one.modified, one.body, two.modified, two.body FROM record AS one
    JOIN record AS two USING (id) WHERE one.source = ? AND two.source = ?
    """
    for identity, dated, body, other, others in database.execute(both, (source, into)).fetchall():
        if dated == other and body != others:
            raise _twice(identity, identity)
        _drop(database, source if dated <= other else into, identity)
    for table in _PER_ID:
        database.execute(f"UPDATE {table} SET source = ? WHERE source = ?", (into, source))  # noqa: S608 - our own names


def to_second(newest: str, source: str) -> str:
    """Give a date to the second; AdvisoryError where no record has a real one."""
    read = moment(newest)
    if read is None or not is_date(newest):
        raise AdvisoryError("no record says when it was modified", where=source)
    return read.strftime("%Y-%m-%dT%H:%M:%SZ")


def _drop(database: sqlite3.Connection, source: str, identity: str) -> None:
    for table in _PER_ID:
        database.execute(f"DELETE FROM {table} WHERE id = ? AND source = ?", (identity, source))  # noqa: S608 - our own names


def _twice(identity: str, where: str) -> AdvisoryError:
    return AdvisoryError(f"{identity} stands twice, with different content", where=where)


def _micros(modified: str) -> str:
    """Write a date so that text sorts as time; nothing is older than what has no date."""
    read = moment(modified) or datetime.min.replace(tzinfo=UTC)
    return read.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _encodable(body: str, where: str) -> str:
    try:
        body.encode()
    except UnicodeEncodeError as error:
        raise AdvisoryError("it holds half a character (a surrogate)", where=where) from error
    return body


def _affected(raw: Record, source: str) -> Iterator[tuple[str, ...]]:
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
            source,
            "\n".join(("", *keys, "")),
            json.dumps(ranges_of(one), separators=(",", ":")),
        )
