"""How long a finding may stay: the times that a pack gives, and whether they are over."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise

from drawgate.core.exploit import Listed
from drawgate.core.finding import Finding
from drawgate.core.severity import Severity


class Clock(StrEnum):
    """From when on the days of an SLA are counted."""

    FIRST_SEEN = "first_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How many days a finding may stay, by severity, and from when on they count."""

    critical: timedelta | None = None
    high: timedelta | None = None
    medium: timedelta | None = None
    low: timedelta | None = None
    info: timedelta | None = None
    kev: timedelta | None = None
    """For what is known to be exploited, where this is the shorter time."""
    clock: Clock = Clock.FIRST_SEEN

    def __post_init__(self) -> None:
        limits = {s: getattr(self, s) for s in ("critical", "high", "medium", "low", "info")}
        given = [(name, limit) for name, limit in limits.items() if limit]
        if not given and not self.kev:
            raise ValueError("this 'sla' gives no severity a time")
        for (worse, less), (milder, more) in pairwise(given):
            if less > more:
                raise ValueError(f"{worse!r} has more time than {milder!r}")

    def limit(self, finding: Finding) -> timedelta | None:
        """Give the time that a finding has; None where nothing ends it."""
        by_severity = None if finding.severity is Severity.UNKNOWN else self._of(finding.severity)
        listed = finding.dependency and finding.dependency.exploit.kev is Listed.YES
        times = [time for time in (by_severity, self.kev if listed else None) if time]
        return min(times, default=None)

    def _of(self, severity: Severity) -> timedelta | None:
        limit: timedelta | None = getattr(self, severity)
        return limit
