"""A waiver written into a file of waivers: what stands there stays, byte for byte."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Final

from drawgate.core.errors import PolicyError
from drawgate.core.waiver import Match, Waiver
from drawgate.policy.waivers import MAX_BYTES, read_waivers
from drawgate.strict import Node, decode, parse_yaml

HEAD: Final = """\
# What this project lives with: findings that do not count, each for a reason, by somebody's word,
# and until a day. `drawgate waive ID` adds one, `drawgate waivers` says what became of them.
# In a change the waivers of its base commit count. docs/waivers.md has every key.
apiVersion: drawgate/v1

waivers:
"""
_BREAKS: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
"""What JSON leaves as it is, and YAML takes for a line's end or for nothing."""
_EMPTY: Final = re.compile(r"(waivers[ \t]*:)[ \t]*(?:\[[ \t]*\]|~|null)?[ \t]*(#.*)?")
_PLAIN: Final = frozenset({"created", "expires", "severity", "type", "justification"})


def added(data: bytes | None, waiver: Waiver, about: Iterable[str], name: str) -> bytes:
    """Give a file's bytes with one waiver more; None: there is no file yet.

    `about` are lines for people, written as comments. Raises PolicyError for a file that can't
    be read, and for one that can't be added to without changing the rest.
    """
    text = HEAD if data is None else decode(data, name, PolicyError, MAX_BYTES)
    before = () if data is None else read_waivers(data, name)
    mark = "\ufeff" if data is not None and data.startswith(b"\xef\xbb\xbf") else ""
    written = (mark + _inserted(text, waiver, about, name)).encode()
    if read_waivers(written, name) != (*before, waiver):
        raise _by_hand("can't be added to without changing the rest", name)
    return written


def _inserted(text: str, waiver: Waiver, about: Iterable[str], name: str) -> str:
    end = "\r\n" if "\r\n" in text.partition("\n")[0] + "\n" else "\n"
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    place, column = _place(lines, text, name)
    item = [" " * (column - 1) + line if line else "" for line in lines_of(waiver, about)]
    if place and not lines[place - 1].rstrip().endswith(":"):
        item.insert(0, "")
    following = lines[place:]
    whole = [*lines[:place], *(line + end.rstrip("\n") for line in item), *following]
    return "\n".join(whole) + "\n"


def _place(lines: list[str], text: str, name: str) -> tuple[int, int]:
    """Give the number of lines before the new item, and the column of its dash.

    An empty list, if there is one, becomes a block: its line is changed in place.
    """
    root = parse_yaml(text.encode(), name, PolicyError, MAX_BYTES)
    entry = root.value.get("waivers") if isinstance(root.value, dict) else None
    if entry is None:
        lines.append("waivers:")
        return len(lines), 3
    listed, number = entry.node, entry.place.line
    last = _last(lines, root, number)
    if listed.value in ((), None):
        match = _EMPTY.fullmatch(lines[number - 1].rstrip("\r"))
        if match is None:
            raise _by_hand("its empty list can't be added to", name)
        lines[number - 1] = " ".join(filter(None, match.groups()))
        return (last if listed.value is None else number), 3
    if lines[listed.place.line - 1][listed.place.column - 1] != "-":
        raise _by_hand("its list stands in brackets, and can't be added to", name)
    return last, listed.place.column


def _last(lines: list[str], root: Node, number: int) -> int:
    """Give the last line of the list: the file's, or what stands before the next key."""
    keys = root.value.values() if isinstance(root.value, dict) else ()
    following = [entry.place.line for entry in keys if entry.place.line > number]
    ends = [n for n, line in enumerate(lines, 1) if n > number and line.rstrip() == "..."]
    last = min([*following, *ends], default=len(lines) + 1) - 1
    while last > number and not lines[last - 1].strip():
        last -= 1
    return last


def _by_hand(what: str, name: str) -> PolicyError:
    hint = "write the list with a dash before each waiver, one below the other"
    return PolicyError(what, where=name, hint=hint)


def lines_of(waiver: Waiver, about: Iterable[str]) -> Iterator[str]:
    """Write a waiver as an item of a list, with `about` as comments."""
    yield f"- id: {waiver.id}"
    yield from (f"  # {line}" for line in about)
    yield "  match:"
    for field in fields(Match):
        if value := getattr(waiver.match, field.name):
            yield f"    {field.name}: {_value(value)}"
    for name in ("type", "reason", "justification", "owner", "approver", "ticket"):
        if value := getattr(waiver, name):
            yield f"  {name}: {value if name in _PLAIN else _quoted(value)}"
    for name in ("created", "expires", "severity"):
        yield f"  {name}: {getattr(waiver, name)}"
    yield from (f"  {name}: true" for name in ("until_fix", "kev") if getattr(waiver, name))


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return _quoted(value)
    several = ", ".join(map(_quoted, value))
    return f"[{several}]" if len(value) > 1 else several


def _quoted(text: str) -> str:
    """Write a text as JSON does, which YAML reads as it stands."""
    return _BREAKS.sub(
        lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False)
    )
