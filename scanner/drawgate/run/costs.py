"""What each scanner cost last time, so that the longest work starts first."""

import contextlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FORMAT: Final = 1
_MEBI: Final = 1 << 20
_BROKEN: Final = (
    OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, ArithmeticError,
)  # fmt: skip
"""What a file that is none of ours can raise."""
_LARGEST: Final = _MEBI
"""Bytes of the file; ours are far shorter."""
_SMALLEST: Final = 64 << 10
"""Bytes. From less input than this nothing is learned: start-up is all that would be measured."""
START: Final = 0.3
"""Seconds before a scanner looks at its first file; those written in Python take 0.2 to 0.5."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One scanner's appetite; the default is a middling scanner of Python code."""

    seconds: float = 2.0
    """CPU seconds for each MiB of input."""
    peak: int = 512 << 20
    """Bytes of memory one process had at most."""

    def estimate(self, size: int) -> float:
        """Estimate the seconds one process needs for an input of that many bytes."""
        return START + self.seconds * size / _MEBI


def measured(cpu: float, size: int, processes: int, peak: int) -> Cost | None:
    """Learn from one attempt, or give None when it says nothing about the next one."""
    if size < _SMALLEST:
        return None
    return Cost(seconds=max(0.0, cpu - START * processes) * _MEBI / size, peak=peak)


def read(folder: Path | None) -> dict[str, Cost]:
    """Read the last costs by adapter name; a file that is missing or broken counts as empty."""
    if folder is None:
        return {}
    try:
        path = folder / "costs.json"
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return {}  # a pipe or a device would keep us waiting
        document = json.loads(path.read_bytes())
        if document["format"] != _FORMAT:
            return {}
        return {str(name): _cost(entry) for name, entry in document["adapters"].items()}
    except _BROKEN:
        return {}


def write(folder: Path | None, costs: Mapping[str, Cost]) -> None:
    """Keep costs for the next run; where nothing can be kept, the next run does without."""
    if folder is None:
        return
    adapters = {
        name: {"seconds": round(cost.seconds, 4), "peak": cost.peak}
        for name, cost in sorted(costs.items())
    }
    draft = folder / f"costs.json.{os.getpid()}"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"format": _FORMAT, "adapters": adapters}), "utf-8")
        try:
            draft.replace(folder / "costs.json")
        finally:
            draft.unlink(missing_ok=True)


def _cost(entry: Mapping[str, float]) -> Cost:
    seconds, peak = float(entry["seconds"]), int(entry["peak"])
    if not (math.isfinite(seconds) and seconds >= 0 and peak >= 0):
        raise ValueError("a cost is a number that is not negative")
    return Cost(seconds=seconds, peak=peak)
