"""A comparison with other logs in words: what both know, and by reason what only they know."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drawgate.core.severity import Severity
from drawgate.core.shadow import Flaw, Shadow
from drawgate.core.words import count

_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """Flaws of theirs that don't count here, for one reason."""

    reason: str
    severity: Severity
    """The worst of them."""
    count: int
    examples: tuple[Flaw, ...]
    """At most three, the worst first, each rule once."""


def headline(shadow: Shadow) -> str:
    """Say what came of it. Both numbers of what is known stand there where they differ."""
    both = len(shadow.both)
    ours = f" ({shadow.known:,} of ours)" if shadow.known != both else ""
    known = f"{count(both, 'flaw')} in both{ours}"
    return f"{known}, {len(shadow.only_theirs):,} only theirs, {len(shadow.only_ours):,} only ours"


def unmet(shadow: Shadow) -> tuple[Unmet, ...]:
    """Group what only they have by the reason, the worst first."""
    return _by_reason((each.reason, each.flaw) for each in shadow.only_theirs)


def not_counted(shadow: Shadow) -> tuple[Unmet, ...]:
    """Do so for what we know and don't count: who looks for it among what blocks misses it."""
    return _by_reason((each.note, each.theirs) for each in shadow.both if each.note)


def by_tool(flaws: Iterable[Flaw]) -> str:
    """Count flaws by who reports them, as in "35 by pip-audit, 3 by bandit"."""
    counts = Counter(flaw.tool for flaw in flaws)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{number:,} by {tool}" for tool, number in ranked)


def _by_reason(flaws: Iterable[tuple[str, Flaw]]) -> tuple[Unmet, ...]:
    by_reason: dict[str, list[Flaw]] = {}
    for reason, flaw in flaws:
        by_reason.setdefault(reason, []).append(flaw)
    made = [_unmet(reason, members) for reason, members in by_reason.items()]
    return tuple(sorted(made, key=lambda item: (item.severity.order, -item.count, item.reason)))


def _unmet(reason: str, flaws: Sequence[Flaw]) -> Unmet:
    worst = sorted(flaws, key=lambda flaw: flaw.severity.order)
    rules = {(flaw.tool, flaw.rule): flaw for flaw in reversed(worst)}
    first = sorted(rules.values(), key=worst.index)
    return Unmet(
        reason=reason,
        severity=worst[0].severity,
        count=len(flaws),
        examples=tuple(first[:_EXAMPLES]),
    )


def named(flaw: Flaw) -> str:
    """Name a flaw by tool, rule and what it is about."""
    title = f": {flaw.title}" if flaw.title and flaw.title != flaw.rule else ""
    return f"{flaw.tool} {flaw.rule}{title}"
