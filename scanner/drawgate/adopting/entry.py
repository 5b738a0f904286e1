"""What another tool was told to hide, in the words of our waivers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from drawgate.core.errors import ConfigError
from drawgate.triage.redact import mask_text

_LONGEST: Final = 300
"""Characters of a reason or a path that a proposal shows."""
VULNERABILITY: Final = r"[A-Z][A-Za-z]{1,15}-[A-Za-z0-9][A-Za-z0-9-]{2,60}"
_QUOTED: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_COMMENT: Final = re.compile(r"(?:^|\s)#(.*)")
_ABOVE: Final = 5
"""Lines of a comment above an entry that are taken for its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which findings are meant. All that is given must hold; a path alone means every finding."""

    rules: tuple[str, ...] = ()
    vuln: str = ""
    purl: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is hidden, and where somebody said so."""

    tool: str
    file: str
    line: int
    match: Match
    reason: str = ""
    expires: str = ""
    """A date that it had, as `2027-01-31`; empty for one that holds for ever."""
    false: bool = False
    """Somebody has looked at it and called it a false alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that no waiver can say, or that could not be read, and why."""

    file: str
    line: int
    reason: str


Found = Iterator[Entry | LeftOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of the target: its path, its bytes, and its text in lines."""

    path: str
    data: bytes
    text: str
    lines: tuple[str, ...]

    def numbered(self) -> Iterator[tuple[int, str]]:
        """Give the lines with their numbers."""
        yield from enumerate(self.lines, start=1)

    def comment(self, number: int) -> str:
        """Give the comment beside a line, else the one right above it."""
        if number > len(self.lines):
            return ""
        return _beside(self.lines[number - 1]) or _above(self.lines[: number - 1])

    def left_out(self, line: int, reason: str) -> LeftOut:
        """Say why something of this file is in no proposal."""
        return LeftOut(file=self.path, line=line, reason=reason)


def open_document(path: str, data: bytes) -> Document:
    """Make a document of a file's bytes; ConfigError when they are not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError("is not UTF-8 text", where=f"{path}:{line}") from error
    return Document(path=path, data=data, text=text, lines=tuple(text.split("\n")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One tool's way to say what is hidden: which files it fits, and how they are read.

    `read` raises ConfigError for a file that it can't read, and nothing else.
    """

    tool: str
    fits: Callable[[str], bool]
    read: Callable[[Document], Found]


def named(*names: str) -> Callable[[str], bool]:
    """Fit files of these names, in any folder."""
    return lambda path: path.rpartition("/")[2] in names


def _beside(line: str) -> str:
    blanked = _QUOTED.sub(lambda match: " " * len(match[0]), line)
    found = _COMMENT.search(blanked)
    return line[found.start(1) :].strip() if found else ""


def _above(lines: tuple[str, ...]) -> str:
    block: list[str] = []
    for line in reversed(lines[-_ABOVE:]):
        if not line.lstrip().startswith("#"):
            break
        block.append(line.strip().lstrip("#").strip())
    return " ".join(reversed(block))


def is_vulnerability(word: str) -> bool:
    """Tell an id such as CVE-2024-1234 or GHSA-xxxx-xxxx-xxxx from the name of a rule."""
    return bool(re.fullmatch(VULNERABILITY, word)) and not word.startswith(("AVD-", "DS-"))


def clean(text: str) -> str:
    """Make a text of the target fit for a line of a proposal: printable, short, masked."""
    masked = mask_text(text)
    line = " ".join("".join(c if c.isprintable() else " " for c in masked).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
