"""zizmor's adapter: only what it names as completed was looked at."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.zizmor import ADAPTER
from drawgate.core.adapter import Command, Job, Output
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule, Unit
from drawgate.core.target import Encoding, File, Form, Target
from samples.tools import answer

INPUTS = (".github/workflows/a.yml", "act/action.yml")
JOB = Job(root=Path("/target"), inputs=INPUTS)
BOTH = "".join(f" INFO audit: zizmor: 🌈 completed ./{path}\n" for path in INPUTS)


def place(kind: str, path: str = INPUTS[0]) -> dict[str, Any]:
    return {
        "symbolic": {
            "key": {"Local": {"verbatim_path": f"./{path}"}},
            "annotation": "this step",
            "kind": kind,
        },
        "concrete": {
            "location": {
                "start_point": {"row": 6, "column": 2},
                "end_point": {"row": 7, "column": 9},
            }
        },
    }


PIN = {
    "ident": "unpinned-uses",
    "desc": "unpinned action reference",
    "url": "https://docs.zizmor.sh/audits/#unpinned-uses",
    "determinations": {"confidence": "High", "severity": "High", "persona": "Regular"},
    "locations": [place("Related", INPUTS[1]), place("Primary")],
    "ignored": False,
}


def told(*rows: dict[str, Any], stderr: str = BOTH, code: int | None = None) -> Output:
    code = (14 if rows else 0) if code is None else code
    return Output(job=JOB, code=code, stdout=json.dumps(rows).encode(), stderr=stderr.encode())


def test_neither_network_nor_target_configures_zizmor() -> None:
    assert ADAPTER.command(JOB) == Command(
        args=(
            *("--offline", "--no-online-audits", "--no-config", "--persona=regular"),
            *("--no-ignores", "--format=json-v1", "--no-progress", "--color=never"),
            *("./.github/workflows/a.yml", "./act/action.yml"),
        ),
        ok=frozenset({0, 3, 11, 12, 13, 14}),
        timeout=30,
    )


def test_workflows_actions_and_dependabot_are_its_files() -> None:
    """At any depth: a template for repositories is worth a look, too."""
    named = (".github/dependabot.yml", ".github/workflows/a.yaml", ".github/workflows/b.yml",
             "action.yml", "deep/.github/workflows/c.yml", "deep/action.yaml")  # fmt: skip
    others = (".github/workflows/deep/d.yml", ".github/workflows/e.sh", "my-action.yml", "x.yml")
    files = tuple(File(path=path, size=1) for path in sorted((*named, *others)))
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert named == ADAPTER.inputs(target)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"path": "action.yml", "size": 1}, False),
        ({"path": "action.yml", "size": 257 << 10}, True),
        ({"path": "action.yml", "size": 20 << 10, "longest_line": 17 << 10}, True),
        ({"path": "action.yml", "size": 1, "encoding": Encoding.OTHER}, True),
        ({"path": "x\n INFO audit: zizmor: y completed ./action.yml", "size": 1}, True),
    ],
)
def test_what_it_can_not_take_is_refused(facts: dict[str, Any], *, refused: bool) -> None:
    """A name with a line break could say on stderr that another file was completed."""
    assert ADAPTER.refuses
    assert refused is bool(ADAPTER.refuses(File(**facts)))


def test_a_finding_is_at_the_primary_place_in_bytes_from_zero() -> None:
    report = ADAPTER.parse(told(PIN))

    assert set(INPUTS) == report.looked_at
    assert report.findings == (
        Finding(
            kind=Kind.IAC,
            rule=Rule(
                id="unpinned-uses",
                description="unpinned action reference",
                help_uri="https://docs.zizmor.sh/audits/#unpinned-uses",
            ),
            message="unpinned action reference: this step",
            location=Location(
                path=INPUTS[0],
                line=7,
                column=2,
                end_line=8,
                end_column=9,
                unit=Unit.BYTE_0,
                feeds=True,
            ),
            reported_severity="High",
            confidence="High",
        ),
    )


def test_what_a_comment_ignores_is_told_with_it() -> None:
    (finding,) = ADAPTER.parse(told({**PIN, "ignored": True})).findings

    assert finding.suppressed
    assert ["a comment in the source, which zizmor obeys"] == [
        each.justification for each in finding.suppressions
    ]


def test_what_it_does_not_name_was_not_looked_at() -> None:
    report = ADAPTER.parse(told(stderr=BOTH.splitlines()[0] + "\n"))

    assert {INPUTS[0]} == report.looked_at
    assert [INPUTS[1]] == [item.subject for item in report.not_assessed]


def test_a_file_of_which_it_skipped_an_expression_is_not_assessed() -> None:
    warning = (
        ' WARN audit:audit{ident="obfuscation" input=Workflow(file://./.github/workflows/a.yml)}:'
        " zizmor::audit::obfuscation: couldn't parse expression: (1\n"
    )
    report = ADAPTER.parse(told(stderr=warning + BOTH))

    assert {INPUTS[1]} == report.looked_at
    assert ["zizmor can't parse an expression in it"] == [i.reason for i in report.not_assessed]


def test_when_it_can_read_nothing_everything_is_not_assessed() -> None:
    output = Output(job=JOB, code=3, stdout=b"", stderr=b"error: no inputs collected")
    report = ADAPTER.parse(output)

    assert (frozenset(), 2) == (report.looked_at, len(report.not_assessed))


@pytest.mark.parametrize(
    "output",
    [
        told(code=14),
        told(PIN, code=0),
        told(PIN, code=3),
        told({**PIN, "locations": [place("Related")]}),
        Output(job=JOB, code=0, stdout=b"", stderr=BOTH.encode()),
    ],
)
def test_what_can_not_be_is_a_failure(output: Output) -> None:
    with pytest.raises(ScannerError):
        ADAPTER.parse(output)


HEAD = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
IGNORED = f"{HEAD}    - uses: acme/x@v1 # zizmor: ignore[unpinned-uses]\n"


@pytest.mark.scanners
def test_nothing_in_the_target_hides_a_flaw_from_zizmor(tmp_path: Path) -> None:
    """Neither its configuration nor a comment, and one broken file hides no other."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    names = ("-x.yml", "@a.yml", "a b.yml", "ü.yml", "back\\slash.yml")
    for name in names:
        (folder / name).write_text(IGNORED)
    bomb = "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for name, text in {
        "bomb.yml": f"a: &a [x]\n{bomb}{HEAD}    - run: x\n",
        "broken.yml": "on: push\njobs: [\n",
        "empty.yml": "",
        "nested.yml": f"{HEAD}    - run: x\n      env: {'[' * 3000}{']' * 3000}\n",
        "other.yml": "hello: world\n",
    }.items():
        (folder / name).write_text(text)
    (tmp_path / ".github/zizmor.yml").write_text("rules: {unpinned-uses: {disable: true}}\n")
    bad = {"broken.yml", "empty.yml", "nested.yml", "other.yml"}
    paths = tuple(sorted(str(p.relative_to(tmp_path)) for p in folder.iterdir()))

    report = ADAPTER.parse(answer(ADAPTER, Job(root=tmp_path, inputs=paths)))
    found = [f for f in report.findings if f.rule.id == "unpinned-uses"]

    assert sorted(names) == sorted(Path(f.path).name for f in found if f.suppressed)
    assert {"bomb.yml", *names} == {Path(path).name for path in report.looked_at}
    assert bad == {Path(item.subject).name for item in report.not_assessed}


@pytest.mark.scanners
def test_a_file_that_it_can_not_read_alone_is_not_assessed(tmp_path: Path) -> None:
    (tmp_path / "action.yml").write_text("not: [")
    report = ADAPTER.parse(answer(ADAPTER, Job(root=tmp_path, inputs=("action.yml",))))

    assert ["action.yml"] == [item.subject for item in report.not_assessed]
