"""Whether a version is affected: OSV's evaluation rules, and what to do with broken bounds."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from drawgate.advisories.versions import Order, order_of

Events = list[dict[str, str]]
"""One range: single-key events `introduced`, `fixed`, `last_affected`, `limit`."""

_COMPARABLE: Final = frozenset({"ECOSYSTEM", "SEMVER"})
# Of bounds at one version: `fixed` ends what was before it, `last_affected` what begins there.
_RANK: Final = {"fixed": 0, "introduced": 1, "last_affected": 2}


def ranges_of(affected: dict[str, Any]) -> list[Events]:
    """Give the events of the ranges that speak of versions; git commits are none."""
    return [r["events"] for r in affected.get("ranges") or () if r["type"] in _COMPARABLE]


def in_ranges(ecosystem: str, version: str, ranges: Iterable[Events]) -> bool:
    """Tell whether any range holds the version (OSV schema, "Evaluation").

    ValueError when the version can't be read, AdvisoryError when the ecosystem has no order.
    """
    order = order_of(ecosystem)
    asked = order(version)
    return any(_holds(order, asked, events) for events in ranges)


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


def _bounds(order: Order, events: Events) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Read each bound; an empty one lies before every version.

    A bound that can't be read never makes a version clean: such an `introduced` counts as
    "from the start", and such a `fixed` or `limit` (`*`, say) is no end (PYSEC-2021-371 has
    "0.2.0-n653").
    """
    for event in events:
        for kind, text in event.items():
            if kind not in _RANK:
                continue
            bound = _read(order, text)
            if bound or kind == "introduced":
                yield bound, kind


def _read(order: Order, text: str) -> tuple[Any, ...]:
    if text == "0":
        return ()
    try:
        return (order(text),)
    except ValueError:
        return ()
