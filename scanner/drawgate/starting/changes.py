"""What would change in a repository, as a person reviews it: a unified diff."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from drawgate.outlets import tree
from drawgate.triage.redact import mask_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file before and after; `before` is None for a new one."""

    path: str
    before: bytes | None
    after: bytes


def changes(root: Path, files: Mapping[str, str]) -> tuple[Change, ...]:
    """Compare files with what the repository holds; leave out those that are the same."""
    compared = (
        Change(path=path, before=tree.current(root, path), after=text.encode())
        for path, text in sorted(files.items())
    )
    return tuple(change for change in compared if change.before != change.after)


def diff(change: Change) -> Iterator[str]:
    """Give the lines of a unified diff. A line that goes is masked: it is not ours to show."""
    old = (change.before or b"").decode("utf-8", "replace").splitlines()
    new = change.after.decode().splitlines()
    before = "/dev/null" if change.before is None else f"a/{change.path}"
    for line in difflib.unified_diff(old, new, before, f"b/{change.path}", lineterm=""):
        yield mask_text(line) if line.startswith("-") else line


def write(root: Path, change: Change) -> None:
    """Write one file, unless it is another by now. Raises OutputError."""
    tree.put(root, change.path, change.after, change.before)
