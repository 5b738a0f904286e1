"""Which line of a file is which in another state of it, as git tells."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

UNKNOWN: Final = -1
"""Nobody says what became of a line."""
CHANGED: Final = 0
"""The line is gone, or was not there before."""


class Hunk(NamedTuple):
    """Lines that took the place of others. Each beginning is where they stand, or would."""

    old: int
    removed: int
    new: int
    added: int


Beside = tuple[tuple[int, int], ...]
"""Lines one after the other: the hash of a text, and how many letters and digits are in it."""


class Around(NamedTuple):
    """The changed lines that a changed line stands among, the nearest first."""

    above: Beside = ()
    below: Beside = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMap:
    """What git says of the lines of two states. A file that is in neither table is not known."""

    before: Mapping[str, Sequence[Hunk]] = field(default_factory=dict)
    """By path in the baseline, how the file has changed, sorted; nothing in it: not at all."""
    after: Mapping[str, Sequence[Hunk]] = field(default_factory=dict)
    """The same by path now."""
    around_old: Mapping[tuple[str, int], Around] = field(default_factory=dict)
    """By path and line, for lines with a finding that are gone."""
    around_new: Mapping[tuple[str, int], Around] = field(default_factory=dict)

    def of_old(self, path: str, line: int) -> int:
        """Give where a line of the baseline stands now, CHANGED or UNKNOWN."""
        if path not in self.before or not line:
            return UNKNOWN
        hunks = self.before[path]
        place = bisect_right(hunks, line, key=lambda hunk: hunk.old) - 1
        if place < 0:
            return line
        last = hunks[place]
        end = last.old + last.removed
        return CHANGED if line < end else line - end + last.new + last.added

    def of_new(self, path: str, line: int) -> int:
        """Give the line itself if it stood in the baseline already, else CHANGED or UNKNOWN."""
        if path not in self.after or not line:
            return UNKNOWN
        hunks = self.after[path]
        place = bisect_right(hunks, line, key=lambda hunk: hunk.new) - 1
        return CHANGED if place >= 0 and line < hunks[place].new + hunks[place].added else line


_ENOUGH: Final = 20
"""Letters and digits beside a line that must have moved with it; git's measure, too
(`--color-moved`)."""


def moved_together(one: Around, other: Around) -> bool:
    """Tell whether the lines around a line that is gone are those around one that came."""
    return _alike(one.above, other.above) + _alike(one.below, other.below) >= _ENOUGH


def _alike(one: Beside, other: Beside) -> int:
    letters = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        letters += mine[1]
    return letters
