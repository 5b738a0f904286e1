"""What a user narrows the target to; everything left out is counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from drawgate.core import glob
from drawgate.core.errors import TargetError
from drawgate.core.target import Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Patterns that narrow the target, each with who asked for it ("--exclude").

    They count from the root, as do the paths in every result: those of the repository where
    there is one (docs/adr/0005).
    """

    include: tuple[tuple[str, str], ...] = ()
    exclude: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] | None = None
    """Exactly these paths (`--files`), below the scanned folder or else below the root."""
    output: Path | None = None
    """Our own output directory, resolved; it is no part of the target."""


def narrow(
    listed: Iterable[str], narrowing: Narrowing, prefix: str
) -> tuple[list[str], tuple[Exclusion, ...]]:
    """Give the names that are left, and each pattern's count, also of one that hits nothing.

    Raises TargetError for one of `files` that is not listed.
    """
    names, exclusions = sorted(listed), []
    if narrowing.files is not None:
        known = frozenset(names)
        names = sorted({_listed(path, known, prefix) for path in narrowing.files})
    if narrowing.include:
        patterns = [pattern for _, pattern in narrowing.include]
        origin = ", ".join(sorted({origin for origin, _ in narrowing.include}))
        kept = [name for name in names if glob.matches(name, patterns)]
        exclusions.append(_hits(origin, f"not {' '.join(patterns)}", names, kept))
        names = kept
    for origin, pattern in narrowing.exclude:
        kept = [name for name in names if not glob.matches(name, (pattern,))]
        exclusions.append(_hits(origin, pattern, names, kept))
        names = kept
    return names, tuple(exclusions)


def left_aside(listed: Iterable[str], kept: Iterable[str], narrowing: Narrowing) -> frozenset[str]:
    """Give what was not asked for, without what was excluded: that plays no part at all."""
    patterns = [pattern for _, pattern in narrowing.exclude]
    others = frozenset(listed).difference(kept)
    return frozenset(name for name in others if not glob.matches(name, patterns))


def _listed(path: str, known: frozenset[str], prefix: str) -> str:
    """Take a path as typed in the scanned folder, else as it stands in a report."""
    found = next((name for name in (prefix + path, path) if name in known), None)
    if found is None:
        hint = "a path below the target; ignored files are not part of it"
        raise TargetError("is not a file of the target", where=path, hint=hint)
    return found


def _hits(origin: str, pattern: str, before: list[str], after: list[str]) -> Exclusion:
    return Exclusion(origin=origin, pattern=pattern, files=len(before) - len(after))
