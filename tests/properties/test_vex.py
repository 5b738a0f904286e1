"""What holds for any VEX document, however wrong it is."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawgate.core.errors import VexError
from drawgate.core.purl import Purl, parse_purl
from drawgate.core.vex import EXCUSING, Component, Product, Versions
from drawgate.readers.vex import read_vex
from drawgate.triage.vex import hear
from drawgate.triage.vex_documents import choose
from drawgate.triage.vex_products import Fit, fit, own_of
from samples.vex import flaw

FIXTURES = Path(__file__).parents[2] / "fixtures/vex"
SAMPLES = {
    name: json.loads((FIXTURES / f"{name}.json").read_text())
    for name in ("openvex", "cyclonedx", "csaf")
}
SHOP = "pkg:pypi/vulnerable-shop@1.2"
AS_OF = "2026-01-01T00:00:00Z"
FLAWS = tuple(
    flaw(name, version, advisory)
    for name, version, advisory in (
        ("django", "2.2.3", "CVE-2019-14234"),
        ("django", "2.2.3", "CVE-2019-19844"),
        ("django", "2.2.3", "GHSA-vfq6-hq5r-27r6"),
        ("django", "2.2.3", "CVE-2020-7471"),
        ("django", "2.2.3", "CVE-2020-9402"),
        ("pyyaml", "5.1", "CVE-2019-20477"),
        ("pyyaml", "5.1", "CVE-2020-1747"),
    )
)
junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


def _excused(data: bytes) -> set[str]:
    vex = choose([read_vex(data, "x.json")], ["Shop Security"], [SHOP])
    heard = hear(FLAWS, vex, AS_OF).findings
    return {each.rule.id for each in heard if each.suppressed}


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=150)
@given(data=st.data())
def test_a_document_broken_in_one_place_is_an_error_or_excuses_no_more(
    name: str, data: st.DataObject
) -> None:
    """Any value may be missing, or another one: never a traceback, never a new excuse."""
    document: Any = deepcopy(SAMPLES[name])
    whole = _excused(json.dumps(document).encode())
    path = data.draw(st.sampled_from(_places(document)[1:]))
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    if data.draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = data.draw(junk)

    try:
        excused = _excused(json.dumps(document).encode())
    except VexError:
        return

    # A statement that is gone can't take its own word back; what nobody excused stays so.
    assert excused <= whole


@settings(max_examples=200)
@given(st.binary(max_size=80) | junk.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_an_error(data: bytes) -> None:
    with pytest.raises(VexError):
        read_vex(data, "x.json")


@settings(max_examples=300)
@given(st.text(max_size=20) | st.text("pkg:/@?#%2aA.", max_size=20).map("pkg:pypi/".__add__))
def test_any_text_is_a_package_url_or_none(text: str) -> None:
    assert isinstance(parse_purl(text), Purl | None)


@settings(max_examples=300)
@given(
    st.text("<>=!|*.0123abc-+ %", max_size=24).map("vers:pypi/".__add__) | st.text(max_size=12),
    st.text("0123.abrc+v-", max_size=8),
)
def test_any_range_is_answered(range_: str, version: str) -> None:
    package = Purl(type="pypi", namespace="", name="x", version=version)
    told = Component(names=("pkg:pypi/x",), versions=Versions(ranges=(range_,)))

    assert fit(Product(whole=told), package, own_of(())) in Fit


@given(st.permutations(range(5)))
def test_the_order_of_statements_does_not_matter(order: list[int]) -> None:
    document: Any = deepcopy(SAMPLES["openvex"])
    document["statements"] = [document["statements"][number] for number in order]

    assert _excused(json.dumps(document).encode()) == {"CVE-2019-14234", "GHSA-vfq6-hq5r-27r6"}


def test_the_samples_excuse_what_their_words_say() -> None:
    excused = {name: _excused(json.dumps(value).encode()) for name, value in SAMPLES.items()}

    assert {
        "openvex": {"CVE-2019-14234", "GHSA-vfq6-hq5r-27r6"},
        "cyclonedx": {"CVE-2019-14234", "CVE-2019-19844", "CVE-2019-20477"},
        "csaf": {"CVE-2019-14234", "GHSA-vfq6-hq5r-27r6", "CVE-2019-20477"},
    } == excused
    assert {"not_affected", "fixed"} == {status.value for status in EXCUSING}
