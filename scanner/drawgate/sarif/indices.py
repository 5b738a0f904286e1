"""Where indices stand in SARIF, and how to change all of them in a value.

Which property holds which kind of object comes from the official schema, so no place is
forgotten; which properties are indices, and into what, is the table here. A test compares the
table with the schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import msgspec

from drawgate.core.errors import LogError
from drawgate.resources import data

INDICES: Final[Mapping[str, Mapping[str, str]]] = {
    "address": {"index": "addresses", "parentIndex": "addresses"},
    "artifact": {"parentIndex": "artifacts"},
    "artifactLocation": {"index": "artifacts"},
    "graphTraversal": {"runGraphIndex": "graphs"},
    "logicalLocation": {"index": "logicalLocations", "parentIndex": "logicalLocations"},
    "resultProvenance": {"invocationIndex": "invocations"},
    "threadFlowLocation": {"index": "threadFlowLocations"},
    "webRequest": {"index": "webRequests"},
    "webResponse": {"index": "webResponses"},
}
"""Object, its property, and the array of the run that the index points into."""

REFERENCES: Final = {
    ("configurationOverride", "descriptor"): "",  # as the list of overrides it stands in says
    ("invocation", "notificationConfigurationOverrides"): "notifications",
    ("invocation", "ruleConfigurationOverrides"): "rules",
    ("notification", "associatedRule"): "rules",
    ("notification", "descriptor"): "notifications",
    ("reportingDescriptorRelationship", "target"): "taxa",
    ("result", "rule"): "rules",
    ("result", "taxa"): "taxa",
    ("threadFlowLocation", "taxa"): "taxa",
    ("toolComponent", "supportedTaxonomies"): "taxa",
}
"""Which list of a component a reference points into, by where it stands (§3.52.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptors:
    """What became of one list of descriptors: new positions, and new ids for some."""

    positions: list[int]
    ids: Mapping[int, str] = field(default_factory=dict)
    """Old position to new id."""
    names: Mapping[str, int] = field(default_factory=dict)
    """Id to old position, for references by id alone."""

    @property
    def unchanged(self) -> bool:
        """Whether every reference stays as it is."""
        return not self.ids and is_identity(self.positions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What became of a tool component: where it is now, and what became of its lists."""

    name: str
    guid: str | None
    home: str
    """`driver`, `extensions` or `taxonomies`."""
    position: int
    """Its new index there; for the driver 0."""
    lists: Mapping[str, Descriptors] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """How the indices of one run change when it is folded into another."""

    where: str
    """File and path of the run, for errors."""
    arrays: Mapping[str, list[int]] = field(default_factory=dict)
    bases: Mapping[str, str] = field(default_factory=dict)
    """uriBaseIds that got a new name, as the run they come to uses theirs for something else."""
    driver: Component
    extensions: list[Component] = field(default_factory=list)
    taxonomies: list[Component] = field(default_factory=list)

    def position(self, array: str, index: int) -> int:
        """Give the new index into an array of the run."""
        positions = self.arrays.get(array, [])
        if index >= len(positions):
            what = f"index {index} points to nothing: the run has {len(positions)} {array}"
            raise LogError(what, where=self.where)
        return positions[index]


def is_identity(positions: list[int]) -> bool:
    """Tell whether nothing moves."""
    return all(new == old for old, new in enumerate(positions))


@cache
def properties(kind: str) -> tuple[tuple[str, str, str], ...]:
    """Give an object's properties that hold objects: name, shape (one, many, named), kind."""
    found = []
    for name, schema in _definitions()[kind].get("properties", {}).items():
        for shape, holder in (
            ("one", schema),
            ("many", schema.get("items", {})),
            ("named", schema.get("additionalProperties", {})),
        ):
            reference = holder.get("$ref") if isinstance(holder, dict) else None
            if reference and reference != "#/definitions/propertyBag":
                found.append((name, shape, reference.rpartition("/")[2]))
    return tuple(found)


def kinds() -> frozenset[str]:
    """Give the names of all objects that the schema defines."""
    return frozenset(_definitions())


@cache
def property_names() -> frozenset[str]:
    """Give the names of all properties of the schema, whatever object they stand in."""
    return frozenset(
        name for kind in kinds() for name in _definitions()[kind].get("properties", {})
    ) | {"$schema", "version", "runs", "inlineExternalProperties"}


@cache
def _definitions() -> dict[str, Any]:
    path = data("policies") / "schema" / "sarif-2.1.0.json"
    definitions: dict[str, Any] = msgspec.json.decode(path.read_bytes())["definitions"]
    return definitions
