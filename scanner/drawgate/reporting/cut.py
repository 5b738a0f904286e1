"""A list cut to a length, with the number of what is not shown: nothing is left out silently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[T]):
    """The first of some items, and how many more there are."""

    shown: tuple[T, ...]
    rest: int

    def __iter__(self) -> Iterator[T]:
        return iter(self.shown)

    def __bool__(self) -> bool:
        return bool(self.shown)


def cut(items: Sequence[T], most: int) -> Cut[T]:
    """Give at most so many items."""
    return Cut(shown=tuple(items[:most]), rest=max(0, len(items) - most))
