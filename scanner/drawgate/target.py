"""A directory or git checkout becomes a Target; nothing else reads the target's tree."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from drawgate.core import glob
from drawgate.core.errors import TargetError
from drawgate.core.target import Encoding, Exclusion, File, Form, NotAssessed, Target

MAX_SIZE: Final = 16 << 20
"""Bytes. A larger file is not assessed, and said so: no scanner here reads it in fair time."""

NEVER: Final = (".git", ".venv", "node_modules")
"""Directories left out where git does not vouch for their files; printed in every verdict."""

MARKER: Final = ".drawgate-results"
"""The file that marks an output directory of ours."""

_BINARY_PROBE: Final = 8000
"""git's own rule: a NUL among the first 8000 bytes makes a file binary (xdiff-interface.c)."""


class Listing(Protocol):
    """What is asked of git; `drawgate.run.git.Git` answers it."""

    def top_level(self, path: Path) -> Path | None:
        """Give the root of the work tree that holds `path`, or None outside of git."""

    def head(self, root: Path) -> str:
        """Give the commit that is checked out, or an empty string before the first one."""

    def files(self, root: Path, below: Path) -> tuple[list[str], list[str]]:
        """Give tracked files, then untracked ones that are not ignored, relative to `below`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Patterns that narrow the target, each with who asked for it ("--exclude")."""

    include: tuple[tuple[str, str], ...] = ()
    exclude: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] | None = None
    """Exactly these paths, relative to the root (`--files`)."""
    output: Path | None = None
    """Our own output directory, resolved; it is no part of the target."""


def open_target(
    path: Path, git: Listing, narrowing: Narrowing | None = None, markers: Iterable[str] = ()
) -> Target:
    """List a target. `markers` are lower-case texts to look for in each file.

    Raises TargetError when the path is missing, is no directory, or can't be listed.
    """
    root = _existing_directory(path)
    narrowed = narrowing or Narrowing()
    census = _Census(
        root=root, markers=tuple(sorted(m.encode() for m in markers)), output=narrowed.output
    )
    form, commit = _list(root, git, census)
    kept = census.narrow(narrowed)
    files = tuple(file for name in kept if (file := census.examine(name)))
    return Target(
        root=root,
        form=form,
        commit=commit,
        files=files,
        exclusions=tuple(census.exclusions),
        not_assessed=tuple(sorted(census.not_assessed, key=lambda item: item.subject)),
        notes=tuple(census.notes()),
    )


def read(root: Path, path: str, limit: int = MAX_SIZE) -> bytes:
    """Read one regular file of the target; no link on the way is followed. Raises OSError."""
    descriptor = _open(root, path)
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - only open() takes a descriptor
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is not a regular file")
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(f"{path} is larger than {limit} bytes")
    return data


def is_inside(path: str) -> bool:
    """Tell whether a relative path can't lead out of the target."""
    return not path.startswith("/") and not {"", ".", ".."} & set(path.rstrip("/").split("/"))


