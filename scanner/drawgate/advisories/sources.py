"""Opens what people have: a zip as OSV publishes it, a folder, a file, packed by gzip or not."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from drawgate.advisories.published import is_scores, one_line, read_document
from drawgate.core.errors import AdvisoryError

ENTRY_LIMIT: Final = 32 << 20
"""Bytes of one record; the largest that OSV publishes have a few million."""
TOTAL_LIMIT: Final = 8 << 30
"""Bytes of all records together, unpacked; more is a zip bomb or not advisories."""

_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})
_SCORES: Final = frozenset({".csv", ".gz"})
"""What may hold scores in a folder, where much else may have these names."""
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK"
_KNOWN: Final = (
    "OSV data (a zip, JSON, YAML, or a folder of those), the KEV catalogue, EPSS scores and "
    "mirrors can be read"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a source: its name for messages, and its bytes.

    `content` is None for a file that is no advisory by its name (a README, say).
    """

    name: str
    content: bytes | None
    container: str = ""
    """The zip it lies in, which is one publication; empty for a loose file."""


def entries(source: Path) -> Iterator[Entry]:
    """Give each file of a zip or folder, or the one file, nothing ever unpacked to disk.

    AdvisoryError when the source is neither, can't be read, or is larger than the limits.
    """
    total = 0
    for entry in _entries(source):
        total += len(entry.content or b"")
        if total > TOTAL_LIMIT:
            raise AdvisoryError(f"more than {TOTAL_LIMIT >> 30} GiB of records", where=source.name)
        yield entry


def parse(entry: Entry) -> Any:  # noqa: ANN401 - `record.check` looks at the shape
    """Decode an entry by what is in it, or raise an AdvisoryError that names it."""
    content = entry.content or b""
    if not entry.name.endswith(("yaml", "yml")) or is_scores(content[:64]):
        return read_document(content, entry.name)
    try:
        return _yaml(content)
    except (ValueError, RecursionError) as error:
        raise AdvisoryError(f"this can't be read: {one_line(error)}", where=entry.name) from error


def _entries(source: Path) -> Iterator[Entry]:
    try:
        if source.is_dir():
            yield from _folder(source)
        elif _head(source).startswith(_ZIP):
            yield from _zip(source)
        elif source.suffix in _SUFFIXES or _is_text(source):
            yield Entry(name=source.name, content=_capped(source))
        else:
            yield from _zip(source)
    except OSError as error:
        raise AdvisoryError(f"it can't be read: {error.strerror}", where=str(source)) from error


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(64)


def _is_text(path: Path) -> bool:
    """Tell whether a file whose name says nothing is worth reading as one of ours."""
    head = _head(path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(_GZIP) or text.startswith(b"{") or is_scores(head)


def _folder(root: Path) -> Iterator[Entry]:
    """Walk in sorted order; hidden files (`.github`, `.git`) are no advisories."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if path.is_symlink() or not path.is_file() or _hidden(name.parts[:-1]):
            continue
        if path.suffix == ".zip":
            yield from _zip(path)
        elif _advisory(name.parts) or (not _hidden(name.parts) and _scores(path)):
            yield Entry(name=str(name), content=_capped(path))
        else:
            yield Entry(name=str(name), content=None)


def _scores(path: Path) -> bool:
    """Tell whether a file is one of scores, unpacked or not."""
    if path.suffix not in _SCORES:
        return False
    head = _head(path)
    if not head.startswith(_GZIP):
        return is_scores(head)
    try:
        with gzip.open(path) as stream:
            return is_scores(stream.read(64))
    except (OSError, EOFError, zlib.error):
        return False


def _zip(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield _member(archive, info, str(path))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        # RuntimeError: encrypted; NotImplementedError: a compression nobody knows.
        reason = f"the zip can't be read: {one_line(error)}"
        raise AdvisoryError(reason, where=path.name, hint=_KNOWN) from error


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, container: str) -> Entry:
    # A member's name is only ever shown, never opened; control characters stay off the screen.
    name = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in info.filename)
    if name.lower().endswith(".zip"):
        hint = "unpack the outer one, and import the folder"
        raise AdvisoryError("a zip inside a zip is not read", where=name, hint=hint)
    if not _advisory(tuple(name.split("/"))):
        return Entry(name=name, content=None)
    with archive.open(info) as stream:
        # The header's size can lie, so the cap is on what really comes out.
        content = stream.read(ENTRY_LIMIT + 1)
    return Entry(name=name, content=_checked(name, content), container=container)


def _capped(path: Path) -> bytes:
    packed = _head(path).startswith(_GZIP)
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            return _checked(path.name, stream.read(ENTRY_LIMIT + 1))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        reason = f"it can't be unpacked: {one_line(error)}"
        raise AdvisoryError(reason, where=path.name) from error


def _checked(name: str, content: bytes) -> bytes:
    if len(content) > ENTRY_LIMIT:
        raise AdvisoryError(f"the record is larger than {ENTRY_LIMIT >> 20} MiB", where=name)
    return content


def _advisory(parts: tuple[str, ...]) -> bool:
    return not _hidden(parts) and Path(parts[-1]).suffix in _SUFFIXES


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") and part != ".." for part in parts)


def _yaml(content: bytes) -> Any:  # noqa: ANN401 - as `parse`
    from drawgate.advisories.plain_yaml import load  # noqa: PLC0415 - slow, and rarely needed

    return load(content)
