"""Versions of other ecosystems: compared by their own rules, or told that they can't be."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.advisories.matching import in_ranges
from drawgate.advisories.versions import name_key, order_of
from drawgate.core.errors import AdvisoryError

# Each line in ascending order, by the ecosystem's own documentation.
ASCENDING = {
    "Debian:12": "1.0~rc1-1 1.0-1 1.0-1+b1 1.0-1.1 1.0-2 1.0-10 2.3-9+deb12u9 2.3-9+deb12u10 1:0-1",
    "Ubuntu:22.04:LTS": "1.0-1 1.0-1ubuntu1 1.0-1ubuntu1.1 1.0-1ubuntu2 1.0-2",
    "Alpine:v3.18": "1.0_alpha1 1.0_beta1 1.0_pre1 1.0_rc1 1.0 1.0-r1 1.0-r2 1.0-r10 1.0_p1 1.0.1",
    "Wolfi": "1.2.9-r0 1.2.10-r0 1.2.10-r1",
    "Red Hat:enterprise_linux:9": "1.0~rc1-1 1.0-1.el9 1.0-2.el9 1.0-10.el9 1.1-1.el9 1:0.5-1.el9",
    "Rocky Linux:9": "0:1.2.3-4.el9 0:1.2.3-4.el9_2 0:1.2.10-1.el9",
    "Maven": "1.0-alpha-1 1.0-beta-1 1.0-rc1 1.0-SNAPSHOT 1.0 1.0.1 1.9 1.10 2.0-M1 2.0",
    "NuGet": "1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta 1.0.0 1.0.0.1 1.0.1 1.10.0",
    "RubyGems": "1.0.a 1.0.b1 1.0.rc1 1.0 1.0.1 1.9 1.10 2.0.0.pre1 2.0.0",
    "Packagist": "0.9 1.0 1.0.0.1 1.0.9 v1.0.10 2",
    "npm": "1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0 1.2.9 1.2.10",
    "Go": "0.0.0-20200101000000-abcdefabcdef 0.0.1 v1.0.0 1.0.1",
    "crates.io": "0.1.0-rc.1 0.1.0 0.1.1 1.0.0+build",
}


def bounded(kind: str, *events: tuple[str, str]) -> list[tuple[str, list[dict[str, str]]]]:
    return [(kind, [{"introduced": "0"}, *({key: value} for key, value in events)])]


def pairs() -> Iterator[Any]:
    for ecosystem, line in ASCENDING.items():
        for lower, higher in pairwise(line.split()):
            yield pytest.param(ecosystem, lower, higher, id=f"{ecosystem} {lower} < {higher}")


@pytest.mark.parametrize(("ecosystem", "lower", "higher"), list(pairs()))
def test_a_fix_ends_what_lies_below_it(ecosystem: str, lower: str, higher: str) -> None:
    """Neither a vulnerable version is called clean, nor the fixed one vulnerable."""
    fixed = bounded("ECOSYSTEM", ("fixed", higher))

    assert in_ranges(ecosystem, lower, fixed)
    assert not in_ranges(ecosystem, higher, fixed)
    assert not in_ranges(ecosystem, higher, bounded("ECOSYSTEM", ("last_affected", lower)))


@pytest.mark.parametrize(
    ("ecosystem", "one", "other"),
    [
        ("Maven", "4.1.0", "4.1.0.RELEASE"),
        ("Maven", "1", "1.0.0"),
        ("Maven", "1.0", "1.0-Final"),
        ("Maven", "1", "1RELEASE"),
        ("NuGet", "1.0", "1.0.0.0"),
        ("Packagist", "1.0", "v1.0.0"),
        ("RubyGems", "1", "1.0.0"),
    ],
)
def test_equal_versions_are_one(ecosystem: str, one: str, other: str) -> None:
    """What is fixed under one spelling is fixed under the other, and vulnerable likewise."""
    for first, second in ((one, other), (other, one)):
        assert not in_ranges(ecosystem, first, bounded("ECOSYSTEM", ("fixed", second)))
        assert in_ranges(ecosystem, first, bounded("ECOSYSTEM", ("last_affected", second)))


@pytest.mark.parametrize("ecosystem", ["Hackage", "CRAN", "opam", "Bitnami?", "Anything new"])
def test_ranges_that_can_not_be_compared_are_told(ecosystem: str) -> None:
    """Silence would mean "not vulnerable"; a range that holds all or SemVer needs no rules."""
    with pytest.raises(
        AdvisoryError, match=f"versions of {ecosystem!r} can't be compared".replace("?", "[?]")
    ):
        in_ranges(ecosystem, "1.0", bounded("ECOSYSTEM", ("fixed", "0.1")))

    assert in_ranges(ecosystem, "whatever", bounded("ECOSYSTEM"))
    assert in_ranges(ecosystem, "1.0.0", bounded("SEMVER", ("fixed", "1.0.1")))
    assert not in_ranges(ecosystem, "1.0.1", bounded("SEMVER", ("fixed", "1.0.1")))
    undecided = bounded("ECOSYSTEM", ("fixed", "0.1")) + bounded("ECOSYSTEM")
    assert in_ranges(ecosystem, "1.0", undecided)


@pytest.mark.parametrize(
    ("ecosystem", "version"),
    [
        ("Packagist", "dev-main"),
        ("Packagist", "1.0.0-RC1"),
        ("Maven", "v1"),
        ("Debian:12", ""),
        ("Pub", "1+1"),
    ],
)
def test_a_version_that_can_not_be_read_is_no_clean_one(ecosystem: str, version: str) -> None:
    """The mirror makes an error of it that names the version."""
    with pytest.raises(ValueError):  # noqa: PT011 - each library has its own words
        in_ranges(ecosystem, version, bounded("ECOSYSTEM", ("fixed", "0.1")))


@pytest.mark.parametrize("ecosystem", [*ASCENDING, "Hex"])
@given(texts=st.lists(st.text(max_size=12) | st.from_regex(r"[0-9v.:~a-z_+^-]{1,12}"), max_size=3))
def test_any_text_is_read_or_refused(ecosystem: str, texts: list[str]) -> None:
    """Whatever a record holds: an order, or a ValueError, and never another error."""
    order = order_of(ecosystem)
    assert order
    read = []
    for text in texts:
        try:
            read.append(order(text))
        except ValueError:
            continue
    sorted(read)


def test_names_are_spelt_as_their_ecosystem_compares_them() -> None:
    """NuGet and Packagist don't tell capitals; npm and Maven do."""
    assert ["newtonsoft.json", "a/b", "A", "a-b"] == [
        name_key(*pair)
        for pair in (
            ("NuGet", "Newtonsoft.Json"),
            ("Packagist", "A/b"),
            ("npm", "A"),
            ("PyPI", "a_B"),
        )
    ]
