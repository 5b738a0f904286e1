"""Reading JSON piece by piece, with pieces of any size."""

import io
import json
from typing import Any

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.stream import Stream

_RESULTS: list[Any] = [
    {"text": 'tricky },{"text": [1,2], "a"', "n": [{"text": 1}, {"text": 2}]} for _ in range(40)
]
_DOCUMENT = {"a": [1, 2.5, None], "b": {"c": '\u00e9\\"]}'}, "results": _RESULTS, "z": 12}


def _read(data: bytes, piece: int, size: int) -> dict[str, Any]:
    stream = Stream(io.BytesIO(data), "x.json", piece)
    found: dict[str, Any] = {}
    for key in stream.members():
        if key == "results":
            rows = [
                (offset, row, count, json.loads(b"[" + row + b"]"))
                for offset, row, count in stream.rows(size)
            ]
            assert all(count == len(values) for _, _, count, values in rows)
            assert all(data[offset:].startswith(row) for offset, row, _, _ in rows)
            found[key] = [value for *_, values in rows for value in values]
        else:
            found[key] = json.loads(stream.value())
    stream.end()
    return found


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize("size", [1, 200, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_the_size_of_pieces_changes_nothing(piece: int, size: int, indent: int | None) -> None:
    """Whatever is cut where, the same values come out."""
    data = json.dumps(_DOCUMENT, indent=indent).encode()

    assert _read(data, piece, size) == _DOCUMENT


def test_a_number_may_end_the_piece() -> None:
    """`12` at the end of a piece may be the beginning of `123`."""
    assert Stream(io.BytesIO(b" 123 "), "x.json", 3).value() == b"123"


@pytest.mark.parametrize("cut", range(1, 120, 7))
def test_a_cut_document_is_an_error(cut: int) -> None:
    """A document that ends too early is never taken for a shorter one."""
    data = json.dumps(_DOCUMENT, indent=1).encode()

    with pytest.raises(LogError, match=r"x\.json: byte \d+"):
        _read(data[:-cut], 64, 100)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[1]", "byte 0: '{' was expected, not '['"),
        (b"{1: 2}", "byte 1: a key in quotes was expected"),
        (b'{"a" 2}', "byte 5: ':' was expected, not '2'"),
        (b'{"a": 2 "b": 3}', "byte 8: ',' was expected, not '\"'"),
        (b'{"a": tru}', "byte 7: this is no JSON"),
        (b'{"a": 1} x', "byte 9: something follows the end of the document"),
        (b'{"results": [1]}', "byte 13: an object was expected"),
        (b'{"a": 1', "the end of the file"),
    ],
)
def test_errors_say_where(data: bytes, message: str) -> None:
    """An error names the file, the byte and what was expected there."""
    with pytest.raises(LogError) as caught:
        _read(data, 64, 100)

    assert message in str(caught.value)


def test_depth_is_an_error() -> None:
    """A document made to exhaust the stack is refused."""
    with pytest.raises(LogError, match="nested too deeply"):
        Stream(io.BytesIO(b"[" * 200_000), "x.json").value()
