"""What a failing tool said last: it may quote any line of the target, reported or not."""

import re
from typing import Final

from drawgate.triage.net import STARS, mask_text

_LITERAL: Final = re.compile(r"""(["'`])(?:(?!\1)[^\s]){8,}(?:\1|$)""")
_TOKEN: Final = re.compile(r"[\w+/=~-]{12,}")
_PATH: Final = re.compile(
    r"[\w+=~-]*+(?:/(?=[^/]*[A-Za-z_])[\w+=~-]*+){2,}+/?|[a-z0-9_+-]++(?:/[a-z0-9_+-]++)+"
)


def mask_complaint(text: str) -> str:
    """Mask more than in other texts: no line of the target is known to be harmless here.

    Hidden are also quoted words of eight characters and more, and long words that mix letters
    and digits, unless they are a path. The sentence around them stays.
    """
    return _TOKEN.sub(_hidden, _LITERAL.sub(rf"\1{STARS}\1", mask_text(text)))


def _hidden(match: re.Match[str]) -> str:
    word = match[0]
    mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return STARS if mixed and not _PATH.fullmatch(word) else word
