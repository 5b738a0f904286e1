"""Values that span lines without a quote: heredocs, YAML blocks, indented lines, elements."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from drawgate.triage.literals import is_code

_HEREDOC: Final = re.compile(r"<<[<~-]?[ \t]?([\"'`]?)([A-Za-z_]\w{0,60})\1")
"""POSIX shell §2.7.4; Ruby, Perl, PHP, HCL and Dockerfiles write it alike."""
_BLOCK_SCALAR: Final = re.compile(r"\s*\S.*?(?::|-)\s+[|>][-+0-9]{0,3}\s*(?:#.*)?")
"""YAML 1.2 §8.1: the header of a value that is on the lines below, indented."""
_INDENTED: Final = re.compile(r"(?i).*(?:\.ya?ml|[._]netrc|\.ini|\.cfg|\.conf|\.properties|\.toml)")
"""Files in which an indented line belongs to the one above it."""
_OPEN_ELEMENT: Final = re.compile(r"<([\w:.-]{1,80})(?:\s[^<>]{0,400})?>[^<]*")
_REACH: Final = 60
"""Lines; an element that holds one value is not longer."""


def spans(path: str, lines: list[str], ends: list[int]) -> Iterator[tuple[int, int]]:
    """Give first and last line of each heredoc and YAML block, header and end included."""
    yield from heredocs(lines)
    if not is_code(path):
        yield from _block_scalars(lines, ends)


def end(path: str, lines: list[str], first: int, last: int, ends: list[int]) -> int:
    """Give the last line of the value that a reported span starts; `ends` is `block_ends`'."""
    if _INDENTED.fullmatch(path):
        return _indented_end(lines, first, last, ends)
    if not is_code(path) and (element := _OPEN_ELEMENT.search(lines[last - 1])):
        return _closing(lines, last, f"</{element[1]}", whole=element.end())
    return last


def block_ends(lines: list[str]) -> list[int]:
    """Give for each line (from 1) the last of the lines below that are indented deeper.

    In one pass, for there may be a finding on each line.
    """
    ends = list(range(len(lines) + 1))
    opened: list[tuple[int, int]] = []
    last = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        indent = _indent(line)
        while opened and opened[-1][0] >= indent:
            ends[opened.pop()[1]] = last
        opened.append((indent, number))
        last = number
    for _, number in opened:
        ends[number] = last
    return ends


def heredocs(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Give first and last line of each heredoc; those that overlap are one."""
    marks = [
        (number, match[2])
        for number, line in enumerate(lines, 1)
        if "<<" in line
        for match in _HEREDOC.finditer(line)
    ]
    first = last = 0
    for number, end in _ends(lines, marks) if marks else ():
        if number > last:
            if last:
                yield first, last
            first = number
        last = max(last, end)
    if last:
        yield first, last


def _ends(lines: list[str], marks: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Give each mark's line and the next line that is the mark alone."""
    alone: dict[str, list[int]] = {}
    for number, line in enumerate(lines, 1):
        alone.setdefault(line.strip().rstrip(";,)"), []).append(number)
    for number, mark in marks:
        places = alone.get(mark, [])
        place = bisect_right(places, number)
        if place < len(places):  # else it is a shift of bits or a stream
            yield number, places[place]


def _block_scalars(lines: list[str], ends: list[int]) -> Iterator[tuple[int, int]]:
    after = 0
    for number, line in enumerate(lines, 1):
        if number > after and _BLOCK_SCALAR.fullmatch(line):
            after = ends[number]
            yield number, after


def _indented_end(lines: list[str], first: int, last: int, ends: list[int]) -> int:
    last = max(last, ends[first], ends[last])
    header = lines[first - 1]
    if header.rstrip().endswith(":") and not header.lstrip().startswith("- "):
        # A list may stand as deep as its key.
        row = re.compile(rf"[ \t]{{{_indent(header)}}}- ")
        while last < len(lines) and row.match(lines[last]):
            last = ends[last + 1]
    return last


def _closing(lines: list[str], first: int, tag: str, *, whole: int) -> int:
    if whole < len(lines[first - 1]):
        return first
    for number in range(first + 1, min(len(lines), first + _REACH) + 1):
        if tag in lines[number - 1]:
            return number
    return first


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
