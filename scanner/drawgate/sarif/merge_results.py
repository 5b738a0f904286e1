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
from drawgate.sarif.decode import decode, log_error
from drawgate.sarif.objects import encode
from drawgate.sarif.remap import Remap
from drawgate.sarif.skeleton import Chunk, RunPart
from drawgate.sarif.twice import check_names

Json = dict[str, Any]

_KEY: Final = secrets.token_bytes(16)
"""Nobody can craft two results that hash alike without it."""
_ODD: Final = (AttributeError, KeyError, TypeError)
_RAWS: Final = msgspec.json.Decoder(list[msgspec.Raw])


class Masking(Protocol):
    """Masks the results of one run (`triage/merged.py`)."""

    always: bool
    """Whether any result may be about a credential; else only one that has taxa of its own."""

    def concerns(self, result: Json) -> bool:
        """Tell whether a result is about a credential."""

    def mask(self, result: Json) -> None:
        """Mask a result that is about a credential, in place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A run as it is read, and what becomes of its results."""

    part: RunPart
    remap: Remap | None
    masking: Masking | None
    repeats: dict[bytes, dict[bytes, int]] = field(default_factory=dict, repr=False)
    """By masked result: the results that look like it now, in their order."""

    @property
    def masks(self) -> bool:
        """Whether any result may have to be masked."""
        return self.masking is not None and (self.masking.always or self.part.taxa)


def results(sources: Sequence[Source]) -> Iterator[list[bytes] | list[msgspec.Raw]]:
    r"""Give the results of all parts, as bytes to write; equal ones once.

    Where some results must be changed, all are decoded and encoded: else one with `\u00e9` and
    one with `é` would pass for different only because one of them was touched.
    """
    fill = any(source.part.suppressions for source in sources)
    plain = not fill and not any(source.masks or _moves(source) for source in sources)
    seen: set[bytes] = set()
    for source in sources:
        for chunk in source.part.chunks or ():
            text = _fetch(source.part, chunk)
            raws = _RAWS.decode(text) if plain else _changed(source, text, chunk.first, fill=fill)
            new = [raw for raw in raws if _is_new(raw, seen)]
            if new:
                yield new


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


def _is_new(raw: bytes | msgspec.Raw, seen: set[bytes]) -> bool:
    known = len(seen)
    seen.add(_digest(raw))
    return len(seen) > known


def _changed(source: Source, text: bytes, first: int, *, fill: bool) -> list[bytes]:
    """Mask a chunk and move its indices; `fill` gives each result `suppressions` (§3.27.23)."""
    path = f"{source.part.path}.results"
    found = decode(text, source.part.log, list[Json], path)
    masks, number = source.masks, first
    try:
        for number, result in enumerate(found, first):
            if masks:
                _mask(source, result, f"{path}[{number}]")
            if fill and result.get("suppressions") is None:
                result["suppressions"] = []
            if source.remap is not None:
                source.remap.apply("result", result)
    except _ODD as error:
        raise _odd(f"{source.part.log}: {path}[{number}]") from error
    return [msgspec.json.encode(result) for result in found]


def _mask(source: Source, result: Json, path: str) -> None:
    """Mask one result; two that differed in nothing but what is masked stay two."""
    masking = source.masking
    try:
        if masking is None or not masking.concerns(result):
            return
        before = _digest(encode(result))
        masking.mask(result)
    except msgspec.ValidationError as error:
        raise log_error(error, source.part.log, path) from error
    alike = source.repeats.setdefault(_digest(encode(result)), {})
    number = alike.setdefault(before, len(alike) + 1)
    if number > 1:
        result.setdefault("properties", {})[names.REPEAT] = number


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
