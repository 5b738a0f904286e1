"""Bar charts as numbers: a template draws them, and says the same numbers as a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_WIDEST: Final = 170
"""Units of the drawing that the longest bar takes."""
_STEP: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: its name, what it counts, and where it stands."""

    name: str
    count: int
    y: int
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart; `style` is the class of its bars, or empty where each has its own."""

    title: str
    axis: str
    bars: tuple[Bar, ...]
    style: str = ""

    @property
    def height(self) -> int:
        """Give the height of the drawing."""
        return _STEP * len(self.bars)

    @property
    def spoken(self) -> str:
        """Say the numbers in one line, for those who do not see the drawing."""
        return ", ".join(f"{bar.name} {bar.count:,}" for bar in self.bars)


def bar_chart(title: str, axis: str, counts: Iterable[tuple[str, int]], style: str = "") -> Chart:
    """Draw what is there, in the given order; a bar is never too short to be seen."""
    counted = [(name, number) for name, number in counts if number]
    most = max((number for _, number in counted), default=1)
    bars = tuple(
        Bar(name=name, count=number, y=_STEP * row, width=max(2, number * _WIDEST // most))
        for row, (name, number) in enumerate(counted)
    )
    return Chart(title=title, axis=axis, bars=bars, style=style)
