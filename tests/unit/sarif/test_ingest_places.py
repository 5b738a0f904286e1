"""Where the results of another tool are."""

import pytest

from drawgate.core.errors import LogError
from drawgate.core.finding import (
    Location,
    Region,
    Unit,
)
from samples.foreign import Json, at, read, result


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ({"uri": "a.py"}, "a.py"),
        ({"uri": "./a.py"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "ROOT"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "SUB"}, "sub/a.py"),
        ({"uri": "a.py", "uriBaseId": "LOOP"}, "a.py"),
        ({"uri": "a.py", "uriBaseId": "UNKNOWN"}, "a.py"),
        ({"uri": "file:///checkout/a.py"}, "a.py"),
        ({"uri": "file:///build/b.py"}, "b.py"),
        ({"uri": "file:///elsewhere/a.py"}, "/elsewhere/a.py"),
        ({"uri": "https://shop.example/login"}, "https://shop.example/login"),
        ({"index": 1}, "second.py"),
        ({"index": 2}, ""),
        ({"uri": "%FF.py"}, "\udcff.py"),
    ],
)
def test_places(place: Json, path: str) -> None:
    """Paths are relative to the target wherever the log lets one know."""
    finding = read(
        result(locations=[{"physicalLocation": {"artifactLocation": place}}]),
        originalUriBaseIds={
            "ROOT": {"uri": "file:///checkout/"},
            "SUB": {"uri": "sub/", "uriBaseId": "ROOT"},
            "LOOP": {"uriBaseId": "LOOP"},
        },
        artifacts=[{"location": {"uri": "first.py"}}, {"location": {"uri": "second.py"}}, {}],
        invocations=[
            {"executionSuccessful": True, "workingDirectory": {"uri": "file:///build"}},
        ],
    )

    assert path == finding.path


@pytest.mark.parametrize(
    "region", [{"startLine": 0}, {"startLine": -1}, {"charOffset": 3}, {}], ids=str
)
def test_a_region_without_a_line(region: Json) -> None:
    """Tools without lines write 0; that is a finding about the whole file."""
    physical = {"artifactLocation": {"uri": "a.py"}, "region": region}
    finding = read(result(locations=[{"physicalLocation": physical}]))

    assert finding.location == Location(path="a.py", unit=Unit.CHARACTER_1)
    assert finding.region is None


@pytest.mark.parametrize(
    ("said", "region"),
    [
        ({"startLine": 5, "endLine": 4, "endColumn": 9}, Region(start_line=5)),
        (
            {"startLine": 5, "startColumn": 4, "endColumn": 3},
            Region(start_line=5, start_column=4),
        ),
        (
            {"startLine": 5, "startColumn": -1, "endLine": 6, "endColumn": 0},
            Region(start_line=5, end_line=6),
        ),
        (
            {"startLine": 5, "startColumn": 9, "endLine": 6, "endColumn": 2},
            Region(start_line=5, start_column=9, end_line=6, end_column=2),
        ),
    ],
)
def test_a_region_that_ends_before_it_begins(said: Json, region: Region) -> None:
    """What can't be is left out, so that our own log of it is valid (§3.30)."""
    physical = {"artifactLocation": {"uri": "a.py"}, "region": said}

    assert read(result(locations=[{"physicalLocation": physical}])).region == region


def test_a_tower_of_bases() -> None:
    """Real logs have two or three bases above one another; thousands would fill the memory."""
    bases = {f"b{n}": {"uri": "a/", "uriBaseId": f"b{n + 1}"} for n in range(101)}
    place = {"physicalLocation": {"artifactLocation": {"uri": "x.py", "uriBaseId": "b0"}}}
    with pytest.raises(LogError, match="more than 100 uriBaseIds stand on one another"):
        read(result(locations=[place]), originalUriBaseIds=bases)
    bases.pop("b50")

    assert read(result(locations=[place]), originalUriBaseIds=bases).path == "a/" * 50 + "x.py"


def test_a_result_in_several_files() -> None:
    """All of its places are kept: mending it takes a change at each (§3.27.12)."""
    finding = read(
        result(locations=[{"logicalLocations": [{"name": "f"}]}, *at("tests/a.py"), *at("b.py", 9)])
    )

    assert finding.paths == ("tests/a.py", "b.py")
    assert finding.elsewhere == (Location(path="b.py", line=9),)
