"""The names of a target's files, and the folders that are left out whatever a user says."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError
from drawgate.core.target import Exclusion, NotAssessed
from drawgate.target.results import below, is_result

NEVER: Final = (".git", ".venv", "node_modules")
"""Directories left out where git does not vouch for their files; printed in every verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Names relative to the folder that was listed, and what was not gone into."""

    names: frozenset[str]
    exclusions: tuple[Exclusion, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()


def walk(root: Path, output: Path | None = None) -> Listed:
    """List a directory without git, but for the fixed list and our results in `output`."""
    found = _Walk(root=root)
    kept = without_results(found.names(), below(root, output))
    return Listed(
        names=kept.names,
        exclusions=(*kept.exclusions, *_exclusions(found.left_out)),
        not_assessed=tuple(found.not_assessed),
    )


def without_results(names: Iterable[str], prefix: str | None) -> Listed:
    """Drop the files that we write ourselves; git must not track any of them."""
    listed = frozenset(names)
    results = frozenset(name for name in listed if is_result(name, prefix))
    found = Exclusion(origin="our results", pattern=prefix or "./", files=len(results))
    return Listed(names=listed - results, exclusions=(found,) if results else ())


def without_never(names: Iterable[str]) -> Listed:
    """Drop untracked files below the fixed list; tracked ones always count."""
    kept, folders = set(), set()
    for name in names:
        parts = name.split("/")[:-1]
        hit = next((i for i, part in enumerate(parts) if part in NEVER), None)
        if hit is None:
            kept.add(name)
        else:
            folders.add(tuple(parts[: hit + 1]))
    left_out = Counter(folder[-1] for folder in folders)
    return Listed(names=frozenset(kept), exclusions=_exclusions(left_out))


def _exclusions(left_out: Counter[str]) -> tuple[Exclusion, ...]:
    """Count folders: what lies in them was not even listed."""
    return tuple(
        Exclusion(origin="always left out", pattern=f"{name}/", folders=number)
        for name, number in sorted(left_out.items())
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    root: Path
    left_out: Counter[str] = field(default_factory=Counter)
    not_assessed: list[NotAssessed] = field(default_factory=list)

    def names(self) -> Iterator[str]:
        pending = [""]
        while pending:
            folder = pending.pop()
            for entry in self._entries(folder):
                name = f"{folder}{entry.name}"
                if not entry.is_dir(follow_symlinks=False):
                    yield name
                elif entry.name in NEVER:
                    self.left_out[entry.name] += 1
                else:
                    pending.append(f"{name}/")

    def _entries(self, folder: str) -> Sequence[os.DirEntry[str]]:
        try:
            with os.scandir(self.root / folder) as entries:
                return list(entries)
        except OSError as error:
            if not folder:
                raise TargetError(str(error.strerror), where=str(self.root)) from error
            path, reason = folder.rstrip("/"), f"the directory can't be read: {error.strerror}"
            self.not_assessed.append(NotAssessed(subject=path, reason=reason, path=path))
            return ()
