"""What a tool does not say about a rule, the table does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding
from drawgate.triage import weakness
from drawgate.triage.weakness import with_weakness

Maker = Callable[..., Finding]


@pytest.mark.parametrize(
    ("tool", "rule", "expected"),
    [
        ("ruff", "S602", (78,)),
        ("Hadolint", "DL3064", (526,)),
        ("zizmor", "template-injection", (94,)),
        ("zizmor", "a-new-one", ()),
        ("bandit", "S602", ()),
    ],
)
def test_a_rule_without_a_weakness_gets_the_tables(
    finding: Maker, tool: str, rule: str, expected: tuple[int, ...]
) -> None:
    (told,) = with_weakness((finding(tool=tool, rule=rule),))

    assert expected == told.rule.cwe


def test_a_tools_own_word_counts_more(finding: Maker) -> None:
    said = finding(tool="ruff", rule="S602")
    said = replace(said, rule=replace(said.rule, cwe=(77,)))

    assert (said,) == with_weakness((said,))


@pytest.mark.parametrize("table", [{}, {"weaknesses": 1}, {"weaknesses": {"ruff": {"s1": ["x"]}}}])
def test_a_table_of_another_layout_is_an_error(
    monkeypatch: pytest.MonkeyPatch, finding: Maker, table: object
) -> None:
    monkeypatch.setattr(resources, "table", lambda _: table)
    weakness._table.cache_clear()
    with pytest.raises(PolicyError, match="another layout"):
        with_weakness((finding(),))
    weakness._table.cache_clear()
