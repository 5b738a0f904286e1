"""Cobertura's XML, as most coverage tools write it: which lines tests reach."""

from collections.abc import Mapping
from typing import Final

from drawgate.readers.xmlfile import feed

ROOT: Final = "coverage"
Lines = Mapping[str, Mapping[str, bool]]
"""By file and line's number: whether a test reaches it."""


def read(data: bytes, name: str) -> Lines:
    """Give the lines of a report. Raises EvidenceError.

    Lines are read, not the rates beside them: rates of several reports can't be joined.
    """
    report = _Report()
    feed(data, report, name)
    return report.lines


class _Report:
    def __init__(self) -> None:
        self.lines: dict[str, dict[str, bool]] = {}
        self._open: list[str] = []
        self._file = ""

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if not self._open and "line-rate" not in attrs:
            raise ValueError("is a coverage report, and not in the form of Cobertura")
        if tag == "class":
            self._file = attrs.get("filename", "")
        # The lines of a method stand a second time among those of its class.
        if tag == "line" and self._open[-2:] == ["class", "lines"]:
            self._line(attrs)
        self._open.append(tag)

    def end(self, tag: str) -> None:
        self._open.pop()

    def _line(self, attrs: dict[str, str]) -> None:
        number, hits = attrs.get("number", ""), attrs.get("hits", "")
        if not number or not (hits.isascii() and hits.isdigit()):
            raise ValueError("has a line without a number, or without a number of hits")
        lines = self.lines.setdefault(self._file, {})
        lines[number] = lines.get(number, False) or hits.strip("0") != ""
