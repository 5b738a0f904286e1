"""Bytes of a manifest to text, and text of a manifest to something that may be shown."""

import codecs
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

from drawgate.collector import uncollected
from drawgate.strict import checked

_SHOWN: Final = 200
"""Characters of a requirement or reason that reports show."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its first half
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),  # what `pip freeze > FILE` gives in old PowerShells
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")
# The whole word behind the first `://`, so that no part of the text is looked at twice.
_URL: Final = re.compile(r"://(\S*)")
_KEY: Final = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP: Final = re.compile(
    rf"^[ \t]*(?:\[\[?[ \t]*)?{_KEY}(?:[ \t]*\.[ \t]*{_KEY}){{32}}", re.MULTILINE
)
_AUTHORITY: Final = re.compile(r"[^/?#]*")


def decode(content: bytes) -> str:
    """Decode as pip does: by byte-order mark, else UTF-8, else byte by byte (Latin-1).

    Latin-1 never fails, and loses nothing: what counts in a requirement is ASCII. Bytes that
    contradict their own mark become U+FFFD, and lines that hold one are no requirements.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def strict(content: bytes) -> str:
    """Decode TOML, JSON or Python, which are UTF-8; ValueError when it is not."""
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")


def toml(text: str) -> dict[str, Any]:
    """Read TOML; ValueError when it is none, or made to cost tomllib much time.

    It walks from the top for every key below a table, so a deep one makes each line dear.
    """
    deep = _DEEP.search(checked(text))
    if deep:
        raise ValueError(f"line {text.count(chr(10), 0, deep.start()) + 1} is nested too deeply")
    with uncollected():  # it makes a small table for each dot, of which none goes again
        return tomllib.loads(text)


def newlines(text: str) -> list[str]:
    """Split where editors do."""
    return _NEWLINE.split(text)


def physical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give lines numbered as editors do; a form feed splits one for pip, but does not count."""
    for number, line in enumerate(newlines(text), start=1):
        for part in line.splitlines() or [""]:
            yield number, part


def shown(text: str) -> str:
    """Make text of the target fit for a report: one line, short, without credentials."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    masked = _URL.sub(_host, line)
    return masked if len(masked) <= _SHOWN else f"{masked[: _SHOWN - 1]}…"


def _host(url: re.Match[str]) -> str:
    """Leave the host of a URL: user, path and query can each hold a token.

    With a colon and an @ behind the first slash, the slash may belong to a password. A host
    that is left out does less harm than half a password that is not.
    """
    rest = url[1]
    authority = _AUTHORITY.match(rest)
    seen = authority[0] if authority else ""
    if ":" in seen and "@" in rest[len(seen) :]:
        return "://…"
    host = seen.rpartition("@")[2]
    return f"://{host}" if len(seen) == len(rest) else f"://{host}/…"
