"""Why a rule counts a finding or does not: each condition, what it expects and what was there."""

from collections.abc import Iterator
from dataclasses import dataclass

from drawgate.core.finding import Finding
from drawgate.core.scan import Scan
from drawgate.core.words import count
from drawgate.policy import tally, unmatched
from drawgate.policy.alike import sort_out
from drawgate.policy.condition import Condition
from drawgate.policy.conditions import conditions
from drawgate.policy.model import Enforcement, Pack, PackRule
from drawgate.policy.said import said
from drawgate.policy.tally import Standing, standing
from drawgate.policy.terms import Given, Terms, terms_of
from drawgate.policy.verdict import RuleResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One condition of a rule, held against one finding."""

    name: str
    expected: str
    actual: str
    holds: bool | None
    """None: the finding lacks the fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where one finding stands with a rule, and by which conditions."""

    finding: Finding
    where: str
    """A Standing, or the name of the first condition that does not hold."""
    leaves: tuple[Leaf, ...]

    @property
    def counted(self) -> bool:
        """Whether the rule counts it."""
        return self.where in (Standing.COUNTED, Standing.COUNTED_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One rule and everything that it was held against."""

    rule: PackRule
    result: RuleResult
    counted: tuple[Stand, ...]
    """The findings that it counts; of several reports of one flaw, one that is enough."""


def stand(rule: PackRule, finding: Finding, terms: Terms) -> Stand:
    """Hold a rule against one finding, condition by condition."""
    asked = conditions(rule, terms)
    where = standing(rule, terms, asked)(finding)
    return Stand(finding=finding, where=where, leaves=tuple(_leaf(each, finding) for each in asked))


def explain(rule: PackRule, scan: Scan, pack: Pack, given: Given) -> Explained:
    """Hold a rule against a scan."""
    terms, words = terms_of(scan, pack.sla, given), said(scan)
    result = tally.apply(rule, sort_out(scan.counted, words), unmatched.seen(scan), terms)
    by_identity = {finding.identity: finding for finding in scan.counted}
    counted = (by_identity[identity] for identity in result.findings)
    return Explained(
        rule=rule,
        result=result,
        counted=tuple(_speaking(rule, words.get(f.identity, (f,)), terms) for f in counted),
    )


def remedies(explained: Explained) -> Iterator[str]:
    """Say what would turn a rule green; nothing for one that is."""
    result = explained.result
    if not result.broken:
        return
    over = result.count - result.limit
    yield f"{over:,} of {count(result.count, 'finding')} must go ({result.limit:,} allowed)"
    yield from result.fixes
    if result.count_unknown:
        yield (
            f"{result.count_unknown:,} of them count because a fact is missing: look for `unknown` "
            "below, and let the scan have it (docs/advisories.md)"
        )


def importance(result: RuleResult, rule: PackRule) -> str:
    """Say what a broken rule does."""
    if rule.enforcement is Enforcement.DISABLED:
        return "disabled"
    if result.effective_from:
        return f"{rule.enforcement} from {result.effective_from}, advisory until then"
    return rule.enforcement


def _speaking(rule: PackRule, reports: tuple[Finding, ...], terms: Terms) -> Stand:
    """Give the first report that counts, for that is whose word is enough."""
    stands = (stand(rule, each, terms) for each in reports)
    first = next(stands)
    return first if first.counted else next((each for each in stands if each.counted), first)


def _leaf(condition: Condition, finding: Finding) -> Leaf:
    return Leaf(
        name=condition.name,
        expected=condition.expected,
        actual=condition.actual(finding),
        holds=condition.test(finding),
    )
