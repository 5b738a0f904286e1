"""The published vectors of github/codeql-action, and what a hash must not depend on."""

import time

import pytest

from drawgate.sarif.fingerprint import line_hashes

_WITHOUT_FINAL_NEWLINE = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"
_HELLO = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    "c129715d7a2bc9a3:1",
]
_VECTORS = {
    "empty": ("", ["c129715d7a2bc9a3:1"]),
    "blanks": (
        " a\nb\n  \t\tc\n d",
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
    ),
    "no final newline": (
        _WITHOUT_FINAL_NEWLINE,
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    "final newline": (f"{_WITHOUT_FINAL_NEWLINE}\n", _HELLO),
    "CR": (f"{_WITHOUT_FINAL_NEWLINE}\n".replace("\n", "\r"), _HELLO),
    "CRLF": (f"{_WITHOUT_FINAL_NEWLINE}\n".replace("\n", "\r\n"), _HELLO),
    "mixed": (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", _HELLO),
    "repeated": (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
    "similar": (
        "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
        [
            "e54938cc54b302f1:1",
            "bb609acbe9138d60:1",
            "1131fd5871777f34:1",
            "5c482a0f8b35ea28:1",
            "54517377da7028d2:1",
            "2c644846cb18d53e:1",
            "f1b89f20de0d133:1",
            "c129715d7a2bc9a3:1",
        ],
    ),
}


@pytest.mark.parametrize(("text", "hashes"), _VECTORS.values(), ids=_VECTORS.keys())
def test_published_vectors(text: str, hashes: list[str]) -> None:
    """Every line of every published input has the published hash."""
    expected = dict(enumerate(hashes, 1))

    assert expected == line_hashes(text, range(1, len(hashes) + 1))
    assert expected == line_hashes(text.encode(), range(1, len(hashes) + 1))


def test_only_the_wanted_lines() -> None:
    """Asking for one line gives what asking for all gives for it; unknown lines are left out."""
    text, hashes = _VECTORS["repeated"]

    assert {5: hashes[4]} == line_hashes(text, {0, 5, 12, 99})
    assert line_hashes(text, ()) == {}


@pytest.mark.parametrize("separator", ["\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_other_separators_end_no_line(separator: str) -> None:
    """Only LF, CR and CRLF end a line."""
    assert len(line_hashes(f"a{separator}b", range(1, 9))) == 1


def _by_the_book(text: str, *, window: int = 100) -> list[str]:
    """Follow the streaming definition, unit by unit, as slowly as it likes."""
    data = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = data.encode("utf-16-le", "surrogatepass")
    units = [int.from_bytes(encoded[i : i + 2], "little") for i in range(0, len(encoded), 2)]
    kept = [unit for unit in units if unit not in (9, 32)] + [65535] + [0] * window
    starts = [0] + [i + 1 for i, unit in enumerate(kept) if unit == 10]
    seen: dict[int, int] = {}
    result = []
    for start in starts:
        value = 0
        for unit in kept[start : start + window]:
            value = (value * 37 + unit) % 2**64
        seen[value] = seen.get(value, 0) + 1
        result.append(f"{value:x}:{seen[value]}")
    return result


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffimport os\nprint('\U0001f600')  # astral\n\U0001f600",
        "é\u2028ü\r\n\r\r\nß\x00\n",
        "half \ud83d of a pair\n",
    ],
)
def test_units_are_utf16(text: str) -> None:
    """A byte order mark counts, and a character outside the BMP counts as two units."""
    expected = _by_the_book(text)

    assert expected == list(line_hashes(text, range(1, 99)).values())


def test_invalid_utf8_is_replaced() -> None:
    """Bytes that are not UTF-8 count as U+FFFD."""
    assert line_hashes("a\ufffdb\n", {1}) == line_hashes(b"a\xffb\n", {1})


def test_three_lines_of_a_long_file_are_cheap() -> None:
    """Three lines of 20,000 cost a fraction of what all of them cost."""
    text = "".join(f"value_{number} = compute({number})\n" for number in range(20_000))

    start = time.process_time()
    few = line_hashes(text, {1, 10_000, 20_000})
    middle = time.process_time()
    everything = line_hashes(text, range(1, 20_001))
    end = time.process_time()

    assert few == {line: everything[line] for line in few}
    assert (middle - start) < (end - middle) / 4
