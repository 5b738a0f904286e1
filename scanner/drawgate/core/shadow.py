"""What other tools found beside a scan: both, only they, only we. It decides nothing."""

from dataclasses import dataclass

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A finding as a comparison names it: without its message, which may quote the source."""

    tool: str
    rule: str
    title: str
    """The rule's name, or the package in its version; may be empty."""
    kind: Kind
    severity: Severity
    path: str
    line: int | None
    also: tuple[str, ...] = ()
    """Who else of the same side reports it, and by which rule: `bandit B602`."""
    id: str = ""
    """Our identity; empty for theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """A flaw of theirs that we know as well."""

    theirs: Flaw
    ours: Flaw
    note: str = ""
    """Why ours does not count although it is known; mostly empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyTheirs:
    """A flaw of theirs that we do not report, and why, as far as that is known."""

    flaw: Flaw
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLog:
    """A log that the scan was compared with."""

    name: str
    digest: str
    """SHA-256 of the file."""
    tools: tuple[str, ...]
    """Name and version of each."""
    reports: int
    """What its tools reported, before folding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """The comparison.

    `both` and `only_theirs` are all flaws of theirs. Of ours, `known` are in `both`, where one may
    stand more than once, and `only_ours` are the rest.
    """

    logs: tuple[OtherLog, ...]
    both: tuple[Both, ...]
    only_theirs: tuple[OnlyTheirs, ...]
    only_ours: tuple[Flaw, ...]
    known: int
    notes: tuple[str, ...] = ()
    """What makes the comparison say less than it seems to."""
