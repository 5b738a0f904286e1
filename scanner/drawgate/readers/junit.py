"""JUnit's XML, as most test runners write it: how many tests ran, and how many failed.

There is no standard. What all dialects share are `testcase` elements, with `failure`, `error` or
`skipped` inside; a suite that broke before its first test says so in its attributes only.
"""

import re
from typing import Final

from drawgate.core.evidence import Counted
from drawgate.readers.xmlfile import feed

ROOTS: Final = frozenset(("testsuites", "testsuite"))
_FAILED: Final = frozenset(("failure", "error"))
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_NOT_RUN: Final = frozenset(("notrun", "disabled", "skipped"))


def read(data: bytes, name: str) -> Counted:
    """Count the tests of a report. Raises EvidenceError."""
    report = _Report()
    feed(data, report, name)
    return Counted(tests=report.tests, failed=report.failed, skipped=report.skipped)


class _Report:
    def __init__(self) -> None:
        self.tests = self.failed = self.skipped = 0
        self._suites = 0
        """How many suites are open."""
        self._before = self._told = 0
        """Failed tests before the outermost open suite, and what that suite says of itself."""
        self._case: set[str] | None = None
        """What the open test case holds."""

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        if tag == "testsuite":
            if not self._suites:
                self._before = self.failed
                self._told = _number(attrs, "failures") + _number(attrs, "errors")
            self._suites += 1
        elif tag == "testcase":
            status = attrs.get("status", "").lower()
            self._case = {"skipped"} if status in _NOT_RUN else set()
        elif self._case is not None:
            self._case.add(tag)

    def end(self, tag: str) -> None:
        if tag == "testsuite":
            self._suites -= 1
            if not self._suites:
                # A suite may count twice what failed and could not be cleaned up: the more counts.
                self.failed = max(self.failed, self._before + self._told)
        elif tag == "testcase" and self._case is not None:
            failed = bool(self._case & _FAILED)
            self.tests += 1
            self.failed += failed
            self.skipped += not failed and "skipped" in self._case
            self._case = None


def _number(attrs: dict[str, str], name: str) -> int:
    written = attrs.get(name, "0").strip() or "0"
    if not _NUMBER.fullmatch(written):
        raise ValueError(f"has a test suite whose {name!r} is no number")
    return int(written)
