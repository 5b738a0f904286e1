"""Whether a version is affected: OSV's evaluation rules, and what to do with broken bounds."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from drawgate.advisories.versions import Order, order_of, semver
from drawgate.core.errors import AdvisoryError

Events = list[dict[str, str]]
"""Single-key events `introduced`, `fixed`, `last_affected`, `limit`."""
Range = tuple[str, Events]
"""One range: its type, and its events."""
_Bound = tuple[tuple[Any, ...], str]
"""A version that compares, and the kind of event; the start of all versions is empty."""

_COMPARABLE: Final = frozenset({"ECOSYSTEM", "SEMVER"})
# Of bounds at one version: `fixed` ends what was before it, `last_affected` what begins there.
_RANK: Final = {"fixed": 0, "introduced": 1, "last_affected": 2}


def ranges_of(affected: dict[str, Any]) -> list[Range]:
    """Give the ranges that speak of versions; git commits are none."""
    found = affected.get("ranges") or ()
    return [(r["type"], r["events"]) for r in found if r["type"] in _COMPARABLE]


def in_ranges(ecosystem: str, version: str, ranges: Iterable[Range]) -> bool:
    """Tell whether any range holds the version (OSV schema, "Evaluation").

    ValueError when the version can't be read. AdvisoryError when no range is known to hold it
    and there is one that can't be compared: that is no "not affected".
    """
    undecided = False
    order = order_of(ecosystem)
    for kind, events in ranges:
        by = order or (semver if kind == "SEMVER" else None)
        if by is None and not _endless(events):
            undecided = True
        elif by is None or _holds(by, by(version), events):
            return True
    if undecided:
        raise AdvisoryError(f"ranges of versions of {ecosystem!r} can't be compared")
    return False


def _endless(events: Events) -> bool:
    """Tell whether a range holds every version, as most of those about malware do."""
    return bool(events) and all(event == {"introduced": "0"} for event in events)


def _holds(order: Order, asked: Any, events: Events) -> bool:  # noqa: ANN401 - as Order gives it
    """Walk the bounds upwards; the last one that `asked` has reached decides.

    A limit says up to where a range may be believed (of several, the highest).
    """
    limits = [_read(order, event["limit"]) for event in events if "limit" in event]
    if limits and not any(not limit or asked < limit[0] for limit in limits):
        return False
    affected = False
    for bound, kind in sorted(_bounds(order, events), key=lambda pair: (pair[0], _RANK[pair[1]])):
        reached = not bound or (asked > bound[0] if kind == "last_affected" else asked >= bound[0])
        if reached:
            affected = kind == "introduced"
    return affected


def _bounds(order: Order, events: Events) -> Iterator[_Bound]:
    """Read each bound; an empty one lies before every version.

    A bound that can't be read never makes a version clean. Such a `fixed` or `limit` (`*`, say)
    is no end (PYSEC-2021-371 has "0.2.0-n653"). Such an `introduced` may lie anywhere: all
    between the start and the last end counts.
    """
    bounds: list[_Bound] = []
    lost = False
    for event in events:
        for kind, text in event.items():
            if kind in _RANK:
                bound = _read(order, text)
                lost = lost or (kind == "introduced" and text != "0" and not bound)
                if bound or kind == "introduced":
                    bounds.append((bound, kind))
    return _without_gaps(bounds) if lost else iter(bounds)


def _without_gaps(bounds: list[_Bound]) -> Iterator[_Bound]:
    """Give a range from the start to its last end; after that a known beginning counts again."""
    ends = [bound for bound in bounds if bound[1] != "introduced"]
    if ends:
        yield max(ends, key=lambda end: (end[0], _RANK[end[1]]))
    yield from (bound for bound in bounds if bound[1] == "introduced")


def _read(order: Order, text: str) -> tuple[Any, ...]:
    if text == "0":
        return ()
    try:
        return (order(text),)
    except ValueError:
        return ()
