"""Who needs whom in a requirements file: by its own comments, or because a person wrote it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from packaging.requirements import Requirement

from drawgate.core.dependency import Graph, Node
from drawgate.core.finding import Scope
from drawgate.manifests.reading import exact_version, name_of, normal, roots_of
from drawgate.manifests.requirement_lines import Item
from drawgate.manifests.scopes import of_file, wider
from drawgate.manifests.text import newlines

Via = Mapping[str, tuple[str, ...]]
"""By package, what a tool's comments say it is there for."""

_GENERATED: Final = re.compile(r"(?im)^[ \t]*#[^\n]{0,200}\b(?:auto-?)?generated\b")
_HEAD: Final = 4_000
_FROZEN: Final = 10
"""Exact pins in the order of their names, and nothing else, that no person writes."""
_COMMENT: Final = re.compile(r"(?:^|\s)#(.*)$")


def graph_of(
    path: str, text: str, found: Iterable[Item], sources: Mapping[str, Scope], *, narrows: bool
) -> Graph | None:
    """Give the graph of a list; None where nobody can tell what it names for itself.

    `sources` are the names in what it was made from, or in the lists that it narrows.
    """
    listed = [each for each in found if isinstance(each, Requirement)]
    names = [normal(each.name) for each in listed]
    if narrows:
        known = ((name, sources[name]) for name in names if name in sources)
        return Graph(manifest=path, roots=roots_of(known))
    if via := annotations(text):
        return _annotated(path, via, names)
    if generated(text, listed):
        if not sources:
            return None
        known = ((name, sources[name]) for name in names if name in sources)
        nodes = tuple(Node(name=name) for name in dict.fromkeys(names))
        return Graph(manifest=path, roots=roots_of(known), whole=True, nodes=nodes)
    scope = of_file(path)
    return Graph(manifest=path, roots=roots_of((name, scope) for name in names), whole=True)


def generated(text: str, listed: Iterable[Requirement]) -> bool:
    """Tell whether a tool wrote the list, so that what it names is not what a person asked for."""
    if "--hash" in text or _GENERATED.search(text[:_HEAD]):
        return True
    named = list(listed)
    names = [each.name.lower() for each in named]
    exact = all(exact_version(each.specifier) or each.url for each in named)
    frozen = len(names) >= _FROZEN and exact and names == sorted(names)
    return frozen and "#" not in text


def annotations(text: str) -> Via:
    """Read the comments `# via …` of pip-compile and uv; empty where there are none."""
    if "# via" not in text:
        return {}
    found: defaultdict[str, list[str]] = defaultdict(list)
    name, open_ = "", False
    for line in newlines(text):
        bare = line.strip()
        comment = _COMMENT.search(line)
        if bare and not bare.startswith(("#", "-")):
            name, open_ = normal(name_of(bare)), False
        said = comment[1].strip() if comment else ""
        if said == "via" or said.startswith("via "):
            open_, said = True, said.removeprefix("via").strip()
        elif not (open_ and bare.startswith("#")):
            open_ = False
            continue
        found[name] += filter(None, (part.strip() for part in said.split(",")))
    return {name: tuple(said) for name, said in found.items() if name}


def _annotated(path: str, via: Via, names: Iterable[str]) -> Graph:
    needed: defaultdict[str, list[str]] = defaultdict(list)
    roots: list[tuple[str, Scope]] = []
    for name in dict.fromkeys(names):
        for said in via.get(name, ()):
            if scope := _root(said, path):
                roots.append((name, scope[0]))
            elif not said.startswith("-"):
                needed[normal(name_of(said))].append(name)
    nodes = (Node(name=n, needs=tuple((o, "") for o in needed[n])) for n in dict.fromkeys(names))
    return Graph(manifest=path, roots=roots_of(roots), whole=True, nodes=tuple(nodes))


def _root(said: str, path: str) -> tuple[Scope] | None:
    """Read `-r FILE` and `project (pyproject.toml)`; with `-c` a list only narrows."""
    own = of_file(path)
    if said.startswith("-r"):
        return (wider(own, of_file(said.removeprefix("-r").split("(")[0].strip())),)
    return (own,) if "(" in said or ":" in said else None


def sources_of(
    names: Iterable[tuple[str, Iterable[str]]],
) -> Mapping[str, Scope]:
    """Give the names in lists, each list by its path, with what the lists are for."""
    return dict(roots_of(_named(names)))


def _named(names: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, Scope]]:
    for path, named in names:
        scope = of_file(path)
        yield from ((name, scope) for name in named)
