"""The order of work: the longest piece first, and no more memory at once than there is."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drawgate.core.adapter import Adapter, Command, Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one process shall do."""

    adapter: Adapter
    number: int
    """Position within the attempt: results are merged in this order, whenever they come."""
    job: Job
    command: Command
    private: Path
    second: bool
    """Whether it honours inline suppressions, to learn which findings they hide."""
    seconds: float
    """How long it will take, as far as one can tell."""
    memory: int
    """Bytes it will need, as far as one can tell."""
    avoid: Path | None = None
    """Where nothing may be run from; None: the target's root."""


class Queue:
    """Hands out pieces to threads; each waits until its piece fits into memory."""

    def __init__(self, pieces: Iterable[Piece], memory: int, *, more: bool = False) -> None:
        """Take pieces; `more` says that others are to come, by `add`."""
        self._waiting = sorted(pieces, key=_order)
        self._more = more
        self._free = memory
        self._memory = memory
        self._changed = threading.Condition()

    def take(self) -> Piece | None:
        """Give the longest piece that fits, or None when none is left."""
        with self._changed:
            while self._waiting or self._more:
                for piece in self._waiting:
                    if self._fits(piece):
                        self._waiting.remove(piece)
                        self._free -= piece.memory
                        return piece
                self._changed.wait()
            return None

    def add(self, pieces: Iterable[Piece]) -> None:
        """Take the pieces that were to come; after them come no others."""
        with self._changed:
            if self._more:  # else it is closed
                self._waiting = sorted((*self._waiting, *pieces), key=_order)
            self._more = False
            self._changed.notify_all()

    def put_back(self, piece: Piece) -> None:
        """Say that a piece is done and its memory free."""
        with self._changed:
            self._free += piece.memory
            self._changed.notify_all()

    def drop(self, name: str) -> list[Piece]:
        """Take out, and give, the pieces of an adapter that nobody has begun."""
        with self._changed:
            dropped = [piece for piece in self._waiting if piece.adapter.name == name]
            self._waiting = [piece for piece in self._waiting if piece.adapter.name != name]
            self._changed.notify_all()
            return dropped

    def close(self) -> None:
        """Drop everything: threads that ask or wait get None."""
        with self._changed:
            self._waiting, self._more = [], False
            self._changed.notify_all()

    def _fits(self, piece: Piece) -> bool:
        """Let a piece too big for this machine run alone: its limit decides, not our guess."""
        return piece.memory <= self._free or self._free == self._memory


def _order(piece: Piece) -> tuple[float, str, int]:
    return -piece.seconds, piece.adapter.name, piece.number
