"""The tables of indices cover all that the official schema has."""

import hashlib
import json

from drawgate.resources import data
from drawgate.sarif.indices import INDICES, REFERENCES, kinds, properties

SCHEMA = data("policies") / "schema" / "sarif-2.1.0.json"


def test_the_schema_is_the_official_one() -> None:
    """The schema must not be changed; its README gives this checksum."""
    content = SCHEMA.read_bytes()
    expected = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"

    assert expected == hashlib.sha256(content).hexdigest()


def test_every_index_is_known() -> None:
    """Each property named like an index is remapped, or known to be none of the run's."""
    remapped = {(kind, name) for kind, names in INDICES.items() for name in names}
    by_reference = {
        ("reportingDescriptorReference", "index"),
        ("result", "ruleIndex"),
        ("toolComponentReference", "index"),
    }

    of_the_result = {("graphTraversal", "resultGraphIndex")}  # which merging does not touch
    named = {
        (kind, name)
        for kind, definition in json.loads(SCHEMA.read_bytes())["definitions"].items()
        for name in definition.get("properties", {})
        if name.lower().endswith("index")
    }

    assert named == remapped | by_reference | of_the_result


def test_every_reference_to_a_descriptor_has_a_context() -> None:
    """Wherever a reference can stand, the table says which list it points into."""
    wanted = {"reportingDescriptorReference"}
    places = {
        (kind, name) for kind in kinds() for name, _, child in properties(kind) if child in wanted
    }
    overrides = {
        (kind, name)
        for kind in kinds()
        for name, _, child in properties(kind)
        if child == "configurationOverride"
    }

    assert places | overrides <= set(REFERENCES)
