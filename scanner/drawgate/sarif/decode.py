"""Bytes into typed logs, with an error that names the file and the JSON path."""

import re
from typing import Final, TypeVar

import msgspec

from drawgate.core.errors import LogError
from drawgate.sarif.model import VERSION, Log
from drawgate.sarif.twice import check_names
from drawgate.strict import unquoted

T = TypeVar("T")

_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
_PATH: Final = " - at `"
_PLAIN: Final = re.compile(r"[0-9]\.[0-9]\.[0-9]")


class _Head(msgspec.Struct):
    """Enough to tell the version before a log of another one fails in some odd place."""

    version: str


def decode_log(data: bytes, name: str) -> Log:
    """Read a whole log; `name` is the file's name in errors.

    LogError: not UTF-8 JSON, another SARIF version, a value of the wrong type, or an object that
    says two things under one name.
    """
    data = strip_bom(data, name)
    check_version(decode(data, name, _Head).version, name)
    log = decode(data, name, Log)
    check_names(as_utf8(data, name), name)
    return log


def as_utf8(data: bytes, name: str) -> str:
    """Decode a document, also what no struct asks for: SARIF is UTF-8 (§3.1)."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise log_error(error, name, "$") from error


def strip_bom(data: bytes, name: str) -> bytes:
    """Take a UTF-8 byte order mark off, and refuse what can't be UTF-8 JSON from its first bytes.

    PowerShell's `>` writes UTF-16, and what goes to GitHub is packed: both get a sentence.
    """
    if data.startswith(_GZIP):
        raise LogError("the file is packed with gzip", where=name, hint="unpack it: gunzip")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        hint = "convert it: iconv -f UTF-16 -t UTF-8"
        raise LogError("the file is UTF-16; SARIF is UTF-8 (§3.1)", where=name, hint=hint)
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise LogError("the file is empty; no scanner writes that when it worked", where=name)
    return data


def check_version(version: object, name: str) -> None:
    """Refuse a log of another SARIF version."""
    if version != VERSION:
        hint = "older files can be converted by the tool that wrote them"
        plain = isinstance(version, str) and _PLAIN.fullmatch(version)
        shown = version if plain else "another one"
        what = f"this is SARIF version {shown}; Drawgate reads {VERSION}"
        raise LogError(what, where=f"{name}: $.version", hint=hint)


def decode(data: bytes | memoryview, name: str, kind: type[T], path: str = "$") -> T:
    """Decode JSON as `kind`; `path` is where the data stands in the log."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise log_error(error, name, path) from error


def log_error(error: Exception, name: str, path: str) -> LogError:
    """Turn msgspec's error into ours: `results.sarif: $.runs[0].results[3].level: …`."""
    if isinstance(error, msgspec.ValidationError):
        what, _, rest = str(error).partition(_PATH)
        inner = rest.removesuffix("`").removeprefix("$")
        return LogError(unquoted(what), where=f"{name}: {path}{inner}")
    return LogError(f"this is no UTF-8 JSON document: {error}", where=name)
