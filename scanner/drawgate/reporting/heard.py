"""What reports say of the VEX documents that were given."""

from collections.abc import Iterator, Sequence
from typing import Final

from drawgate.core.vex import Use
from drawgate.core.words import count

_LISTED: Final = 20


def excused(uses: Sequence[Use]) -> tuple[str, ...]:
    """Say by whose word findings do not count."""
    said = [
        f"VEX of {use.author} excuses {count(use.excused, 'finding')} ({use.source})"
        for use in uses
        if use.excused
    ]
    return tuple(_cut(said, "more VEX document"))


def cares(uses: Sequence[Use]) -> Iterator[str]:
    """Say which documents were ignored, what of the others did not count, and why."""
    yield from _cut([sentence for use in uses for sentence in use.said], "more VEX warning")


def _cut(said: Sequence[str], noun: str) -> Iterator[str]:
    yield from said[:_LISTED]
    if rest := len(said) - _LISTED if said[_LISTED:] else 0:
        yield f"{count(rest, noun)} in verdict.json"
