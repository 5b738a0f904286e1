"""Numbers and other people's words as sentences write them."""

from collections.abc import Sequence


def count(number: int, noun: str) -> str:
    """Write "1 finding", "2 findings", "7,669 findings"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def series(words: Sequence[str], last: str = "and") -> str:
    """Write "bandit", "bandit and ruff", "bandit, ruff and semgrep"."""
    *others, final = words
    return f"{', '.join(others)} {last} {final}" if others else final


def plain(text: str) -> str:
    """Drop what could steer a terminal or a log; line ends become spaces."""
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if character.isprintable())
