"""Remembers for a day which versions pip chose, so that a second scan need not ask again.

Asking takes as long as half of the scanners. What pip chose is remembered by all that it was
told: the question, its own version, this Python, the index. What it could not answer, or not in
time, is remembered for an hour, as somebody may mend that; where it could not reach its index, not
at all.
"""

import platform
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import msgspec

from drawgate.manifests.resolution import Answer, Question
from drawgate.run.cache import Cache

_WHOLE: Final = 86_400
_PARTLY: Final = 3_600
"""Seconds for which an answer counts."""


class _Kept(msgspec.Struct, kw_only=True):
    """The answers to one question, and when they were given, in seconds since the epoch."""

    at: float
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What earlier scans were answered; without a `cache`, nothing."""

    cache: Cache | None = None
    told: tuple[str, ...] = ()
    """All that decides an answer beside the question."""
    fresh: dict[bytes, bytes] = field(default_factory=dict)
    """What this scan adds."""

    def known(self, questions: Iterable[Question]) -> Mapping[Question, tuple[Answer, ...]]:
        """Give the answers that still count."""
        if self.cache is None:
            return {}
        names = {self._name(self.cache, question): question for question in questions}
        found = self.cache.read(names)
        read = {names[name]: _read(value) for name, value in found.items()}
        return {question: answers for question, answers in read.items() if answers is not None}

    def note(self, question: Question, answers: Sequence[Answer]) -> None:
        """Note an answer that would be the same in a minute; `keep` writes it."""
        if self.cache is not None:
            kept = _Kept(at=time.time(), answers=tuple(answers))
            self.fresh[self._name(self.cache, question)] = msgspec.json.encode(kept)

    def keep(self) -> None:
        """Write what was noted."""
        if self.cache is not None and self.fresh:
            self.cache.write(self.fresh)

    def _name(self, cache: Cache, question: Question) -> bytes:
        return cache.name(b"pip 2", msgspec.json.encode((question, self.told)))


def recall_of(cache: Cache | None, argv: Sequence[str], env: Mapping[str, str]) -> Recall:
    """Remember what this pip answers here, with these variables about its index."""
    try:
        pip = version("pip")
    except PackageNotFoundError:  # it answers nothing, or another one does
        pip = ""
    here = (pip, sys.version, sys.platform, platform.machine())
    return Recall(cache=cache, told=(*argv, *here, *map("=".join, sorted(env.items()))))


def _read(value: bytes) -> tuple[Answer, ...] | None:
    try:
        kept = msgspec.json.decode(value, type=_Kept)
    except msgspec.MsgspecError:  # another version of ours wrote it
        return None
    whole = not any(answer.not_assessed for answer in kept.answers)
    return kept.answers if 0 <= time.time() - kept.at < (_WHOLE if whole else _PARTLY) else None
