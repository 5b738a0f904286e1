"""`--vex`: the documents that a user named, and whom of their authors the user lets speak."""

import hashlib
import re
import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drawgate.config import Config
from drawgate.core.errors import VexError
from drawgate.policy.model import Pack

if TYPE_CHECKING:
    from drawgate.core.vex import Document, Vex

MAX_BYTES: Final = 64 << 20
"""Vendors' documents have some megabytes."""
_PIN: Final = re.compile(r"(?s)(.+)@sha256:(.*)")
_DIGEST: Final = re.compile("[0-9a-f]{64}")


def given_vex(config: Config, pack: Pack, target: Path | None = None) -> "Vex | None":
    """Read what was named; None where nothing was. VexError with the file and the JSON path.

    A file of the target may be edited by whoever edits the target. It is heard, since the user
    named it, and that is said, unless its digest was named, too.
    """
    if not config.vex:
        return None
    from drawgate.triage.vex_documents import choose  # noqa: PLC0415 - few scans need it

    documents = [_read(each, target) for each in dict.fromkeys(config.vex)]
    authors = (*config.vex_author, *pack.vex.authors)
    products = (*config.product, *pack.vex.products)
    return choose(_told_apart(documents), authors, products)


def _read(named: str, target: Path | None) -> "Document":
    from drawgate.readers.vex import read_vex  # noqa: PLC0415 - few scans need it

    pinned = _PIN.fullmatch(named)
    path, pin = Path(pinned[1] if pinned else named), pinned[2].lower() if pinned else ""
    data = _bytes(path)
    if pinned:
        _check(path, data, pin)
    source = path.name if path.is_absolute() else str(path)
    document = replace(read_vex(data, str(path)), source=source)
    if pinned or target is None or not _inside(path, target):
        return document
    sentence = (
        f"VEX {source} lies in the target: who may edit that may excuse anything with it; "
        "name it with its digest (FILE@sha256:DIGEST), or keep it elsewhere"
    )
    return replace(document, said=(*document.said, sentence))


def _bytes(path: Path) -> bytes:
    hint = "name an OpenVEX, CycloneDX or CSAF document"
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISFIFO(mode):
            raise VexError("is neither a file nor a pipe", where=str(path), hint=hint)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "its name is none"
        raise VexError(f"can't be read: {why}", where=str(path), hint=hint) from error
    if len(data) > MAX_BYTES:
        raise VexError(f"is larger than {MAX_BYTES >> 20} MiB", where=str(path))
    return data


def _check(path: Path, data: bytes, pin: str) -> None:
    if not _DIGEST.fullmatch(pin):
        hint = "write FILE@sha256: and 64 hexadecimal digits"
        raise VexError("has a pin that is no digest", where=str(path), hint=hint)
    found = hashlib.sha256(data).hexdigest()
    if found != pin:
        hint = "if the new content is right, name the new digest"
        raise VexError(f"has the SHA-256 {found}, not the one named", where=str(path), hint=hint)


def _inside(path: Path, target: Path) -> bool:
    whole = target.resolve()
    return path.resolve().is_relative_to(whole if whole.is_dir() else whole.parent)


def _told_apart(documents: "Iterable[Document]") -> "list[Document]":
    """Give files of one name in two folders a number, so that nobody mixes them up."""
    seen: dict[str, int] = {}
    named = []
    for document in documents:
        seen[document.source] = number = seen.get(document.source, 0) + 1
        source = document.source if number == 1 else f"{document.source} ({number})"
        named.append(replace(document, source=source))
    return named
