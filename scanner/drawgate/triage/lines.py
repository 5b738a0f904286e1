"""Lines as SARIF counts them."""

import re
from typing import Final

_END: Final = re.compile(r"\r\n|\r|\n")


def split(text: str) -> list[str]:
    r"""Split at `\n`, `\r\n` and `\r` only.

    `str.splitlines` would also split at form feeds and U+2028, and every line below would be
    off by one (SARIF §3.30.2 leaves line ends to the format; Python, git and GitHub agree).
    """
    return _END.split(text) if "\r" in text else text.split("\n")