def _open(root: Path, path: str) -> int:
    """Open a file folder by folder, so that none of them can be a link."""
    if not is_inside(path):
        raise OSError(f"{path} leads out of the target")
    *folders, name = path.split("/")
    place = os.open(root, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = inner
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        return os.open(name, flags, dir_fd=place)
    finally:
        os.close(place)


_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def _existing_directory(path: Path) -> Path:
    try:
        resolved = path.resolve(strict=True)
        mode = resolved.stat().st_mode
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TargetError(reason, where=str(path), hint="give a directory to scan") from error
    if not stat.S_ISDIR(mode):
        hint = "scan its directory with --files, or judge a SARIF log with `drawgate gate`"
        raise TargetError("is not a directory", where=str(path), hint=hint)
    return resolved


def _list(root: Path, git: Listing, census: "_Census") -> tuple[Form, str]:
    top = git.top_level(root)
    if top is None:
        census.add(_walk(root, census))
        return Form.DIRECTORY, ""
    tracked, untracked = git.files(top, root)
    census.add(tracked)
    census.add(census.without_never(untracked))
    if not census.names:
        # The directory itself is ignored by the repository around it (an unpacked archive in
        # a build folder): whoever names it wants it scanned, so git's opinion does not count.
        census.add(_walk(root, census))
    return Form.GIT, git.head(top)


def _walk(root: Path, census: "_Census") -> Iterator[str]:
    pending = [""]
    while pending:
        folder = pending.pop()
        for entry in _entries(root, folder, census):
            name = f"{folder}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                yield name
            elif entry.name in NEVER or Path(entry.path) == census.output:
                census.left_out(entry.name)
            else:
                pending.append(f"{name}/")


def _entries(root: Path, folder: str, census: "_Census") -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(root / folder) as entries:
            return list(entries)
    except OSError as error:
        if not folder:
            raise TargetError(str(error.strerror), where=str(root)) from error
        census.missed(folder.rstrip("/"), f"the directory can't be read: {error.strerror}")
        return ()


@dataclass(slots=True)
class _Census:
    """Collects names and everything that has to be said about what was left out."""

    root: Path
    markers: tuple[bytes, ...]
    output: Path | None = None
    names: set[str] = field(default_factory=set)
    exclusions: list[Exclusion] = field(default_factory=list)
    not_assessed: list[NotAssessed] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    binary: int = 0
    behind: dict[str, bool] = field(default_factory=dict)
    """Folders already asked about: whether a link leads to them."""
    folders_left_out: dict[str, int] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        self.names.update(names)

    def missed(self, path: str, reason: str) -> None:
        self.not_assessed.append(NotAssessed(subject=path, reason=reason, path=path))

    def left_out(self, folder: str) -> None:
        self.folders_left_out[folder] = self.folders_left_out.get(folder, 0) + 1

    def without_never(self, names: Iterable[str]) -> Iterator[str]:
        """Drop untracked files below the fixed list; tracked ones always count."""
        seen = set()
        for name in names:
            parts = name.split("/")[:-1]
            hit = next((i for i, part in enumerate(parts) if part in NEVER), None)
            if hit is None:
                yield name
            elif (where := tuple(parts[: hit + 1])) not in seen:
                seen.add(where)
                self.left_out(parts[hit])

    def narrow(self, narrowing: Narrowing) -> list[str]:
        """Apply what the user asked for; each pattern is counted, also one that hits nothing."""
        names = sorted(self.names)
        if narrowing.files is not None:
            names = self._only_files(names, narrowing.files)
        if narrowing.include:
            patterns = [pattern for _, pattern in narrowing.include]
            kept = [name for name in names if glob.matches(name, patterns)]
            origin = ", ".join(sorted({origin for origin, _ in narrowing.include}))
            self._exclude(origin, f"not {' '.join(patterns)}", len(names) - len(kept))
            names = kept
        for origin, pattern in narrowing.exclude:
            kept = [name for name in names if not glob.matches(name, (pattern,))]
            self._exclude(origin, pattern, len(names) - len(kept))
            names = kept
        for folder, count in sorted(self.folders_left_out.items()):
            self._exclude("always left out", f"{folder}/", count)
        return names

    def _only_files(self, names: list[str], wanted: tuple[str, ...]) -> list[str]:
        listed = set(names)
        for path in wanted:
            if path not in listed:
                hint = "a path relative to the target; ignored files are not part of it"
                raise TargetError("is not a file of the target", where=path, hint=hint)
        return sorted(set(wanted))

    def _exclude(self, origin: str, pattern: str, hits: int) -> None:
        self.exclusions.append(Exclusion(origin=origin, pattern=pattern, files=hits))

    def examine(self, name: str) -> File | None:
        """Look into one file; give None, with the reason noted, when nobody can assess it."""
        if not is_inside(name):
            self.missed(name, "its name leads out of the target")
            return None
        try:
            if self._behind_link(name):
                self.links.append(name)
                return None
            mode, size = _facts(self.root, name)
            reason = _obstacle(self.root / name, mode, size)
            data = b"" if reason else read(self.root, name)
        except OSError as error:
            reason, data, size = _unreadable(error), b"", 0
        if reason:
            self.missed(name.rstrip("/"), reason)
            return None
        return self._describe(name, size, data)

    def _behind_link(self, name: str) -> bool:
        """Tell whether the file, or a folder above it, is a link."""
        folder = name.rstrip("/").rpartition("/")[0]
        if folder and folder not in self.behind:
            self.behind[folder] = self._behind_link(folder)
        return bool(folder and self.behind[folder]) or (self.root / name.rstrip("/")).is_symlink()

    def _describe(self, name: str, size: int, data: bytes) -> File:
        encoding = _encoding(data)
        self.binary += encoding is Encoding.BINARY
        lower = data.lower()
        return File(
            path=name,
            size=size,
            encoding=encoding,
            interpreter=_interpreter(data),
            markers=frozenset(m.decode() for m in self.markers if m in lower),
            longest_line=max(map(len, data.split(b"\n"))),
        )

    def notes(self) -> Iterator[str]:
        if self.links:
            shown = ", ".join(self.links[:3]) + (", …" if len(self.links) > 3 else "")  # noqa: PLR2004 - three examples
            yield f"{len(self.links)} symbolic link(s) were not followed: {shown}"
        if self.binary:
            yield f"{self.binary} binary file(s) were not looked at by scanners of text"


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
    words = [w for w in words if not w.startswith("-") and not w.endswith("/env")]
    return words[0].rpartition("/")[2] if words else ""
