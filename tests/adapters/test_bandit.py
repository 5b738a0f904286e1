"""bandit's adapter: nothing in the target votes, and what it could not parse is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.bandit import ADAPTER
from drawgate.core.adapter import Command, Job, Output
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule, Unit
from drawgate.core.target import File, Form, NotAssessed, Target
from samples.tools import answer

JOB = Job(root=Path("/target"), inputs=("-r.py", "a b.py"), scratch=Path("/scratch"), python="3.11")

SHELL = {
    "col_offset": 4,
    "end_col_offset": 9,
    "filename": "././a b.py",
    "issue_confidence": "HIGH",
    "issue_cwe": {"id": 78, "link": "https://cwe.mitre.org/data/definitions/78.html"},
    "issue_severity": "HIGH",
    "issue_text": "subprocess call with shell=True identified, security issue.",
    "line_number": 3,
    "line_range": [3, 4, 5],
    "more_info": "https://bandit.readthedocs.io/en/1.9.4/plugins/b602.html",
    "test_id": "B602",
    "test_name": "subprocess_popen_with_shell_equals_true",
}


def told(
    *results: dict[str, Any],
    errors: tuple[dict[str, str], ...] = (),
    code: int | None = None,
    listed: int | None = None,
    stderr: bytes = b"",
) -> Output:
    totals = {f"SEVERITY.{word}": 0 for word in ("UNDEFINED", "LOW", "MEDIUM")}
    totals["SEVERITY.HIGH"] = len(results) if listed is None else listed
    metrics = {"././-r.py": {}, "././a b.py": {}, "_totals": totals}
    answer = {"metrics": metrics, "errors": list(errors), "results": list(results)}
    code = (1 if results else 0) if code is None else code
    return Output(job=JOB, code=code, stdout=json.dumps(answer).encode(), stderr=stderr)


def test_no_file_of_the_target_configures_bandit() -> None:
    """An empty ini, no exclusions, no nosec; names can't be taken for options."""
    assert ADAPTER.command(JOB) == Command(
        args=(
            *("-q", "-f", "json", "--ini", "/scratch/bandit.ini", "-x", "//none"),
            *("--ignore-nosec", "./-r.py", "./a b.py"),
        ),
        ok=frozenset({0, 1}),
        files={"bandit.ini": b"[bandit]\n"},
    )


def test_the_second_pass_honours_nosec() -> None:
    second = Job(root=JOB.root, inputs=JOB.inputs, scratch=JOB.scratch, suppressions=True)

    assert set(ADAPTER.command(JOB).args) - set(ADAPTER.command(second).args) == {"--ignore-nosec"}


def test_python_files_are_known_by_name_or_by_interpreter() -> None:
    files = (
        File(path="a.py", size=1),
        File(path="b.pyw", size=1),
        File(path="c", size=1, interpreter="python3.12"),
        File(path="d", size=1, interpreter="bash"),
        File(path="e", size=1, interpreter="uv"),
        File(path="F.PY", size=1),
        File(path="g.py3", size=1),
        File(path="e.pyc", size=1),
    )
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert ADAPTER.inputs(target) == ("F.PY", "a.py", "b.pyw", "c", "e", "g.py3")


def test_a_finding_keeps_bandits_words_and_byte_columns() -> None:
    report = ADAPTER.parse(told(SHELL))

    assert report.looked_at == {"-r.py", "a b.py"}
    assert report.findings == (
        Finding(
            kind=Kind.CODE,
            rule=Rule(
                id="B602",
                name="subprocess_popen_with_shell_equals_true",
                help_uri="https://bandit.readthedocs.io/en/1.9.4/plugins/b602.html",
                cwe=(78,),
            ),
            message="subprocess call with shell=True identified, security issue.",
            location=Location(
                path="a b.py", line=3, column=4, end_line=5, end_column=9, unit=Unit.BYTE_0
            ),
            reported_severity="HIGH",
            confidence="HIGH",
        ),
    )


def test_a_rule_may_have_no_weakness() -> None:
    assert ADAPTER.parse(told({**SHELL, "issue_cwe": {}})).findings[0].rule.cwe == ()


def test_columns_of_a_call_are_not_those_of_its_argument() -> None:
    """B106 names the argument's line, but gives the column at which the call starts."""
    (finding,) = ADAPTER.parse(told({**SHELL, "line_number": 4})).findings

    assert finding.location == Location(
        path="a b.py", line=4, end_line=5, end_column=9, unit=Unit.BYTE_0
    )


def test_a_default_argument_is_not_the_whole_function() -> None:
    (finding,) = ADAPTER.parse(told({**SHELL, "test_id": "B107"})).findings

    assert finding.location == Location(path="a b.py", line=3)


def test_a_file_with_an_error_is_not_assessed_although_metrics_name_it() -> None:
    """It exits with 0 and lists the file as if it had been scanned."""
    error = {"filename": "././-r.py", "reason": "syntax error while parsing AST from file"}
    report = ADAPTER.parse(told(errors=(error,)))

    assert report.looked_at == {"a b.py"}
    assert report.not_assessed == (
        NotAssessed(
            subject="-r.py",
            path="-r.py",
            reason="bandit runs on Python 3.11, which can't parse this file",
            unparsed="3.11",
        ),
    )


def test_findings_that_are_counted_but_not_listed_are_a_failure() -> None:
    with pytest.raises(ScannerError, match="bandit counted 1 findings but listed 0"):
        ADAPTER.parse(told(code=0, listed=1))


def test_a_check_that_crashed_leaves_its_file_unassessed() -> None:
    """Bandit logs it, goes on, and calls the file scanned."""
    log = b"[tester] ERROR Bandit internal error running: B413 on file ././a b.py at line 3: x\n"
    report = ADAPTER.parse(told(stderr=log))

    assert report.looked_at == {"-r.py"}
    assert [n.reason for n in report.not_assessed] == ["bandit: its check B413 crashed"]


def test_other_errors_are_passed_on() -> None:
    error = {"filename": "././-r.py", "reason": "No such file or directory"}
    (missed,) = ADAPTER.parse(told(errors=(error,))).not_assessed

    assert missed.reason == "bandit: No such file or directory"


@pytest.mark.parametrize(("results", "code"), [((), 1), ((SHELL,), 0)])
def test_an_exit_code_that_contradicts_the_answer_is_a_failure(
    results: tuple[dict[str, Any], ...], code: int
) -> None:
    with pytest.raises(ScannerError, match="bandit exited with"):
        ADAPTER.parse(told(*results, code=code))


@pytest.mark.scanners
def test_files_that_bandit_would_drop_by_their_path_are_scanned(tmp_path: Path) -> None:
    """By default it drops `.github/x.py`, for it contains ".git", and prints nothing about it."""
    paths = (".github/x.py", "-c.py", "CVS/x.py", "a.egg/x.py", "new\nline.py", "odd\udcff.py")
    for path in paths:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("eval(input())  # nosec\n")
    for name in (".bandit", "bandit.ini"):
        (tmp_path / name).write_text("[bandit]\nskips: B307\nexclude: x.py\n")

    job = Job(root=tmp_path, inputs=paths, scratch=tmp_path / "scratch")
    report = ADAPTER.parse(answer(ADAPTER, job))

    assert report.looked_at == set(paths)
    assert sorted(paths) == sorted(finding.path for finding in report.findings)
