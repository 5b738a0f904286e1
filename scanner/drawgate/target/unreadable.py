"""Which texts no scanner of secrets can read: policies/tables/media.yaml says what is no text."""

from collections.abc import Iterable, Iterator
from functools import cache

from drawgate import resources
from drawgate.core.target import Encoding, File, NotAssessed


def text(files: Iterable[File]) -> Iterator[NotAssessed]:
    """Give texts in another encoding, and what only calls itself text: one NUL makes it binary."""
    for file in files:
        if file.encoding is Encoding.OTHER:
            reason = "the text is not UTF-8, which is all that secret scanners read"
            yield NotAssessed(subject=file.path, reason=reason, path=file.path)
        elif file.encoding is Encoding.BINARY and not _is_media(file.path):
            reason = "it holds NUL bytes, and secret scanners read text only"
            yield NotAssessed(subject=file.path, reason=reason, path=file.path)


def _is_media(path: str) -> bool:
    _, dot, ending = path.rpartition(".")
    return bool(dot) and ending.lower() in _media()


@cache
def _media() -> frozenset[str]:
    return resources.read_table("media", lambda raw: frozenset(raw["endings"]))
