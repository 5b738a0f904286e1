"""Bytes into typed logs, with an error that names the file and the JSON path."""

import re
from typing import Final, TypeVar

import msgspec

from drawgate.core.errors import LogError
from drawgate.sarif.foreign import as_object
from drawgate.sarif.model import VERSION, Log
from drawgate.sarif.twice import check_names
from drawgate.strict import unquoted

T = TypeVar("T")

_PATH: Final = " - at `"
_PLAIN: Final = re.compile(r"[0-9]\.[0-9]\.[0-9](?:-[a-z]{1,9}(?:\.[0-9]{1,9}){0,2})?")
_BYTE: Final = re.compile(r" \(byte (\d+)\)")
_HINT: Final = "have the tool write SARIF (--format sarif, or the like)"
_TOO_DEEP: Final = "the document is nested too deeply to be read"
CUT: Final = "the document ends in the middle; was it written to its end?"
NO_RUNS: Final = "runs is null: whoever wrote the log could not get at any run (SARIF §3.13.4)"
_FOLLOWED: Final = "something follows the end of the document; a log is one JSON object"


class _Head(msgspec.Struct):
    """Enough to tell the version before a log of another one fails in some odd place."""

    version: msgspec.Raw = msgspec.Raw()
    runs: msgspec.Raw = msgspec.Raw()


def decode_log(data: bytes, name: str) -> Log:
    """Read a whole log; `name` is the file's name in errors.

    LogError: not UTF-8 JSON, another SARIF version, a value of the wrong type, or an object that
    says two things under one name.
    """
    data = as_object(data, name)
    text = as_utf8(data, name)
    head = decode(data, name, _Head)
    check_head([key for key in ("version", "runs") if not bytes(getattr(head, key))], name)
    check_version(decode(head.version, name, object, "$.version"), name)
    log = decode(data, name, Log)
    check_names(text, name)
    return log


def as_utf8(data: bytes, name: str) -> str:
    """Decode a document, also what no struct asks for: SARIF is UTF-8 (§3.1)."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise log_error(error, name, "$") from error


def as_utf8_error(data: bytes, name: str, path: str) -> LogError | None:
    """Say where a document is no UTF-8; None where it is."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return log_error(error, name, path)
    return None


def check_head(missing: list[str], name: str) -> None:
    """Refuse what is no SARIF log at all."""
    if missing:
        what = f"this is no SARIF log: it has no {' and no '.join(missing)}"
        raise LogError(what, where=f"{name}: $", hint=_HINT)


def check_version(version: object, name: str) -> None:
    """Refuse a log of another SARIF version."""
    if version != VERSION:
        hint = "older files can be converted by the tool that wrote them"
        plain = isinstance(version, str) and _PLAIN.fullmatch(version)
        shown = f"SARIF version {version}" if plain else "another version of SARIF"
        what = f"this is {shown}; Drawgate reads {VERSION}"
        raise LogError(what, where=f"{name}: $.version", hint=hint)


def decode(data: bytes | memoryview, name: str, kind: type[T], path: str = "$") -> T:
    """Decode JSON as `kind`; `path` is where the data stands in the log."""
    try:
        return msgspec.json.decode(data, type=kind)
    except UnicodeDecodeError as error:  # counts from the start of a string
        raise as_utf8_error(bytes(data), name, path) or log_error(error, name, path) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise log_error(error, name, path) from error


def log_error(error: Exception, name: str, path: str) -> LogError:
    """Turn msgspec's error into ours: `results.sarif: $.runs[0].results[3].level: …`."""
    if isinstance(error, msgspec.ValidationError):
        what, _, rest = str(error).partition(_PATH)
        inner = rest.removesuffix("`").removeprefix("$")
        return LogError(unquoted(what), where=f"{name}: {path}{inner}")
    inner = "" if path in ("", "$") else f": {path}"
    if isinstance(error, UnicodeDecodeError):
        what = f"this is not UTF-8 from byte {error.start} on; SARIF is UTF-8 (§3.1)"
        return LogError(what, where=f"{name}{inner}", hint="convert it: iconv -f LATIN1 -t UTF-8")
    return LogError(as_words(error), where=f"{name}{inner}")


def as_words(error: Exception) -> str:
    """Say why bytes are no JSON document, without the byte: whoever asks knows it better."""
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    said = str(error)
    if "truncated" in said:
        return CUT
    if "trailing characters" in said:
        return _FOLLOWED + _where(said)
    return f"this is no JSON: {said.removeprefix('JSON is malformed: ')}"


def _where(said: str) -> str:
    match = _BYTE.search(said)
    return match[0] if match else ""
