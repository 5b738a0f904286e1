"""Our own share of the work, beside what the tools use."""

import resource
import sys

from drawgate.core.attempt import Execution


def own_share() -> Execution:
    """Give the CPU seconds and the peak memory of this process so far, without its children."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    return Execution(cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss * unit, processes=1)
