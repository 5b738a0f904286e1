"""Several runs of one tool into one run: what the parts share is kept once, all else is added."""

from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.errors import LogError
from drawgate.sarif import names
from drawgate.sarif.fold_components import Components
from drawgate.sarif.indices import Moves
from drawgate.sarif.objects import Joint, encode, free_name
from drawgate.sarif.remap import Remap
from drawgate.sarif.skeleton import RunPart

Json = dict[str, Any]

_ARRAYS: Final = {
    "artifacts": "artifact",
    "logicalLocations": "logicalLocation",
    "addresses": "address",
    "webRequests": "webRequest",
    "webResponses": "webResponse",
    "graphs": "graph",
    "threadFlowLocations": "threadFlowLocation",
}
"""Arrays that indices point into, each after those it points into itself; and what they hold."""
_PLACED: Final = frozenset({*_ARRAYS, "tool", "taxonomies", "originalUriBaseIds"})


class Folded:
    """One run of the output, made of the runs added to it."""

    def __init__(self, first: RunPart) -> None:
        self.body = first.body
        self._components = Components(self.body)
        self._joint = Joint(self.body)
        self._tables = {name: _Table(name, self.body.get(name, [])) for name in _ARRAYS}

    @property
    def renamed(self) -> int:
        """How many rules had to get a new id."""
        return self._components.renamed

    def add(self, part: RunPart) -> Remap:
        """Fold one more run in, and tell how its indices change."""
        body = part.body
        arrays: dict[str, list[int]] = {}
        moves = Moves(
            where=part.where,
            arrays=arrays,
            bases=self._bases(body),
            **self._components.place(body),
        )
        for name, kind in _ARRAYS.items():
            arrays[name] = self._place(name, kind, body, Remap(moves), part.where)
        offset = len(self.body.get("invocations", []))
        arrays["invocations"] = [offset + n for n in range(len(body.get("invocations", [])))]
        remap = Remap(moves)
        self._components.finish(remap)
        self._add_rest(body, remap)
        return remap

    def _bases(self, body: Json) -> dict[str, str]:
        """Add the part's uriBaseIds; one that means another place here gets another name."""
        mine = self.body.setdefault("originalUriBaseIds", {})
        theirs = body.get("originalUriBaseIds", {})
        taken = {*mine, *theirs}
        renamed = {
            name: free_name(name, taken)
            for name, place in theirs.items()
            if mine.get(name, place) != place
        }
        for name, place in theirs.items():
            parent = place.get("uriBaseId")
            moved = place | {"uriBaseId": renamed[parent]} if parent in renamed else place
            mine[renamed.get(name, name)] = moved
        if not mine:
            del self.body["originalUriBaseIds"]
        return renamed

    def _place(self, name: str, kind: str, body: Json, remap: Remap, where: str) -> list[int]:
        items = body.get(name, [])
        table = self._tables[name]
        positions = table.place_all(items, kind, remap, where)
        if table.items:
            self.body[name] = table.items
        return positions

    def _add_rest(self, body: Json, remap: Remap) -> None:
        """Add what nothing has placed yet: invocations, provenance, what we don't know."""
        rest = {name: value for name, value in body.items() if name not in _PLACED}
        remap.apply("run", rest)
        invocations = rest.pop("invocations", [])
        if invocations:
            self.body.setdefault("invocations", []).extend(invocations)
        self._joint.add(rest)

    def finish(self) -> Json:
        """Give the whole run, once all parts are in."""
        _count_coverage(self.body)
        return self.body


class _Table:
    """An array of the folded run; equal elements stand in it once."""

    def __init__(self, name: str, items: list[Json]) -> None:
        self.items = items
        self._name = name
        self._seen: dict[bytes, int] = {}
        for position, item in enumerate(items):
            self._seen.setdefault(self._key(item), position)

    def place_all(self, items: list[Json], kind: str, remap: Remap, where: str) -> list[int]:
        """Give the new positions of all items, adding those that are new."""
        positions: dict[int, int] = {}
        parents = [item.pop("parentIndex", -1) for item in items]
        for start in range(len(items)):
            # Parents go first, and may stand anywhere (§3.24.3, §3.33.8).
            for index in reversed(_ancestry(parents, start, positions, where)):
                item = items[index]
                own = self._holder(item).pop("index", -1)
                remap.apply(kind, item)
                if parents[index] >= 0:
                    item["parentIndex"] = positions[parents[index]]
                positions[index] = self._place(item, own)
        return [positions[index] for index in range(len(items))]

    def _place(self, item: Json, own: int) -> int:
        key = encode(item)
        if key not in self._seen:
            self._seen[key] = len(self.items)
            self.items.append(item)
            if own >= 0:
                self._holder(item)["index"] = self._seen[key]
        return self._seen[key]

    def _key(self, item: Json) -> bytes:
        """Encode an element without its own position in the array."""
        if self._name == "artifacts" and item.get("location"):
            place = {k: v for k, v in item["location"].items() if k != "index"}
            return encode(item | {"location": place})
        return encode({k: v for k, v in item.items() if k != "index"})

    def _holder(self, item: Json) -> Json:
        """Give the object that holds the element's own position."""
        place: Json = (item.get("location") or {}) if self._name == "artifacts" else item
        return place


def _ancestry(parents: list[int], index: int, placed: Mapping[int, int], where: str) -> list[int]:
    """Give an element and those above it, up to the first that is placed already."""
    chain: dict[int, None] = {}
    while index >= 0 and index not in placed:
        if index in chain or index >= len(parents):
            raise LogError(f"parentIndex {index} leads nowhere", where=where)
        chain[index] = None
        index = parents[index]
    return list(chain)


def _count_coverage(body: Json) -> None:
    """Count our own coverage again: it is about all that the run now says was looked at."""
    properties = body.get("properties", {})
    others = [key for key in properties if key.startswith(f"{names.COVERAGE}/")]
    if not others:
        return
    parts = [properties[names.COVERAGE], *(properties.pop(key) for key in others)]
    files = [one for one in body.get("artifacts", []) if "analysisTarget" in one.get("roles", [])]
    packages = [one for one in body.get("logicalLocations", []) if one.get("kind") == "package"]
    notes = [
        note
        for invocation in body.get("invocations", [])
        for note in invocation.get("toolExecutionNotifications", [])
        if note.get("descriptor", {}).get("id") == names.NOT_ASSESSED
    ]
    properties[names.COVERAGE] = {
        "lookedAt": len(files) + len(packages),
        "notAssessed": len(notes),
        "assumed": any(part.get("assumed", False) for part in parts),
    }
