"""File names of any bytes, and what other tools write in their place."""

import pytest

from drawgate.sarif.text import as_text
from drawgate.sarif.uri import from_uri, is_absolute, is_web, to_uri


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("src/a.py", "src/a.py"),
        ("with space/and\nnewline.py", "with%20space/and%0Anewline.py"),
        ("caf\u00e9.py", "caf%C3%A9.py"),
        ("not-utf8-\udcff.py", "not-utf8-%FF.py"),
        ("-dash.py", "-dash.py"),
        ("100%.py", "100%25.py"),
        ("a:b?c#d.py", "a%3Ab%3Fc%23d.py"),
        ("back\\slash.py", "back%5Cslash.py"),
    ],
)
def test_paths_survive(path: str, uri: str) -> None:
    """A name becomes a URI of plain characters, and comes back as it was."""
    assert uri == to_uri(path)
    assert path == from_uri(uri)


def test_half_a_pair_is_shown() -> None:
    """A name that no file can have, from a tool's JSON, does not stop the log."""
    assert to_uri("\ud83d.py") == "%5Cud83d.py"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("./src/a.py", "src/a.py"),
        ("src\\a.py", "src/a.py"),
        ("file:///home/me/a%20b.py", "/home/me/a b.py"),
        ("caf\u00e9.py", "caf\u00e9.py"),
    ],
)
def test_foreign_uris_are_understood(uri: str, path: str) -> None:
    """What sloppy producers write is read the way they meant it."""
    assert path == from_uri(uri)


@pytest.mark.parametrize(
    ("uri", "absolute"),
    [
        ("src/a.py", False),
        ("C:/src/a.py", False),
        ("/src/a.py", True),
        ("file:///src/a.py", True),
        ("https://example.org/", True),
    ],
)
def test_absolute(uri: str, absolute: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """A scheme or a leading slash makes it absolute; a drive letter is no scheme."""
    assert absolute == is_absolute(uri)


@pytest.mark.parametrize(
    ("text", "web"),
    [
        ("https://example.org/a?b=c#d", True),
        ("http://[::1]/", True),
        ("javascript:alert(1)", False),
        ("https://example.org/a b", False),
        ("https://example.org/\n", False),
        ('https://example.org/">', False),
        ("", False),
    ],
)
def test_web(text: str, web: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Only what can be followed safely becomes a link."""
    assert web == is_web(text)


def test_text_has_no_surrogates() -> None:
    """Bytes of a name, and halves of a pair, are shown and not sent."""
    assert as_text("caf\u00e9 \udcff \ud83d") == "caf\u00e9 \\xff \\ud83d"
