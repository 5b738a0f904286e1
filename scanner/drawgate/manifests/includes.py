"""Which names a tree of included files leaves open, in time that no target can blow up."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from drawgate.core.dependency import Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.reading import Declared

Step = tuple[str, bool]
"""A file, and whether it is read as a constraint, which only narrows what others ask for."""

_STEPS: Final = 2_000_000
"""Files and includes in all trees, and comparisons of names with what pins them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file, read once: what it says by itself, and the files of ours it includes."""

    found: tuple[Pin | Declared | NotAssessed, ...]
    includes: tuple[Step, ...]
    compiled: tuple[Step, ...] = ()
    """What pip-compile made of it: its pins answer for these names, as a constraint does."""


def open_names(roots: tuple[str, ...], read: Mapping[str, File]) -> Iterator[Declared]:
    """Give the names without a version that at least one root's tree leaves open.

    With more trees than anybody writes, files of the last ones count as if they stood alone: a
    name that is told in vain does less harm than one that is passed over.
    """
    judge = _Judge(read)
    for number, root in enumerate(roots):
        tree = _tree((root,), read)
        judge.steps += sum(1 + len(read[path].includes) for path, _ in tree)
        if judge.steps > _STEPS:
            yield from judge.unjudged(_tree(roots[number:], read))
            return
        yield from judge.open(tree)


class _Judge:
    """Remembers what no tree has left open yet."""

    def __init__(self, read: Mapping[str, File]) -> None:
        self.steps = 0
        self._pinned_in = _pinned_in(read)
        self._pinning = frozenset[str]().union(*self._pinned_in.values())
        self._left = {
            path: [each for each in file.found if isinstance(each, Declared)]
            for path, file in read.items()
        }
        self._judged: set[tuple[frozenset[str], str]] = set()

    def open(self, tree: tuple[Step, ...]) -> Iterator[Declared]:
        """Give what this tree leaves open, and nothing twice.

        Trees with the same pinning files judge a file alike, so it is judged once for all.
        """
        by = frozenset(path for path, _ in tree if path in self._pinning)
        for path in sorted(self._asking(tree)):
            if (by, path) not in self._judged:
                self._judged.add((by, path))
                yield from self._take(path, by)

    def unjudged(self, tree: tuple[Step, ...]) -> Iterator[Declared]:
        """Give what is left in a tree and not pinned in its own file."""
        for path in sorted(self._asking(tree)):
            yield from self._take(path, frozenset({path}))

    def _asking(self, tree: tuple[Step, ...]) -> frozenset[str]:
        return frozenset(path for path, constraint in tree if not constraint and self._left[path])

    def _take(self, path: str, by: frozenset[str]) -> Iterator[Declared]:
        kept = []
        for each in self._left[path]:
            pinned_in = self._pinned_in.get(each.name, frozenset())
            self.steps += 1 + min(len(by), len(pinned_in))
            if by.isdisjoint(pinned_in):
                yield each
            else:
                kept.append(each)
        self._left[path] = kept


def _pinned_in(read: Mapping[str, File]) -> Mapping[str, frozenset[str]]:
    """Give for each name the files that pin it."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    for path, file in read.items():
        for each in file.found:
            if isinstance(each, Pin):
                places[each.name].add(path)
    return {name: frozenset(paths) for name, paths in places.items()}


def _tree(roots: Iterable[str], read: Mapping[str, File]) -> tuple[Step, ...]:
    """Give the roots and all that they include, each once in each of its two roles."""
    todo = deque((root, "constraints" in root.rpartition("/")[2]) for root in roots)
    seen = dict.fromkeys(todo)
    while todo:
        path, constraint = todo.popleft()
        for target, narrows in (*read[path].includes, *read[path].compiled):
            step = (target, constraint or narrows)
            if step not in seen:
                seen[step] = None
                todo.append(step)
    return tuple(seen)
