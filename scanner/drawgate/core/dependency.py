"""Packages a target names in its manifests: exact pins, and what is not one."""

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What the manifests of a target say. Pins are sorted; none stands there twice."""

    manifests: tuple[str, ...]
    pins: tuple[Pin, ...]
    not_pinned: tuple[NotAssessed, ...] = ()


def joined(layers: Iterable[Inventory]) -> Inventory:
    """Put layers together again, for who can tell two versions of a package apart."""
    known = tuple(layers)
    pins = {pin for layer in known for pin in layer.pins}
    order = lambda p: (p.ecosystem, p.name, p.version, p.manifest, p.line or 0)  # noqa: E731 - used once, beside it
    return Inventory(
        manifests=tuple(sorted({name for layer in known for name in layer.manifests})),
        pins=tuple(sorted(pins, key=order)),
        not_pinned=tuple(item for layer in known for item in layer.not_pinned),
    )
