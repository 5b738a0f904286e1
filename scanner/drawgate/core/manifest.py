"""Which file names are Python manifests: the one list that planning, adapters and readers share."""

from fnmatch import fnmatchcase
from typing import Final

REQUIREMENTS: Final = (
    "requirement*.txt",
    "requirement*.pip",
    "*requirements.txt",
    "requirements/*.txt",
    "reqs*.txt",
    "*reqs.txt",
    "reqs/*.txt",
    "constraints*.txt",
    "*constraints.txt",
)
"""pip's own format. `DIRECTORY/NAME` patterns look at the last two components."""

SOURCES: Final = (
    "requirement*.in",
    "*requirements.in",
    "requirements/*.in",
    "reqs*.in",
    "*reqs.in",
    "reqs/*.in",
    "constraints*.in",
    "*constraints.in",
)
"""What pip-compile reads; the compiled `.txt` beside it answers for the names that it pins."""

PYLOCKS: Final = ("pylock.toml", "pylock.*.toml")
LOCKS: Final = (
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    *PYLOCKS,
)
DECLARATIONS: Final = ("pyproject.toml", "setup.cfg", "setup.py", "Pipfile")
"""Files that name packages, mostly without exact versions."""

SCRIPT: Final = "# /// script"
"""What begins the block in which a script names packages (PEP 723)."""

PYTHON_MANIFESTS: Final = (*REQUIREMENTS, *SOURCES, *LOCKS, *DECLARATIONS)


def is_manifest(path: str, patterns: tuple[str, ...] = PYTHON_MANIFESTS) -> bool:
    """Tell whether a path, relative to the root, matches one of the patterns in any case."""
    parts = path.lower().split("/")
    tails = {1: parts[-1], 2: "/".join(parts[-2:])}
    return any(fnmatchcase(tails[pattern.count("/") + 1], pattern.lower()) for pattern in patterns)
