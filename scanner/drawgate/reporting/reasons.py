"""Why the outcome is what it is, and what a reader must know although it decides nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drawgate.core.finding import Finding
from drawgate.policy.unavailable import UNAVAILABLE
from drawgate.policy.verdict import Effect, RuleResult, Verdict
from drawgate.reporting import heard, waived
from drawgate.reporting.groups import Spot, worst_of_each


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason for the outcome, or one warning."""

    effect: Effect
    text: str
    hint: str
    spots: tuple[Spot, ...] = ()
    """The worst places of a broken rule, each cause once, at most `PLACES`."""
    listed: bool = False
    """Whether the list of scanners says it as well: a report that has one says it once."""


def reasons_of(verdict: Verdict, findings: Iterable[Finding]) -> Iterator[Reason]:
    """Give what breaks the build, then what makes it incomplete."""
    by_identity = {finding.identity: finding for finding in findings}
    for rule in verdict.rules:
        if rule.broken and rule.enforcement.fails:
            text = f"{rule.title}: {rule.count:,} found, {rule.limit:,} allowed"
            counted = [by_identity[identity] for identity in rule.findings]
            spots = worst_of_each(counted)
            yield Reason(effect=Effect.FAIL, text=text, hint=_hint(rule), spots=spots)
    for effect in (Effect.FAIL, Effect.INCOMPLETE):
        yield from _requirements(verdict, effect)


def _hint(rule: RuleResult) -> str:
    """Give the fix text if there is one for all; what to do first of many is in `fix_first`."""
    return rule.fixes[0] if len(rule.fixes) == 1 else ""


def warnings_of(verdict: Verdict) -> Iterator[Reason]:
    """Give what is to be known besides."""
    if verdict.exit_zero and verdict.exit_code:
        text = f"--exit-zero: the process answers 0, the gate says {verdict.exit_code}"
        yield Reason(effect=Effect.WARNING, text=text, hint="")
    for rule in verdict.rules:
        if rule.broken and not rule.enforcement.fails:
            start = rule.effective_from
            why = f"would fail from {start}" if start else rule.enforcement
            text = f"{rule.title}: {rule.count:,} found, {rule.limit:,} allowed ({why})"
            yield Reason(effect=Effect.WARNING, text=text, hint=_hint(rule))
    yield from _requirements(verdict, Effect.WARNING)
    for text, hint in waived.cares(verdict.waivers, verdict.as_of):
        yield Reason(effect=Effect.WARNING, text=text, hint=hint)
    for text in (*heard.cares(verdict.vex), *verdict.target.notes):
        yield Reason(effect=Effect.WARNING, text=text, hint="")
    if verdict.target.partial:
        text = f"only a part of the target was looked at ({verdict.target.partial})"
        hint = "do not upload its results to code scanning: it would close all other alerts"
        yield Reason(effect=Effect.WARNING, text=text, hint=hint)


def _requirements(verdict: Verdict, effect: Effect) -> Iterator[Reason]:
    for requirement in verdict.requirements:
        if requirement.effect is effect:
            yield Reason(
                effect=effect,
                text=requirement.sentence,
                hint=requirement.hint,
                listed=requirement.name.startswith(UNAVAILABLE),
            )
