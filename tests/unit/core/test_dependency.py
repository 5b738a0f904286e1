"""Layers of an inventory can be put together again."""

from dataclasses import replace

from drawgate.core.dependency import Inventory, Pin, joined
from drawgate.core.target import NotAssessed
from drawgate.manifests import layers

PIN = Pin(ecosystem="PyPI", name="a", version="1.0", manifest="dev.txt", line=1)
PINS = (PIN, replace(PIN, manifest="r.txt"), replace(PIN, version="2.0", manifest="r.txt", line=2))
OPEN = NotAssessed(subject="r.txt: b", reason="no version", path="r.txt", line=3)


def test_what_was_split_by_version_is_whole_again() -> None:
    whole = Inventory(manifests=("dev.txt", "r.txt"), pins=PINS, not_pinned=(OPEN,))

    assert 2 == len(layers(whole))
    assert whole == joined(layers(whole))
