"""What a failing tool said last: it may quote any line of the target, reported or not."""

import re
from typing import Final

from drawgate.triage.net import STARS, mask_text

_WORD: Final = r"[A-Za-z_][A-Za-z_.]{0,60}"
_LITERAL: Final = re.compile(
    rf"""(?P<name>\b(?:no attribute|No module named|import name|keyword argument) '{_WORD}'"""
    rf"""|'{_WORD}'(?= object\b| has no attribute | is not defined))"""
    r"""|(?P<quote>["'`])(?:(?!(?P=quote))[^\s]){8,}(?:(?P=quote)|$)"""
)
"""What Python itself says of a program's names, and what may be a value."""
_TOKEN: Final = re.compile(r"[\w+/=~-]{12,}")
_PATH: Final = re.compile(
    r"[\w+=~-]*+(?:/(?=[^/]*[A-Za-z_])[\w+=~-]*+){2,}+/?|[a-z0-9_+-]++(?:/[a-z0-9_+-]++)+"
)


def mask_complaint(text: str) -> str:
    """Mask more than in other texts: no line of the target is known to be harmless here.

    Hidden are also quoted words of eight characters and more, and long words that mix letters
    and digits, unless they are a path. The sentence around them stays, and the names that Python
    complains of: `'NoneType' object has no attribute 'startswith'`.
    """
    return _TOKEN.sub(_hidden, _LITERAL.sub(_unnamed, mask_text(text)))


def _unnamed(match: re.Match[str]) -> str:
    return match["name"] or f"{match['quote']}{STARS}{match['quote']}"


def _hidden(match: re.Match[str]) -> str:
    word = match[0]
    mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return STARS if mixed and not _PATH.fullmatch(word) else word
