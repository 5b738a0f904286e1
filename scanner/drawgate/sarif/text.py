"""Strings that may hold half of a surrogate pair, which JSON in UTF-8 can't."""

import re
from typing import Final

_LONE: Final = re.compile("[\ud800-\udfff]")


def as_text(text: str) -> str:
    r"""Show bytes of a file name that are not UTF-8 as `\xNN`, other lone surrogates as `\uNNNN`.

    That loses nothing: where a path is meant as a path, it is written as a URI.
    """
    return text if text.isascii() else _LONE.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    escaped_byte = 0xDC80 <= code <= 0xDCFF  # noqa: PLR2004 - the range of PEP 383
    return f"\\x{code - 0xDC00:02x}" if escaped_byte else f"\\u{code:04x}"
