"""Raises a requirement that stands on a line of its own: in pip's lists, and in setup.cfg."""

import codecs
import re
from collections.abc import Iterator
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from drawgate.manifests.reading import exact_version, spelled
from drawgate.upgrades.specifiers import NotRaisedError, raised

# Possessive (`*+`): a run of blanks that is tried in several ways costs cubic time.
_CLAUSE: Final = r"(?:===|==|~=|!=|<=|>=|<|>)[ \t]*+[^\s,;#\\()]++"
_REQUIREMENT: Final = re.compile(
    r"(?P<lead>\ufeff?+[ \t\f]*+)(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*+)"
    r"(?P<extras>[ \t]*+(?:\[[A-Za-z0-9._, \t-]*+\][ \t]*+)?+(?:\([ \t]*+)?+)"
    rf"(?P<specifier>(?:{_CLAUSE}(?:[ \t]*+,[ \t]*+{_CLAUSE})*+)?+)"
    r"(?P<rest>.*+)",
    re.DOTALL,
)
_ENDS: Final = (")", "\\", ";", "\r", "#", "--")
"""What may come behind the versions, or behind a name without any."""
_HASHED: Final = "it has hashes, and a new version needs new ones"


def raise_line(content: bytes, name: str, present: str, version: str) -> bytes:
    """Raise each line about a package; NotRaisedError with why where that can't be done.

    A line that pins another version than the present one is about something else.
    """
    lines = _text(content).split("\n")
    found = [n for n in _starts(lines) if _names(lines[n], name)]
    if not found:
        raise NotRaisedError("no line of its own names it")
    about = [n for n in found if _pins(lines[n]) in {None, present}]
    if not about:
        said = " and ".join(sorted({str(_pins(lines[n])) for n in found}))
        raise NotRaisedError(f"it has changed since the log: it names {said} now; scan again")
    for number in about:
        if "--hash" in _logical(lines, number):
            raise NotRaisedError(_HASHED)
        lines[number] = _raised(lines[number], version)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def _text(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise NotRaisedError("it is not written in UTF-8, which a patch can't change")
    text = content.decode("utf-8", "surrogateescape")
    if "\r" in text.replace("\r\n", ""):
        raise NotRaisedError("its lines end as no tool for patches reads them (a lone CR)")
    return text


def _starts(lines: list[str]) -> Iterator[int]:
    """Give the lines that do not continue another one."""
    continued = False
    for number, line in enumerate(lines):
        if not continued:
            yield number
        bare = line.rstrip("\r")
        continued = bare.endswith("\\") and not bare.lstrip().startswith("#")


def _logical(lines: list[str], number: int) -> str:
    parts = [lines[number]]
    while parts[-1].rstrip("\r").endswith("\\") and number + 1 < len(lines):
        number += 1
        parts.append(lines[number])
    return "\n".join(parts)


def _names(line: str, name: str) -> bool:
    read = _REQUIREMENT.fullmatch(line)
    if read is None or canonicalize_name(read["name"]) != name:
        return False
    rest = read["rest"].lstrip(" \t")
    return not rest or rest.startswith(_ENDS)


def _pins(line: str) -> str | None:
    """Give the exact version that a line names, spelled as pins are."""
    read = _REQUIREMENT.fullmatch(line)
    try:
        exact = exact_version(SpecifierSet(read["specifier"] if read else ""))
    except InvalidSpecifier:
        return None
    return None if exact is None else spelled(exact)


def _raised(line: str, version: str) -> str:
    read = _REQUIREMENT.fullmatch(line)
    assert read is not None  # noqa: S101 - `_names` has matched it
    if not read["specifier"] and read["rest"].lstrip().startswith("\\"):
        raise NotRaisedError("it is spread over several lines")
    new, extras, rest = raised(read["specifier"], version), read["extras"], read["rest"]
    if not read["specifier"]:  # the blanks behind a bare name belong to what follows
        bare = extras.rstrip(" \t")
        extras, rest = bare, f"{extras[len(bare) :]}{rest}"
    return f"{read['lead']}{read['name']}{extras}{new}{rest}"
