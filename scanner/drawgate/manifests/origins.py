"""How each package came into a manifest: by whom, and what for. Linear in what is written there."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from drawgate.core.dependency import Graph, Needed, Node, Origin
from drawgate.core.finding import Scope

Key = tuple[str, str, str]
"""Manifest, name and version of a package; the version is empty where it plays no role."""

_LONGEST: Final = 50
"""Packages of a way that are told; nobody reads a longer one, and a target may write one."""
_ORDER: Final = (Scope.RUNTIME, Scope.UNKNOWN, Scope.DEVELOPMENT)


def origins(graphs: Iterable[Graph]) -> Mapping[Key, Origin]:
    """Give what the graphs tell of their packages; of what they don't know there is nothing."""
    return {
        (graph.manifest, *node): origin
        for graph in graphs
        for node, origin in _Reached(graph).origins()
    }


Walk = Mapping[Needed, tuple[str, ...]]
"""The packages that some roots lead to, each with who needs whom on the way to it."""


class _Reached:
    """Walks one graph from its roots, those of each scope apart."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.roots = dict(graph.roots)
        self.nodes: dict[Needed, Node] = {(n.name, n.version): n for n in graph.nodes if n.name}
        self.versions: defaultdict[str, list[Needed]] = defaultdict(list)
        for key in sorted(self.nodes):
            self.versions[key[0]].append(key)

    def origins(self) -> Iterator[tuple[Needed, Origin]]:
        """Give what is known of each package: the roots, what they lead to, and the rest."""
        walks = {(s, extras): self._walk(s, extras) for extras in (False, True) for s in _ORDER}
        for key in (*self.nodes, *((name, "") for name in self.roots if name not in self.versions)):
            yield key, self._origin(key, walks)

    def _origin(self, key: Needed, walks: Mapping[tuple[Scope, bool], Walk]) -> Origin:
        node = self.nodes.get(key)
        said = node.scope if node else None
        scope, walk = self._by_walks(key, walks)
        scope = scope if said is None else said
        if key[0] in self.roots:
            return Origin(direct=True, scope=scope)
        if walk is None:
            return Origin(direct=False if self.graph.whole else None, scope=said or Scope.UNKNOWN)
        direct = False if self.graph.whole else None
        return Origin(direct=direct, via=walk[key], scope=scope)

    def _by_walks(
        self, key: Needed, walks: Mapping[tuple[Scope, bool], Walk]
    ) -> tuple[Scope, Walk | None]:
        """Find the walk that reaches a package, and what it is there for.

        What is needed by what runs, runs. With an extra it may be, so what else needs it does
        not make it a matter of development; nobody knows then.
        """
        sure = next((s for s in _ORDER if key in walks[s, False]), None)
        maybe = next((s for s in _ORDER if key in walks[s, True]), None)
        if sure is None:
            return (Scope.UNKNOWN, None) if maybe is None else (maybe, walks[maybe, True])
        told = sure if maybe is None or _ORDER.index(maybe) >= _ORDER.index(sure) else Scope.UNKNOWN
        return told, walks[sure, False]

    def _walk(self, scope: Scope, extras: bool) -> Walk:  # noqa: FBT001 - one of six walks
        """Go breadth first, in the order of names, so that the first way is the shortest."""
        starts = sorted(name for name, of in self.roots.items() if of is scope)
        ways: dict[Needed, tuple[str, ...]] = {}
        asked: set[str] = set()
        for name in starts:
            ways.update(dict.fromkeys(self.versions.get(name, [(name, "")]), ()))
        todo = deque(ways)
        while todo:
            key = todo.popleft()
            # Of an endless way only its beginning is kept, or a chain would cost quadratic time.
            way = ways[key] if len(ways[key]) >= _LONGEST else (*ways[key], key[0])
            for other in self._next(key, extras, asked):
                if other not in ways:
                    ways[other] = way
                    todo.append(other)
        return ways

    def _next(self, key: Needed, extras: bool, asked: set[str]) -> Iterator[Needed]:  # noqa: FBT001 - as above
        """Give what a package needs; all versions of a name only once, or it takes too long."""
        node = self.nodes.get(key)
        if node is None:
            return
        wanted: Sequence[Needed] = (*node.needs, *node.may_need) if extras else node.needs
        for name, version in sorted(set(wanted)):
            if (name, version) in self.nodes:
                yield name, version
            elif name not in asked:
                asked.add(name)
                yield from self.versions.get(name, ())
