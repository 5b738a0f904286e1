"""What git prints of lines that differ, read file by file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from typing import Final

from drawgate.core.lines import Around, Beside, Hunk

_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_BLOBS: Final = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)")
_COPIES: Final = re.compile(rb"diff --git a/(?:old|new)/(\d+) b/(?:old|new)/(\d+)$")
_BESIDE: Final = 5
"""Lines that are compared above and below one that may have moved."""
_LETTERS: Final = re.compile(rb"[0-9A-Za-z\x80-\xff]")


@dataclass(slots=True, kw_only=True)
class Section:
    """One file of a patch."""

    copies: tuple[int, int] | None = None
    """The numbers that files of `line_map` are called by."""
    blobs: tuple[str, str] | None = None
    hunks: list[Hunk] = field(default_factory=list)
    removed: dict[int, bytes] = field(default_factory=dict)
    """The texts of lines that are gone, by number."""
    added: dict[int, bytes] = field(default_factory=dict)


def sections(patch: bytes) -> Iterator[Section]:
    """Give the files of a patch without context.

    Files are known by their contents' names, or by numbers that are ours: what a stranger calls a
    file can't be taken for another line. A line of a file has a `+` or `-` before it.
    """
    section = None
    stream = BytesIO(patch)
    for line in stream:
        if line.startswith(b"diff --git "):
            if section:
                yield section
            copies = _COPIES.match(line)
            section = Section(copies=(int(copies[1]), int(copies[2])) if copies else None)
        elif section and (blobs := _BLOBS.match(line)):
            section.blobs = blobs[1].decode("ascii"), blobs[2].decode("ascii")
        elif section and (match := _HUNK.match(line)):
            _read_hunk(section, match, stream)
    if section:
        yield section


def _read_hunk(section: Section, match: re.Match[bytes], stream: BytesIO) -> None:
    old, removed, new, added = (1 if each is None else int(each) for each in match.groups())
    # A side with no lines names the line before it.
    hunk = Hunk(old + (not removed), removed, new + (not added), added)
    section.hunks.append(hunk)
    for texts, first, number in (
        (section.removed, hunk.old, removed),
        (section.added, hunk.new, added),
    ):
        for line in range(first, first + number):
            text = stream.readline()
            # "\ No newline at end of file" stands between the two sides.
            texts[line] = (stream.readline() if text.startswith(b"\\") else text)[1:]


def around(texts: Mapping[int, bytes], line: int) -> Around:
    """Give the changed lines beside a changed one."""
    return Around(_beside(texts, line, -1), _beside(texts, line, 1))


def _beside(texts: Mapping[int, bytes], line: int, step: int) -> Beside:
    found: list[tuple[int, int]] = []
    line += step
    while line in texts and len(found) < _BESIDE:
        if text := b"".join(texts[line].split()):
            letters = len(_LETTERS.findall(text))
            found.append((int.from_bytes(blake2b(text, digest_size=8).digest()), letters))
        line += step
    return tuple(found)
