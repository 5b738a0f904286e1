"""Between the target's file names, which are bytes, and the URIs of a log (SARIF §3.10)."""

import re
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""Two characters at least: `C:` is a drive."""
_WEB: Final = re.compile(r"https?://[A-Za-z0-9\[][!#-;=?-Z\[\]_a-z~%]*")
"""The characters RFC 3986 allows, so that no reader rejects the whole log for one of ours."""


def to_uri(path: str, safe: str = "/") -> str:
    """Write a path of the target as a relative URI reference, percent-encoded but for `safe`.

    Surrogate escapes become the bytes they stand for, so every name a file can have survives.
    """
    try:
        name = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half a surrogate pair from a tool's JSON is no file's name
        name = path.encode("utf-8", "backslashreplace")
    return quote_from_bytes(name, safe=safe)


def from_uri(uri: str) -> str:
    r"""Read a relative URI reference or the path of a `file:` URI back into a path.

    A raw `\` comes from a tool on Windows that did not make a URI of its path.
    """
    path = uri.removeprefix("file://") if uri.startswith("file:///") else uri
    name = unquote_to_bytes(path.replace("\\", "/"))
    return name.decode("utf-8", "surrogateescape").removeprefix("./")


def is_absolute(uri: str) -> bool:
    """Tell whether it has a scheme, or is the absolute path of some machine."""
    return bool(_SCHEME.match(uri)) or uri.startswith("/")


def is_web(text: str) -> bool:
    """Tell whether it can stand where SARIF wants a URI, and can be followed safely."""
    return _WEB.fullmatch(text) is not None
