"""Lines that several results of merged logs are about, and what is told of those with credentials.

All results never stand in memory at once, so the logs are looked over first: which lines are
named twice (a short mark of each line is enough for that), then what results about credentials
tell of those. Only then can a result be masked that repeats what another one told.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

from drawgate.sarif.ingest_places import Places
from drawgate.sarif.merge_results import Masking, Source
from drawgate.sarif.model import ArtifactLocation, Named, Sarif

Json = dict[str, Any]

_MARKS: Final = 1 << 24
"""Lines are told apart by so many bits; two that share one are looked at more closely, no more."""
_LONGEST: Final = 1000
"""Lines of one place that are looked at: a whole file is none that a result is about."""


class _Region(Sarif):
    start_line: int | None = None
    end_line: int | None = None


class _Physical(Sarif):
    artifact_location: ArtifactLocation | None = None
    region: _Region | None = None


class _Location(Sarif):
    physical_location: _Physical | None = None


class Placed(Named):
    """What of a result says what it is about, and where."""

    locations: list[_Location] = msgspec.field(default_factory=list)


_RAWS: Final = msgspec.json.Decoder(list[msgspec.Raw])
_PLACED: Final = msgspec.json.Decoder(list[Placed])
_ONE: Final = msgspec.json.Decoder(Placed)


class Lines:
    """The lines of one merge."""

    def __init__(self) -> None:
        self._marks = bytearray(_MARKS // 8)
        self._several: set[int] = set()
        self.told: dict[int, frozenset[str]] = {}
        """By line: the values that results about credentials tell of it."""

    def look(self, sources: Sequence[Source]) -> bool:
        """Look all results over, where any may be about a credential.

        Tell whether another result is about a line with one.
        """
        if not any(source.masks for source in sources):
            return False
        for source in sources:
            for rows in source.rows():
                self._see(source, rows)
        if self._several:
            for source in sources:
                for rows in source.rows() if source.masks else ():
                    self._learn(source, rows)
        return bool(self.told)

    def _see(self, source: Source, rows: bytes) -> None:
        for placed in _placed(rows):
            for line in lines_of(placed, source.places):
                place, bit = line % _MARKS >> 3, 1 << (line & 7)
                if self._marks[place] & bit:
                    self._several.add(line)
                self._marks[place] |= bit

    def _learn(self, source: Source, rows: bytes) -> None:
        raws: list[msgspec.Raw] = []
        for number, placed in enumerate(_placed(rows)):
            shared = [x for x in lines_of(placed, source.places) if x in self._several]
            if shared and source.masking:
                raws = raws or _RAWS.decode(rows)
                told = _told(source.masking, raws[number])
                for line in shared if told is not None else ():
                    self.told[line] = self.told.get(line, frozenset()).union(told or ())


def _told(masking: Masking, raw: msgspec.Raw) -> frozenset[str] | None:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):  # said when it is masked
        return masking.told(msgspec.json.decode(raw))
    return None


def lines_of(placed: Placed, places: Places | None) -> Iterator[int]:
    """Give a number for each line a result is about; one that leads nowhere has none."""
    for location in placed.locations:
        physical = location.physical_location
        region = physical.region if physical else None
        if not places or not physical or not region or not region.start_line:
            continue
        with suppress(msgspec.ValidationError):
            path = places.path(physical.artifact_location)
            last = max(region.start_line, region.end_line or 0)
            last = min(last, region.start_line + _LONGEST - 1)
            yield from (hash((path, n)) for n in range(region.start_line, last + 1))


def _placed(rows: bytes) -> list[Placed]:
    """Decode many results at once; where one is odd, all others count all the same."""
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return _PLACED.decode(rows)
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return list(map(_one, _RAWS.decode(rows)))
    return []  # no JSON: said when it is copied


def _one(raw: msgspec.Raw) -> Placed:
    with suppress(msgspec.MsgspecError, UnicodeDecodeError):
        return _ONE.decode(raw)
    return Placed()
