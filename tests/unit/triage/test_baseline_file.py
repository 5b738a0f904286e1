"""`.drawgate/baseline.json` merges like a sorted list, and a broken one is refused."""

import json
from dataclasses import replace

import pytest

from drawgate.core.baseline import Baseline, Tool
from drawgate.core.errors import LogError
from drawgate.core.finding import Dependency, Finding, Kind, Location, Region, Rule
from drawgate.core.severity import Severity
from drawgate.triage.baseline_file import FORMAT, is_baseline_file, read_baseline, write_baseline

ONE, TWO = (f"00000000-0000-5000-8000-00000000000{number}" for number in (1, 2))
FLAW = Finding(
    kind=Kind.CODE,
    rule=Rule(id="R1"),
    message="bad",
    location=Location(path="a\udcff.py", line=7),
    region=Region(start_line=7, start_column=5),
    tool="t",
    severity=Severity.HIGH,
    fingerprints={"drawgate/lineText/v1": "aa", "primaryLocationLineHash": "bb:1"},
    identity=ONE,
)
PACKAGE = replace(
    FLAW,
    identity=TWO,
    location=Location(path="r.txt", line=1),
    region=None,
    fingerprints={},
    dependency=Dependency(ecosystem="PyPI", name="x", version="1", advisory="A", aliases=("B",)),
)
TOOL = Tool(name="t", version="1.2", looked_at=frozenset({"r.txt: x==1"}))
BASELINE = Baseline(source="f", findings=(PACKAGE, FLAW), target="shop", tools=(TOOL,))


def test_what_is_written_is_read() -> None:
    """But for lines, versions and words."""
    data = write_baseline(BASELINE)
    read = read_baseline(data, "f")

    assert is_baseline_file(data)
    assert data == write_baseline(read)
    assert ("shop", (TOOL,)) == (read.target, read.tools)
    assert {ONE, TWO} == {each.identity for each in read.findings}


def test_a_finding_is_a_line_and_a_moved_one_is_the_same_line() -> None:
    moved = replace(FLAW, location=Location(path="a\udcff.py", line=9), message="bad 9")
    lines = write_baseline(BASELINE).splitlines()

    assert write_baseline(replace(BASELINE, findings=(moved, PACKAGE))).splitlines() == lines
    assert 2 == sum(b'"rule"' in line for line in lines)


@pytest.mark.parametrize("facts", [{"malicious": True}, {"aliases": ("MAL-2024-1",)}])
def test_malware_is_in_no_baseline_file(facts: dict[str, object]) -> None:
    assert PACKAGE.dependency
    bad = replace(PACKAGE, dependency=replace(PACKAGE.dependency, **facts))  # type: ignore[arg-type]

    assert b'"findings": []' in write_baseline(replace(BASELINE, findings=(bad,)))


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"<<<<<<< HEAD", "f: line 1, column 1"),
        (b'{"format": "drawgate/baseline/v2", "findings": []}', "f: $.format"),
        (b'{"format": "drawgate/baseline/v1"}', "f"),
        (b'{"format": "drawgate/baseline/v1", "findings": [], "word": 1}', "f"),
        (b'{"format": "drawgate/baseline/v1", "findings": [{"id": 1}]}', "f: $.findings[0].id"),
        (b"[" * 100_000, "f"),
        (b"\xff", "f"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(data: bytes, where: str) -> None:
    """And nothing of it is repeated."""
    with pytest.raises(LogError) as error:
        read_baseline(data, "f")

    assert where == error.value.where


def test_an_id_stands_once() -> None:
    """Two branches may both have kept one finding."""
    file = json.loads(write_baseline(BASELINE))
    file["findings"] *= 2

    with pytest.raises(LogError, match="twice") as error:
        read_baseline(json.dumps(file).encode(), "f")

    assert error.value.where == "f: $.findings[2].id"
    assert file["format"] == FORMAT


@pytest.mark.parametrize("identity", ["", "1", f"{ONE}\n", f"\x1b{ONE[1:]}"])
def test_an_id_is_a_uuid(identity: str) -> None:
    """It goes on into logs, where SARIF allows nothing else."""
    file = json.loads(write_baseline(BASELINE))
    file["findings"][0]["id"] = identity

    with pytest.raises(LogError, match="those are UUIDs"):
        read_baseline(json.dumps(file).encode(), "f")
