"""What a rule is held to beside the finding: the day, the build, the times that a pack gives."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawgate.core.evidence import NOTHING as NO_EVIDENCE
from drawgate.core.evidence import Evidence
from drawgate.core.moment import moment
from drawgate.core.scan import Scan
from drawgate.policy.sla import Sla


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the user says about the build, which no scan can know."""

    branch: str = ""
    """`--branch`; empty: nobody said."""
    environment: str = ""
    """`--environment`; empty: nobody said."""
    evidence: Evidence = NO_EVIDENCE
    """What the files of `--evidence` hold."""


NOTHING: Final = Given()
"""Nobody said anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What decides about a finding without being a fact of it."""

    as_of: datetime | None = None
    sla: Sla | None = None
    given: Given = NOTHING


def terms_of(scan: Scan, sla: Sla | None, given: Given) -> Terms:
    """Give the terms of a scan: ages are counted to its own moment, never to the clock's."""
    return Terms(as_of=moment(scan.as_of), sla=sla, given=given)
