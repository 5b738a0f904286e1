"""The one view that every output format renders; reports/README.md lists its fields."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from drawgate.core.baseline import Compared
from drawgate.core.finding import Finding, Kind, changed
from drawgate.core.scan import Scan
from drawgate.core.target import Exclusion
from drawgate.core.words import count
from drawgate.policy.unavailable import UNAVAILABLE, how_to_get
from drawgate.policy.verdict import AttemptFacts, Effect, RuleResult, State, Verdict
from drawgate.reporting.advice import Fix, fix_first
from drawgate.reporting.groups import Group, Spot, group, worst_of_each
from drawgate.reporting.headline import headline


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """An adapter that gave no answer to trust, and what to do about it."""

    name: str
    kind: Kind
    state: State
    reason: str
    next_step: str
    told: bool
    """Whether one of the reasons for the outcome says all this already."""


def idle(items: Iterable[NotRun]) -> list[list[NotRun]]:
    """Give what was never meant to run; those that stand by for one reason stand together."""
    found: dict[tuple[State, str], list[NotRun]] = {}
    for item in items:
        if item.state in (State.NOT_SELECTED, State.NOT_APPLICABLE):
            found.setdefault((item.state, item.reason), []).append(item)
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Inputs that nobody could assess, for one reason."""

    reason: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Findings that a rule leaves out for the role of their file, whatever their severity."""

    rule: str
    """The rule's title."""
    count: int
    roles: str
    """As in "test, docs or vendored"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding, and the broken rules it counts against."""

    finding: Finding
    breaks: tuple[str, ...]
    also: tuple[str, ...] = ()
    """Who else reports the same flaw, and by which rule: `bandit B602`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything a report shows, in the order in which it shows it."""

    status: str
    """PASSED, FAILED or INCOMPLETE."""
    headline: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    fix_first: tuple[Fix, ...]
    not_run: tuple[NotRun, ...]
    ran: tuple[AttemptFacts, ...]
    groups: tuple[Group, ...]
    not_assessed: tuple[Missed, ...]
    suppressed: tuple[Group, ...]
    exclusions: tuple[Exclusion, ...]
    passed_over: tuple[PassedOver, ...]
    warnings: tuple[Reason, ...]
    rows: tuple[Row, ...]
    """Every finding but the folded ones, suppressed ones included, in the order of the log."""
    folded: tuple[Finding, ...] = ()
    """Reports of a flaw that one of the rows speaks for, in the order of the log."""
    baseline: Compared | None = None
    """What the findings were compared with, if anything."""
    absent: tuple[Finding, ...] = ()
    """What is gone since the baseline; it counts nowhere."""

    @property
    def counts(self) -> str:
        """Reconcile what scanners reported with what is counted; empty where nothing is folded."""
        totals = self.verdict.totals
        if not totals.folded:
            return ""
        apart = f", {totals.suppressed:,} suppressed" if totals.suppressed else ""
        found = f"{count(totals.findings, 'finding')}{apart}"
        verb = "repeats" if totals.folded == 1 else "repeat"
        return f"{count(totals.raw, 'report')}: {found}, and {totals.folded:,} that {verb} another"

    @property
    def further_warnings(self) -> tuple[Reason, ...]:
        """Warnings for a report that lists the scanners."""
        return tuple(reason for reason in self.warnings if not reason.listed)


def make_view(scan: Scan, verdict: Verdict) -> View:
    """Build the view. Texts in it are as the scanners gave them; formats make them safe."""
    rows = _rows(scan, verdict)
    blocks = [row.finding for row in rows if row.breaks]
    blocking = frozenset(finding.identity for finding in blocks)
    reasons = tuple(_reasons(verdict, scan.findings))
    label = _labels(verdict.attempts)
    shown = [row.finding for row in rows if row.breaks or not row.finding.suppressed]
    apart = [row.finding for row in rows if not row.breaks and row.finding.suppressed]
    return View(
        status=verdict.outcome.value.upper(),
        headline=headline(verdict, blocks),
        verdict=verdict,
        reasons=reasons,
        fix_first=fix_first([_mendable(f, scan.spoken_for(f)) for f in shown], blocking),
        not_run=tuple(_not_run(verdict.attempts, label, reasons)),
        ran=tuple(
            replace(facts, name=label(facts))
            for facts in verdict.attempts
            if facts.state is State.RAN
        ),
        groups=group(shown, blocking),
        not_assessed=_missed(scan),
        suppressed=group(apart, blocking),
        exclusions=verdict.target.exclusions,
        passed_over=tuple(_passed_over(verdict.rules)),
        warnings=tuple(_warnings(verdict)),
        rows=rows,
        folded=tuple(finding for finding in scan.findings if finding.folded),
        baseline=scan.baseline,
        absent=scan.absent,
    )


