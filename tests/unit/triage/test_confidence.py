"""A guess at a secret is judged by what stands there, and nothing of it is kept."""

from collections.abc import Callable, Iterator

import pytest

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding, Kind
from drawgate.core.severity import Severity
from drawgate.triage.confidence import _table, with_confidence
from drawgate.triage.severity import derive

Maker = Callable[..., Finding]
RULES = {
    "name": "secret-keyword",
    "url": "basic-auth-credentials",
    "hex": "hex-high-entropy-string",
}


def _told(finding: Maker, rule: str, line: str, **facts: str) -> Finding:
    reported = finding(
        "a.py", 1, kind=Kind.SECRETS, rule=rule, **{"tool": "detect-secrets", **facts}
    )
    (told,) = with_confidence((reported,), {"a.py": line})
    return told


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Drawn, or chosen to be hard to guess.
        ('password = "fk39dkq0Vbn"', "high"),
        ("DB_PASSWORD=Winter2019!", "high"),
        ('"secret": "correct-horse-77xk2f"', "high"),
        ("password: 'sword&fish'", "high"),
        ('token = "xpQvJrKdLmNwZsTbYcGhFk8a"  # example', "high"),
        # Names and words.
        ('PASSWORD_RESET = "account:password:reset"', "medium"),
        ('password_target="passwordMatch"', "medium"),
        ("password = 'swordfish'", "medium"),
        ('token_url = "https://sso.company.org/oauth2/v1?x=1"', "medium"),
        ('password = "Test2019!"', "medium"),
        # Placeholders and references.
        ('"secret": "your_exchange_secret"', "low"),
        ('KEY_PASSWORD="an insecure development secret"', "low"),
        ('PASSWORD_FIELD = "password"', "low"),
        ("password = '${DB_PASSWORD}'", "low"),
        ("password: '{{ vault_password }}'", "low"),
        ('api_key = "sk_test_123"', "low"),
        # The surest value decides, and where no name announces one, all that is there.
        ('f(password="password", token="fk39dkq0Vbn")', "high"),
        ("service_key = 'fk39dkq0Vbn'", "high"),
        # Below a header stands the value.
        ("run: |\n  export PASSWORD=fk39dkq0Vbn", "high"),
        ("users:\n  password: 'swordfish'\n\nother: fk39dkq0Vbn", "medium"),
        ("nothing to see", ""),
    ],
)
def test_a_value_that_a_name_announces_is_judged(finding: Maker, line: str, expected: str) -> None:
    assert expected == _told(finding, RULES["name"], line).confidence


@pytest.mark.parametrize(
    ("rule", "line", "expected"),
    [
        ("url", "postgres://shop:swordfish@db/x", "high"),
        ("url", "postgres://postgres:postgres@localhost/x", "low"),
        ("url", "https://user:${PASS}@host/", "low"),
        ("url", "nothing to see", ""),
        ("hex", 'revision = "039f45e2dbf9"', "low"),
        ("hex", "'sha256-U3hKDidudIaxBDEz'", "low"),
        ("hex", 'salt = "039f45e2dbf9"', "medium"),
    ],
)
def test_urls_and_disorder_are_judged_by_what_stands_there(
    finding: Maker, rule: str, line: str, expected: str
) -> None:
    assert expected == _told(finding, RULES[rule], line).confidence


def test_what_only_one_provider_writes_is_never_doubted(finding: Maker) -> None:
    for rule in ("private-key", "aws-access-key", "stripe-access-key"):
        told = _told(finding, rule, "an example, test, dummy")
        assert ("", Severity.CRITICAL) == (told.confidence, derive(told))


def test_a_tools_own_confidence_and_other_findings_stay(finding: Maker) -> None:
    line = 'password = "fk39dkq0Vbn"'

    assert "weak" == _told(finding, RULES["name"], line, confidence="weak").confidence
    assert "" == _told(finding, RULES["name"], line, tool="gitleaks").confidence
    absent = finding("b.py", 9, kind=Kind.SECRETS, rule=RULES["name"], tool="detect-secrets")
    beyond = finding("a.py", 9, kind=Kind.SECRETS, rule=RULES["name"], tool="detect-secrets")
    assert (absent, beyond) == with_confidence((absent, beyond), {"a.py": line})


@pytest.mark.parametrize(
    ("confidence", "severity"),
    [("high", "high"), ("medium", "medium"), ("low", "low"), ("", "high"), ("odd", "high")],
)
def test_a_keywords_severity_follows_its_confidence(
    finding: Maker, confidence: str, severity: str
) -> None:
    """What nobody could judge counts as if it were sure."""
    told = finding(
        kind=Kind.SECRETS, rule=RULES["name"], tool="detect-secrets", confidence=confidence
    )

    assert Severity(severity) is derive(told)


@pytest.fixture
def fresh_table() -> Iterator[None]:
    """Let a test have its own table, and nobody after it."""
    _table.cache_clear()
    yield
    _table.cache_clear()


@pytest.mark.usefixtures("fresh_table")
@pytest.mark.parametrize("way", ["by_guess", None])
def test_a_broken_table_is_said_to_be_one(
    finding: Maker, monkeypatch: pytest.MonkeyPatch, way: str | None
) -> None:
    """An unknown way to judge must not pass for "nobody could judge"."""
    broken = {"guesses": {"detect-secrets": {way: ["secret-keyword"]}}} if way else {}
    monkeypatch.setattr(resources, "table", lambda _: broken)

    with pytest.raises(PolicyError, match=r"secrets\.yaml: the table has another layout"):
        _told(finding, RULES["name"], "password = 'x'")


@pytest.mark.parametrize("rule", ["hex-high-entropy-string", "base64-high-entropy-string"])
@pytest.mark.parametrize("confidence", ["high", "medium", "low", ""])
def test_a_text_without_order_is_medium_at_most(finding: Maker, rule: str, confidence: str) -> None:
    """Most are checksums; the pages on packs promise that the default pack blocks none."""
    told = finding(
        "a.py", 1, kind=Kind.SECRETS, rule=rule, tool="detect-secrets", confidence=confidence
    )

    assert derive(told) in {Severity.MEDIUM, Severity.LOW}
