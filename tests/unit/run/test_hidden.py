"""Which findings a comment hides, from two passes over the same files."""

import pytest

from drawgate import plugin as dg
from drawgate.core.finding import Finding, SuppressionKind
from drawgate.run.hidden import mark


def at(path: str, line: int, rule: str = "B1") -> Finding:
    return dg.Finding(
        kind=dg.Kind.CODE,
        rule=dg.Rule(id=rule),
        message=rule,
        location=dg.Location(path=path, line=line),
    )


NOWHERE = dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="B1"), message="B1")
A1, A2, A1_OTHER, B1 = at("a", 1), at("a", 2), at("a", 1, "B2"), at("b", 1)


@pytest.mark.parametrize(
    ("first", "second", "hidden"),
    [
        ((A1, A2), (A1, A2), []),
        ((A1, A2), (A2,), [A1]),
        ((A1, A1_OTHER), (A1_OTHER,), [A1]),
        ((A1, A1), (A1,), [A1]),  # of two equal ones, one
        ((A1, B1), (), [A1]),  # `b` was not part of the second pass
        ((NOWHERE,), (), []),
        ((A1,), (A2,), []),  # the file changed between the passes: nothing is hidden
        ((A1,), (A1, A1), []),
    ],
)
def test_multiset_difference(
    first: tuple[Finding, ...], second: tuple[Finding, ...], hidden: list[Finding]
) -> None:
    """Hidden is what the second pass misses, in the files it was given, and nothing else."""
    report = dg.Report(findings=second, looked_at=frozenset({"a"}))

    marked = mark(first, report, frozenset({"a"}), "toy")

    assert len(first) == len(marked)
    found = [before for before, after in zip(first, marked, strict=True) if after.suppressed]
    assert hidden == found


def test_what_the_mark_says() -> None:
    """A suppression names its kind and who obeys the comment."""
    (marked,) = mark((A1,), dg.Report(looked_at=frozenset({"a"})), frozenset({"a"}), "toy")

    (suppression,) = marked.suppressions
    assert SuppressionKind.IN_SOURCE is suppression.kind
    assert "a comment in the source, which toy obeys" == suppression.justification


def test_not_assessed_hides_nothing() -> None:
    """A file that the second pass could not read is no proof of a comment."""
    unread = dg.NotAssessed(subject="a", reason="gone", path="a")

    (marked,) = mark((A1,), dg.Report(not_assessed=(unread,)), frozenset({"a"}), "toy")

    assert () == marked.suppressions
