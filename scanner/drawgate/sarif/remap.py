"""Change every index in a value of a run, in place, to what it is in the folded run."""

from functools import cache
from typing import Any, Final

from drawgate.core.errors import LogError
from drawgate.sarif.indices import (
    INDICES,
    REFERENCES,
    Component,
    Descriptors,
    Moves,
    is_identity,
    properties,
)
from drawgate.sarif.indices import (
    kinds as all_kinds,
)

_REFERENCE: Final = "reportingDescriptorReference"
_COMPONENT: Final = "toolComponentReference"
_OWN_STEPS: Final = frozenset({("result", "rule"), (_REFERENCE, "toolComponent")})
"""Objects that are changed together with the one that holds them."""

Json = dict[str, Any]


class Remap:
    """The changes for one run, limited to those objects that something changes in."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._kinds = _changing(moves)
        self._steps: dict[str, list[tuple[str, str, str]]] = {}
        self._plain_rules = _plain_rules(moves.driver)
        everything = (moves.driver, *moves.extensions, *moves.taxonomies)
        # Backwards, so that the first of a guid or a name is the one that stays.
        self._by_guid = {one.guid: one for one in reversed(everything)}
        self._by_name = {one.name: one for one in reversed(moves.taxonomies)}

    @property
    def identity(self) -> bool:
        """Whether nothing changes at all."""
        return not self._kinds

    def apply(self, kind: str, value: Json, context: str = "") -> None:
        """Change all indices in and below a value that the schema calls `kind`."""
        if kind in self._kinds:
            self._change(kind, value, context)
        if kind not in self._steps:
            self._steps[kind] = _steps(kind, self._kinds)
        for name, shape, child in self._steps[kind]:
            held = value.get(name)
            if held:
                inner = REFERENCES.get((kind, name)) or context
                for one in _values(held, shape):
                    self.apply(child, one, inner)

    def _change(self, kind: str, value: Json, context: str) -> None:
        if kind == "result":
            self._change_rule(value)
        elif kind == _REFERENCE:
            self._change_reference(value, context)
        elif kind == _COMPONENT:
            self._change_component(value, context)
        else:
            self._change_indices(kind, value)

    def _change_indices(self, kind: str, value: Json) -> None:
        for name, array in INDICES[kind].items():
            index = self._index(value, name)
            if index >= 0:
                value[name] = self._moves.position(array, index)
        if "uriBaseId" in value:
            value["uriBaseId"] = self._moves.bases.get(value["uriBaseId"], value["uriBaseId"])

    def _change_rule(self, result: Json) -> None:
        """Change the four ways in which a result may name its rule, which must agree (§3.52)."""
        index = self._index(result, "ruleIndex")
        if "rule" not in result and index in self._plain_rules:
            result["ruleIndex"] = self._plain_rules[index]
            return
        reference = result.get("rule") or {}
        component = self._change_component(reference.get("toolComponent"), "rules")
        index = max(self._index(reference, "index"), self._index(result, "ruleIndex"))
        identifier = reference.get("id") or result.get("ruleId")
        index, identifier = self._moved(component, ("rules",), index, identifier)
        _set(result, "ruleIndex", index)
        _set(result, "ruleId", identifier)
        _set(reference, "index", index)
        _set(reference, "id", identifier)

    def _change_reference(self, reference: Json, context: str) -> None:
        component = self._change_component(reference.get("toolComponent"), context)
        # Relations join rules to taxa, and rules to rules (§3.53.1).
        lists = ("taxa", "rules") if context == "taxa" else (context,)
        old = self._index(reference, "index")
        index, identifier = self._moved(component, lists, old, reference.get("id"))
        _set(reference, "index", index)
        _set(reference, "id", identifier)

    def _change_component(self, reference: Json | None, context: str) -> Component:
        """Find the component that is meant, and set its new index."""
        component = self._component(reference or {}, context)
        if reference:
            _set(reference, "index", component.position)
        return component

    def _component(self, reference: Json, context: str) -> Component:
        index, moves = self._index(reference, "index"), self._moves
        if index >= 0:
            return self._indexed(reference, index, context)
        if reference.get("guid"):
            return self._by_guid.get(reference["guid"], moves.driver)
        # The standard says driver (§3.54.2); a name of a taxonomy can only mean that.
        named = self._by_name.get(reference.get("name", ""), moves.driver)
        return named if context == "taxa" else moves.driver

    def _indexed(self, reference: Json, index: int, context: str) -> Component:
        """Find by index: of an extension (§3.54.4), but many producers mean run.taxonomies."""
        extension = self._moves.extensions[index : index + 1]
        taxonomy = self._moves.taxonomies[index : index + 1] if context == "taxa" else []
        candidates = [one for one in (*taxonomy, *extension) if _matches(one, reference)]
        if not candidates:
            what = f"toolComponent index {index} points to nothing"
            raise LogError(what, where=self._moves.where)
        return candidates[0]

    def _index(self, value: Json, name: str) -> int:
        index = value.get(name, -1)
        if not isinstance(index, int) or isinstance(index, bool):
            raise LogError(f"{name} is no whole number", where=self._moves.where)
        return index

    def _moved(
        self, component: Component, lists: tuple[str, ...], index: int, identifier: str | None
    ) -> tuple[int, str | None]:
        """Give the new index and id of a descriptor."""
        found = [component.lists[name] for name in lists if name in component.lists]
        for descriptors in found:
            old = index if index >= 0 else _position(descriptors, identifier)
            if 0 <= old < len(descriptors.positions):
                new_id = descriptors.ids.get(old)
                renamed = _renamed(identifier, descriptors, new_id) if new_id else identifier
                return descriptors.positions[old], renamed
        if index >= 0:
            what = f"index {index} points to no descriptor of {component.name!r}"
            raise LogError(what, where=self._moves.where)
        return index, identifier


def _plain_rules(driver: Component) -> dict[int, int]:
    """Give old and new positions of the driver's rules that keep their id: almost all there are."""
    rules = driver.lists.get("rules")
    return {n: new for n, new in enumerate(rules.positions) if n not in rules.ids} if rules else {}


