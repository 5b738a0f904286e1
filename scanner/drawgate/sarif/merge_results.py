"""The results of a run that is merged: fetched, masked, changed where an index moves, once each."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Final, Protocol

import msgspec

from drawgate.core.errors import LogError
from drawgate.sarif import names
from drawgate.sarif.alike import alone
from drawgate.sarif.decode import decode, log_error
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.objects import encode
from drawgate.sarif.remap import Remap
from drawgate.sarif.skeleton import Chunk, RunPart
from drawgate.sarif.twice import check_names

Json = dict[str, Any]

_KEY: Final = secrets.token_bytes(16)
"""Nobody can craft two results that hash alike without it."""
_ODD: Final = (AttributeError, KeyError, TypeError)
_ENCODE: Final = msgspec.json.Encoder().encode
_RAWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class Masking(Protocol):
    """Masks the results of one run (`triage/merged.py`)."""

    always: bool
    """Whether any result may be about a credential; else only one that has taxa of its own."""

    def concerns(self, result: Json) -> bool:
        """Tell whether a result is about a credential."""

    places: Places
    """Where its results are."""

    def told(self, result: Json) -> frozenset[str] | None:
        """Give the values that a result tells; None where it is not about a credential."""

    def mask(self, result: Json, told: frozenset[str]) -> list[Any]:
        """Mask a result about a credential, in place, and give what is hidden now.

        `told` are values that other results tell of the same line.
        """

    def on_line(self, result: Json) -> frozenset[str] | None:
        """Give what is told of a result's lines; None where no credential is on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A run as it is read, and what becomes of its results."""

    part: RunPart
    remap: Remap | None
    masking: Masking | None

    @property
    def masks(self) -> bool:
        """Whether any result may have to be masked."""
        return self.masking is not None and (self.masking.always or self.part.taxa)

    @property
    def places(self) -> Places | None:
        """Where the results are; None where nothing is masked at all."""
        return self.masking.places if self.masking else None

    def rows(self) -> Iterator[bytes]:
        """Give the results, many at once, as arrays that nothing was checked of but the syntax."""
        for chunk in self.part.chunks or ():
            self.part.source.seek(chunk.offset)
            yield b"[%b]" % self.part.source.read(chunk.length)


def results(
    sources: Sequence[Source], *, shared: bool
) -> Iterator[list[bytes] | list[msgspec.Raw]]:
    r"""Give the results of all parts, as bytes to write; equal ones once.

    Where some results must be changed, all are decoded and encoded: else one with `\u00e9` and
    one with `é` would pass for different only because one of them was touched. `shared` says
    that there are lines with a credential which several results are about.
    """
    fill = any(source.part.suppressions for source in sources)
    changing = (source.masks or _moves(source) for source in sources)
    plain = not fill and not shared and not any(changing)
    written = _Written()
    for source in sources:
        for chunk in source.part.chunks or ():
            text = _fetch(source.part, chunk)
            if plain:
                yield [raw for raw in _RAWS.decode(text) if written.is_new(_digest(alone(raw)))]
                continue
            raws, hiding = _changed(source, text, chunk.first, fill=fill, shared=shared)
            for number, (result, hidden) in hiding.items():
                raws[number] = written.numbered(raws[number], result, hidden)
            yield [raw for raw in raws if written.is_new(_digest(alone(raw)))]


@dataclass(frozen=True, slots=True)
class _Written:
    """What is written already, as flat digests: there may be a million."""

    seen: set[bytes] = field(default_factory=set)
    """The results."""
    first: dict[bytes, bytes] = field(default_factory=dict)
    """By masked result: what was hidden in the first that looks like it."""
    numbers: dict[bytes, int] = field(default_factory=dict)
    """Of masked results and what was hidden in others that look alike; by result, the last."""

    def is_new(self, digest: bytes) -> bool:
        """Take a result, and tell whether none was equal to it."""
        known = len(self.seen)
        self.seen.add(digest)
        return len(self.seen) > known

    def numbered(self, raw: bytes, result: Json, hidden: bytes) -> bytes:
        """Give a masked result as bytes; two that hide unlike things stay two.

        One that was masked before is the first of those that look like it.
        """
        number = self._number(_digest(alone(raw)), hidden)
        if number == 1:
            return raw
        result.setdefault("properties", {})[names.REPEAT] = number
        return _ENCODE(result)

    def _number(self, alike: bytes, hidden: bytes) -> int:
        if self.first.setdefault(alike, hidden) == hidden:
            return 1
        if alike + hidden not in self.numbers:
            self.numbers[alike] = self.numbers[alike + hidden] = self.numbers.get(alike, 1) + 1
        return self.numbers[alike + hidden]


@contextmanager
def as_standard(where: str) -> Iterator[None]:
    """Say so where a value is not of the shape that moving its indices relies on."""
    try:
        yield
    except _ODD as error:
        raise _odd(where) from error


def _odd(where: str) -> LogError:
    what = "something here is not of the shape that SARIF 2.1.0 gives it"
    return LogError(what, where=where, hint="`drawgate validate` says what")


def _moves(source: Source) -> bool:
    return source.remap is not None and not source.remap.identity


def _digest(raw: bytes | msgspec.Raw) -> bytes:
    return blake2b(raw, digest_size=16, key=_KEY).digest()


def _changed(
    source: Source, text: bytes, first: int, *, fill: bool, shared: bool
) -> tuple[list[bytes], dict[int, tuple[Json, bytes]]]:
    """Mask a chunk and move its indices; give the results, and again those that hide something.

    The latter stand by their position, each with a digest of what it hides. `fill` gives each
    result `suppressions` (§3.27.23).
    """
    path = f"{source.part.path}.results"
    found = decode(text, source.part.log, list[Json], path)
    masking, remap = source.masking if source.masks or shared else None, source.remap
    hiding: dict[int, tuple[Json, bytes]] = {}
    number = 0
    try:
        for number, result in enumerate(found):
            if masking:
                where = f"{path}[{first + number}]"
                if key := _mask(masking, result, source.part.log, where):
                    hiding[number] = result, key
            if fill and result.get("suppressions") is None:
                result["suppressions"] = []
            if remap is not None:
                remap.apply("result", result)
    except _ODD as error:
        raise _odd(f"{source.part.log}: {path}[{first + number}]") from error
    return [_ENCODE(result) for result in found], hiding


def _mask(masking: Masking, result: Json, log: str, path: str) -> bytes:
    """Mask one result; give a digest of what is hidden, or nothing where nothing is."""
    try:
        told = masking.on_line(result)
        hides = told is not None or masking.concerns(result)
        hidden = masking.mask(result, told or frozenset()) if hides else []
    except msgspec.ValidationError as error:
        raise log_error(error, log, path) from error
    return _digest(encode(hidden)) if hidden else b""


def _fetch(part: RunPart, chunk: Chunk) -> bytes:
    """Read a chunk again, as an array without blanks; make sure it is what it was."""
    part.source.seek(chunk.offset)
    data = part.source.read(chunk.length)
    try:
        text = data.decode()  # raw values are not checked for being UTF-8
        array = msgspec.json.format(b"[" + data + b"]", indent=-1)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = f"{part.where}.results[{chunk.first}] and following, byte {chunk.offset}"
        raise log_error(error, place, "") from error
    check_names(f"[{text}]", part.log, f"{part.path}.results", chunk.first)
    return array
