"""A line of a list is raised where it stands; what can't be is said, and nothing is broken."""

from contextlib import suppress
from time import process_time

import pytest

from drawgate.upgrades.lines import raise_line
from drawgate.upgrades.specifiers import NotRaisedError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x==1.0", b"x==1.5"),
        (b"X == 1.0 # why\n", b"X == 1.5 # why\n"),
        (b"\xef\xbb\xbfx==1.0\r\ny==1\r\n", b"\xef\xbb\xbfx==1.5\r\ny==1\r\n"),
        (b"x[a, b]==1.0 ; os_name == 'nt'\n", b"x[a, b]==1.5 ; os_name == 'nt'\n"),
        (b"x (==1.0)\n", b"x (==1.5)\n"),
        (b"x>=0.5,<2\n", b"x>=1.5,<2\n"),
        (b"x\n", b"x>=1.5\n"),
        (b"x # any\n", b"x>=1.5 # any\n"),
        (b"x==1.0 \\\n  ; python_version > '3'\n", b"x==1.5 \\\n  ; python_version > '3'\n"),
        (
            b"x==1.0; os_name=='a'\nx==1.0; os_name=='b'",
            b"x==1.5; os_name=='a'\nx==1.5; os_name=='b'",
        ),
        (
            b"x==1.0; os_name=='a'\nx==0.9; os_name=='b'",
            b"x==1.5; os_name=='a'\nx==0.9; os_name=='b'",
        ),
        (b"caf\xe9==1\nx==1.0\n", b"caf\xe9==1\nx==1.5\n"),
        (b"-r a \\\nx==1.0\nx==1.0\n", b"-r a \\\nx==1.0\nx==1.5\n"),
        (b"xy==1.0\nx==1.0\n# x==1.0\n", b"xy==1.0\nx==1.5\n# x==1.0\n"),
    ],
)
def test_what_people_wrote_stays(before: bytes, after: bytes) -> None:
    assert after == raise_line(before, "x", "1.0", "1.5")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"x==1.1\n", "it has changed since the log: it names 1.1 now; scan again"),
        (b"y==1.0\n", "no line of its own names it"),
        (b"-e git+https://example.org/x\n", "no line of its own names it"),
        (b"x @ https://example.org/x.zip\n", "no line of its own names it"),
        (b"x==1.0 --hash=sha256:aa\n", "it has hashes, and a new version needs new ones"),
        (b"x==1.0 \\\n    --hash=sha256:aa\n", "it has hashes, and a new version needs new ones"),
        (b"x \\\n ==1.0\n", "it is spread over several lines"),
        (b"x<1.5\n", "<1.5 does not allow 1.5"),
        ("x==1.0\n".encode("utf-16"), "it is not written in UTF-8, which a patch can't change"),
        (b"x==1.0\ry==1\r", "its lines end as no tool for patches reads them (a lone CR)"),
    ],
)
def test_what_can_not_be_raised_is_said(content: bytes, why: str) -> None:
    with pytest.raises(NotRaisedError) as error:
        raise_line(content, "x", "1.0", "1.5")
    assert why == str(error.value)


@pytest.mark.parametrize("filler", [b" ", b"\t", b"==1,", b"[", b"(", b",", b"\\\n", b"x==1.0 #"])
def test_no_line_takes_long(filler: bytes) -> None:
    before = process_time()
    with suppress(NotRaisedError):
        raise_line(b"x" + filler * 100_000 + b"!", "x", "1.0", "1.5")
    assert process_time() - before < 1
