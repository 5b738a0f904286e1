"""What is gone since the baseline, as flaws: what several scanners reported of one is one."""

from typing import Final

from drawgate.core.finding import Finding, Membership, changed
from drawgate.core.scan import Scan
from drawgate.triage.correlate import correlate, separate

STILL: Final = "another scanner still reports it"
"""Said of what one scanner has stopped to report: the flaw is gone when all have."""


def gone(scan: Scan) -> tuple[Finding, ...]:
    """Give the absent findings of a scan; one that another one speaks for is folded.

    They are joined among themselves: nothing that is there speaks for what is gone, but for
    what the comparison has found to be there still.
    """
    if not scan.absent:
        return ()
    ended = iter(correlate(separate(tuple(f for f in scan.absent if f.matched_by != STILL))))
    return tuple(_spoken_for(f) if f.matched_by == STILL else next(ended) for f in scan.absent)


def _spoken_for(finding: Finding) -> Finding:
    place = Membership(group=finding.identity, folded=True, alone=finding.severity)
    return changed(finding, membership=place)
