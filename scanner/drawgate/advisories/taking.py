"""Takes files and folders into a draft, each as what it is: OSV data, KEV, EPSS, another mirror."""

import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drawgate.advisories.draft import (
    EPSS,
    KEV,
    OSV,
    Origin,
    Records,
    add_epss,
    add_kev,
    facts_of,
    joined,
    to_second,
    write_source,
)
from drawgate.advisories.layout import is_mirror
from drawgate.advisories.mirrored import take_mirror
from drawgate.advisories.published import Epss, Kev
from drawgate.advisories.record import check
from drawgate.advisories.sources import Entry, entries, parse
from drawgate.core.errors import AdvisoryError

_NAMED: Final = 5
"""Broken records beside the first that an error names."""
_OWN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file or folder to take in."""

    path: Path
    own: str = ""
    """What its owner calls these OSV records; such a source is replaced by its name only."""
    expected: str = ""
    """The one source that must be in it, where that is known: "kev", "osv:PyPI", "osv"."""
    origin: Origin | None = None
    """Where it was downloaded; None: it lay there."""

    def __post_init__(self) -> None:
        if self.own and (not _OWN.fullmatch(self.own) or self.own in {KEV, EPSS, OSV}):
            hint = (
                f"write it in small letters, digits and hyphens; {KEV}, {EPSS} and {OSV} are taken"
            )
            raise AdvisoryError("this can't be the name of a source", where=self.own, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken in."""

    names: tuple[str, ...]
    left_out: tuple[str, ...]


def take(database: sqlite3.Connection, items: list[Item]) -> Taken:
    """Insert all that the items hold. One thing that can't be read refuses all of them."""
    intake = _Intake(database)
    database.execute("BEGIN")
    for number, item in enumerate(items):
        if is_mirror(item.path):
            intake.mirror(item.path)
        else:
            intake.item(item, number)
    intake.finish()
    database.execute("COMMIT")
    names = [name for (name,) in database.execute("SELECT name FROM source ORDER BY name")]
    return Taken(names=tuple(names), left_out=tuple(intake.left_out))


@dataclass(slots=True)
class _Intake:
    """All that is read so far; records of one container are one publication."""

    database: sqlite3.Connection
    left_out: list[str] = field(default_factory=list)
    broken: list[AdvisoryError] = field(default_factory=list)
    drafts: dict[tuple[str, str], tuple[Records, Item]] = field(default_factory=dict)

    def item(self, item: Item, number: int) -> None:
        """Read a file or a folder. Loose records of one command belong together."""
        found = set()
        for entry in entries(item.path):
            if entry.content is None:
                self.left_out.append(entry.name)
                continue
            try:
                found.add(self._entry(entry, item, number))
            except AdvisoryError as error:
                self.broken.append(error)
        if not found and not self.broken:
            raise AdvisoryError("there is not one advisory in it", where=item.path.name)
        wanted = {item.expected.partition(":")[0]}
        if item.expected and not self.broken and found != wanted:
            told = f"this is not what was asked for ({item.expected})"
            raise AdvisoryError(told, where=item.path.name)

    def _entry(self, entry: Entry, item: Item, number: int) -> str:
        raw = parse(entry)
        origin = item.origin or Origin(file=_name(item.path))
        match raw:
            case Kev():
                return add_kev(self.database, raw, origin)
            case Epss():
                return add_epss(self.database, raw, origin)
            case _:
                records = self._records(entry, item, number, origin)
                records.add(raw, check(raw, where=entry.name), where=entry.name)
                return OSV

    def _records(self, entry: Entry, item: Item, number: int, origin: Origin) -> Records:
        whole = item.path.is_dir() or item.expected
        key = (item.own, entry.container or (f"{number}" if whole else ""))
        if key not in self.drafts:
            draft = f"draft {len(self.drafts)}"
            records = Records(database=self.database, draft=draft, origin=origin)
            self.drafts[key] = (records, item)
        return self.drafts[key][0]

    def mirror(self, path: Path) -> None:
        """Take in another mirror; one of an older layout is records without a source's name."""
        older = take_mirror(self.database, path, f"draft {len(self.drafts)}")
        if older:
            self.drafts["", str(path)] = (older, Item(path=path))

    def finish(self) -> None:
        """Name the sources, now that it is known what they are about."""
        if self.broken:
            raise _refusal(self.broken)
        named: dict[str, tuple[Records, Item]] = {}
        for records, item in self.drafts.values():
            name = _named(records, item)
            if name in named:
                named[name][0].join(records)
            else:
                named[name] = (records, item)
        for name, (records, item) in named.items():
            self._write(name, records, item)

    def _write(self, name: str, records: Records, item: Item) -> None:
        joined(self.database, records.draft, name)
        number, newest, digest = facts_of(self.database, name)
        facts = (number, to_second(newest, records.origin.file), digest)
        about = (name.partition(":")[2],) if ":" in item.expected else records.about
        self.database.execute("DELETE FROM source WHERE name = ?", (name,))
        own = bool(item.own)
        write_source(self.database, name, OSV, records.origin, facts, about=about, own=own)


def _named(records: Records, item: Item) -> str:
    """Give the name of a source; AdvisoryError when a download is about something else."""
    wanted = item.expected.partition(":")[2]
    if wanted and wanted not in records.all:
        told = f"there is no record about {wanted} in it, which was asked for"
        raise AdvisoryError(told, where=item.path.name)
    return item.own or item.expected or records.name


def _name(path: Path) -> str:
    """Give a file's name; SQLite takes no bytes that are no text."""
    return path.resolve().name.encode("utf-8", "replace").decode()


def _refusal(broken: list[AdvisoryError]) -> AdvisoryError:
    """Name what can't be read: all of it to count, the first ones to look at."""
    first, *others = broken
    if not others:
        return first
    names = ", ".join(error.where for error in others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    what = f"{first.what}; in all, {len(broken)} records can't be taken"
    return AdvisoryError(what, where=first.where, hint=f"look also at {names}{more}")
