"""Answers kept from scan to scan: sealed bytes in one SQLite file of the user's."""

import hmac
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LAYOUT: Final = 1
_NAME: Final = f"answers-{_LAYOUT}.sqlite"
_SEAL: Final = 16
"""Bytes of the HMAC in front of a value."""
_PATIENCE: Final = 2.0
"""Seconds to wait for another scan that writes."""
_DAY: Final = 86_400
_UNUSED: Final = 60
"""Days after which an answer that nobody asked for is dropped."""
_LARGEST: Final = 512 << 20
"""Bytes. A larger file loses the half that was used longest ago."""
_MOST: Final = 64 << 20
"""Bytes. No value unpacks to more."""
_SHORT: Final = 256
"""Bytes. A shorter value is not worth packing; of most files nothing is said."""
_PLAIN: Final = b"-"
_PACKED: Final = b"z"
_AT_ONCE: Final = 500


def unpack(packed: bytes) -> bytes:
    """Give a value behind its seal as it was put in."""
    if packed[:1] == _PLAIN:
        return packed[1:]
    return zlib.decompressobj().decompress(packed[1:], _MOST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Values by key. Whatever is wrong with it, the scan goes on without.

    Each value is sealed with a key that does not lie beside it, so that nobody who can write
    to the cache alone (another job of a CI system) can put a clean answer into it.
    """

    folder: Path
    secret: bytes

    def name(self, *parts: bytes) -> bytes:
        """Make a key of parts, none of which can be read or guessed from it."""
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self.secret, message, "sha256")[:24]

    def read(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """Give the values that are there; one whose seal is broken is not."""
        try:
            with self._open() as database:
                return dict(self._found(database, list(names)))
        except (sqlite3.OperationalError, OSError):  # busy, or no place for it
            return {}
        except (sqlite3.DatabaseError, zlib.error):  # broken, so it is made anew
            with suppress(OSError):
                (self.folder / _NAME).unlink()
            return {}

    def write(self, values: Mapping[bytes, bytes], used: Iterable[bytes] = ()) -> None:
        """Keep values, and note which of the others were `used`; on a full disk, nothing."""
        today = int(time.time()) // _DAY
        rows = [(name, self._sealed(name, value), today) for name, value in values.items()]
        with suppress(sqlite3.Error, OSError), self._open() as database, database:
            database.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", rows)
            database.executemany(
                "UPDATE answers SET used = ? WHERE name = ? AND used < ?",
                [(today, name, today) for name in used],
            )
            self._shrink(database, today)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would let everybody read what it makes.
        os.close(os.open(self.folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        database = sqlite3.connect(self.folder / _NAME, timeout=_PATIENCE)
        try:
            # A power cut may break it: then it is made anew, and the seals tell what is whole.
            database.execute("PRAGMA synchronous = OFF")
            database.execute(
                "CREATE TABLE IF NOT EXISTS answers"
                " (name BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL)"
                " WITHOUT ROWID"
            )
            yield database
        finally:
            database.close()

    def _found(
        self, database: sqlite3.Connection, names: list[bytes]
    ) -> Iterator[tuple[bytes, bytes]]:
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            asked = f"SELECT name, value FROM answers WHERE name IN ({marks})"  # noqa: S608 - only marks
            for name, value in database.execute(asked, some):
                if (opened := self._opened(name, value)) is not None:
                    yield name, opened

    def _sealed(self, name: bytes, value: bytes) -> bytes:
        packed = _PACKED + zlib.compress(value, 1) if len(value) > _SHORT else _PLAIN + value
        return self._seal(name, packed) + packed

    def _opened(self, name: bytes, value: object) -> bytes | None:
        if not isinstance(value, bytes):
            return None
        seal, packed = value[:_SEAL], value[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(name, packed)):
            return None
        return unpack(packed)

    def _seal(self, name: bytes, packed: bytes) -> bytes:
        return hmac.digest(self.secret, b"seal" + name + packed, "sha256")[:_SEAL]

    def _shrink(self, database: sqlite3.Connection, today: int) -> None:
        database.execute("DELETE FROM answers WHERE used < ?", (today - _UNUSED,))
        if (self.folder / _NAME).stat().st_size <= _LARGEST:
            return
        count = database.execute("SELECT count(*) FROM answers").fetchone()[0]
        database.execute(
            "DELETE FROM answers WHERE name IN (SELECT name FROM answers ORDER BY used LIMIT ?)",
            (count // 2,),
        )
        database.commit()
        database.execute("VACUUM")
