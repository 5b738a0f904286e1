"""Layers: every pin once, no package in two versions in one of them."""

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.dependency import Inventory, Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests import layers
from drawgate.manifests.inventory import inventory_of

_PINS = st.lists(
    st.builds(
        lambda name, version, manifest: Pin(
            ecosystem="PyPI", name=name, version=version, manifest=manifest, line=1
        ),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["1", "2", "3"]),
        st.sampled_from(["requirements.txt", "uv.lock"]),
    )
)
OPEN = NotAssessed(subject="requirements.txt: x", reason="open")


@given(_PINS)
def test_every_pin_stands_in_one_layer_and_no_layer_has_two_versions(pins: list[Pin]) -> None:
    """pip-audit gives up on two versions of one package in one file."""
    inventory = inventory_of(["requirements.txt"], pins, [OPEN])

    split = layers(inventory)

    assert sorted(inventory.pins, key=repr) == sorted((p for s in split for p in s.pins), key=repr)
    for layer in split:
        versions = {(pin.name, pin.version) for pin in layer.pins}
        assert len(versions) == len({name for name, _ in versions})
    assert [(OPEN,)] + [()] * (len(split) - 1) == [layer.not_pinned for layer in split]


def test_without_pins_there_is_one_layer() -> None:
    """What is not pinned must be told even when nothing can be audited."""
    inventory = Inventory(manifests=("setup.py",), pins=(), not_pinned=(OPEN,))

    assert (inventory,) == layers(inventory)
