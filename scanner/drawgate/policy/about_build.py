"""Conditions on the build: the same answer for every finding of a scan."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from drawgate.policy.condition import Condition, constant, either
from drawgate.policy.model import Scope
from drawgate.policy.terms import Given


def of_build(scope: Scope, given: Given) -> Iterator[Condition]:
    """Give the conditions on branch and environment; where nobody named one, nobody knows."""
    branch = given.branch
    if scope.branches:
        fits = _fits(branch, scope.branches)
        yield constant("scope.branches", either(scope.branches), fits, branch)
    if scope.branches_not:
        fits = _fits(branch, scope.branches_not)
        answer = None if fits is None else not fits
        yield constant("scope.branches_not", f"not {either(scope.branches_not)}", answer, branch)
    if scope.environment:
        where = given.environment
        known = where in scope.environment if where else None
        yield constant("scope.environment", either(scope.environment), known, where)


def _fits(branch: str, patterns: tuple[str, ...]) -> bool | None:
    return any(fnmatchcase(branch, each) for each in patterns) if branch else None
