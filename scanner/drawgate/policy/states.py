"""What became of a finding since the baseline, in a pack's words."""

from drawgate.core.finding import Finding, State
from drawgate.policy.model import Since


def since(finding: Finding) -> Since:
    """Say what a change did: what was compared with nothing is new."""
    if finding.state not in (None, State.NEW):
        return Since.EXISTING
    return Since.NEWLY_DISCLOSED if finding.newly_disclosed else Since.NEW
