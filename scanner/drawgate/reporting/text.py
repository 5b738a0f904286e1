"""Makes text of findings and file names safe to show; all of it may come from an attacker."""

import re
from typing import Final
from unicodedata import east_asian_width

from drawgate.core.words import count


def line(text: str) -> str:
    """Put text on one line without anything a terminal, a log or a reader's eye acts on.

    Escape sequences, control characters, bidirectional and zero-width characters go; line
    breaks become spaces.
    """
    if text.isascii() and text.isprintable():
        return text
    return " ".join("".join(map(_shown, _SEQUENCE.sub("", text))).split())


def path(text: str) -> str:
    """Show a path so that it still tells which file it is: odd characters become escapes."""
    return text if text.isprintable() else "".join(map(_escaped, text))


def shorten(text: str, limit: int) -> str:
    """Cut text to a number of characters, and show that it was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def at(path: str, line: int | None) -> str:
    """Write `path:line`, or the path alone where no line is known."""
    return f"{path}:{line}" if line else path


def columns(text: str) -> int:
    """Count the columns a terminal needs for a text; wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def shorten_place(place: str, limit: int) -> str:
    """Take folders out of the middle of `path:line`; what tells most is at its two ends.

    The line number stays, whatever the limit.
    """
    if columns(place) <= limit:
        return place
    *folders, name = place.split("/")
    start: list[str] = []
    end = [name]
    while folders:
        side = (
            [[*start, folders[0]], end] if len(start) < len(end) else [start, [folders[-1], *end]]
        )
        if columns("/".join((*side[0], "…", *side[1]))) > limit:
            break
        folders = folders[1:] if len(start) < len(end) else folders[:-1]
        start, end = side
    short = "/".join((*start, "…", *end))
    return short if columns(short) <= limit else _shorten_name(name, limit)


def _shorten_name(name: str, limit: int) -> str:
    left = max(1, (limit - 1) // 3)
    right = next(n for n in range(len(name)) if columns(name[n:]) <= limit - 1 - left)
    kept = min(right, name.rfind(":")) if _LINE.search(name) else right
    return f"{name[:left]}…{name[kept:]}"


def amount(files: int, folders: int) -> str:
    """Write how much a pattern hit: it hits files, or folders that nobody looked into."""
    if files and folders:
        return f"{count(files, 'file')} and {count(folders, 'folder')}"
    return count(folders, "folder") if folders else count(files, "file")


def disarm(output: str) -> str:
    """Break up what continuous-integration systems take for commands in their log.

    GitHub's runner obeys a line that begins with `::` after blanks, and `##[` anywhere in a
    line (actions/runner, ActionCommand.cs); Azure Pipelines obeys `##vso[`, TeamCity `##teamcity[`.
    """
    return _MARK.sub("# #", _COLONS.sub(r"\1: :", output))


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace():
        return " "
    return _escaped(character) if "\ud800" <= character <= "\udfff" else ""


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    if "\udc80" <= character <= "\udcff":  # a byte of a name that is not UTF-8 (PEP 383)
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


_LINE: Final = re.compile(r":\d+$")
_SEQUENCE: Final = re.compile(
    # ECMA-48 control sequences; then strings (operating system commands such as links) to
    # their end; then any other escape. C1 forms included.
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_COLONS: Final = re.compile(r"(?m)^((?:[^\S\n]|\x1b\[[0-9;]*m)*)::")
_MARK: Final = re.compile(r"##(?=\w*\[)")
