"""hadolint's adapter: every Dockerfile under any name, and a broken one is not a clean one."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.hadolint import ADAPTER
from drawgate.core.adapter import Command, Job, Output
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.target import Encoding, File, Form, NotAssessed, Target
from samples.tools import answer

JOB = Job(root=Path("/target"), inputs=("-c.Dockerfile", "Dockerfile"), scratch=Path("/scratch"))
ROOT = {
    "code": "DL3002",
    "column": 1,
    "file": "./Dockerfile",
    "level": "warning",
    "line": 2,
    "message": "Last USER should not be root",
}
BROKEN = {**ROOT, "code": "DL1000", "level": "error", "message": "unexpected 'N'\nexpecting ADD"}


def told(*rows: dict[str, Any], code: int | None = None, stderr: bytes = b"") -> Output:
    code = bool(rows) if code is None else code
    return Output(job=JOB, code=code, stdout=json.dumps(rows).encode(), stderr=stderr)


def test_no_file_of_the_target_configures_hadolint() -> None:
    """And a small memory is enough: it makes gigabytes of a few kilobytes of nested shell."""
    assert ADAPTER.command(JOB) == Command(
        args=(
            *("-f", "json", "--config", "/scratch/hadolint.yaml", "--no-color"),
            *("--disable-ignore-pragma", "-t", "style", "./-c.Dockerfile", "./Dockerfile"),
        ),
        ok=frozenset({0, 1}),
        files={"hadolint.yaml": b"{}\n"},
        memory=1 << 30,
        timeout=30,
    )


def test_the_second_pass_honours_pragmas() -> None:
    second = Job(root=JOB.root, inputs=JOB.inputs, scratch=JOB.scratch, suppressions=True)

    assert set(ADAPTER.command(JOB).args) - set(ADAPTER.command(second).args) == {
        "--disable-ignore-pragma"
    }


def test_dockerfiles_have_many_names() -> None:
    named = ("Containerfile", "DOCKERFILE", "Dockerfile", "Dockerfile.dev", "a/app.dockerfile",
             "dockerfile-prod", "web.Containerfile")  # fmt: skip
    others = ("Dockerfile/x", "docker-compose.yml", "dockerfiles.md", "my-dockerfile")
    files = tuple(File(path=path, size=1) for path in sorted((*named, *others)))
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert named == ADAPTER.inputs(target)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"size": 1}, False),
        ({"size": 65 << 10}, True),
        ({"size": 20 << 10, "longest_line": 17 << 10}, True),
        ({"size": 1, "encoding": Encoding.BINARY}, True),
    ],
)
def test_what_would_take_minutes_is_refused(facts: dict[str, Any], *, refused: bool) -> None:
    assert ADAPTER.refuses
    assert refused is bool(ADAPTER.refuses(File(path="Dockerfile", **facts)))


def test_a_finding_keeps_its_word_and_names_its_page() -> None:
    shell = {**ROOT, "code": "SC2086", "level": "info", "message": "Double quote it."}
    report = ADAPTER.parse(told(ROOT, shell))

    assert report.looked_at == set(JOB.inputs)
    assert report.findings[0] == Finding(
        kind=Kind.IAC,
        rule=Rule(id="DL3002", help_uri="https://github.com/hadolint/hadolint/wiki/DL3002"),
        message="Last USER should not be root",
        location=Location(path="Dockerfile", line=2, feeds=True),
        reported_severity="warning",
    )
    assert "https://www.shellcheck.net/wiki/SC2086" == report.findings[1].rule.help_uri


def test_a_file_that_it_can_not_parse_is_not_assessed() -> None:
    report = ADAPTER.parse(told(BROKEN))

    assert () == report.findings
    assert {"-c.Dockerfile"} == report.looked_at
    assert report.not_assessed == (
        NotAssessed(
            subject="Dockerfile",
            path="Dockerfile",
            reason="hadolint can't parse it: unexpected 'N' (line 2)",
        ),
    )


@pytest.mark.parametrize(
    "output",
    [
        told(code=1),
        told(ROOT, code=0),
        told(stderr=b"Error parsing your config file in '/scratch/hadolint.yaml'"),
    ],
)
def test_what_can_not_be_is_a_failure(output: Output) -> None:
    """It would go on with its own defaults where it can't read a configuration."""
    with pytest.raises(ScannerError):
        ADAPTER.parse(output)


@pytest.mark.scanners
def test_nothing_in_the_target_hides_a_flaw_from_hadolint(tmp_path: Path) -> None:
    """Neither its configuration nor a comment, and one broken file hides no other."""
    flawed = "# hadolint global ignore=DL3002\nFROM alpine:3.22\nUSER root\n"
    paths = (
        "-c.Dockerfile",
        "@a.dockerfile",
        "Dockerfile.a b",
        "Dockerfile.new\nline",
        "ü.dockerfile",
    )
    for path in paths:
        (tmp_path / path).write_text(flawed)
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.22\nNONSENSE\n")
    (tmp_path / ".hadolint.yaml").write_text("ignored: [DL3002]\n")
    every = ("Dockerfile", *paths)

    first = ADAPTER.parse(
        answer(ADAPTER, Job(root=tmp_path, inputs=every, scratch=tmp_path / "own"))
    )
    second = ADAPTER.parse(
        answer(
            ADAPTER, Job(root=tmp_path, inputs=every, scratch=tmp_path / "own", suppressions=True)
        )
    )

    assert sorted(paths) == sorted(f.path for f in first.findings if f.rule.id == "DL3002")
    assert [] == [f.path for f in second.findings if f.rule.id == "DL3002"]
    assert ["Dockerfile"] == [item.subject for item in first.not_assessed]
    assert set(paths) == first.looked_at == second.looked_at


@pytest.mark.scanners
def test_a_missing_file_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ScannerError):
        ADAPTER.parse(
            answer(ADAPTER, Job(root=tmp_path, inputs=("Dockerfile",), scratch=tmp_path / "own"))
        )
