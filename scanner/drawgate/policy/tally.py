"""What a rule made of each finding, and which of its words had nothing to say."""

from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from types import MappingProxyType

from drawgate.core.finding import Finding
from drawgate.policy import fixes
from drawgate.policy.conditions import conditions, excuse
from drawgate.policy.model import Answer, PackRule
from drawgate.policy.said import Said
from drawgate.policy.unmatched import Seen, unmatched
from drawgate.policy.verdict import ConditionResult, RuleResult


class Standing(StrEnum):
    """Where a finding stands that no condition left out."""

    COUNTED = "counted"
    COUNTED_UNKNOWN = "counted, though a fact is missing"
    UNDECIDED = "left out, because a fact is missing"
    EXCUSED = "left out, because it is suppressed"


def standing(rule: PackRule) -> Callable[[Finding], str]:
    """Compile a rule to the question where a finding stands.

    The answer is a Standing, or the name of the first condition that does not hold.
    """
    tests = tuple((condition.name, condition.test) for condition in conditions(rule))
    undecided = rule.match.unknown is Answer.IGNORE
    excused = excuse(rule)

    def stands(finding: Finding) -> str:
        known = True
        for name, test in tests:
            holds = test(finding)
            if holds is False:
                return name
            known = known and holds is not None
        if undecided and not known:
            return Standing.UNDECIDED
        if excused(finding):
            return Standing.EXCUSED
        return Standing.COUNTED if known else Standing.COUNTED_UNKNOWN

    return stands


def apply(
    rule: PackRule, findings: Iterable[Finding], seen: Seen, said: Said = MappingProxyType({})
) -> RuleResult:
    """Hold a rule against all findings; the numbers of the result add up to theirs.

    `said` has what a finding is judged by where it speaks for others.
    """
    stands = standing(rule)
    placed = [
        (finding, _worst(map(stands, said[finding.identity])))
        if finding.membership and finding.identity in said
        else (finding, stands(finding))
        for finding in findings
    ]
    counted = [finding for finding, where in placed if where in _COUNTED]
    numbers = Counter(where for _, where in placed)
    return RuleResult(
        id=rule.id,
        title=rule.title,
        enforcement=rule.enforcement,
        limit=rule.allow.max,
        count=len(counted),
        broken=len(counted) > rule.allow.max,
        findings=tuple(finding.identity for finding in counted),
        fixes=fixes.texts(rule.fix, counted),
        conditions=_conditions(rule, numbers),
        unknown=rule.match.unknown,
        count_unknown=numbers[Standing.COUNTED_UNKNOWN],
        left_out_unknown=numbers[Standing.UNDECIDED],
        count_suppressed=rule.count_suppressed,
        left_out_suppressed=numbers[Standing.EXCUSED],
        unmatched=unmatched(rule, seen),
    )


def _worst(standings: Iterable[str]) -> str:
    """Count what counts by anybody's word; else the primary's place stands."""
    first, *others = standings
    return next((each for each in (first, *others) if each in _COUNTED), first)


_COUNTED = frozenset((Standing.COUNTED, Standing.COUNTED_UNKNOWN))


def _conditions(rule: PackRule, numbers: Counter[str]) -> tuple[ConditionResult, ...]:
    return tuple(
        ConditionResult(
            name=condition.name, expected=condition.expected, left_out=numbers[condition.name]
        )
        for condition in conditions(rule)
    )
