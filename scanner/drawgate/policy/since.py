"""What came of the comparison with a baseline, as the verdict tells it; it decides nothing."""

from collections import Counter
from dataclasses import dataclass

from drawgate.core.baseline import Compared, OtherVersion
from drawgate.core.finding import State
from drawgate.core.scan import Scan
from drawgate.triage.gone import gone


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineFacts:
    """What the findings were compared with, and how many have which state.

    `new`, `unchanged` and `updated` add up to `totals.findings`; absent ones are in no total.
    """

    source: str
    """What people call it: a file's name, or a ref of git; empty where the log doesn't say."""
    ref: str
    """The ref that was named; empty for a file."""
    commit: str
    target: str
    """The name of what was scanned for it."""
    digest: str
    """SHA-256 of the file; empty for a ref, whose commit says as much."""
    new: int
    newly_disclosed: int
    """Of `new`, those whose package was there and only the advisory is new."""
    unchanged: int
    updated: int
    absent: int
    """Flaws of the baseline that are gone; one that several scanners reported is one."""
    tools: tuple[OtherVersion, ...]
    """Scanners whose version differs."""
    warnings: tuple[str, ...]
    """What makes the comparison say less than it seems to."""


def baseline_facts(scan: Scan) -> BaselineFacts | None:
    """Give what the scan was compared with, and how many findings have which state.

    Another tool's log may have states and not say since when. What has no state beside others
    that have one was compared with nothing: it is new, as the rules of a pack take it.
    """
    listed = [finding for finding in scan.counted if not finding.suppressed]
    found = Counter(finding.state for finding in listed)
    if not (scan.baseline or scan.absent or found.keys() - {None}):
        return None
    told = scan.baseline or Compared(source="")
    return BaselineFacts(
        source=told.source,
        ref=told.ref,
        commit=told.commit,
        target=told.target,
        digest=told.digest,
        new=found[State.NEW] + found[None],
        newly_disclosed=sum(finding.newly_disclosed for finding in listed),
        unchanged=found[State.UNCHANGED],
        updated=found[State.UPDATED],
        absent=sum(not finding.folded for finding in gone(scan)),
        tools=told.tools,
        warnings=told.warnings,
    )
