"""What is scanned: a root and the list of its files, as facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from drawgate.core.finding import Kind

_NO_UTF8: Final = re.compile("[\udc80-\udcff]")
_SCRIPT: Final = re.compile(r"(?P<min>\.min)?\.[cm]?[jt]sx?$", re.IGNORECASE)
_PACKED: Final = 10_000
"""Bytes of a line that nobody has written by hand."""


class Form(StrEnum):
    """How the target's file list came about."""

    GIT = "git"
    DIRECTORY = "directory"
    FILE = "file"


class Encoding(StrEnum):
    """What a file's bytes are; a text scanner can only assess `UTF8`."""

    UTF8 = "utf-8"
    OTHER = "not UTF-8"
    BINARY = "binary"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One regular file of the target; `path` is relative to the root, with `/`.

    Bytes of a name that are not UTF-8 are surrogate escapes, as `os.fsdecode` makes them.
    `interpreter` is the program of a `#!` line ("python3"), or empty.
    `markers` are the inline-suppression texts found in it, lower case. `longest_line` is in
    bytes: some scanners take hours for a line of a megabyte. `digest` is the SHA-256 of the
    content: it never leaves, for a file that holds little beside a secret could be guessed.
    """

    path: str
    size: int
    encoding: Encoding = Encoding.UTF8
    interpreter: str = ""
    markers: frozenset[str] = frozenset()
    longest_line: int = 0
    digest: bytes = field(default=b"", repr=False, compare=False)

    @property
    def is_utf8(self) -> bool:
        """Whether both its text and its name are UTF-8."""
        return self.encoding is Encoding.UTF8 and not _NO_UTF8.search(self.path)

    @property
    def is_packed(self) -> bool:
        """Whether it is script that a program made short: slow to read, and not the source."""
        script = _SCRIPT.search(self.path)
        return bool(script and (script["min"] or self.longest_line > _PACKED))


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """Something in scope that nobody could look at, and why."""

    subject: str
    """A path, or for a package `MANIFEST: REQUIREMENT`."""
    reason: str
    path: str = ""
    line: int | None = None
    unparsed: str = ""
    """The Python (`major.minor`) that could not parse it; triage then says which would do."""
    uncounted: bool = False
    """It stands for an unknown number of packages or files: a manifest that can't be read, a
    list in one, or what a log notes without a place. No share of what was looked at follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What was left out on purpose: who said so, the pattern, and how much it hit.

    Folders of the fixed list, and those that git ignores as a whole, are not gone into, so only
    they themselves are counted.
    """

    origin: str
    pattern: str
    files: int = 0
    folders: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscanned:
    """What the target holds of one language or ecosystem, and no scanner of the run looks at."""

    name: str
    """As the table of ecosystems has it: "JavaScript and TypeScript"."""
    kind: Kind
    """What a scanner would look for in it."""
    files: int
    example: str
    scanners: tuple[str, ...] = ()
    """Who would look at it, as far as the table knows."""
    left_out: str = ""
    """Who leaves it out on purpose, and why: "semgrep is not given vendored files"."""
    advice: str = ""
    """What to do about it, where that is not to add a scanner."""

    @property
    def answered_by(self) -> frozenset[Kind]:
        """The kinds whose scanners look at such files."""
        return answered_by(self.kind)


def answered_by(kind: Kind) -> frozenset[Kind]:
    """Give the kinds whose scanners look at what is meant for `kind`: source is read by several."""
    return _SOURCE if kind in _SOURCE else frozenset({kind})


_SOURCE: Final = frozenset({Kind.CODE, Kind.IAC, Kind.CONTAINER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A directory, git checkout or file, listed once. Files are sorted by path."""

    root: Path
    """Absolute. All paths count from it; in a git repository it is the top of the work tree."""
    form: Form
    files: tuple[File, ...]
    name: str = ""
    """What people call it: the last part of the path that was asked for."""
    folder: str = ""
    """The part of the root that was asked for, without a slash at its end; empty for all."""
    around: frozenset[str] = frozenset()
    """What stands beside it: no input of any scanner, but a manifest may include it, or be it."""
    lists: frozenset[str] = frozenset()
    """Its files that only an include makes manifests: their names don't tell."""
    repository: Path | None = None
    """The work tree that `root` is a copy of; None: it is no copy."""
    commit: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the files that are not among `files` because nobody can read them."""
    links: tuple[tuple[str, str], ...] = ()
    """Symbolic links and the path in the target that each leads to; "." is the root."""
    notes: tuple[str, ...] = ()
    """Sentences a reader must see, such as "3 symbolic links were not followed"."""

    @property
    def home(self) -> Path:
        """Where the files come from: nothing in it is ever run or written."""
        return self.repository or self.root

    @property
    def part(self) -> str:
        """What tells scans of parts of one repository apart: the folder or file; empty for all."""
        if self.form is Form.FILE:
            return f"{self.folder}/{self.name}".lstrip("/")
        return self.folder

    def named(self, *patterns: str, any_case: bool = False) -> tuple[str, ...]:
        """Give the paths whose last component matches one of the patterns (`*.py`).

        With `any_case`, patterns in lower case match names in any.
        """
        paths = [file.path for file in self.files]
        return tuple(path for path in paths if _matches(path, patterns, any_case=any_case))

    def scripts(self, *programs: str) -> tuple[str, ...]:
        """Give the paths whose `#!` line names one of the programs, or a version of it."""
        return tuple(file.path for file in self.files if file.interpreter.startswith(programs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which change of a repository to look at, as git keeps it."""

    origin: str
    """Who asks: "--staged", "--diff" or "--baseline"."""
    ref: str = ""
    """What a `--diff` counts from; empty: look at what is staged."""
    files: tuple[str, ...] | None = None
    """Look at these, changed or not, below the scanned folder or else below the root."""
    whole: bool = False
    """Look at all that the commit of `ref` holds, not at what changed since."""


def _matches(path: str, patterns: tuple[str, ...], *, any_case: bool) -> bool:
    name = path.rpartition("/")[2]
    name = name.lower() if any_case else name
    return any(fnmatchcase(name, pattern) for pattern in patterns)
