"""How many there are, in one sentence for every report: reported, folded, suppressed, gone."""

from collections.abc import Iterator

from drawgate.core.words import count
from drawgate.policy.since import BaselineFacts
from drawgate.policy.verdict import Verdict


def reconciled(verdict: Verdict) -> str:
    """Reconcile what scanners reported with what is counted; empty where that is the same.

    The numbers before the semicolon add up; what is gone is in none of them.
    """
    parts = list(_parts(verdict))
    gone = verdict.baseline.absent if verdict.baseline else 0
    if len(parts) == 1 and not gone:
        return ""
    apart = f"; {gone:,} gone since the baseline" if gone else ""
    return f"{count(verdict.totals.raw, 'report')}: {_joined(parts)}{apart}"


def _parts(verdict: Verdict) -> Iterator[str]:
    totals = verdict.totals
    yield count(totals.findings, "finding")
    if totals.suppressed:
        yield f"{totals.suppressed:,} suppressed"
    if totals.folded:
        verb = "repeats" if totals.folded == 1 else "repeat"
        yield f"{totals.folded:,} that {verb} another"


def _joined(parts: list[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)}, and {last}" if others else last


def since(facts: BaselineFacts | None) -> str:
    """Count the states in a sentence; empty where nothing was compared.

    As in "3 new (1 newly disclosed), 812 as before (4 of them changed), 2 gone".
    """
    if facts is None:
        return ""
    disclosed = f" ({facts.newly_disclosed:,} newly disclosed)" if facts.newly_disclosed else ""
    changed = f" ({facts.updated:,} of them changed)" if facts.updated else ""
    known = facts.unchanged + facts.updated
    return (
        f"{facts.new:,} new{disclosed}, {known:,} as before{changed}, "
        f"{facts.absent:,} gone since {named(facts)}"
    )


def named(facts: BaselineFacts) -> str:
    """Name the baseline as its user did, a ref with its commit."""
    if not facts.source:
        return "its baseline"
    at = f" ({facts.commit[:12]})" if facts.ref and facts.commit else ""
    return f"{facts.source}{at}"
