"""What the files of another log are called in ours: a log may count from elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

_LEAST: Final = 0.5
"""Share of the files with an unknown name that one beginning must explain to be believed."""
_COMMON: Final = 200
"""Files of one name; of more, as of `__init__.py`, none tells where it is."""


def fitted(paths: Iterable[str], known: frozenset[str]) -> tuple[Mapping[str, str], str]:
    """Give the paths that are called otherwise here, and a sentence about it if there are any.

    A build machine's `/builds/shop/src/a.py` is `src/a.py`; a tool that was started in `src` says
    `a.py`. One beginning for the whole log is looked for, never one for each file.
    """
    strange = sorted({path for path in paths if path} - known)
    votes: Counter[tuple[str, str]] = Counter()
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for path in known:
        by_name[path.rpartition("/")[2]].append(path)
    for path in strange:
        same = by_name.get(path.rpartition("/")[2], ())
        if len(same) <= _COMMON:
            votes.update({_beginnings(path, here) for here in same})
    best = min(
        votes, key=lambda change: (-votes[change], sum(map(len, change)), change), default=None
    )
    if best is None or votes[best] < _LEAST * len(strange):
        return {}, ""
    theirs, ours = best
    renamed = {
        path: ours + path.removeprefix(theirs)
        for path in strange
        if path.startswith(theirs) and ours + path.removeprefix(theirs) in known
    }
    return renamed, _sentence(theirs, ours)


def _beginnings(theirs: str, ours: str) -> tuple[str, str]:
    """Give what stands before the longest end, in whole folders, that two paths have in common."""
    one, other = theirs.split("/"), ours.split("/")
    while one and other and one[-1] == other[-1]:
        one.pop()
        other.pop()
    return _folder(one), _folder(other)


def _folder(parts: list[str]) -> str:
    return "/".join((*parts, "")) if parts else ""


def _sentence(theirs: str, ours: str) -> str:
    if theirs and ours:
        return f"its files below {theirs} are taken for those below {ours}"
    if theirs:
        return f"its files are below {theirs}, which was taken off"
    return f"its files count from {ours}, which was put before them"
