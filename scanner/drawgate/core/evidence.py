"""What other tools say about the build: tests that ran, and the lines that they reached."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was given, and which bytes it had."""

    name: str
    """As the user named it, without the folders of an absolute path."""
    form: str
    """"JUnit" or "Cobertura"."""
    digest: str
    """SHA-256 of the file, as hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Tests of a JUnit report."""

    tests: int = 0
    failed: int = 0
    """Failures and errors."""
    skipped: int = 0

    @property
    def ran(self) -> int:
        """How many did not only stand there."""
        return self.tests - self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Lines of a Cobertura report that tests can reach, and those that they did."""

    lines: int = 0
    covered: int = 0

    @property
    def share(self) -> float | None:
        """The share that was reached; None where there is no line."""
        return self.covered / self.lines if self.lines else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was given; None where no file says it."""

    documents: tuple[Document, ...] = ()
    tests: Counted | None = None
    coverage: Reached | None = None


NOTHING: Final = Evidence()
"""No file was given."""
