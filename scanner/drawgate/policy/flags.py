"""What command-line flags make of a pack."""

from dataclasses import replace

from drawgate.core.errors import PolicyError
from drawgate.core.severity import Severity
from drawgate.policy.model import Enforcement, Pack, PackRule


def fail_on(pack: Pack, severity: Severity) -> Pack:
    """Move the threshold of every rule that has one (`--fail-on`).

    Rules without a threshold, such as the one on malicious packages, stay as they are.
    """
    if severity is Severity.UNKNOWN:
        hint = "packs say for each rule what an unknown severity means"
        raise PolicyError("--fail-on needs a severity that can be compared", hint=hint)
    rules = tuple(_with_threshold(rule, severity) for rule in pack.rules)
    return replace(pack, rules=rules, source=f"{pack.source}, --fail-on {severity}")


def no_gate(pack: Pack) -> Pack:
    """Make every rule a report only (`--no-gate`); an incomplete scan stays incomplete."""
    rules = tuple(map(_as_advice, pack.rules))
    require = replace(pack.require, enforcement=Enforcement.ADVISORY)
    return replace(pack, rules=rules, require=require, source=f"{pack.source}, --no-gate")


def _as_advice(rule: PackRule) -> PackRule:
    if not rule.enforcement.fails:
        return rule
    return replace(rule, enforcement=Enforcement.ADVISORY, effective_from=None)


def _with_threshold(rule: PackRule, severity: Severity) -> PackRule:
    if rule.match.severity is None:
        return rule
    title = f"{rule.title} (threshold: {severity})"
    return replace(rule, title=title, match=replace(rule.match, severity=severity))
