"""Splits an inventory so that no package stands in one layer in two versions."""

from collections import defaultdict
from dataclasses import replace

from drawgate.core.dependency import Inventory, Pin


def layers(inventory: Inventory) -> tuple[Inventory, ...]:
    """Give inventories that together hold every pin once; at least one, even without pins.

    pip-audit gives up on a file with two versions of one package. What is not pinned stays
    with the first layer, so that it is counted once, and so do the graphs.
    """
    first, *others = _split(inventory.pins) or [()]
    return (
        replace(inventory, pins=first),
        *(Inventory(manifests=inventory.manifests, pins=pins) for pins in others),
    )


def _split(pins: tuple[Pin, ...]) -> list[tuple[Pin, ...]]:
    """Put the nth version of each package, in the order of the pins, into the nth layer."""
    versions: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    split: list[list[Pin]] = []
    for pin in pins:
        known = versions[(pin.ecosystem, pin.name)]
        depth = known.setdefault(pin.version, len(known))
        if depth == len(split):
            split.append([])
        split[depth].append(pin)
    return [tuple(layer) for layer in split]
