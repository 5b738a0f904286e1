"""A file of our own that every scanner of its kind copes with: it shows that the scanner works."""

import posixpath
import re
from pathlib import Path
from typing import Final

_SHAPES: Final = (
    (r"(?:^|/)(?:[^/]*\.)?(?:docker|container)file[^/]*$", "Dockerfile", "FROM scratch\n"),
    (
        r"(?:^|/)\.github/workflows/[^/]+\.ya?ml$",
        ".github/workflows/probe.yml",
        "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: b\n    steps: [{run: 'true'}]\n",
    ),
    (r"\.(?:[cm]?jsx?|[cm]?tsx?)$", "", "let x = 1;\n"),
    (r"\.ya?ml$", "", "a: 1\n"),
    (r"\.json$", "", "{}\n"),
    (r"", "", "x = 1\n"),
)
"""What a file's path looks like, what ours is then called, and what stands in it."""
_SUFFIX: Final = re.compile(r"\.[A-Za-z0-9]{1,10}")


def write_probe(beside: str, folder: Path) -> str:
    """Write one like the file `beside` into a folder, and give its path; OSError when it can't."""
    fits = (each for shape, *each in _SHAPES if re.search(shape, beside, re.IGNORECASE))
    name, content = next(fits)
    suffix = posixpath.splitext(beside)[1]
    path = name or f"probe{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    (folder / path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / path).write_text(content, "utf-8")
    return path
