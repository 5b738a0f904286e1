"""Which rules are about a credential, by the table."""

import pytest

from drawgate import credentials, resources
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Kind, Rule
from drawgate.credentials import about_credential


@pytest.mark.parametrize(
    ("tool", "rule", "expected"),
    [
        ("unheard-of", Rule(id="A"), False),
        ("unheard-of", Rule(id="A", cwe=(20, 321)), True),
        ("unheard-of", Rule(id="A", cwe=(20,)), False),
        ("unheard-of", Rule(id="A", tags=("security", "Secrets")), True),
        ("unheard-of", Rule(id="A", tags=("secretary", "no-secrets")), False),
        ("Bandit", Rule(id="B105"), True),
        ("bandit", Rule(id="B101"), False),
        ("trivy", Rule(id="aws-secret-access-key"), True),
        ("trivy", Rule(id="CVE-2026-0001"), False),
    ],
)
def test_a_rule_about_a_credential(tool: str, rule: Rule, *, expected: bool) -> None:
    """A rule counts by its weakness, its tags or its id, whatever sort of tool has it."""
    assert about_credential(Kind.CODE, tool, rule) is expected


def test_a_secret_scanner_finds_nothing_else() -> None:
    """Whatever a secret scanner reports is about a credential."""
    assert about_credential(Kind.SECRETS, "unheard-of", Rule(id="A"))


@pytest.mark.parametrize("table", [{}, {"cwe": [259], "tags": 7, "rules": {}}, {"cwe": 1}, None])
def test_a_broken_table_is_an_error(monkeypatch: pytest.MonkeyPatch, table: object) -> None:
    """It names the table, instead of ending as a fault of ours."""
    monkeypatch.setattr(resources, "table", lambda _: table)

    with pytest.raises(PolicyError, match=r"credentials\.yaml: the table has another layout"):
        credentials._table.__wrapped__()
