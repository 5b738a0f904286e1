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
    """What the rule is about, or the package and its advisory."""
    kind: Kind
    severity: Severity
    path: str
    line: int | None
    also: tuple[str, ...] = ()
    """Who else of the same side reports it, and by which rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """A flaw that both sides know."""

    theirs: Flaw
    ours: Flaw
    note: str = ""
    """Why ours does not count although it is known; mostly empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyTheirs:
    """A flaw that we do not report, and why, as far as that is known."""

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
    """The comparison. `both` has a row for each flaw of theirs that we know as well."""

    logs: tuple[OtherLog, ...]
    both: tuple[Both, ...]
    only_theirs: tuple[OnlyTheirs, ...]
    only_ours: tuple[Flaw, ...]
    theirs: int
    """Flaws in the other logs: `both` and `only_theirs` together."""
    ours: int
    """Flaws of this scan; those that are not in `only_ours` stand in `both`."""
    notes: tuple[str, ...] = ()
    """What makes the comparison say less than it seems to."""
