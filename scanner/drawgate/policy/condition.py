"""One condition of a rule: what it expects, whether a finding meets it, and what that one has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from drawgate.core.finding import Finding

Test = Callable[[Finding], bool | None]
"""Whether a condition holds; None when the finding lacks the fact."""

UNKNOWN = "unknown"
"""What a finding has where it lacks a fact."""


def nothing(finding: Finding) -> str:
    """Say nothing."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One leaf of a rule."""

    name: str
    """Where it stands in the rule: `scope.kind`."""
    expected: str
    test: Test
    actual: Callable[[Finding], str] = nothing
    """What a finding has instead, in words."""
    alike: bool = False
    """Whether it asks for nothing but what `alike.sort_out` sorts findings by."""


def either(words: Iterable[str]) -> str:
    """Join words of which one is enough."""
    return " or ".join(words)


def constant(name: str, expected: str, answer: bool | None, actual: str) -> Condition:  # noqa: FBT001 - it is the answer
    """Make a condition that is the same for all findings, because it is about the build."""
    return Condition(
        name=name,
        expected=expected,
        test=lambda _: answer,
        actual=lambda _: actual or UNKNOWN,
        alike=True,
    )
