"""Text that no scanner of secrets can read is told; pictures and the like are not."""

import pytest

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.core.target import Encoding, File
from drawgate.target import unreadable


def _told(path: str, encoding: Encoding) -> list[tuple[str, str]]:
    file = File(path=path, size=1, encoding=encoding)
    return [(item.path, item.reason) for item in unreadable.text([file])]


@pytest.mark.parametrize("path", [".env", "png", "a.png/secrets", "notes.txt", "a.png.txt"])
def test_a_byte_hides_no_text(path: str) -> None:
    """One NUL makes a text binary for every scanner, so it must not pass for looked at."""
    reason = "it holds NUL bytes, and secret scanners read text only"

    assert [(path, reason)] == _told(path, Encoding.BINARY)


@pytest.mark.parametrize("path", ["logo.png", "docs/LOGO.PNG", ".7z", "a.tar.gz", "lib/x.so"])
def test_what_is_binary_by_its_nature_is_no_gap(path: str) -> None:
    assert [] == _told(path, Encoding.BINARY)


@pytest.mark.parametrize("path", ["a.txt", "a.png"])
def test_another_encoding_is_a_gap_whatever_its_name(path: str) -> None:
    reason = "the text is not UTF-8, which is all that secret scanners read"

    assert [(path, reason)] == _told(path, Encoding.OTHER)


@pytest.mark.parametrize("table", [{}, {"endings": 7}, {"endings": [["png"]]}, None])
def test_a_broken_table_is_an_error(monkeypatch: pytest.MonkeyPatch, table: object) -> None:
    monkeypatch.setattr(resources, "table", lambda _: table)

    with pytest.raises(PolicyError, match=r"media\.yaml: the table has another layout"):
        unreadable._media.__wrapped__()
