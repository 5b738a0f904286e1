"""What a file is that was named as a log and is none, told from how it begins."""

import re
from typing import Final

from drawgate.core.errors import LogError

_BOM: Final = b"\xef\xbb\xbf"
_NO_TEXT: Final = (
    (rb"\x1f\x8b", "the file is packed with gzip", "unpack it: gunzip"),
    (rb"PK\x03\x04", "the file is a ZIP archive", "unpack it: unzip"),
    (rb"\x28\xb5\x2f\xfd", "the file is packed with Zstandard", "unpack it: unzstd"),
    (rb"BZh[1-9]", "the file is packed with bzip2", "unpack it: bunzip2"),
    (rb"\xfd7zXZ", "the file is packed with xz", "unpack it: unxz"),
    (rb"\xff\xfe\0\0|\0\0\xfe\xff|\0\0\0[^\0]|[^\0]\0\0\0",
     "the file is UTF-32; SARIF is UTF-8 (§3.1)",
     "convert it: iconv -f UTF-32 -t UTF-8"),
    (rb"\xff\xfe|\xfe\xff|\0[^\0]|[^\0]\0", "the file is UTF-16; SARIF is UTF-8 (§3.1)",
     "convert it: iconv -f UTF-16 -t UTF-8"),
    (rb"\0\0", "the file holds zeros where a document should begin",
     "write it again: a disk was full, or a machine went down"),
)  # fmt: skip
"""How files begin that are no text, the first that fits: what to say, and what to do."""
_NO_OBJECT: Final = (
    (rb"(?i)\s*<(?:!doctype )?html", "this is an HTML page, not a log",
     "look at it: a server may have answered with an error"),
    (rb"\s*<", "this is XML; a SARIF log is JSON", "have the tool write SARIF"),
    (rb"version https://git-lfs", "this is Git LFS's pointer to a file, not the file",
     "fetch it: git lfs pull"),
    (rb"\s*\[", "this is an array; a SARIF log is an object", "have the tool write SARIF"),
    (rb"(?:---|#|[\w$-]+:)\s", "this looks like YAML; a SARIF log is JSON",
     "have the tool write SARIF"),
    (rb"\s*(?:null|true|false|[-\d\"])", "this is a single value; a SARIF log is an object",
     "have the tool write SARIF"),
    (rb"\s*/[/*]", "the file begins with a comment, which JSON does not have", "take it out"),
    (rb"\s*[^\s{][^{]*\{\s*[\"}]", "something stands before the document",
     "a tool's words went into the file as well: have it write the log to a file of its own"),
    (rb"\s*[^\s{]", "this is no JSON document", "have the tool write SARIF"),
)  # fmt: skip
"""The same for texts that are no JSON object."""


def strip_bom(data: bytes, name: str) -> bytes:
    """Take a UTF-8 byte order mark off, and refuse what can be no text in UTF-8.

    PowerShell's `>` writes UTF-16, and what goes to GitHub is packed: all get a sentence.
    """
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise LogError("the file is empty; no scanner writes that when it worked", where=name)
    _refuse(data, name, _NO_TEXT)
    return data


def as_object(data: bytes, name: str) -> bytes:
    """Do the same, and refuse what can be no JSON object from its first bytes."""
    data = strip_bom(data, name)
    _refuse(data, name, _NO_OBJECT)
    return data


def _refuse(data: bytes, name: str, table: tuple[tuple[bytes, str, str], ...]) -> None:
    for start, what, hint in table:
        if re.match(start, data):
            raise LogError(what, where=name, hint=hint)
