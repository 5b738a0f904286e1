"""`.drawgate/baseline.json` merges like a sorted list, and a broken one is refused."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from drawgate import resources
from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.baseline import Baseline, Tool
from drawgate.core.errors import LogError
from drawgate.core.finding import Dependency, Finding, Kind, Location, Region, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.text import as_text
from drawgate.triage.baseline_file import is_baseline_file, read_baseline, write_baseline
from drawgate.triage.compare import compare
from drawgate.triage.identity import TOKENS_1

ID = "00000000-0000-5000-8000-00000000000{}"
FLAW = Finding(
    kind=Kind.CODE,
    rule=Rule(id="R1"),
    message="bad",
    location=Location(path="a\udcff.py", line=7),
    region=Region(start_line=7, start_column=5),
    tool="t",
    severity=Severity.HIGH,
    fingerprints={"drawgate/lineText/v1": "aa", "primaryLocationLineHash": "bb:1"},
    identity=ID.format(1),
)
PACKAGE = replace(
    FLAW,
    identity=ID.format(2),
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
    assert {ID.format(1), ID.format(2)} == {each.identity for each in read.findings}


def test_a_finding_is_a_line_and_a_moved_one_is_the_same_line() -> None:
    moved = replace(FLAW, location=Location(path="a\udcff.py", line=9), message="bad 9")
    lines = write_baseline(BASELINE).splitlines()

    assert write_baseline(replace(BASELINE, findings=(moved, PACKAGE))).splitlines() == lines
    assert 2 == sum(b'"rule"' in line for line in lines)


@pytest.mark.parametrize("facts", [{"malicious": True}, {"aliases": ("MAL-2024-1",)}])
def test_malware_is_in_no_baseline_file(facts: dict[str, object]) -> None:
    assert PACKAGE.dependency
    bad = replace(PACKAGE, dependency=replace(PACKAGE.dependency, **facts))  # type: ignore[arg-type]

    data = write_baseline(replace(BASELINE, findings=(bad,)))

    assert [None] == json.loads(data)["findings"]


def test_the_published_schema_takes_what_is_written_and_nothing_else() -> None:
    published = resources.data("policies") / "schema" / "baseline.schema.json"
    schema = json.loads(published.read_text())
    file = json.loads(write_baseline(BASELINE))

    jsonschema.validate(file, schema)
    for path, value in WRONG:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(_with(file, path, value), schema)


def test_what_a_key_was_called_before_is_still_read() -> None:
    old = replace(FLAW, fingerprints={TOKENS_1: "aa"})
    data = write_baseline(replace(BASELINE, findings=(old,)))

    assert b'"tokens":"aa"' in data
    assert {TOKENS_1: "aa"} == dict(read_baseline(data, "f").findings[0].fingerprints)


def test_an_identity_in_another_form_gets_the_one_that_is_read_again() -> None:
    data = write_baseline(replace(BASELINE, findings=(replace(FLAW, identity="<b>"),)))

    assert data == write_baseline(read_baseline(data, "f"))
    assert b"<b>" not in data


WRONG: Final[list[tuple[tuple[str | int, ...], object]]] = [
    (("format",), "drawgate/baseline/v2"),
    (("target",), 5),
    (("target",), "x" * 70_000),
    (("tools",), {}),
    (("tools", 0, "name"), None),
    (("tools", 0, "extra"), ""),
    (("packages", 0, "package"), []),
    (("findings",), None),
    (("findings", 0), []),
    (("findings", 0, "id"), ""),
    (("findings", 0, "id"), "<script>"),
    (("findings", 0, "id"), f"{ID.format(1)}\n"),
    (("findings", 0, "id"), f"\x1b{ID.format(1)[1:]}"),
    (("findings", 0, "kind"), "magic"),
    (("findings", 0, "severity"), "CRITICAL"),
    (("findings", 0, "column"), -1),
    (("findings", 0, "column"), 1 << 70),
    (("findings", 0, "column"), 1.5),
    (("findings", 0, "column"), True),
    (("findings", 0, "keys"), {"line": 1}),
    (("findings", 0, "keys"), [["line", "x"]]),
    (("findings", 0, "package"), {"name": "x"}),
]
"""A place in the file, and what can't stand there."""


