"""VEX: what somebody says about a vulnerability in a product, whatever the document's format."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drawgate.core.finding import Suppression, SuppressionKind


class Status(StrEnum):
    """What a statement says, in the words of OpenVEX."""

    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"
    AFFECTED = "affected"


EXCUSING: Final = frozenset({Status.NOT_AFFECTED, Status.FIXED})
"""Statuses on which a finding does not count."""
_STATUSES: Final = frozenset(status.value for status in Status)


def is_vex(suppression: Suppression) -> bool:
    """Tell whether it comes from a VEX statement, and not from a comment or a waiver."""
    return (
        suppression.kind is SuppressionKind.EXTERNAL
        and bool(suppression.by)
        and suppression.type in _STATUSES
    )


def settled(suppressions: tuple[Suppression, ...]) -> tuple[Suppression, ...]:
    """Leave out what an author is only looking into, where somebody has decided.

    A result is suppressed only if all of its suppressions are accepted (SARIF §3.27.23), and who
    begins to look must not undo what a person said.
    """
    if not any(each.status == "accepted" for each in suppressions):
        return suppressions
    return tuple(each for each in suppressions if not is_vex(each) or each.status == "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Which versions a statement is about, where the package's own URL does not say it."""

    exact: frozenset[str] = frozenset()
    ranges: tuple[str, ...] = ()
    """In the notation `vers:TYPE/CONSTRAINT|…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A piece of software as a document names it; any of the names will do."""

    names: tuple[str, ...]
    """Package URLs and other identifiers; none where nobody here can tell what it is."""
    versions: Versions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a statement is about: a product as a whole, or some parts of it."""

    whole: Component
    parts: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One vulnerability, one status, some products."""

    id: str
    """The document's own id for it, or the document's id and the place in it."""
    vulnerabilities: tuple[str, ...]
    """All names of the one vulnerability."""
    status: Status
    products: tuple[Product, ...]
    reason: str = ""
    """The justification and the impact statement: why it is not affected."""
    time: str = ""
    """RFC 3339, UTC, to the second; empty where nothing says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A VEX document, read."""

    source: str
    """The file, as the user named it."""
    format: str
    """ "OpenVEX 0.2.0", "CycloneDX 1.6", "CSAF 2.0"."""
    id: str
    version: str
    authors: tuple[str, ...]
    """Names of who speaks; any of them may be allowed."""
    digest: str
    """SHA-256 of the file, as hexadecimal."""
    statements: tuple[Statement, ...]
    draft: bool = False
    """Whether it says of itself that it is not to be relied on yet."""
    said: tuple[str, ...] = ()
    """Sentences about what in it could not be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What came of one document; stands in the log and in the verdict."""

    source: str
    format: str
    id: str
    author: str
    digest: str
    statements: int
    version: str = ""
    used: bool = True
    excused: int = 0
    """Findings that do not count by its word."""
    under_investigation: int = 0
    """Findings that count, though their author is looking into them."""
    said: tuple[str, ...] = ()
    """Why it was ignored, or what of it did not count and why: a warning in each report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vex:
    """What may be said about the findings of a scan, and by whom."""

    documents: tuple[Document, ...]
    """Those whose authors are allowed to speak."""
    ignored: tuple[Use, ...] = ()
    """The others, and why."""
    products: tuple[str, ...] = ()
    """What is being scanned, in the words of the documents: package URLs, or other names."""
