"""What a target holds that nobody looks at, by language and ecosystem, as a table names them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from drawgate import resources
from drawgate.core import glob
from drawgate.core.finding import Kind
from drawgate.core.target import File, Unscanned, answered_by
from drawgate.target.reading import MAX_SIZE

Read = Callable[[str], bytes]

_HEAD: Final = 30
"""Lines that tell what a list is."""


def unscanned(
    files: Iterable[File],
    looked_at: Mapping[Kind, frozenset[str]],
    read: Read,
    left_out: Mapping[Kind, Mapping[str, str]] = MappingProxyType({}),
    manifests: Iterable[str] = (),
) -> tuple[Unscanned, ...]:
    """Count what no scanner looks at. `looked_at` holds the paths that each kind of scanner got.

    `read` gives a file's bytes; it is asked about the few whose name does not tell enough.
    `left_out` says of paths who isn't given them on purpose; `manifests` are known for what
    they are, whoever reads them.
    """
    found: defaultdict[tuple[_Ecosystem, bool], dict[str, str]] = defaultdict(dict)
    seen = {kind: _seen(kind, looked_at) for kind in Kind}
    spared = {kind: _spared(kind, left_out) for kind in Kind}
    known = frozenset(manifests)
    for file in files:
        for ecosystem in _of(file, read, known):
            if file.path not in seen[ecosystem.kind]:
                why = spared[ecosystem.kind].get(file.path, "")
                found[ecosystem, bool(why)][file.path] = why
    rows = [_row(ecosystem, paths) for (ecosystem, _), paths in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.kind, row.name, row.left_out)))


def markers() -> frozenset[str]:
    """Give the texts that have to be looked for when files are listed."""
    return frozenset(row.marker for row in _index().rows if row.marker)


def _seen(kind: Kind, looked_at: Mapping[Kind, frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*(looked_at.get(k, frozenset()) for k in answered_by(kind)))


def _spared(kind: Kind, left_out: Mapping[Kind, Mapping[str, str]]) -> Mapping[str, str]:
    return dict(pair for k in answered_by(kind) for pair in left_out.get(k, {}).items())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ecosystem:
    name: str
    kind: Kind
    files: tuple[str, ...]
    programs: tuple[str, ...]
    marker: str
    holds: re.Pattern[str] | None
    lines: re.Pattern[str] | None
    scanners: tuple[str, ...]
    advice: str
    largest: int
    """Bytes of a file that is looked into."""
    unlisted: bool
    """Whether it is about files that are no manifests of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """The table by what a file can be known by; numbers say which row comes first."""

    rows: tuple[_Ecosystem, ...]
    names: Mapping[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    endings: Mapping[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    paths: list[tuple[re.Pattern[str], int]] = field(default_factory=list)
    programs: list[tuple[str, int]] = field(default_factory=list)

    def fits(self, file: File) -> list[int]:
        path = file.path.lower()
        name = path.rpartition("/")[2]
        endings = [name[at:] for at, letter in enumerate(name) if letter == "."]
        hits = {number for ending in endings for number in self.endings.get(ending, ())}
        hits.update(self.names.get(name, ()))
        hits.update(number for pattern, number in self.paths if pattern.fullmatch(path))
        if program := file.interpreter.lower():
            hits.update(number for start, number in self.programs if program.startswith(start))
        return sorted(hits)


def _of(file: File, read: Read, manifests: Collection[str]) -> Iterator[_Ecosystem]:
    """Give the first row of each kind that a file belongs to."""
    index, kinds = _index(), set[Kind]()
    for number in index.fits(file):
        row = index.rows[number]
        marked = not row.marker or row.marker in file.markers
        meant = marked and file.size <= row.largest
        meant = meant and not (row.unlisted and file.path in manifests)
        if row.kind not in kinds and meant and _holds(row, file.path, read):
            kinds.add(row.kind)
            yield row


def _holds(row: _Ecosystem, path: str, read: Read) -> bool:
    """Tell whether the content fits, too; what can't be read may hold anything."""
    if row.holds is None and row.lines is None:
        return True
    try:
        text = read(path).decode("utf-8", "replace")
    except OSError:
        return True
    if row.lines and not all(map(row.lines.fullmatch, text.split("\n", _HEAD)[:_HEAD])):
        return False
    return row.holds is None or bool(row.holds.search(text))


def _row(ecosystem: _Ecosystem, paths: Mapping[str, str]) -> Unscanned:
    """Take the shortest path for an example: it is most likely to be the project's own."""
    return Unscanned(
        name=ecosystem.name,
        kind=ecosystem.kind,
        files=len(paths),
        example=min(paths, key=lambda path: (path.count("/"), path)),
        scanners=ecosystem.scanners,
        left_out="; ".join(sorted({why for why in paths.values() if why})),
        advice=ecosystem.advice,
    )


@cache
def _index() -> _Index:
    rows = resources.read_table("ecosystems", lambda raw: tuple(map(_ecosystem, raw["rows"])))
    index = _Index(rows=rows)
    for number, row in enumerate(rows):
        for pattern in map(str.lower, row.files):
            _add(index, pattern, number)
        index.programs.extend((program, number) for program in row.programs)
    return index


def _add(index: _Index, pattern: str, number: int) -> None:
    ending = pattern.removeprefix("*")
    if "/" in pattern:
        index.paths.append((glob.compiled(pattern), number))
    elif pattern.startswith("*.") and "*" not in ending:
        index.endings[ending].append(number)
    else:
        index.names[pattern].append(number)


def _ecosystem(row: dict[str, Any]) -> _Ecosystem:
    return _Ecosystem(
        name=row["name"],
        kind=Kind(row["kind"]),
        files=tuple(row["files"]),
        programs=tuple(row.get("programs", ())),
        marker=row.get("marker", ""),
        holds=re.compile(row["holds"], re.MULTILINE) if "holds" in row else None,
        lines=re.compile(row["lines"]) if "lines" in row else None,
        scanners=tuple(row["scanners"]),
        advice=row.get("advice", ""),
        largest=row.get("largest", MAX_SIZE),
        unlisted=row.get("unlisted", False),
    )
