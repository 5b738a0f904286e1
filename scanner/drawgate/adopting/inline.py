"""Suppressions that stand in the code itself are counted only: scans record them by themselves."""

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.target import read

_MARKERS: Final = {
    "# nosec": re.compile(rb"#[ \t]*nosec\b"),
    "# noqa: S…": re.compile(rb"#[ \t]*noqa:[^#\n]*?\bS[1-7]\d\d\b"),
    "nosemgrep": re.compile(rb"\bnosemgrep\b"),
    "pragma: allowlist secret": re.compile(rb"\bpragma:[ \t]*(?:allow|white)list[ -]"),
    "gitleaks:allow": re.compile(rb"\bgitleaks:allow\b"),
    "trivy:ignore": re.compile(rb"\btrivy:ignore:"),
}
_LARGEST: Final = 4 << 20
"""Bytes; code that people write and mark is smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """One sort of marker, how often it stands in the code, and in how many files."""

    marker: str
    places: int
    files: int


def count_markers(root: Path, names: Collection[str]) -> tuple[Marked, ...]:
    """Count the markers in all files; one that can't be read holds none."""
    hits: dict[str, list[int]] = {marker: [] for marker in _MARKERS}
    for name in names:
        data = b""
        with suppress(OSError):
            data = read(root, name, _LARGEST)
        for marker, expression in _MARKERS.items():
            if number := len(expression.findall(data)):
                hits[marker].append(number)
    return tuple(
        Marked(marker=marker, places=sum(numbers), files=len(numbers))
        for marker, numbers in hits.items()
        if numbers
    )
