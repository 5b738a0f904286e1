"""A rule's expression as one more condition, evaluated once for findings with the same facts."""

from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding
from drawgate.policy import cel
from drawgate.policy.cel import ExpressionError, Program
from drawgate.policy.condition import UNKNOWN, Condition
from drawgate.policy.model import PackRule
from drawgate.policy.terms import Terms
from drawgate.policy.variables import Fact, bound, reader

_WORDS = {True: "true", False: "false", None: UNKNOWN}


def when(rule: PackRule, terms: Terms) -> Condition:
    """Compile the expression of a rule, which was checked when the pack was read."""
    program = _compiled(rule.when, rule)
    facts = reader(program.names, terms)
    answers: dict[tuple[Fact, ...], bool | None] = {}

    def test(finding: Finding) -> bool | None:
        key = facts(finding)
        if key not in answers:
            answers[key] = _answer(program, key, rule, finding)
        return answers[key]

    def actual(finding: Finding) -> str:
        parts = (_compiled(leg, rule) for leg in cel.legs(rule.when))
        told = ((part, reader(part.names, terms)(finding)) for part in parts)
        return "; ".join(
            f"`{part.text}` is {_WORDS[_answer(part, key, rule, finding)]}" for part, key in told
        )

    return Condition(name="when", expected=" ".join(rule.when.split()), test=test, actual=actual)


def _compiled(text: str, rule: PackRule) -> Program:
    try:
        return cel.compiled(text)
    except ExpressionError as error:
        what = f"'when' can't be read: {error.reason}"
        raise PolicyError(what, where=f"rule {rule.id}") from error


def _answer(
    program: Program, facts: tuple[Fact, ...], rule: PackRule, finding: Finding
) -> bool | None:
    """Evaluate, or raise PolicyError: an expression without an answer must not pass a build."""
    try:
        return program.answer(bound(program.names, facts))
    except ExpressionError as error:
        where = f"{finding.path}:{finding.line}" if finding.line else finding.path
        raise PolicyError(
            f"`{' '.join(program.text.split())}` has no answer for the finding "
            f"{finding.identity} ({where or 'without a path'}): {error.reason}",
            where=f"rule {rule.id}",
            hint="let the expression ask before it takes something for granted",
        ) from error
