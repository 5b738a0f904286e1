"""What gave no answer, what nobody could look at, and what a rule leaves out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from drawgate.core.finding import Kind
from drawgate.core.scan import Scan
from drawgate.policy.unavailable import how_to_get
from drawgate.policy.verdict import AttemptFacts, RuleResult, State
from drawgate.reporting.reasons import Reason


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


def labels(attempts: Iterable[AttemptFacts]) -> Callable[[AttemptFacts], str]:
    """Give what names an attempt: with its folder where there are several of one tool."""
    tools = Counter(facts.name for facts in attempts)

    def label(facts: AttemptFacts) -> str:
        several = facts.category and tools[facts.name] > 1
        return f"{facts.name} ({facts.category})" if several else facts.name

    return label


def passed_over_by(rules: Iterable[RuleResult]) -> Iterator[PassedOver]:
    """Give what rules leave out for the role of a file."""
    for rule in rules:
        for condition in rule.conditions:
            if condition.name == "scope.roles_not" and condition.left_out:
                *others, last = condition.expected.removeprefix("not ").split(" or ")
                roles = f"{', '.join(others)} or {last}" if others else last
                yield PassedOver(rule=rule.title, count=condition.left_out, roles=roles)


def not_run_of(
    attempts: Iterable[AttemptFacts],
    label: Callable[[AttemptFacts], str],
    reasons: Iterable[Reason],
) -> Iterator[NotRun]:
    """Give what gave no answer, failed ones first; `reasons` may have told of it already."""
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


def missed_of(scan: Scan) -> tuple[Missed, ...]:
    """Give what nobody could assess by reason, the commonest first."""
    by_reason: dict[str, set[str]] = {}
    for item in scan.not_assessed:
        by_reason.setdefault(item.reason, set()).add(item.subject)
    most_first = sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(
        Missed(reason=reason, count=len(subjects), examples=tuple(sorted(subjects)[:_EXAMPLES]))
        for reason, subjects in most_first
    )


_EXAMPLES = 3
