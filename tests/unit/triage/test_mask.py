"""The mask keeps the credentials of a scan out of any text, and texts readable."""

from collections.abc import Callable

import pytest

from drawgate.core.finding import Finding, Kind
from drawgate.triage.mask import Mask, mask_of, mask_sources

Maker = Callable[..., Finding]


def _mask(finding: Maker, text: str, path: str = "a.py", line: int = 1) -> Mask:
    return mask_of((finding(path, line, kind=Kind.SECRETS),), {path: text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("found swordfish in a.py", "found *** in a.py"),
        ("swordfishes are fish", "swordfishes are fish"),
        ("base64 c3dvcmRmaXNo, sha1 5d8abf11e4a0a0bcb6d49a2a2e2e3ff0ccd4c8a1", None),
        ("hunter2!x stands inside of xhunter2!xx", "*** stands inside of x***"),
        ("ab12 or xab12", "*** or xab12"),
        ("nothing", "nothing"),
        ("", ""),
    ],
)
def test_values_are_masked_in_other_texts(finding: Maker, text: str, expected: str | None) -> None:
    """Short values and plain words only as whole words: "port" must not hit "import"."""
    mask = _mask(finding, "p = 'swordfish', 'hunter2!x', 'ab12'")

    shown = mask.text(text)

    if expected is None:
        assert "c3dvcmRmaXNo" not in shown
    else:
        assert expected == shown


def test_a_long_text_is_masked_like_a_short_one(finding: Maker) -> None:
    """With few values and much text they are looked for one by one."""
    padding = "lorem ipsum " * 500

    masked = _mask(finding, "p = 'hunter22'").text(f"{padding}hunter22 hunter{padding}hunter22")

    assert f"{padding}*** hunter{padding}***" == masked


def test_bytes_are_masked_as_text(finding: Maker) -> None:
    assert "\ufffd ***".encode() == _mask(finding, "p = 'hunter22'").data(b"\xff hunter22")


def test_a_mask_shows_no_value(finding: Maker) -> None:
    assert "swordfish" not in repr(_mask(finding, "p = 'swordfish'"))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "p = 'x'  # was y", "p = '***'  # ***"),
        ("a.py", "p = f(12345, 'x')", "p = f(***, '***')"),
        ("a.py", "p = 'x", "***"),
        ("a.py", "p = hunter()", "***"),
        ("a.yaml", "p: 'x'", "p: '***'"),
        ("a.yaml", "password: hunter2 # c", "password: ***"),
        ("a.yaml", "x: hunter2", "***"),
        ("a.env", "export TOKEN=a=b", "export TOKEN=***"),
        ("a.json", '{"a": "x", "b": 1}', '{"***": "***", "***": 1}'),
        ("a.xml", "<password>x</password>", "***"),
        ("a.md", "Use `x` or 'y', please.", "***"),
        ("a.ini", "'x'", "'***'"),
        ("id.pem", "MIIfake", "***"),
    ],
)
def test_a_reported_line_shows_no_value(
    finding: Maker, path: str, text: str, expected: str
) -> None:
    assert expected == _mask(finding, text, path).source(path, text)


def test_the_rest_of_the_file_stays_but_for_the_same_values(finding: Maker) -> None:
    """Line ends become newlines, the number of lines stays."""
    text = "import os\r\np = 'swordfish'\r\nq = 'swordfish'\rr = 'carp'"
    mask = _mask(finding, text, line=2)

    assert "import os\np = '***'\nq = '***'\nr = 'carp'" == mask.source("a.py", text)


def test_a_value_of_another_file_does_not_change_a_file(finding: Maker) -> None:
    """Else a finding's identity would change with a secret somewhere else."""
    sources = {"a.py": "p = 'swordfish'", "b.py": "q = 'swordfish'"}
    mask = mask_of((finding("a.py", kind=Kind.SECRETS),), sources)

    assert {"a.py": "p = '***'", "b.py": "q = 'swordfish'"} == mask_sources(mask, (), sources)


def test_lines_that_are_shown_pass_the_second_net(finding: Maker) -> None:
    text = "x = 1\npassword = 'a'\npassword = 'b'\n\n\npassword = 'c'\n"
    findings = (finding("a.py", 2), finding("a.py", 99), finding(path=""))
    masked = mask_sources(mask_of(findings, {}), findings, {"a.py": text})

    assert masked == {"a.py": "x = 1\npassword = '***'\npassword = '***'\n\n\npassword = 'c'\n"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        # Which literal is the credential is known, so the rest are names.
        ("login(role='owner', password='hunter22')", "The owner may not."),
        ("D = {'password': 'hunter22', 'format': 'requests'}", "Call to requests without timeout"),
        ("x = {'project': 'abcdefghijklm01234567890123'}", "No such project"),
        ("f('password', 'UTF-8')", "the text is not UTF-8"),
        # Words of which rules are named.
        ("password = 'keyword'", "Secret Keyword: this line seems to hold a secret."),
        # Plain words count neither as parts of identifiers nor as functions.
        ("token_type = 'refresh'", "last_refresh and x.refresh and refresh()"),
    ],
)
def test_messages_keep_their_words(finding: Maker, source: str, message: str) -> None:
    """Of a thousand snippets and messages that were masked needlessly, nine in ten were names."""
    secret = finding("a.py", 1, kind=Kind.SECRETS, rule="secret-keyword")

    assert message == mask_of((secret,), {"a.py": source}).text(message)


def test_a_word_that_stands_in_paths_is_hidden_in_its_own_file_alone(finding: Maker) -> None:
    """Else a set-up with the project's name for a password would take it out of every path."""
    sources = {"harbour/ci.yml": "password: harbour\nname: harbour\n"}
    secret = finding("harbour/ci.yml", 1, kind=Kind.SECRETS)
    mask = mask_of((secret,), sources)

    assert "harbour/a.py can't be parsed" == mask.text("harbour/a.py can't be parsed")
    assert "***" == mask.text("aGFyYm91cg")
    assert {"harbour/ci.yml": "password: ***\nname: ***\n"} == mask_sources(mask, (), sources)
