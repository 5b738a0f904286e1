"""What is gone since the baseline, as flaws: what several scanners reported of one is one."""

from drawgate.core.finding import Finding
from drawgate.core.scan import Scan
from drawgate.triage.correlate import correlate, separate


def gone(scan: Scan) -> tuple[Finding, ...]:
    """Give the absent findings of a scan; one that another one speaks for is folded.

    They are joined among themselves: nothing that is there speaks for what is gone.
    """
    return correlate(separate(scan.absent)) if scan.absent else ()
