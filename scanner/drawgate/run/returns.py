"""Files with carriage returns that git takes for no line's end, and scanners do.

Python and most scanners end a line there, so their numbers are not git's. Whoever writes such a
file could make git say "unchanged" of a line that was never there.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from drawgate.run.git import Entry, Git
from drawgate.run.snapshot import batches

_ALONE: Final = re.compile(rb"\r(?!\n)")

Trees = tuple[Mapping[str, Entry], Mapping[str, Entry]]


def as_lines(data: bytes) -> bytes:
    """Give a file whose lines git counts as everybody does."""
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def returned(
    git: Git, root: Path, trees: Trees, paths: Iterable[tuple[str, str]]
) -> dict[str, bytes | None]:
    """Give such files that two commits have with another content, and what the newer one holds.

    `paths` is what each file is called in both; None: it is not there any more.
    """
    pairs = [(trees[0].get(old), trees[1].get(new), new) for old, new in paths]
    changed = [pair for pair in pairs if _content(pair[0]) != _content(pair[1])]
    names = sorted({each.content for pair in changed for each in pair[:2] if each})
    sizes = git.sizes(root, names) if names else {}
    held = {
        name: data
        for batch in batches(sorted(sizes), sizes)
        for name, data in git.contents(root, batch)
        if _ALONE.search(data)
    }
    odd = [pair for pair in changed if not held.keys().isdisjoint(map(_content, pair[:2]))]
    return {new: _newer(git, root, now, held) for _, now, new in odd}


def _content(entry: Entry | None) -> str:
    return entry.content if entry else ""


def _newer(git: Git, root: Path, now: Entry | None, held: Mapping[str, bytes]) -> bytes | None:
    if now is None:
        return None
    if now.content not in held:
        return dict(git.contents(root, [now.content])).get(now.content)
    return held[now.content]
