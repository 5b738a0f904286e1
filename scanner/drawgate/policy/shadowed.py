"""What the pack makes of flaws that another log has as well: known here need not mean counted."""

from dataclasses import replace

from drawgate.core.scan import Scan
from drawgate.core.shadow import Both, Shadow
from drawgate.policy.verdict import Verdict


def with_standing(shadow: Shadow, scan: Scan, verdict: Verdict) -> Shadow:
    """Note where no rule of the pack counts ours; a reason that is known already stays."""
    counted = {identity for rule in verdict.rules for identity in rule.findings}
    roles = {finding.identity: finding.role for finding in scan.counted}
    noted = tuple(
        both
        if both.note or both.ours.id in counted
        else replace(both, note=_note(both, roles.get(both.ours.id, ""), verdict))
        for both in shadow.both
    )
    return replace(shadow, both=noted)


def _note(both: Both, role: str, verdict: Verdict) -> str:
    where = f" in a {role} file" if role else ""
    return f"no rule of the pack {verdict.policy.id} counts it: {both.ours.severity}{where}"
