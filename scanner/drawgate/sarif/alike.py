"""What in our own logs depends on the company a result was in, and not on the result itself.

One scanner's result is another one beside a second scanner: it is in a group, and has the group's
severity. Its rule tells the worst of the log's results. Two logs of one commit differ in no more
than that, so `merge` looks past it. Whoever reads the merged log groups again.
"""

from copy import deepcopy
from typing import Any, Final

import msgspec

from drawgate.core.severity import Severity
from drawgate.sarif import names
from drawgate.sarif.emit_rules import LEVELS

Json = dict[str, Any]

_MARK: Final = f'"{names.GROUP}"'.encode()
_GROUPED: Final = (names.GROUP, names.FOLDED, names.REPORTERS, names.BASIS)
_LEVELS: Final = ("none", "note", "warning", "error")
_SURENESS: Final = ("low", "medium", "high", "very-high")
_SCORE: Final = "security-severity"
_ENCODE: Final = msgspec.json.Encoder().encode


def alone(raw: bytes | msgspec.Raw) -> bytes | msgspec.Raw:
    """Give a result as it is where no other report is about its flaw."""
    if _MARK not in bytes(raw):
        return raw
    result = msgspec.json.decode(raw)
    bag: Any = result.get("properties") if isinstance(result, dict) else None
    own = bag.get(names.OWN_SEVERITY) if isinstance(bag, dict) else None
    if not isinstance(own, str) or own not in set(Severity) or names.SEVERITY not in bag:
        return raw
    kept = {key: value for key, value in bag.items() if key not in _GROUPED}
    del kept[names.OWN_SEVERITY]
    result["properties"] = kept | {names.SEVERITY: own}
    if "level" in result:
        result["level"] = LEVELS[Severity(own)]
    return _ENCODE(result)


def rule_key(rule: Json) -> Json:
    """Give a rule of ours without what is told of the results of one log."""
    plain = deepcopy(rule)
    bag, setting = plain.get("properties"), plain.get("defaultConfiguration")
    if isinstance(setting, dict):
        setting.pop("level", None)
    if isinstance(bag, dict):
        for name in (_SCORE, "precision"):
            bag.pop(name, None)
        if isinstance(tags := bag.get("tags"), list):
            bag["tags"] = [tag for tag in tags if tag != "security"]
        for name in [name for name in ("tags", names.TAGS) if not bag.get(name)]:
            bag.pop(name, None)
        if not bag:
            del plain["properties"]
    return plain


def worsen(mine: Json, theirs: Json) -> None:
    """Let a rule of ours tell of two logs what it tells of one: the worst, the least sure."""
    levels = [
        each.get("defaultConfiguration", {}).get("level", "warning") for each in (mine, theirs)
    ]
    if set(levels) <= set(_LEVELS) and levels[0] != levels[1]:
        mine.setdefault("defaultConfiguration", {})["level"] = max(levels, key=_LEVELS.index)
    bag, other = mine.get("properties", {}), theirs.get("properties", {})
    if _scored(other) > _scored(bag):
        if _SCORE not in bag:
            bag["tags"] = ["security", *bag.get("tags", [])]
        bag[_SCORE] = other[_SCORE]
    sure = [each.get("precision") for each in (bag, other)]
    known = [word for word in sure if word in _SURENESS]
    if known:
        bag["precision"] = min(known, key=_SURENESS.index)
    if bag:
        mine["properties"] = dict(sorted(bag.items()))


def _scored(bag: Json) -> float:
    try:
        return float(bag.get(_SCORE, 0))
    except (TypeError, ValueError):
        return 0


def is_ours(body: Json) -> bool:
    """Tell whether a run was written by us."""
    bag = body.get("properties")
    return isinstance(bag, dict) and names.KIND in bag