def _with(file: object, path: tuple[str | int, ...], value: object) -> Any:  # noqa: ANN401 - JSON
    copy: Any = json.loads(json.dumps(file))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_what_can_stand_nowhere_is_refused_with_its_place(
    path: tuple[str | int, ...], value: object
) -> None:
    """Nor is any of it repeated in the error."""
    file = _with(json.loads(write_baseline(BASELINE)), path, value)

    with pytest.raises(LogError) as error:
        read_baseline(json.dumps(file).encode(), "f")

    assert error.value.where.startswith("f")
    assert "<script>" not in str(error.value)


def test_odd_texts_are_compared_like_any_others() -> None:
    """Half a surrogate, controls and paths that lead elsewhere end in a log that is valid."""
    file = json.loads(write_baseline(BASELINE))
    odd = "../../etc/\ud800\x00\x1b[31m\u202e"
    for entry in filter(None, file["findings"]):
        entry |= {"path": odd, "tool": odd, "rule": odd, "keys": {odd: odd, "line": odd}}
    attempt = Ran(subject=Subject(name=as_text(odd), kind=Kind.CODE), report=Report(assumed=True))
    scan = Scan(target=TargetFacts(name="x"), attempts=(attempt,), as_of="2026-01-01T00:00:00Z")

    done = compare(scan, read_baseline(json.dumps(file).encode(), odd))

    assert 2 == len(done.absent)
    log = json.loads(emit(done))
    sarif = json.loads((resources.data("policies") / "schema/sarif-2.1.0.json").read_text())
    jsonschema.Draft4Validator(sarif).validate(log)
    assert {s.identity for s in done.absent} == {s.identity for s in ingest(emit(done), "x").absent}


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
        (b'{"format": "drawgate/baseline/v1", "findings": [], "findings": []}', "f"),
        (b'{"format": "drawgate/baseline/v1", "findings": [], "target": NaN}', "f: $.target"),
        (b'{"format": "drawgate/baseline/v1", "findings": %s' % (b"[" * 90_000), "f"),
        (b"null", "f"),
        (b"", "f: line 1, column 1"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(data: bytes, where: str) -> None:
    """And nothing of it is repeated."""
    with pytest.raises(LogError) as error:
        read_baseline(data, "f")

    assert where == error.value.where


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ((PACKAGE, FLAW), (PACKAGE, FLAW)),
        ((PACKAGE, FLAW), (replace(FLAW, identity=ID.format(3)), FLAW)),
        ((), (PACKAGE,)),
        ((replace(FLAW, tool="u"),), (FLAW,)),
    ],
)
def test_two_branches_merge_without_a_conflict(
    tmp_path: Path, ours: tuple[Finding, ...], theirs: tuple[Finding, ...]
) -> None:
    """By git's union driver, also where both touch neighbouring lines or the last one."""
    for name, found in {"base": (), "ours": ours, "theirs": theirs}.items():
        tools = (replace(TOOL, version=name),)
        data = write_baseline(replace(BASELINE, findings=found, tools=tools))
        (tmp_path / name).write_bytes(data)
    names = [tmp_path / name for name in ("ours", "base", "theirs")]

    merged = subprocess.run(
        ["git", "merge-file", "-p", "--union", *names], capture_output=True, check=True
    ).stdout
    read = read_baseline(merged, "f")

    assert {f.identity for f in (*ours, *theirs)} == {f.identity for f in read.findings}
    assert len(read.findings) == len({f.identity for f in read.findings})
    assert ["t"] == [tool.name for tool in read.tools]


def test_no_hash_looks_like_a_credential() -> None:
    """A long row of hexadecimal digits would be one to secret scanners."""
    long = replace(FLAW, fingerprints={"drawgate/lineText/v1": "0123456789abcdef" * 2})
    data = write_baseline(replace(BASELINE, findings=(long,)))

    assert b'"01234567-89abcdef-01234567-89abcdef"' in data
    assert long.fingerprints == read_baseline(data, "f").findings[0].fingerprints
