"""Tools of several runs into one: drivers, extensions and taxonomies with their descriptors."""

from copy import deepcopy
from typing import Any, Final

from drawgate.sarif import names
from drawgate.sarif.alike import is_ours, rule_key, worsen
from drawgate.sarif.indices import Component, Descriptors
from drawgate.sarif.objects import Joint, encode, free_name
from drawgate.sarif.remap import Remap

Json = dict[str, Any]

_LISTS: Final = ("rules", "notifications", "taxa")
_IDENTITY: Final = ("name", "guid", "version")


class Components:
    """The tool components of a folded run."""

    def __init__(self, body: Json) -> None:
        self._body = body
        self.renamed = 0
        self._lists: dict[tuple[int, str], _List] = {}
        self._positions = {
            "extensions": _positions(body["tool"].get("extensions", [])),
            "taxonomies": _positions(body.get("taxonomies", [])),
        }
        self._joints: dict[int, Joint] = {}
        self._unfinished: list[tuple[str, Json]] = []
        self._rests: list[tuple[Json, Json]] = []
        self._parts = 0
        self._first_is_ours = self._ours = is_ours(body)

    def place(self, body: Json) -> dict[str, Any]:
        """Add another run's components; references in what is new are mended by `finish`."""
        self._parts += 1
        self._ours = is_ours(body)
        tool, other = self._body["tool"], body["tool"]
        rest = {k: v for k, v in other.items() if k not in ("driver", "extensions")}
        self._rests.append((tool, rest))
        return {
            "driver": self._join(tool["driver"], other["driver"], "driver", 0),
            "extensions": self._place_all(tool, other, "extensions"),
            "taxonomies": self._place_all(self._body, body, "taxonomies"),
        }

    def finish(self, remap: Remap) -> None:
        """Mend the references in what `place` added, now that all positions are known."""
        for kind, value in self._unfinished:
            remap.apply(kind, value)
        for mine, rest in self._rests:
            remap.apply("toolComponent", rest)
            self._joints.setdefault(id(mine), Joint(mine)).add(rest)
        self._unfinished, self._rests = [], []

    def _place_all(self, holder: Json, other: Json, name: str) -> list[Component]:
        """Join each component with its like, or add it as it is."""
        placed = []
        known = self._positions[name]
        for theirs in other.get(name, []):
            mine = holder.setdefault(name, [])
            position = known.setdefault(_identity(theirs), len(mine))
            if position == len(mine):
                mine.append({k: theirs[k] for k in _IDENTITY if k in theirs})
            placed.append(self._join(mine[position], theirs, name, position))
        return placed

    def _join(self, mine: Json, theirs: Json, home: str, position: int) -> Component:
        lists = {}
        for name in _LISTS:
            if theirs.get(name):
                lists[name] = self._join_list(mine, theirs, name)
        self._rests.append((mine, {k: v for k, v in theirs.items() if k not in _LISTS}))
        return Component(
            name=theirs["name"],
            guid=theirs.get("guid"),
            home=home,
            position=position,
            lists=lists,
        )

    def _join_list(self, mine: Json, theirs: Json, name: str) -> Descriptors:
        items = mine.setdefault(name, [])
        if (id(items), name) not in self._lists:
            self._lists[id(items), name] = _List(items, name, ours=self._first_is_ours)
        joined = self._lists[id(items), name]
        positions, ids = [], {}
        for old, descriptor in enumerate(theirs[name]):
            position, new = joined.place(descriptor, self._parts, ours=self._ours)
            if new is not None:
                self._unfinished.append(("reportingDescriptor", new))
                self.renamed += new["id"] != descriptor["id"]
            positions.append(position)
            if items[position]["id"] != descriptor["id"]:
                ids[old] = items[position]["id"]
        known: dict[str, int] = {}
        for old, descriptor in enumerate(theirs[name]):
            known.setdefault(descriptor["id"], old)
        return Descriptors(positions=positions, ids=ids, names=known)


class _List:
    """Rules, notifications or taxa of one component; equal ones stand in it once."""

    def __init__(self, items: list[Json], name: str, *, ours: bool) -> None:
        self._items = items
        self._unique_ids = name == "rules"
        self._seen: dict[bytes, int] = {}
        self._ids: set[str] = set()
        self._last: dict[str, int] = {}
        for position, item in enumerate(items):
            # A second rule of one id can't be named by it: what comes to it gets another one.
            if not (self._unique_ids and item["id"] in self._ids):
                self._seen.setdefault(self._key(item, 0, ours=ours), position)
            self._ids.add(item["id"])

    def place(self, descriptor: Json, part: int, *, ours: bool) -> tuple[int, Json | None]:
        """Give the descriptor's position, and what was added if it is new.

        A rule whose id already means something else gets another id, since GitHub and others
        look rules up by id; a taxon does not: its id is the taxonomy's, not ours to change.
        """
        key = self._key(descriptor, part, ours=ours)
        if key in self._seen:
            if ours and self._unique_ids:
                worsen(self._items[self._seen[key]], descriptor)
            return self._seen[key], None
        new = deepcopy(descriptor)
        if self._unique_ids and new["id"] in self._ids:
            new["id"] = free_name(new["id"], self._ids, self._last)
            new.setdefault("properties", {}).setdefault(names.RULE_ID, descriptor["id"])
        self._ids.add(new["id"])
        self._seen[key] = len(self._items)
        self._items.append(new)
        return self._seen[key], new

    def _key(self, descriptor: Json, part: int, *, ours: bool) -> bytes:
        """Know a rule of ours again by what does not hang on the results of its log."""
        if ours and self._unique_ids:
            return b"ours" + _key(rule_key(descriptor), part)
        return _key(descriptor, part)


def _positions(components: list[Json]) -> dict[bytes, int]:
    """Give the first component of each identity."""
    known: dict[bytes, int] = {}
    for position, component in enumerate(components):
        known.setdefault(_identity(component), position)
    return known


def _identity(component: Json) -> bytes:
    return encode([component.get(name) for name in _IDENTITY])


def _key(descriptor: Json, part: int) -> bytes:
    """Encode a descriptor so that references by index, which differ between logs, don't count.

    A reference by nothing but an index could mean anything in another log: such a descriptor is
    equal to none of another part.
    """
    relationships = descriptor.get("relationships")
    if not relationships:
        return encode(descriptor)
    plain = deepcopy(descriptor)
    anonymous = False
    for relationship in plain["relationships"]:
        target = relationship["target"]
        anonymous = anonymous or not (target.get("id") or target.get("guid"))
        target.pop("index", None)
        target.get("toolComponent", {}).pop("index", None)
    return encode([plain, part] if anonymous else plain)
