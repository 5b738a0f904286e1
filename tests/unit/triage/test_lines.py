"""Lines end where SARIF, git and Python say, and nowhere else."""

import pytest

from drawgate.triage.lines import split


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\nb\n", ["a", "b", ""]),
        ("a\r\nb\rc\n", ["a", "b", "c", ""]),
        ("a\x0bb\x0cc\u2028d\x85e", ["a\x0bb\x0cc\u2028d\x85e"]),
    ],
)
def test_only_newlines_and_carriage_returns_end_a_line(text: str, lines: list[str]) -> None:
    assert lines == split(text)
