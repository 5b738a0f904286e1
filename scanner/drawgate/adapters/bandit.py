"""bandit: flaws in Python source, found in its syntax tree."""

import json
import re
from posixpath import normpath
from typing import Any, Final

from drawgate import plugin as dg

_WORDS: Final = ("UNDEFINED", "LOW", "MEDIUM", "HIGH")
_CRASH: Final = re.compile(r"internal error running: (\S+) on file (.+?) at line \d+")
"""A check that crashes is logged, and its file is still called scanned (bandit/core/tester.py)."""


def inputs(target: dg.Target) -> tuple[str, ...]:
    return tuple(f.path for f in target.files if f.path.endswith((".py", ".pyw")) or _script(f))


def _script(file: dg.File) -> bool:
    return file.interpreter.startswith(("python", "pypy"))


def command(job: dg.Job) -> dg.Command:
    """Call bandit so that nothing in the target changes what it reports.

    An empty --ini keeps `.bandit` files out. bandit's own exclusions hit named files too, as
    parts of a path: `.git` drops `.github/x.py`. "//none" is in no path, so nothing is dropped.
    """
    neutral = ("--ini", str(job.scratch / "bandit.ini"), "-x", "//none")
    honour = () if job.suppressions else ("--ignore-nosec",)
    return dg.Command(
        args=("-q", "-f", "json", *neutral, *honour, *map(dg.as_argument, job.inputs)),
        ok=frozenset({0, 1}),  # 1: it found something; files it can't read change nothing
        files={"bandit.ini": b"[bandit]\n"},
    )


def parse(output: dg.Output) -> dg.Report:
    try:
        said = json.loads(output.stdout)
        # bandit puts another "./" before "./x.py".
        seen = frozenset(normpath(name) for name in said["metrics"] if name != "_totals")
        missed = {normpath(each["filename"]): each["reason"] for each in _list(said["errors"])}
        crashed = _CRASH.findall(output.stderr.decode("utf-8", "replace"))
        missed |= {normpath(path): f"its check {check} crashed" for check, path in crashed}
        totals = said["metrics"]["_totals"]
        counted = sum(totals[f"SEVERITY.{word}"] for word in _WORDS)
        findings = tuple(_finding(each) for each in _list(said["results"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        what = f"bandit's answer can't be read: {type(error).__name__}: {error}"
        raise dg.ScannerError(what) from error
    if counted != len(findings):
        raise dg.ScannerError(f"bandit counted {counted} findings but listed {len(findings)}")
    if bool(findings) != (output.code == 1):
        raise dg.ScannerError(f"bandit exited with {output.code} but listed {len(findings)}")
    return dg.Report(
        findings=findings,
        looked_at=seen.difference(missed),  # metrics name every file, also those with an error
        not_assessed=tuple(
            _missed(path, reason, output.job.python) for path, reason in sorted(missed.items())
        ),
    )


def _list(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def _missed(path: str, said: str, python: str) -> dg.NotAssessed:
    if not said.startswith("syntax error"):
        return dg.NotAssessed(subject=path, path=path, reason=f"bandit: {said}")
    reason = f"bandit runs on Python {python or '(unknown)'}, which can't parse this file"
    return dg.NotAssessed(subject=path, path=path, reason=reason, unparsed=python)


def _finding(told: dict[str, Any]) -> dg.Finding:
    cwe = told["issue_cwe"]  # {} where bandit knows none
    return dg.Finding(
        kind=dg.Kind.CODE,
        rule=dg.Rule(
            id=told["test_id"], name=told["test_name"], help_uri=told["more_info"],
            cwe=(cwe["id"],) if cwe else (),
        ),
        message=told["issue_text"],
        location=_location(told),
        reported_severity=told["issue_severity"],
        confidence=told["issue_confidence"],
    )  # fmt: skip


def _location(told: dict[str, Any]) -> dg.Location:
    """Columns belong to the node's first and last line; `line_number` may lie between."""
    path, line, span = normpath(told["filename"]), told["line_number"], told["line_range"]
    if told["test_id"] == "B107":  # a default argument: the node is the whole function
        return dg.Location(path=path, line=line)
    column = told["col_offset"] if line == min(span) else None
    end, end_column = max(line, *span), told["end_col_offset"]
    return dg.Location(path=path, line=line, column=column, end_line=end, end_column=end_column,
                       unit=dg.Unit.BYTE_0)  # fmt: skip


ADAPTER = dg.Adapter(
    name="bandit",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="https://bandit.readthedocs.io/",
    tool=dg.Tool(distribution="bandit", argv=("bandit",), supported=">=1.8,<2"),
    applies=lambda target: bool(inputs(target)),
    inputs=inputs,
    command=command,
    parse=parse,
    markers=("nosec",),
    raw_keys=frozenset({"code", "generated_at"}),
)
