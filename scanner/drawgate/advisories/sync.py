"""Brings a mirror up to date: what changed is loaded, and taken in as a whole or not at all."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from drawgate.advisories.download import Limits, Version, check_address, load
from drawgate.advisories.draft import EPSS, KEV, OSV, Origin
from drawgate.advisories.kept import Fetched, last_fetched
from drawgate.advisories.layout import is_mirror
from drawgate.advisories.store import Imported, import_all
from drawgate.advisories.taking import Item
from drawgate.core.advisory import AUDITED
from drawgate.core.errors import AdvisoryError
from drawgate.resources import table

ALL: Final = "all"
"""Stands for every ecosystem at once: OSV publishes that as one file, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One source to bring up to date."""

    name: str
    address: str
    """An address, or a file's path where a folder was named."""
    limit: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of it."""

    imported: Imported | None = None
    """None: nothing changed, or nothing could be loaded; the mirror is as it was."""
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, AdvisoryError], ...] = ()
    """Sources that stay as they were, and why."""


def wanted(ecosystems: Sequence[str], place: str, out: Path) -> tuple[Wanted, ...]:
    """List what to load: OSV for the ecosystems (none: those of the mirror), KEV and EPSS.

    `place` is another address or folder than the publishers' own; empty: theirs.
    """
    names = list(ecosystems) or _known(out) or [AUDITED]
    root = _root(place)
    listed = [_source(f"{OSV}:{name}", root) for name in dict.fromkeys(names) if name != ALL]
    if ALL in names:
        listed = [_source(OSV, root)]
    return (*listed, _source(KEV, root), _source(EPSS, root))


def sync(
    sources: Sequence[Wanted],
    out: Path,
    tell: Callable[[str], None],
    limits: Limits | None = None,
    *,
    fewer: bool = False,
) -> Synced:
    """Load all that changed, then replace it in one step.

    One source that can't be loaded or read stays as it was, and keeps no other from its update.
    """
    known = _fetched(out)
    items, unchanged, failed = [], [], []
    with tempfile.TemporaryDirectory(prefix="drawgate-advisories-") as folder:
        for number, source in enumerate(sources):
            try:
                place = Path(folder) / str(number)
                item = _load(source, place, known.get(source.name), limits)
            except AdvisoryError as error:
                failed.append((source.name, error))
                tell(f"{source.name}: not loaded")
                continue
            if item is None:
                unchanged.append(source.name)
            else:
                items.append(item)
            tell(f"{source.name}: {'loaded' if item else 'has not changed'}")
        imported, broken = _import(items, out, fewer=fewer)
    return Synced(imported=imported, unchanged=tuple(unchanged), failed=(*failed, *broken))


def _import(
    items: list[Item], out: Path, *, fewer: bool
) -> tuple[Imported | None, list[tuple[str, AdvisoryError]]]:
    """Take in all at once; where one of them is broken, those that are not."""
    if not items:
        return None, []
    try:
        return import_all(items, out, fewer=fewer), []
    except AdvisoryError as error:
        if len(items) == 1:
            return None, [(items[0].expected, error)]
    imported, broken = None, []
    for item in items:
        last, errors = _import([item], out, fewer=fewer)
        imported = last or imported
        broken += errors
    return imported, broken


def _load(source: Wanted, place: Path, known: Fetched | None, limits: Limits | None) -> Item | None:
    """Give the file to import; None when it has not changed."""
    file = source.address.rpartition("/")[2]
    if "://" not in source.address:
        path = Path(source.address)
        if not path.is_file():
            raise AdvisoryError("there is no such file", where=source.address)
        return Item(path=path, expected=source.name)
    last = None
    if known and known.address == source.address and (known.etag or known.changed):
        last = Version(etag=known.etag, changed=known.changed)
    bounds = limits or Limits()
    bounds = replace(bounds, size=min(bounds.size, source.limit))
    place.mkdir()
    version = load(source.address, place / file, bounds, last)
    if version is None:
        return None
    origin = Origin(file=file, address=source.address, etag=version.etag, changed=version.changed)
    return Item(path=place / file, expected=source.name, origin=origin)


def _fetched(out: Path) -> dict[str, Fetched]:
    """Tell what was loaded before; from a mirror that can't be kept, nothing."""
    if not (out.is_file() and is_mirror(out)):
        return {}
    try:
        return last_fetched(out)
    except AdvisoryError:
        return {}


def _known(out: Path) -> list[str]:
    """List the ecosystems that the mirror has sources of."""
    return list(_ecosystems(_fetched(out)))


def _ecosystems(names: Sequence[str] | dict[str, Fetched]) -> Iterator[str]:
    for name in names:
        if name == OSV:
            yield ALL
        elif name.startswith(f"{OSV}:"):
            yield from name.partition(":")[2].split("+")


def _root(place: str) -> str:
    if place.startswith("file://"):
        return unquote(urlsplit(place).path)
    if "://" in place:
        check_address(place)
    elif place and not Path(place).is_dir():
        raise AdvisoryError("this is neither an address nor a folder", where=place)
    return place.rstrip("/") if place.strip("/") else place


def _source(name: str, root: str) -> Wanted:
    kind, _, ecosystem = name.partition(":")
    entry: dict[str, Any] = table("advisory_sources")["sources"][kind]
    address = entry["whole"] if name == OSV else entry["address"]
    if root:
        below = "{ecosystem}/" if ecosystem else ""
        address = f"{root}/{below}{address.rpartition('/')[2]}"
    escaped = quote(ecosystem, safe="") if "://" in address else ecosystem
    limit = entry["limit_mib"] << 20
    return Wanted(name=name, address=address.replace("{ecosystem}", escaped), limit=limit)


def check_ecosystem(name: str) -> str:
    """Give a name back that can be part of an address; ValueError for another."""
    if not name.strip() or not name.isprintable() or set(name) & set("/\\:+") or ".." in name:
        raise ValueError("an ecosystem's name has no release and no slash: Debian, not Debian:12")
    return name