def _matches(component: Component, reference: Json) -> bool:
    return all(
        reference.get(name) in (None, own)
        for name, own in (("name", component.name), ("guid", component.guid))
    )


def _position(descriptors: Descriptors, identifier: str | None) -> int:
    """Find a descriptor by id, or by the id that this one is a part of (§3.27.5)."""
    while identifier:
        if identifier in descriptors.names:
            return descriptors.names[identifier]
        identifier = identifier.rpartition("/")[0]
    return -1


def _renamed(identifier: str | None, descriptors: Descriptors, new: str) -> str | None:
    """Put the new id in the place of the old one; `CA1000/1` becomes `CA1000/2/1`."""
    rest, old = "", identifier
    while old and old not in descriptors.names:
        old, slash, last = old.rpartition("/")
        rest = slash + last + rest
    return new + rest if old else identifier


def _set(value: Json, name: str, new: Any) -> None:  # noqa: ANN401 - an index or an id
    """Set what was there; an index of -1 says "none" and stays."""
    if value.get(name, -1) != -1:
        value[name] = new


def _changing(moves: Moves) -> frozenset[str]:
    """Give the objects that something changes in."""
    moved = {array for array, positions in moves.arrays.items() if not is_identity(positions)}
    kinds = {kind for kind, names in INDICES.items() if moved & set(names.values())}
    if moves.bases:
        kinds.add("artifactLocation")
    components = (moves.driver, *moves.extensions, *moves.taxonomies)
    lists = [one for component in components for one in component.lists.values()]
    placed = is_identity([one.position for one in moves.extensions])
    placed = placed and is_identity([one.position for one in moves.taxonomies])
    if not placed or not all(one.unchanged for one in lists):
        kinds |= {"result", _REFERENCE, _COMPONENT}
    return frozenset(kinds)


def _steps(kind: str, changing: frozenset[str]) -> list[tuple[str, str, str]]:
    reaching = _reaching(changing)
    return [
        step
        for step in properties(kind)
        if step[2] in reaching and (kind, step[0]) not in _OWN_STEPS
    ]


@cache
def _reaching(changing: frozenset[str]) -> frozenset[str]:
    """Give the objects that hold one of those, however deep."""
    found = changing
    while True:
        more = {
            kind for kind in all_kinds() if any(child in found for *_, child in properties(kind))
        }
        if more <= found:
            return found
        found |= more


def _values(held: Any, shape: str) -> list[Json]:  # noqa: ANN401 - any JSON value
    """Give the objects a property holds; what is of another shape is left as it is."""
    if shape == "one":
        values = [held]
    elif shape == "named":
        values = list(held.values()) if isinstance(held, dict) else []
    else:
        values = held if isinstance(held, list) else []
    return [one for one in values if isinstance(one, dict)]
