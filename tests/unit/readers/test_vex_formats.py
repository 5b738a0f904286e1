"""VEX documents of three formats end in one type; what is broken is said with its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from drawgate.core.errors import VexError
from drawgate.core.vex import Component, Product, Status
from drawgate.readers.vex import read_vex

FIXTURES = Path(__file__).parents[3] / "fixtures/vex"
FORMATS = ("openvex", "cyclonedx", "csaf")
Change = Callable[[Any], object]


def fixture(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((FIXTURES / f"{name}.json").read_text())


def read(value: object) -> Any:  # noqa: ANN401 - a document, which tests look into
    return read_vex(json.dumps(value).encode(), "x.json")


def test_three_formats_say_the_same() -> None:
    documents = {name: read(fixture(name)) for name in FORMATS}

    assert {("Shop Security",)} == {each.authors[:1] for each in documents.values()}
    told = {
        name: {
            (statement.vulnerabilities[-1], statement.status, statement.time)
            for statement in document.statements
        }
        for name, document in documents.items()
    }
    both = [("CVE-2020-7471", Status.UNDER_INVESTIGATION), ("CVE-2020-9402", Status.AFFECTED)]
    for each in told.values():
        assert {(name, status, "2024-07-01T00:00:00Z") for name, status in both} <= each
    assert {Status.FIXED, Status.NOT_AFFECTED} < {status for _, status, _ in told["csaf"]}
    assert 5 == len(told["cyclonedx"])


@pytest.mark.parametrize("name", FORMATS)
def test_a_part_belongs_to_its_product(name: str) -> None:
    first = read(fixture(name)).statements[0]

    (product,) = first.products
    assert "pkg:pypi/vulnerable-shop@1.2" in product.whole.names
    assert any(part.startswith("pkg:pypi/django") for part in product.parts[0].names)
    assert first.reason


def test_the_cyclonedx_sample_is_valid() -> None:
    text = json.dumps(fixture("cyclonedx"))

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_optional_fields_may_be_missing() -> None:
    """Another library raised KeyError where OpenVEX's optional `role` was absent."""
    value = fixture("openvex")
    for key in ("@id", "timestamp", "version"):
        del value[key]

    document = read(value)

    assert ("", "", "") == (document.id, document.version, document.statements[0].time)


def test_a_statement_has_the_time_of_its_document_or_its_own() -> None:
    value = fixture("openvex")
    value["statements"][0]["timestamp"] = "2024-08-01T02:00:00.123456789+02:00"
    value["statements"][1] |= {
        "timestamp": "2024-08-01T00:00:00Z",
        "last_updated": "2024-09-01T00:00:00Z",
    }

    times = [statement.time for statement in read(value).statements]

    assert ["2024-08-01T00:00:00Z", "2024-09-01T00:00:00Z", "2024-07-01T00:00:00Z"] == times[:3]


def test_a_reference_into_another_bom_can_be_a_package_url() -> None:
    value = fixture("cyclonedx")
    del value["metadata"]["component"]
    link = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:maven/org.a/b@2.6.0"
    value["vulnerabilities"][0]["affects"] = [{"ref": link}, {"ref": "urn:cdx:0/1#acme-1"}]

    products = read(value).statements[0].products

    assert (
        Product(whole=Component(names=("pkg:maven/org.a/b@2.6.0",))),
        Product(whole=Component(names=("acme-1",))),
    ) == products


def test_only_versions_called_unaffected_are_excused() -> None:
    last = read(fixture("cyclonedx")).statements[-1]

    versions = last.products[0].parts[0].versions
    assert (frozenset(), ("vers:pypi/>=5.0|<5.2",)) == (versions.exact, versions.ranges)


def test_a_scanners_list_of_affected_versions_is_what_the_analysis_is_about() -> None:
    value = fixture("cyclonedx")
    value["vulnerabilities"][0]["affects"][0]["versions"] = [{"version": "2.2.3"}]

    versions = read(value).statements[0].products[0].parts[0].versions

    assert {"2.2.3"} == versions.exact


def test_csaf_products_may_be_parts_of_parts() -> None:
    value = fixture("csaf")
    value["product_tree"]["relationships"].insert(
        0,
        {
            "category": "installed_on",
            "product_reference": "SHOP:DJANGO",
            "relates_to_product_reference": "HOST",
            "full_product_name": {"product_id": "HOST:SHOP:DJANGO", "name": "all of it"},
        },
    )
    value["product_tree"]["full_product_names"] = [{"product_id": "HOST", "name": "Host 1"}]
    value["vulnerabilities"][0]["product_status"] = {"fixed": ["HOST:SHOP:DJANGO"]}

    (product,) = read(value).statements[0].products

    assert ("Host 1",) == product.whole.names
    assert "pkg:pypi/django@2.2.3" in product.parts[0].names


