"""Values on credential lines are taken with every form in which they may turn up."""

from time import process_time

import pytest

from drawgate.triage.values import decoded, forms, harvest, main


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("password = 'swordfish'", {"swordfish"}),
        ("password = 'it\\'s'", {"it\\'s", "it's"}),
        ("t = ('abc1' 'def2')", {"abc1", "def2", "abc1def2"}),
        ("c['password'] = 'hunter2'", {"hunter2"}),
        ("password = getpass('Password: ')", set()),
        ("p = 'port'; q = '1234'; r = 'aaaaaaaa'", set()),
        ("f(x1y2z3)  # was hunter2old", {"hunter2old"}),
        ("u = 'ftp://me:hunter2@h'", {"ftp://me:hunter2@h", "hunter2"}),
        ("s = 'Server=x;Password=hunter2'", {"Server=x;Password=hunter2", "hunter2"}),
        (
            '"""one long line\ntwo long lines"""',
            {"one long line\ntwo long lines", "one long line", "two long lines"},
        ),
    ],
)
def test_code_holds_values_in_literals_and_comments(block: str, expected: set[str]) -> None:
    assert expected == harvest(block, code=True)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("PASSWORD=hunter2", {"PASSWORD=hunter2", "hunter2"}),
        ("password: 'hunter2'", {"hunter2"}),
        ("url: ftp://me:hunter2@h", {"url: ftp://me:hunter2@h", "ftp://me:hunter2@h", "hunter2"}),
        ("", set()),
        ("so the password swordfish opens it", {"so the password swordfish opens it", "swordfish"}),
    ],
)
def test_elsewhere_bare_words_are_values_too(block: str, expected: set[str]) -> None:
    assert expected == harvest(block, code=False)


def test_a_value_is_known_in_many_forms() -> None:
    """As JSON, Python, URLs, HTML, hexadecimal, base64 and the SHA-1 of detect-secrets."""
    assert set(forms('pä"s? ')) == {
        'pä"s? ',
        'p\\u00e4\\"s? ',
        'pä\\"s? ',
        "pä&quot;s? ",
        "p%C3%A4%22s%3F%20",
        "p%C3%A4%22s%3F+",
        "70c3a422733f20",
        "cMOkInM/IA",
        "cMOkInM_IA",
        "93cc43d6a6026518b7170e574ac9ca3e8afb2520",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        (r"\x41\u00e9\U0001F600", "Aé😀"),
        (r"\n\t\"\\\q", '\n\t"\\q'),
        (r"\UFFFFFFFF", r"\UFFFFFFFF"),
        ("a\\\nb", "ab"),
    ],
)
def test_escapes_are_resolved(text: str, expected: str) -> None:
    assert expected == decoded(text)


@pytest.mark.parametrize(
    ("block", "code", "expected"),
    [
        ("f('user', password='hunter22')", True, "hunter22"),
        ("PASSWORD=hunter2", False, "PASSWORD=hunter2"),
        ("password: 'hunter2'", False, "hunter2"),
        ("x", True, "x"),
    ],
)
def test_the_main_value_is_the_longest(block: str, *, code: bool, expected: str) -> None:
    assert expected == main(block, code=code)


def test_names_in_a_crowd_of_literals_are_no_values() -> None:
    """A line of minified code would take its words out of every message."""
    crowd = ",".join(f"{name}:'{name}'" for name in ("string", "object", "then") * 20)

    found = harvest(f"x={{{crowd},apiKey:'swordfish',k:'ab12cd34'}}", code=True)

    assert {"swordfish", "ab12cd34"} == found


def test_names_in_a_crowd_of_any_text_are_no_values() -> None:
    """A page of HTML with its data in it took "in" and "nothing" out of every message."""
    crowd = ",".join(f'"{name}": "{name}"' for name in ("nothing", " in ", "of the best") * 20)

    found = harvest(f'<script>{{{crowd}, "apiKey": "sword fish", "k": "ab12cd34"}}', code=False)

    assert {"sword fish", "ab12cd34"} == found


def test_a_row_of_credentials_costs_what_it_is_long() -> None:
    """40,000 of them took minutes when each was compared with each other one."""
    row = [f'"password{number}": "v{number}"' for number in range(40_000)]
    started = process_time()

    found = harvest("\n".join(row), code=True)

    assert {f"v{number}" for number in range(1_000, 40_000)} <= found
    assert process_time() - started < 20


@pytest.mark.parametrize(
    "planted",
    [
        "url:'https://bob:dragonmonkey@host.example/'",
        "a:'dragonmonkey'==password",
        "a:'dragonmonkey'!==e.secret",
        "contrase\u00f1a:'dragonmonkey'",
        "contrasena:'dragonmonkey'",
        "db_key:'dragonmonkey'",
        "a:secret('dragonmonkey')",
        "a:private_key 'dragonmonkey'",
        "a:password[]=@'dragonmonkey'",
        "named_by_nobody:'dragonmonkey'",
    ],
)
@pytest.mark.parametrize("code", [True, False])
def test_a_plain_password_in_a_crowd_is_taken(planted: str, *, code: bool) -> None:
    """A scanner named the line: what it may have meant must not stand in other texts."""
    crowd = ",".join(f"k{n}:'name{'abcdefghij'[n % 10]}value'" for n in range(50))

    assert "dragonmonkey" in harvest(f"x={{{crowd},{planted}}}", code=code)


def test_an_endless_row_of_quotes_takes_linear_time() -> None:
    started = process_time()
    harvest("x = " + "'a" * 40_000 + " == ", code=True)

    assert process_time() - started < 5
