"""A baseline: what an earlier scan found, and what it had looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from drawgate.core.finding import Finding
from drawgate.core.lines import LineMap


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A scanner that the baseline is from."""

    name: str
    version: str = ""
    looked_at: frozenset[str] = frozenset()
    """Packages, as the attempt named them: `MANIFEST: REQUIREMENT`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a scan is compared with."""

    source: str
    """What people call it: a file's name, or a ref of git."""
    findings: tuple[Finding, ...]
    target: str = ""
    """The name of what was scanned; empty where nothing says it."""
    commit: str = ""
    tools: tuple[Tool, ...] = ()
    """Those that ran; one that did not can't say that anything is gone or new."""
    renames: Mapping[str, str] = field(default_factory=dict)
    """Paths of the baseline, and what they are called now, as git tells."""
    lines: LineMap | None = None
    """Which line is which, as git tells; None where it was not asked or does not know."""
    notes: tuple[str, ...] = ()
    """What makes the comparison say less than it might."""
    gone: tuple[Finding, ...] = ()
    """What was absent already: nothing is compared with it but what is new otherwise."""
    as_of: str = ""
    """The moment that its scan was made for: what it found was seen then, if not before. Empty
    where nothing says it, or where the scan is made only now, of an older commit."""
    ref: str = ""
    """The ref of git that was named; empty where it was a file."""
    digest: str = ""
    """SHA-256 of the file; empty for a ref, whose commit says as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVersion:
    """A scanner that was another version of itself when the baseline was made."""

    tool: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """With what a scan was compared; stands in its log and its verdict."""

    source: str
    target: str = ""
    commit: str = ""
    ref: str = ""
    digest: str = ""
    tools: tuple[OtherVersion, ...] = ()
    """Scanners whose version differs: what is new may be their rules."""
    warnings: tuple[str, ...] = ()
    """What makes the comparison say less than it seems to, a sentence each."""