def test_a_csaf_draft_says_so() -> None:
    value = fixture("csaf")
    value["document"]["tracking"]["status"] = "draft"

    assert read(value).draft


def _set(*path: Any, to: object) -> Change:  # noqa: ANN401 - keys and numbers
    def change(value: Any) -> None:  # noqa: ANN401 - JSON
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = to

    return change


def _add(*path: Any, item: object) -> Change:  # noqa: ANN401 - keys and numbers
    def change(value: Any) -> None:  # noqa: ANN401 - JSON
        for key in path:
            value = value[key]
        value.append(item)

    return change


def _relation(product: str, part: str, whole: str) -> dict[str, object]:
    return {
        "category": "default_component_of",
        "product_reference": part,
        "relates_to_product_reference": whole,
        "full_product_name": {"product_id": product, "name": product},
    }


NS = "https://openvex.dev/ns"
BROKEN: tuple[tuple[str, Change, str], ...] = (
    ("openvex", _set("@context", to=f"{NS}/v0.9.0"), "$.@context: is OpenVEX '0.9.0'"),
    ("openvex", _set("@context", to=NS), "$.@context: is OpenVEX '0.0.1'"),
    ("openvex", _set("author", to=7), "$.author: is a number, not a text"),
    ("openvex", _set("statements", to={}), "$.statements: is an object, not a list"),
    ("openvex", _set("statements", 0, "status", to="fine"), "$.statements[0].status: is 'fine'"),
    ("openvex", _set("statements", 0, "justification", to="x"), "$.statements[0].justification"),
    ("openvex", _set("statements", 0, "vulnerability", to={}), "[0].vulnerability: has no name"),
    ("openvex", _set("statements", 0, "products", 0, to={}), "[0].products[0]: has no @id"),
    ("openvex", _set("timestamp", to="yesterday"), "$.timestamp: is no date-time"),
    ("cyclonedx", _set("specVersion", to="1.3"), "$.specVersion: is '1.3'"),
    ("cyclonedx", _set("vulnerabilities", 0, "analysis", "state", to="ok"), ".state: is 'ok'"),
    ("cyclonedx", _set("vulnerabilities", 0, "affects", 0, to={}), "affects[0]: has no ref"),
    ("cyclonedx", _set("components", 1, "bom-ref", to="dj"), "has a bom-ref that another"),
    ("csaf", _set("document", "csaf_version", to="3.0"), "$.document.csaf_version: is '3.0'"),
    ("csaf", _set("document", "category", to="csaf_base"), "$.document.category: is 'csaf_base'"),
    ("csaf", _set("document", "tracking", "status", to="new"), "tracking.status: is 'new'"),
    ("csaf", _set("vulnerabilities", 0, "product_status", "fixed", to=["Z"]), "fixed[0]: is 'Z'"),
    ("csaf", _add("product_tree", "relationships", item=_relation("B", "B", "SHOP")),
     "relationships[2]: relates to a product that the tree does not have, or to itself"),
    ("csaf", _add("product_tree", "relationships", item=_relation("SHOP", "YAML", "SHOP")),
     "has the product_id 'SHOP', as another"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "change", "said"), BROKEN)
def test_what_is_broken_is_said_with_its_place(name: str, change: Change, said: str) -> None:
    value = fixture(name)
    change(value)

    with pytest.raises(VexError) as caught:
        read(value)

    assert "x.json: $" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[]", "is no VEX document, which is a JSON object"),
        (b"{}", "looked for OpenVEX (@context), CycloneDX (bomFormat), CSAF"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "is nested too deeply"),
        (b'{"@context": NaN}', "NaN is no number"),
        (b'{"a": 1, "a": 2}', "has the name 'a' twice"),
        (b"9" * 5000, "is no JSON to rely on"),
        (b"<bom/>", "is XML"),
        (b'{"payloadType": "x", "payload": "e30="}', "is an envelope"),
        (b'{"@context": "https://openvex.dev/ns/v0.2.0", "bomFormat": "CycloneDX"}', "at once"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, said: str) -> None:
    """Nothing is guessed: not from a name, and not from the first of two values."""
    with pytest.raises(VexError) as caught:
        read_vex(data, "x.json")

    assert said in str(caught.value)


def test_an_id_that_stands_twice_is_refused() -> None:
    value = fixture("openvex")
    for number in (0, 2):
        value["statements"][number]["@id"] = "urn:x"

    with pytest.raises(VexError, match=r"\$\.statements\[2\]\.@id: is an id that stands twice"):
        read(value)


def test_a_long_chain_of_csaf_products_is_read() -> None:
    """Twenty thousand products, each a part of the next, in the worst order."""
    value = fixture("csaf")
    chain = [_relation(f"R{n}", f"R{n + 1}", "SHOP") for n in range(20_000)]
    value["product_tree"]["relationships"] += [*chain, _relation("R20000", "DJANGO", "SHOP")]

    assert 5 == len(read(value).statements)