def _rows(scan: Scan, verdict: Verdict) -> tuple[Row, ...]:
    breaks: dict[str, list[str]] = {}
    for rule in verdict.rules:
        if rule.broken and rule.enforcement.fails:
            for identity in dict.fromkeys(rule.findings):
                breaks.setdefault(identity, []).append(rule.id)
    return tuple(
        Row(finding=f, breaks=tuple(breaks.get(f.identity, ())), also=also(scan.spoken_for(f)))
        for f in scan.counted
    )


def _mendable(finding: Finding, folded: Iterable[Finding]) -> Finding:
    """Take the fixed versions from who knows them: who speaks for a group need not."""
    package = finding.dependency
    if package is None or package.fixed:
        return finding
    known = (each.dependency.fixed for each in folded if each.dependency)
    fixed = next(filter(None, known), ())
    return changed(finding, dependency=replace(package, fixed=fixed)) if fixed else finding


def also(folded: Iterable[Finding]) -> tuple[str, ...]:
    """Name who else reports a flaw; a package's finding by its advisory, which is its rule."""
    return tuple(sorted({f"{finding.tool} {finding.rule.id}" for finding in folded}))


def _reasons(verdict: Verdict, findings: Iterable[Finding]) -> Iterator[Reason]:
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


def _warnings(verdict: Verdict) -> Iterator[Reason]:
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
    for note in verdict.target.notes:
        yield Reason(effect=Effect.WARNING, text=note, hint="")
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


def _labels(attempts: Iterable[AttemptFacts]) -> Callable[[AttemptFacts], str]:
    """Give what names an attempt: with its folder where there are several of one tool."""
    tools = Counter(facts.name for facts in attempts)

    def label(facts: AttemptFacts) -> str:
        several = facts.category and tools[facts.name] > 1
        return f"{facts.name} ({facts.category})" if several else facts.name

    return label


def _passed_over(rules: Iterable[RuleResult]) -> Iterator[PassedOver]:
    for rule in rules:
        for condition in rule.conditions:
            if condition.name == "scope.roles_not" and condition.left_out:
                *others, last = condition.expected.removeprefix("not ").split(" or ")
                roles = f"{', '.join(others)} or {last}" if others else last
                yield PassedOver(rule=rule.title, count=condition.left_out, roles=roles)


def _not_run(
    attempts: Iterable[AttemptFacts],
    label: Callable[[AttemptFacts], str],
    reasons: Iterable[Reason],
) -> Iterator[NotRun]:
    said = "\n".join(reason.text for reason in reasons)
    stopped = [facts for facts in attempts if facts.state is not State.RAN]
    for facts in sorted(stopped, key=lambda facts: _STATES.index(facts.state)):
        yield NotRun(
            name=label(facts),
            kind=facts.kind,
            state=facts.state,
            reason=facts.reason,
            next_step=facts.hint or _next_step(facts),
            told=bool(facts.reason) and facts.reason in said,
        )


_STATES = (State.FAILED, State.UNAVAILABLE, State.NOT_SELECTED, State.NOT_APPLICABLE)


def _next_step(facts: AttemptFacts) -> str:
    match facts.state:
        case State.FAILED:
            return "see what it wrote in raw/, and its command in attempts.json"
        case State.UNAVAILABLE:
            return how_to_get(facts.reason)
        case _:
            return ""


def _missed(scan: Scan) -> tuple[Missed, ...]:
    by_reason: dict[str, set[str]] = {}
    for item in scan.not_assessed:
        by_reason.setdefault(item.reason, set()).add(item.subject)
    most_first = sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(
        Missed(reason=reason, count=len(subjects), examples=tuple(sorted(subjects)[:_EXAMPLES]))
        for reason, subjects in most_first
    )


_EXAMPLES = 3

__all__ = [
    "Fix",
    "Group",
    "Missed",
    "NotRun",
    "PassedOver",
    "Reason",
    "Row",
    "View",
    "make_view",
]
