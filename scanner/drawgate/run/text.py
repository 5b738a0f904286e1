"""Words of a process, made fit to be shown: short, and without control characters."""

from typing import Final

_TAIL: Final = 2000
"""Characters of a tool's last words that go into an error."""


def plain(text: str) -> str:
    """Drop what could steer a terminal or a log; line ends become spaces."""
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if character.isprintable())


def last_words(stream: bytes) -> str:
    """Give the end of what a process printed, on one line."""
    return plain(stream[-4 * _TAIL :].decode("utf-8", "replace"))[-_TAIL:]
