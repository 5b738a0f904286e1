"""Whatever bytes a manifest holds, reading it ends with an inventory."""

from hypothesis import given
from hypothesis import strategies as st

from drawgate.core.manifest import is_manifest
from drawgate.manifests import layers, read_inventory

PATHS = (
    "requirements.txt",
    "constraints.txt",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pylock.toml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "Pipfile",
)
_WORDS = ("flask", "==", "1.0", "[[package]]\n", "name = ", '"x"', "version", "-r ", "-e ", "://")
_PIECES = st.sampled_from([*_WORDS, *"[]\n#@;{}:,=('\x00\x0c\\é "])
_CONTENT = st.binary(max_size=200) | st.lists(_PIECES, max_size=40).map(
    lambda p: "".join(p).encode()
)


@given(st.dictionaries(st.sampled_from(PATHS), _CONTENT))
def test_any_bytes_give_an_inventory(files: dict[str, bytes]) -> None:
    """No content crashes the readers, and every entry names a manifest that was given."""
    inventory = read_inventory(files)

    assert {pin.manifest for pin in inventory.pins} <= files.keys()
    assert {item.path for item in inventory.not_pinned} <= files.keys()
    assert len(inventory.pins) == sum(len(layer.pins) for layer in layers(inventory))
    for item in inventory.not_pinned:
        assert (item.subject + item.reason).isprintable()


def test_every_format_here_is_recognised() -> None:
    """The list above is about real manifests."""
    assert all(is_manifest(path) for path in PATHS)
    assert not any(map(is_manifest, ("requirements.md", "a/b.txt", "requirements", "lock.toml")))
