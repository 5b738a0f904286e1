"""What a scan writes, by name: the only files of an output directory that are no target's."""

import re
from pathlib import Path
from typing import Final

MARKER: Final = ".drawgate-results"
"""The file that marks an output directory of ours."""

WRITTEN: Final = (
    "results.sarif",
    "verdict.json",
    "attempts.json",
    "report.html",
    "summary.md",
    "sbom.cdx.json",
    "shadow.json",
)
"""What a scan replaces. Only these go: a marker that the target planted must not name more."""

UPLOADS: Final = re.compile(r"github(?:-[1-9][0-9]*)?\.sarif")
"""Logs for code scanning. An old one must not stay: a partial scan writes none, and whoever
uploads what lies there would have GitHub close or open alerts by an older state."""

RAW: Final = re.compile(r"[a-z0-9][a-z0-9-]*\.(?:json|txt)")
"""Names of what stands in `raw/`."""

_BESIDE: Final = (MARKER, ".gitignore")
_DOCUMENT: Final = re.compile(r"[A-Za-z0-9._-]+\.json")


def below(root: Path, output: Path | None) -> str | None:
    """Give what stands before the names of our results in the target; None if they lie outside."""
    if output is None or not output.is_relative_to(root):
        return None
    return "" if output == root else f"{output.relative_to(root).as_posix()}/"


def is_result(name: str, prefix: str | None) -> bool:
    """Tell whether a scan writes a file of this name; `prefix` is that of `below`.

    All else in the directory is looked at: the target may have planted it, with our marker.
    """
    if prefix is None or not name.startswith(prefix):
        return False
    folder, _, own = name.removeprefix(prefix).rpartition("/")
    names = {"raw": RAW, "documents": _DOCUMENT}
    if folder in names:
        return names[folder].fullmatch(own) is not None
    return not folder and (own in (*WRITTEN, *_BESIDE) or UPLOADS.fullmatch(own) is not None)
