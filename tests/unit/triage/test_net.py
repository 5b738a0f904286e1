"""The second net masks what looks like a credential, and lets sentences be read."""

import time

import pytest

from drawgate.triage.net import mask_source, mask_text

AWS = "AKIA" + "FAKE" * 4
GITHUB = "ghp_" + "Fake" * 9
JWT = ".".join(("eyJ" + "fake" * 4, "eyJ" + "fake" * 4, "fake" * 4))
BEGIN, END = "-----BEGIN EC " + "PRIVATE KEY-----", "-----END EC " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Sentences stay.
        ("Use of assert detected.", "Use of assert detected."),
        ("The password is weak.", "The password is weak."),
        ("KeyError: 'password'", "KeyError: 'password'"),
        ("author: Bob, token: unexpected end", "author: Bob, token: unexpected end"),
        ("Basic authentication is weak", "Basic authentication is weak"),
        ("Base64 High Entropy String: a secret.", "Base64 High Entropy String: a secret."),
        # Assignments.
        ("Possible hardcoded password: 'hunter2'", "Possible hardcoded password: '***'"),
        ('{"api_key": "abc", "a": 1}', '{"api_key": "***", "a": 1}'),
        ("{'token': 'ab\\'cd'}", "{'token': '***'}"),
        ('secret="""a\nb"""', 'secret="""***"""'),
        ("secret='never closed", "secret='***"),
        ("password: hunter2", "password: ***"),
        ("auth=abc, next", "auth=***, next"),
        ("Server=x;Password=abc;User=y", "Server=x;Password=***;User=y"),
        ("os.getenv('TOKEN', 'abc')", "os.getenv('TOKEN', '***')"),
        ("pw: 'swordfish'", "pw: '***'"),
        ("dbPw='swordfish', userPin = \"4711\"", "dbPw='***', userPin = \"***\""),
        ("pin=0815 and PIN: 0815", "pin=*** and PIN: ***"),
        ("pinned = 'abc', mapping: 'abc', spinPw1", "pinned = 'abc', mapping: 'abc', spinPw1"),
        ("login('bob', 'swordfish')", "login('bob', '***')"),
        ("s.login(user, 'swordfish', 587)", "s.login(user, '***', 587)"),
        ('sign_in( "swordfish" )', 'sign_in( "***" )'),
        ("in plugin('abc')", "in plugin('abc')"),
        ('\\"password\\": \\"hunter2\\"', '\\"password\\": \\"***"'),
        ("--db-password hunter2 -v", "--db-password *** -v"),
        ("PASSWORD=${DB_PASSWORD}", "PASSWORD=${DB_PASSWORD}"),
        # Addresses.
        ("postgres://shop:p@ss@db/x", "postgres://***@db/x"),
        ("postgres://shop:p/w@db/x", "postgres://***@db/x"),
        ("http://host:8080/a@b", "http://host:8080/a@b"),
        ("Authorization: Bearer fake0fake0", "Authorization: Bearer ***"),
        # Shapes.
        (f"id {AWS}.", "id ***."),
        (f"x{AWS}", f"x{AWS}"),
        (f"{GITHUB} and {JWT}", "*** and ***"),
        (f"a {BEGIN}\nfake\n{END} b", "a *** b"),
        (f"a {BEGIN}\\nfake", "a ***"),
        ("machine h login me password hunter", "machine h login me password ***"),
    ],
)
def test_text_is_masked_and_stays_readable(text: str, expected: str) -> None:
    assert expected == mask_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('password: str = "abc"', 'password: str = "***"'),
        ("token = get_token()", "token = get_token()"),
        ('d["secret"] = b"abc"', 'd["secret"] = b"***"'),
        ('pw = "abc"', 'pw = "***"'),
        ("shaping = 'abc'", "shaping = 'abc'"),
        ('smtp.login("bob", "abc")', 'smtp.login("bob", "***")'),
        ('if password == "abc":', 'if password == "***":'),
        ("x = 1  # token: hunter", "x = 1  # token: ***"),
    ],
)
def test_in_code_only_literals_and_comments_hold_values(text: str, expected: str) -> None:
    assert expected == mask_source(text, code=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password: swordfish", "password: ***"),
        ("PASSWORD=${DB_PASSWORD}", "PASSWORD=${DB_PASSWORD}"),
        ("password: null", "password: null"),
        ("<password>abc</password>", "<password>***</password>"),
        ('<add key="DbPassword" value="abc"/>', '<add key="DbPassword" value="***"/>'),
        ("  password swordfish", "  password ***"),
        ("ENV API_KEY abc", "ENV API_KEY ***"),
        ("//r.example/:_authToken=abc", "//r.example/:_authToken=***"),
        ("port: 80", "port: 80"),
    ],
)
def test_elsewhere_bare_words_are_values(text: str, expected: str) -> None:
    assert expected == mask_source(text, code=False)


@pytest.mark.parametrize(
    "part",
    [
        "password",
        "a://",
        '"',
        "password=",
        "eyJ",
        "--",
        "pass '''",
        "<password>",
        "basic ",
        "a1",
        "login(",
        "login('",
        "login('',",
        "Pin",
        "pw=",
    ],
)
def test_no_text_makes_it_slow(part: str) -> None:
    """Time grows with the length of a hostile text, not with its square."""
    text = "password:" + part * (100_000 // len(part))
    start = time.process_time()

    mask_text(text)
    mask_source(text, code=False)

    assert time.process_time() - start < 2
