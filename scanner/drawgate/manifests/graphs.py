"""Graphs of several manifests together: a lock takes its roots from the declarations beside it."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from drawgate.core.dependency import Graph, Node
from drawgate.core.manifest import DECLARATIONS, LOCKS, PYLOCKS, is_manifest
from drawgate.manifests.reading import roots_of


def rooted(graphs: Sequence[Graph]) -> tuple[Graph, ...]:
    """Give each lock without roots those of the declarations in its folder."""
    declared: defaultdict[str, list[Graph]] = defaultdict(list)
    for graph in graphs:
        if is_manifest(graph.manifest, DECLARATIONS):
            declared[posixpath.dirname(graph.manifest)].append(graph)
    return tuple(
        _with_roots(graph, declared[posixpath.dirname(graph.manifest)])
        if is_manifest(graph.manifest, LOCKS) and not graph.roots
        else graph
        for graph in graphs
    )


def one_each(graphs: Iterable[Graph]) -> tuple[Graph, ...]:
    """Join what is known of one manifest, and sort."""
    found: dict[str, Graph] = {}
    for graph in graphs:
        known = found.get(graph.manifest)
        found[graph.manifest] = _joined(known, graph) if known else graph
    return tuple(found[manifest] for manifest in sorted(found))


def _with_roots(lock: Graph, declared: Sequence[Graph]) -> Graph:
    """Take the names that the lock holds; another lock may stand beside by chance.

    A file that names no packages is none that this lock was made from: nearly every project has
    a pyproject.toml or a setup.py for its tools.
    """
    held = {node.name for node in lock.nodes}
    near = [graph for graph in declared if held.intersection(name for name, _ in graph.roots)]
    return replace(
        lock,
        roots=roots_of(p for graph in near for p in graph.roots if p[0] in held),
        # A pylock may have been made from anything; each of the others, from what is beside it.
        whole=bool(near)
        and all(graph.whole for graph in near)
        and not is_manifest(lock.manifest, PYLOCKS),
    )


def _joined(one: Graph, other: Graph) -> Graph:
    """Join two about one manifest, of which pip may have been asked in parts."""
    nodes: dict[tuple[str, str], Node] = {}
    for node in chain(one.nodes, other.nodes):
        key = (node.name, node.version)
        known = nodes.get(key, Node(name=node.name, version=node.version))
        nodes[key] = replace(
            known,
            needs=tuple(dict.fromkeys((*known.needs, *node.needs))),
            may_need=tuple(dict.fromkeys((*known.may_need, *node.may_need))),
            scope=known.scope if node.scope is None else node.scope,
        )
    return Graph(
        manifest=one.manifest,
        roots=roots_of((*one.roots, *other.roots)),
        whole=one.whole or other.whole,
        nodes=tuple(nodes[key] for key in sorted(nodes)),
    )
