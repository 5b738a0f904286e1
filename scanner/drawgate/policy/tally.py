"""What a rule made of each finding, and which of its words had nothing to say."""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from operator import itemgetter
from typing import Final

from drawgate.core.finding import Finding, changed
from drawgate.policy import fixes
from drawgate.policy.alike import Left, Numbered, Sorted, left_to_ask
from drawgate.policy.condition import Condition
from drawgate.policy.conditions import conditions, excuse
from drawgate.policy.model import Answer, Enforcement, PackRule
from drawgate.policy.terms import Terms
from drawgate.policy.unmatched import Seen, unmatched
from drawgate.policy.verdict import ConditionResult, RuleResult

_PLAIN: Final = Terms()


class Standing(StrEnum):
    """Where a finding stands that no condition left out."""

    COUNTED = "counted"
    COUNTED_UNKNOWN = "counted, though a fact is missing"
    UNDECIDED = "left out, because a fact is missing"
    EXCUSED = "left out, because it is suppressed"


def standing(
    rule: PackRule, terms: Terms = _PLAIN, asked: tuple[Condition, ...] | None = None
) -> Callable[[Finding], str]:
    """Compile a rule to the question where a finding stands.

    The answer is a Standing, or the name of the first condition that does not hold. `asked` are
    the rule's conditions where they are compiled already.
    """
    leaves = conditions(rule, terms) if asked is None else asked
    return _standing(rule, Left(tests=tuple((each.name, each.test) for each in leaves)))


def _standing(rule: PackRule, left: Left) -> Callable[[Finding], str]:
    """Compile what is left to ask of a finding."""
    tests, end, all_known = left.tests, left.end, left.known
    undecided = rule.match.unknown is Answer.IGNORE
    excused = excuse(rule)

    def stands(finding: Finding) -> str:
        known = all_known
        for name, test in tests:
            holds = test(finding)
            if holds is False:
                return name
            known = known and holds is not None
        if end:
            return end
        if undecided and not known:
            return Standing.UNDECIDED
        if finding.suppressions and excused(finding):
            return Standing.EXCUSED
        return Standing.COUNTED if known else Standing.COUNTED_UNKNOWN

    return stands


def apply(rule: PackRule, findings: Sorted, seen: Seen, terms: Terms = _PLAIN) -> RuleResult:
    """Hold a rule against all findings; the numbers of the result add up to theirs."""
    asked = conditions(rule, terms)
    start = pending(rule, terms)
    numbers, counted = _placed(rule, asked, findings)
    return RuleResult(
        id=rule.id,
        title=rule.title,
        enforcement=Enforcement.ADVISORY if start else rule.enforcement,
        limit=rule.allow.max,
        count=len(counted),
        broken=len(counted) > rule.allow.max,
        findings=tuple(finding.identity for finding in counted),
        fixes=fixes.texts(rule.fix, counted),
        conditions=_conditions(asked, numbers),
        unknown=rule.match.unknown,
        count_unknown=numbers[Standing.COUNTED_UNKNOWN],
        left_out_unknown=numbers[Standing.UNDECIDED],
        count_suppressed=rule.count_suppressed,
        left_out_suppressed=numbers[Standing.EXCUSED],
        unmatched=unmatched(rule, seen),
        effective_from=start,
    )


def _placed(
    rule: PackRule, asked: tuple[Condition, ...], findings: Sorted
) -> tuple[Counter[str], list[Finding]]:
    """Count where findings stand, and give those that count in the order of all outputs."""
    numbers: Counter[str] = Counter()
    counted: list[Numbered] = []
    stands = standing(rule, asked=asked)
    for number, finding, reports in findings.spoken:
        where = _worst(map(stands, reports))
        numbers[where] += 1
        counted += ((number, finding),) if where in _COUNTED else ()
    for group in findings.groups:
        _place(rule, left_to_ask(asked, group[0][1]), group, numbers, counted)
    counted.sort(key=itemgetter(0))
    return numbers, [finding for _, finding in counted]


def _place(
    rule: PackRule,
    left: Left,
    group: tuple[Numbered, ...],
    numbers: Counter[str],
    counted: list[Numbered],
) -> None:
    """Place findings of one sort: all at once where nothing is left to ask them."""
    if left.end and not left.tests:
        numbers[left.end] += len(group)
        return
    stands = _standing(rule, left)
    if left.tests:
        where = [stands(finding) for _, finding in group]
    else:
        # Only what is suppressed can stand elsewhere.
        plain = stands(changed(group[0][1], suppressions=()))
        where = [stands(each) if each.suppressions else plain for _, each in group]
    numbers.update(where)
    counted += [pair for pair, each in zip(group, where, strict=True) if each in _COUNTED]


def pending(rule: PackRule, terms: Terms) -> str:
    """Give the day on which a rule begins to fail builds, if it lies ahead."""
    start = rule.effective_from
    ahead = start and terms.as_of and terms.as_of.date() < start
    return start.isoformat() if start and ahead else ""


def _worst(standings: Iterable[str]) -> str:
    """Count what counts by anybody's word; else the primary's place stands."""
    first, *others = standings
    return next((each for each in (first, *others) if each in _COUNTED), first)


_COUNTED = frozenset((Standing.COUNTED, Standing.COUNTED_UNKNOWN))


def _conditions(asked: Iterable[Condition], numbers: Counter[str]) -> tuple[ConditionResult, ...]:
    return tuple(
        ConditionResult(
            name=condition.name, expected=condition.expected, left_out=numbers[condition.name]
        )
        for condition in asked
    )
