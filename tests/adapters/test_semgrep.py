"""semgrep's adapter: our rules decide, nothing in the target does, and what it dropped is said."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawgate import plugin, resources
from drawgate.adapters.semgrep import ADAPTER
from drawgate.core.adapter import Job, Output
from drawgate.core.attempt import Subject
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Location, Unit
from drawgate.core.target import Encoding, File, Form, NotAssessed, Target
from drawgate.plan import Planned
from drawgate.run.basis import basis_of
from drawgate.run.cache import Cache
from drawgate.run.contents import Contents
from drawgate.run.tools import Resolved
from samples.tools import answer

JOB = Job(root=Path("/target"), inputs=("a.py", "deploy"), scratch=Path("/scratch"))
ANSWER: dict[str, Any] = {
    "results": [],
    "errors": [],
    "paths": {"scanned": ["./a.py", "./deploy"]},
    "time": {"fixpoint_timeouts": []},
    "skipped_rules": [],
}
EVAL = "from flask import request\n\ndef f():\n    return eval(request.args['x'])\n"


def told(code: int = 0, **parts: Any) -> Output:  # noqa: ANN401 - parts of any JSON
    answer = json.dumps({**ANSWER, **parts}).encode()
    return Output(job=JOB, code=code, stdout=answer, stderr=b"")


def missed(reason: str, path: str = "a.py") -> tuple[NotAssessed, ...]:
    return (NotAssessed(subject=path, path=path, reason=reason),)


def test_the_call_is_the_same_for_every_target() -> None:
    """No metrics, no question for a newer version, no git, no ignore files, no nosem comments."""
    command = ADAPTER.command(JOB)

    assert command.args == (
        *("scan", "--experimental", "--quiet", "--json", "--metrics", "off"),
        *("--disable-version-check", "--project-root", ".", "--no-git-ignore"),
        *("--no-exclude-binary-files", "-j", "1", "--config", "/scratch/rules.json"),
        *("--no-rewrite-rule-ids", "--timeout", "60", "--disable-nosem", "./a.py", "./deploy"),
    )
    assert {"rules.json": resources.rules("semgrep")} == command.files


def test_with_other_rules_no_kept_answer_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    contents = Contents(cache=Cache(folder=tmp_path, secret=b"k" * 32))
    planned = Planned(
        adapter=ADAPTER, subject=Subject(name="semgrep", kind=ADAPTER.kind), jobs=(JOB,)
    )
    tool = Resolved(argv=(sys.executable,), version="1.180", python="3.11")
    before = basis_of(planned, tool, None, contents)
    monkeypatch.setattr(plugin, "rules", lambda _: b'{"rules":[]}')

    assert before
    assert before != basis_of(planned, tool, None, contents)


def test_the_second_pass_honours_nosem() -> None:
    second = ADAPTER.command(replace(JOB, suppressions=True))

    assert set(second.args) - set(ADAPTER.command(JOB).args) == {"--enable-nosem"}


def test_it_gets_what_its_rules_are_about() -> None:
    names = (
        *("a.py", "b.PY", "c.pyi", "d.js", "e.mts", "f.tsx", "g.go", "notes.md", "x.yml"),
        *("Dockerfile", "build/prod.Dockerfile", "Dockerfile.md", "docker/Containerfile.arm"),
        *(".github/workflows/ci.yml", ".github/dependabot.yml", "tool/action.yaml", "faction.yml"),
    )
    files = [File(path=name, size=1) for name in names]
    files += [File(path=f"bin/{name}", size=1, interpreter=name) for name in ("python3", "node")]
    files.append(File(path="bin/sh", size=1, interpreter="bash"))
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=tuple(files))

    assert ADAPTER.inputs(target) == (
        *(".github/workflows/ci.yml", "Dockerfile", "a.py", "b.PY", "bin/node", "bin/python3"),
        *("build/prod.Dockerfile", "c.pyi", "d.js", "docker/Containerfile.arm", "e.mts", "f.tsx"),
        "tool/action.yaml",
    )


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (File(path="a.js", size=9, longest_line=9_000), ""),
        (File(path="a.py", size=90_000, longest_line=90_000), ""),
        (File(path="a.js", size=9, longest_line=90_000), "packed"),
        (File(path="a.min.js", size=9), "packed"),
        (File(path="a.py", size=1_000_001), "1 MB"),
        (File(path="a.py", size=9, encoding=Encoding.OTHER), "UTF-8"),
        (File(path="a\udcff.py", size=9), "UTF-8"),
    ],
)
def test_what_it_would_choke_on_is_kept_from_it(file: File, reason: str) -> None:
    assert ADAPTER.refuses
    refusal = ADAPTER.refuses(file)

    assert bool(reason) == bool(refusal)
    assert reason in refusal


def test_a_file_parsed_in_part_is_not_assessed_and_its_findings_stay() -> None:
    spans = [{"start": {"line": 9}}, {"start": {"line": 2}}, {"start": {"line": 9}}]
    error = {"type": ["PartialParsing", []], "path": "./a.py", "message": "`x =`", "spans": spans}
    report = ADAPTER.parse(told(errors=[error]))

    assert missed("semgrep can't parse line 2, 9") == report.not_assessed
    assert frozenset({"deploy"}) == report.looked_at


@pytest.mark.parametrize("kind", ["Timeout", "Out of memory", "Internal matching error"])
def test_a_file_on_which_a_rule_gave_up_is_not_assessed(kind: str) -> None:
    error = {"type": kind, "rule_id": "x.y", "path": "./a.py", "message": "at ./a.py"}

    assert (
        missed(f"semgrep gave up in x.y: {kind}")
        == ADAPTER.parse(told(errors=[error])).not_assessed
    )


def test_data_that_was_not_followed_to_its_end_is_no_clean_file() -> None:
    """Semgrep lists this beside its errors, and only there."""
    slow = {
        "error_type": "Fixpoint timeout",
        "severity": "warn",
        "message": "Fixpoint timeout while performing taint analysis",
        "location": {"path": "./a.py", "start": {"line": 1, "col": 1, "offset": 0}},
        "rule_id": "x.y",
    }
    report = ADAPTER.parse(told(time={"fixpoint_timeouts": [slow]}))

    assert missed("semgrep gave up in x.y: Fixpoint timeout") == report.not_assessed
    assert {"a.py"} == report.slow


def test_a_script_that_it_dropped_is_not_assessed() -> None:
    report = ADAPTER.parse(told(paths={"scanned": ["./a.py"]}))

    assert missed("semgrep reads no file with such a name", "deploy") == report.not_assessed


def test_source_that_it_dropped_is_left_over() -> None:
    """The runner then fails the attempt: there is no good reason for it."""
    report = ADAPTER.parse(told(paths={"scanned": ["./deploy"]}))

    assert (frozenset({"deploy"}), ()) == (report.looked_at, report.not_assessed)


@pytest.mark.parametrize(
    ("output", "error"),
    [
        (
            told(
                2, errors=[{"type": "Rule parse error", "rule_id": "x", "message": "in x:\n bad"}]
            ),
            "semgrep: in x: bad",
        ),
        (
            told(0, errors=[{"type": "SemgrepError", "message": "Invalid scanning root: ./a.py"}]),
            "semgrep: Invalid scanning root: ./a.py",
        ),
        (told(7), "semgrep ended with code 7, or skipped rules"),
        (told(skipped_rules=[{"rule_id": "x"}]), "semgrep ended with code 0, or skipped rules"),
    ],
)
def test_a_rule_that_was_not_used_fails_the_attempt(output: Output, error: str) -> None:
    with pytest.raises(ScannerError) as raised:
        ADAPTER.parse(output)

    assert error == raised.value.what


def real(folder: Path, *names: str, suppressions: bool = False) -> Any:  # noqa: ANN401 - a Report
    job = Job(root=folder, inputs=names, scratch=folder / "scratch", suppressions=suppressions)
    return ADAPTER.parse(answer(ADAPTER, job))


@pytest.mark.scanners
def test_no_ignore_file_of_the_target_hides_anything(tmp_path: Path) -> None:
    """Neither semgrep's, nor git's, nor a comment; with suppressions on, the comment does."""
    (tmp_path / "app").mkdir()
    marked = EVAL.replace("])\n", "])  # nosem\n").replace("['x'])\n", "['x'])  # nosem\n")
    (tmp_path / "app/a.py").write_text(marked)
    for name in (".semgrepignore", ".gitignore", "app/.semgrepignore"):
        (tmp_path / name).write_text("*\n*.py\napp/\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)

    assert ["drawgate.python.code-injection"] == [
        f.rule.id for f in real(tmp_path, "app/a.py").findings
    ]
    assert () == real(tmp_path, "app/a.py", suppressions=True).findings


@pytest.mark.scanners
def test_columns_are_bytes(tmp_path: Path) -> None:
    line = '    ä = "😀"; return eval(request.args["x"])'
    (tmp_path / "a.py").write_text(f"from flask import request\n\ndef f():\n{line}\n")
    (finding,) = real(tmp_path, "a.py").findings
    at = len(line[: line.index("request")].encode())

    assert finding.location == Location(
        path="a.py",
        line=4,
        column=at,
        end_line=4,
        end_column=len(line.encode()) - 1,
        unit=Unit.BYTE_0,
        feeds=True,
    )


@pytest.mark.scanners
def test_rules_with_paths_match_below_the_root(tmp_path: Path) -> None:
    """Without a project root semgrep matches them against the bare name, and finds nothing."""
    folder = tmp_path / "site/settings"
    folder.mkdir(parents=True)
    (folder / "production.py").write_text("DEBUG = True\n")
    found = real(tmp_path, "site/settings/production.py").findings

    assert ["drawgate.python.django-debug-on"] == [each.rule.id for each in found]


@pytest.mark.scanners
@pytest.mark.parametrize("name", ["src/shim.d.ts", "src/x.mts"])
def test_a_name_that_it_passes_over_is_not_assessed(name: str) -> None:
    """Nearly every project in TypeScript has a file of types; it must not fail the rest."""
    job = replace(JOB, inputs=("a.py", name))
    answer = json.dumps({**ANSWER, "paths": {"scanned": ["./a.py"]}}).encode()
    report = ADAPTER.parse(Output(job=job, code=0, stdout=answer, stderr=b""))

    assert frozenset({"a.py"}) == report.looked_at
    assert missed("semgrep reads no file with such a name", name) == report.not_assessed


def test_names_of_all_sorts_are_read(tmp_path: Path) -> None:
    names = (
        "(group)/@modal/[...slug].ts",
        "-e.py",
        "[id].tsx",
        "a b/é.py",
        "a*.py",
        "new\nline.py",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")

    assert frozenset(names) == real(tmp_path, *names).looked_at
