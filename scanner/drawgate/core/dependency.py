"""Packages a target names in its manifests: exact pins, and what is not one."""

from collections.abc import Iterable
from dataclasses import dataclass

from drawgate.core.finding import Scope
from drawgate.core.target import NotAssessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One package at one exact version, and the manifest line that says so.

    `name` is normalised as its ecosystem does it (PEP 503 for `PyPI`).
    `ecosystem` is spelt as OSV spells it: "PyPI", "npm", "Go".
    """

    ecosystem: str
    name: str
    version: str
    manifest: str
    line: int | None = None

    @property
    def subject(self) -> str:
        """The name a report gives it: `requirements.txt: flask==0.12`."""
        return f"{self.manifest}: {self.name}=={self.version}"


Needed = tuple[str, str]
"""A package that another one needs: its name, and its version where the manifest says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A package of a manifest, and what it needs. Names are normalised."""

    name: str
    version: str = ""
    """Empty where the manifest does not tell the versions of a package apart."""
    needs: tuple[Needed, ...] = ()
    may_need: tuple[Needed, ...] = ()
    """What it needs with one of its extras."""
    scope: Scope | None = None
    """What the manifest itself says of it; None where it is for its roots to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Who needs whom, as far as one manifest and the declarations beside it tell."""

    manifest: str
    roots: tuple[tuple[str, Scope], ...] = ()
    """What the project names itself, and for what; sorted."""
    whole: bool = False
    """Whether the project names nothing else, so that all other packages are transitive."""
    nodes: tuple[Node, ...] = ()

    @property
    def edges(self) -> bool:
        """Whether it tells who needs whom at all, and not only what is there for what."""
        return any(node.needs or node.may_need for node in self.nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a package came into a manifest."""

    direct: bool | None = None
    via: tuple[str, ...] = ()
    scope: Scope = Scope.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What the manifests of a target say. Pins are sorted; none stands there twice."""

    manifests: tuple[str, ...]
    pins: tuple[Pin, ...]
    not_pinned: tuple[NotAssessed, ...] = ()
    graphs: tuple[Graph, ...] = ()
    """Who needs whom, at most one for each manifest, sorted by it; none where nobody tells."""


def joined(layers: Iterable[Inventory]) -> Inventory:
    """Put layers together again, for who can tell two versions of a package apart."""
    known = tuple(layers)
    pins = {pin for layer in known for pin in layer.pins}
    order = lambda p: (p.ecosystem, p.name, p.version, p.manifest, p.line or 0)  # noqa: E731 - used once, beside it
    return Inventory(
        manifests=tuple(sorted({name for layer in known for name in layer.manifests})),
        pins=tuple(sorted(pins, key=order)),
        not_pinned=tuple(item for layer in known for item in layer.not_pinned),
        graphs=tuple(graph for layer in known for graph in layer.graphs),
    )
