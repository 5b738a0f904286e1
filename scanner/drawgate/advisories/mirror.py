"""The mirror of advisories that a scan asks: which are known, and which affect a package."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

import msgspec

from drawgate.advisories.exploits import exploit_of
from drawgate.advisories.join import advisory_key, describe, names_of
from drawgate.advisories.layout import connect, is_mirror, read_data
from drawgate.advisories.matching import in_ranges
from drawgate.advisories.record import Record
from drawgate.advisories.store import import_data
from drawgate.advisories.versions import name_key, order_of, version_key
from drawgate.core.advisory import Advisory, AdvisoryData
from drawgate.core.errors import AdvisoryError
from drawgate.core.finding import Finding


def default_mirror_path() -> Path:
    """Give the mirror's place in the user's data directory (XDG base directories).

    Who has no home has no mirror: the path is one where there can't be a file.
    """
    return _data_home() / "drawgate" / "advisories.sqlite"


def _data_home() -> Path:
    folder = Path(os.environ.get("XDG_DATA_HOME", ""))
    if folder.is_absolute():  # the specification says to ignore a relative path
        return folder
    try:
        return Path.home() / ".local" / "share"
    except RuntimeError:  # neither HOME nor an entry in the user database
        return Path(os.devnull)


def open_mirror(path: Path) -> "Mirror":
    """Open a mirror for reading; AdvisoryError when it is missing, foreign or broken."""
    if not path.is_file():
        hint = "`drawgate advisories sync` loads one; without the network, `import PATH` builds it"
        raise AdvisoryError("there is no mirror of advisories", where=str(path), hint=hint)
    return Mirror(connect(path))


def open_any(path: Path) -> "Mirror":
    """Open a mirror, or anything that can be imported, built into a file that goes on close."""
    if is_mirror(path):
        return open_mirror(path)
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="drawgate-advisories-"))
        built = Path(folder) / "advisories.sqlite"
        import_data(path, built)
        return Mirror(connect(built), stack.pop_all())


class Mirror:
    """An opened mirror; any thread may ask it. Close it, or use it in a `with`."""

    def __init__(self, database: sqlite3.Connection, closing: ExitStack | None = None) -> None:
        self._database = database
        self._closing = closing or ExitStack()
        self._lock = Lock()

    @cached_property
    def data(self) -> AdvisoryData:
        """What is in it, how old, which bytes."""
        with self._lock:
            return read_data(self._database)

    @cached_property
    def ecosystems(self) -> frozenset[str]:
        """The ecosystems it knows anything about; others can't be asked for."""
        return frozenset(held.ecosystem for held in self.data.ecosystems)

    def affecting(self, ecosystem: str, name: str, version: str) -> list[Record]:
        """Give the records that name this version, as OSV's `/v1/query` does, sorted by id.

        AdvisoryError for an ecosystem without data, an unreadable version, ranges that can't be
        compared, or a record that names commits only: no answer is not the answer "none".
        """
        if ecosystem not in self.ecosystems:
            raise AdvisoryError(f"the mirror holds nothing about {ecosystem!r}")
        try:
            if order := order_of(ecosystem):
                order(version)
            found = sorted(self._matching(ecosystem, name_key(ecosystem, name), version))
        except ValueError:
            raise AdvisoryError(f"{version!r} is no version of {ecosystem}") from None
        return [record for record in map(self._record, dict.fromkeys(found)) if record]

    def record(self, identity: str) -> Record | None:
        """Give a record by its own id, withdrawn or not, as OSV's `/v1/vulns/{id}` does."""
        found = self._rows(_RECORD, identity)
        return msgspec.json.decode(found[0][0]) if found else None

    def advisory(self, identity: str, ecosystem: str, name: str) -> Advisory | None:
        """Join what is known about an id or alias, for one package; None when it is unknown."""
        related = self._related(identity)
        if not related:
            return None
        exploit = exploit_of(self._contained(related), self.data, self._rows)
        return describe(identity, related, ecosystem, name_key(ecosystem, name), exploit)

    def advisories(self, findings: Iterable[Finding]) -> Mapping[str, Advisory]:
        """Look up what dependency findings name; keys are `advisory_key`s."""
        known: dict[str, Advisory] = {}
        for dependency in (f.dependency for f in findings if f.dependency):
            key = advisory_key(dependency)
            if key not in known:
                found = self.advisory(dependency.advisory, dependency.ecosystem, dependency.name)
                if found:
                    known[key] = found
        return known

    def close(self) -> None:
        """Close the file; a temporary one is deleted."""
        self._database.close()
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _matching(self, ecosystem: str, name: str, version: str) -> Iterator[str]:
        fenced = f"\n{version_key(ecosystem, version)}\n"
        for identity, versions, ranges in self._rows(_AFFECTED, ecosystem, name):
            bounds = msgspec.json.decode(ranges)
            if not versions.strip() and not any(events for _, events in bounds):
                raise AdvisoryError(f"{identity} does not say which versions of {name} it affects")
            if fenced in versions or in_ranges(ecosystem, version, bounds):
                yield identity

    def _record(self, identity: str) -> Record:
        (body,) = self._rows(_RECORD, identity)[0]
        record: Record = msgspec.json.decode(body)
        return record

    def _related(self, identity: str) -> list[Record]:
        """Give the records of one vulnerability: those that share an id or alias, and so on.

        The one with the id asked for comes first, then by id. Withdrawn ones are left out.
        """
        found: dict[str, Record] = {}
        names, seen = [identity], {identity}
        while names:
            for (other,) in self._rows(_ALIASED, names.pop()):
                if other not in found:
                    found[other] = self._record(other)
                    fresh = {other, *(found[other].get("aliases") or ())} - seen
                    seen |= fresh
                    names.extend(sorted(fresh))
        return [found[key] for key in sorted(found, key=lambda key: (key != identity, key))]

    def _contained(self, records: list[Record]) -> set[str]:
        """Give the names of the vulnerability, and of those that it brings along (`upstream`).

        A distribution's advisory has no alias: it names the vulnerabilities that it mends, which
        is transitive and one-way. What is merely `related` is another vulnerability.
        """
        names, waiting = names_of(records), list(records)
        while waiting:
            fresh = {*(waiting.pop().get("upstream") or ())} - names
            names |= fresh
            for name in sorted(fresh):
                found = self._related(name)
                names |= names_of(found)
                waiting += found
        return names

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._database.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise AdvisoryError(f"the mirror is broken: {error}") from error


_AFFECTED = """
SELECT affected.id, versions, ranges FROM affected JOIN record USING (id, source)
WHERE ecosystem = ? AND name = ? AND counts AND NOT withdrawn
"""
_ALIASED = """
SELECT id FROM alias JOIN record USING (id, source)
WHERE alias = ? AND counts AND NOT withdrawn ORDER BY id
"""
_RECORD = "SELECT body FROM record WHERE id = ? AND counts"
