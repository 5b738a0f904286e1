"""Each listed file is looked into once, and what nobody can assess is said."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from drawgate.core.manifest import is_manifest
from drawgate.core.target import Encoding, File, NotAssessed
from drawgate.core.words import count
from drawgate.target.reading import MAX_SIZE, is_inside, read

_START: Final = 5
"""Bytes of a marker that many share."""
_BINARY_PROBE: Final = 8000
"""git's own rule: a NUL among the first 8000 bytes makes a file binary (xdiff-interface.c)."""


@dataclass(slots=True, kw_only=True)
class Census:
    """Describes files, and collects everything that has to be said about the others."""

    root: Path
    markers: tuple[bytes, ...] = ()
    not_assessed: list[NotAssessed] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    binary: int = 0
    unread: dict[str, int] = field(default_factory=dict)
    """Bytes of the regular files that nobody can assess."""
    behind: dict[str, bool] = field(default_factory=dict)
    """Folders already asked about: whether a link leads to them."""

    def examine(self, name: str) -> File | None:
        """Look into one file; give None, with the reason noted, when nobody can assess it."""
        if not is_inside(name):
            self._missed(name, "its name leads out of the target")
            return None
        try:
            if self._behind_link(name):
                self.links.append(name)
                return None
            mode, size = _facts(self.root, name)
            self.unread[name] = size if stat.S_ISREG(mode) else 0
            reason = _obstacle(self.root / name, mode, size)
            data = b"" if reason else read(self.root, name)
        except OSError as error:
            reason, data = _unreadable(error), b""
        if reason:
            self._missed(name.rstrip("/"), reason)
            return None
        del self.unread[name]
        return self._describe(name, size, data)

    def notes(self) -> Iterator[str]:
        """Give the sentences a reader must see."""
        if self.links:
            shown = ", ".join(self.links[:3]) + (", …" if len(self.links) > 3 else "")  # noqa: PLR2004 - three examples
            yield f"{count(len(self.links), 'symbolic link')} not followed: {shown}"
        if self.binary:
            yield f"{count(self.binary, 'binary file')} not looked at by scanners of text"

    def leading(self, beside: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Give each link with where it leads inside the target, also those `beside` what counts."""
        others = (name for name in beside if is_inside(name) and (self.root / name).is_symlink())
        for name in sorted({*self.links, *others}):
            place = Path(os.path.realpath(self.root / name))
            if place.is_relative_to(self.root) and os.path.lexists(place):
                inner = place.relative_to(self.root).as_posix()
                self._disguised(name, inner)
                yield name, inner

    def _disguised(self, name: str, place: str) -> None:
        """Tell a link whose name calls for another scanner than the file that it leads to.

        `app.py` may be a link to `data.txt`: nobody who goes by names would look at the code.
        """
        if name in self.links and _sort(name) != _sort(place) and (self.root / place).is_file():
            self._missed(name, f"a symbolic link to {place}, which is looked at by its own name")

    def _missed(self, path: str, reason: str) -> None:
        self.not_assessed.append(NotAssessed(subject=path, reason=reason, path=path))

    def _behind_link(self, name: str) -> bool:
        """Tell whether the file, or a folder above it, is a link."""
        folder = name.rstrip("/").rpartition("/")[0]
        if folder and folder not in self.behind:
            self.behind[folder] = self._behind_link(folder)
        return bool(folder and self.behind[folder]) or (self.root / name.rstrip("/")).is_symlink()

    def _marked(self, lower: bytes) -> frozenset[str]:
        """Find markers; most files have none, so their few beginnings are looked for first."""
        if not any(start in lower for start in {marker[:_START] for marker in self.markers}):
            return frozenset()
        return frozenset(marker.decode() for marker in self.markers if marker in lower)

    def _describe(self, name: str, size: int, data: bytes) -> File:
        encoding = _encoding(data)
        self.binary += encoding is Encoding.BINARY
        lower = data.lower()
        return File(
            path=name,
            size=size,
            encoding=encoding,
            interpreter=_interpreter(data),
            markers=self._marked(lower),
            longest_line=max(map(len, data.split(b"\n"))),
            digest=hashlib.sha256(data).digest(),
        )


def _sort(name: str) -> tuple[str, bool]:
    return PurePosixPath(name).suffix.lower(), is_manifest(name)


def _facts(root: Path, name: str) -> tuple[int, int]:
    facts = os.lstat(root / name)
    return facts.st_mode, facts.st_size


def _obstacle(path: Path, mode: int, size: int) -> str:
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        return "the directory can't be read"
    if stat.S_ISDIR(mode):
        return "a git repository inside this one (submodule); scan it on its own"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    if size > MAX_SIZE:
        return f"{size / (1 << 20):,.0f} MiB is over the limit of {MAX_SIZE >> 20} MiB"
    return ""


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "tracked by git but not in the working tree"
    return f"can't be read: {error.strerror or error}"


def _encoding(data: bytes) -> Encoding:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16: text, though full of NULs
        return Encoding.OTHER
    if b"\0" in data[:_BINARY_PROBE]:
        return Encoding.BINARY
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return Encoding.OTHER
    return Encoding.UTF8


def _interpreter(data: bytes) -> str:
    """Give the program of a `#!` line, without `env`, its options and its directory."""
    if not data.startswith(b"#!"):
        return ""
    words = data[2:200].split(b"\n", 1)[0].decode("utf-8", "replace").split()
    words = [w for n, w in enumerate(words) if w[0] != "-" and not _of_env(words, n)]
    return words[0].rpartition("/")[2] if words else ""


def _of_env(words: list[str], number: int) -> bool:
    """Tell whether a word is `env` or what belongs to it: `FOO=1`, the name behind `-u`."""
    before = words[number - 1] if number else ""
    return words[number].endswith("/env") or "=" in words[number] or before in {"-u", "--unset"}
