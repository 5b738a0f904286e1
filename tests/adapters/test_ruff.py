"""ruff's adapter: bandit's rules, nothing of the target's, and what it could not parse."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.ruff import ADAPTER
from drawgate.core.adapter import Command, Job, Output
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.target import Encoding, File, Form, NotAssessed, Target
from samples.tools import answer

JOB = Job(root=Path("/target"), inputs=("-r.py", "a b.py"), scratch=Path("/scratch"))
SHELL = {
    "cell": None,
    "code": "S602",
    "end_location": {"column": 20, "row": 7},
    "filename": "/target/a b.py",
    "fix": None,
    "location": {"column": 5, "row": 7},
    "message": "`subprocess` call with `shell=True` identified, security issue",
    "name": "subprocess-popen-with-shell-equals-true",
    "noqa_row": 7,
    "severity": "error",
    "url": "https://docs.astral.sh/ruff/rules/subprocess-popen-with-shell-equals-true",
}
SYNTAX = {**SHELL, "code": "invalid-syntax", "message": "Expected an identifier", "url": None}


def told(*rows: dict[str, Any], stderr: str = "", code: int | None = None) -> Output:
    code = bool(rows) if code is None else code
    return Output(job=JOB, code=code, stdout=json.dumps(rows).encode(), stderr=stderr.encode())


def test_no_file_of_the_target_configures_ruff() -> None:
    assert ADAPTER.command(JOB) == Command(
        args=(
            *("check", "--output-format", "json", "--isolated", "--no-cache", "--no-fix"),
            *("--no-preview", "--select", "S", "--target-version", "py314", "--ignore-noqa"),
            *("./-r.py", "./a b.py"),
        ),
        ok=frozenset({0, 1}),
    )


def test_the_second_pass_honours_noqa() -> None:
    second = Job(root=JOB.root, inputs=JOB.inputs, scratch=JOB.scratch, suppressions=True)

    assert set(ADAPTER.command(JOB).args) - set(ADAPTER.command(second).args) == {"--ignore-noqa"}


def test_a_finding_is_at_its_path_in_the_target() -> None:
    report = ADAPTER.parse(told(SHELL))

    assert {"-r.py", "a b.py"} == report.looked_at
    assert report.findings == (
        Finding(
            kind=Kind.CODE,
            rule=Rule(id="S602", name=SHELL["name"], help_uri=SHELL["url"]),
            message="`subprocess` call with `shell=True` identified, security issue",
            location=Location(path="a b.py", line=7, column=5, end_line=7, end_column=20),
            reported_severity="error",
        ),
    )


def test_a_shell_for_a_constant_text_is_a_guess() -> None:
    safe = "`subprocess` call with `shell=True` seems safe, but may be changed in the future"
    (finding,) = ADAPTER.parse(told({**SHELL, "message": safe})).findings

    assert "low" == finding.confidence


def test_a_syntax_error_is_no_finding() -> None:
    """Nor is what a later version may say instead of a rule's name."""
    report = ADAPTER.parse(told(SYNTAX, {**SYNTAX, "message": "and another"}))

    assert () == report.findings
    assert {"-r.py"} == report.looked_at
    assert report.not_assessed == (
        NotAssessed(
            subject="a b.py", path="a b.py", reason="ruff: Expected an identifier (line 7)"
        ),
    )


def test_a_file_that_it_only_warns_about_is_not_assessed() -> None:
    warning = "warning: Failed to lint a b.py: No such file or directory (os error 2)\n"
    report = ADAPTER.parse(told(stderr=warning))

    assert {"-r.py"} == report.looked_at
    assert ["ruff: No such file or directory (os error 2)"] == [
        item.reason for item in report.not_assessed
    ]


@pytest.mark.parametrize(
    "output",
    [
        told(code=1),
        told(SHELL, code=0),
        told(stderr="warning: No Python files found under the given path(s)"),
    ],
)
def test_what_can_not_be_is_a_failure(output: Output) -> None:
    with pytest.raises(ScannerError):
        ADAPTER.parse(output)


def test_it_is_given_what_bandit_is_given_but_for_what_it_can_not_read() -> None:
    files = (
        File(path="a.PY", size=1),
        File(path="b", size=1, interpreter="python3"),
        File(path="c.md", size=1),
    )
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert ("a.PY", "b") == ADAPTER.inputs(target)
    assert ADAPTER.refuses
    assert not ADAPTER.refuses(files[0])
    assert "UTF-8 only" in ADAPTER.refuses(File(path="x.py", size=1, encoding=Encoding.OTHER))
    assert "this name" in ADAPTER.refuses(File(path="x\udcff.py", size=1))


@pytest.mark.scanners
def test_nothing_in_the_target_hides_a_flaw_from_ruff(tmp_path: Path) -> None:
    """Neither its configuration nor a comment, and no folder that ruff leaves out by itself."""
    hidden = "# ruff: noqa\neval(input())  # noqa: S307\n"
    paths = ("-c.py", "@a.py", "a b.py", "node_modules/x.py", "script", "ü.py", "x.pyw")
    for path in paths:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(hidden)
    (tmp_path / "ruff.toml").write_text('exclude = ["*.py"]\n[lint]\nignore = ["S"]\n')
    (tmp_path / ".gitignore").write_text("*\n")

    first = answer(ADAPTER, Job(root=tmp_path, inputs=paths))
    second = answer(ADAPTER, Job(root=tmp_path, inputs=paths, suppressions=True))

    assert sorted(paths) == sorted(f.path for f in ADAPTER.parse(first).findings)
    assert () == ADAPTER.parse(second).findings
    assert set(paths) == ADAPTER.parse(second).looked_at
