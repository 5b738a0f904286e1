"""Words of a rule that fit nothing in this scan: a slip of the pen, or a rule that is dead.

A pack serves many projects, so most of them are merely listed. A rule whose only scanners or
only paths don't exist here guards nothing, and that is a warning.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import chain

from drawgate.core import glob
from drawgate.core.attempt import Ran, not_assessed_of
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan
from drawgate.core.target import Form
from drawgate.policy.model import PackRule
from drawgate.policy.verdict import Effect, Requirement, RuleResult, Unmatched


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything in a scan that a rule can name."""

    kinds: frozenset[Kind]
    tools: frozenset[str]
    """In lower case."""
    rules: frozenset[str]
    cwe: frozenset[int]
    paths: frozenset[str]
    all_paths: bool
    """Whether `paths` are all there are; another tool's log need not say what was looked at."""


def seen(scan: Scan) -> Seen:
    """Collect what a rule can name."""
    findings = scan.findings
    subjects = [attempt.subject for attempt in scan.attempts]
    tools = {subject.name for subject in subjects} | {finding.tool for finding in findings}
    return Seen(
        kinds=frozenset({s.kind for s in subjects} | {f.kind for f in findings}),
        tools=frozenset(tool.lower() for tool in tools),
        rules=frozenset({finding.rule.id for finding in findings}),
        cwe=frozenset(chain.from_iterable({finding.rule.cwe for finding in findings})),
        paths=frozenset({f.location.path for f in findings if f.location} | set(_looked_at(scan))),
        # Of a repository's folder, or of one file, a pack's other paths are no part.
        all_paths=scan.target.form in (Form.GIT, Form.DIRECTORY) and not scan.target.folders,
    )


def unmatched(rule: PackRule, seen: Seen) -> tuple[Unmatched, ...]:
    """Give the words that fit nothing, in the order of a pack's keys."""
    return tuple(_unmatched(rule, seen))


def dead(scan: Scan, rules: Iterable[RuleResult]) -> Iterator[Requirement]:
    """Warn about rules that could not have counted anything, for want of their scanners or paths.

    A change need not touch what a rule is about.
    """
    for rule in rules:
        for condition in rule.conditions:
            missing = [item for item in rule.unmatched if item.name == condition.name]
            words = " or ".join(item.word for item in missing)
            if scan.target.partial or condition.name not in _VITAL or words != condition.expected:
                continue
            yield Requirement(
                name=f"rule:{rule.id}",
                met=False,
                effect=Effect.WARNING,
                sentence=f"the rule {rule.id} guards nothing: {missing[0].reason} ({words})",
                hint=f"see whether `{condition.name}` is spelt as it is meant",
            )


_VITAL = frozenset(("scope.paths", "scope.tools"))


def _unmatched(rule: PackRule, seen: Seen) -> Iterator[Unmatched]:
    scope, match = rule.scope, rule.match
    if scope.kind and seen.kinds.isdisjoint(scope.kind):
        reason = "no scanner of such a kind is known here"
        yield Unmatched(name="scope.kind", word=" or ".join(scope.kind), reason=reason)
    if seen.all_paths:
        yield from _paths("scope.paths", scope.paths, seen)
        yield from _paths("scope.paths_not", scope.paths_not, seen)
    for tool in scope.tools:
        if tool.lower() not in seen.tools:
            reason = "no scanner of this name is known here"
            yield Unmatched(name="scope.tools", word=tool, reason=reason)
    for number in match.cwe:
        if number not in seen.cwe:
            reason = "no finding has this weakness"
            yield Unmatched(name="match.cwe", word=f"CWE-{number}", reason=reason)
    for pattern in match.rule:
        if not any(fnmatchcase(identifier, pattern) for identifier in seen.rules):
            reason = "no finding's rule fits"
            yield Unmatched(name="match.rule", word=pattern, reason=reason)


def _paths(name: str, patterns: Iterable[str], seen: Seen) -> Iterator[Unmatched]:
    for pattern in patterns:
        if not any(glob.matches(path, (pattern,)) for path in seen.paths):
            yield Unmatched(name=name, word=pattern, reason="no path that was looked at fits")


def _looked_at(scan: Scan) -> Iterator[str]:
    for attempt in scan.attempts:
        if isinstance(attempt, Ran):
            # A package is written `MANIFEST: REQUIREMENT`.
            yield from (subject.partition(": ")[0] for subject in attempt.report.looked_at)
        yield from (item.path or item.subject for item in not_assessed_of(attempt))
    yield from (item.path or item.subject for item in scan.target.not_assessed)
