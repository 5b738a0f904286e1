"""bandit: flaws in Python source, found in its syntax tree."""

import re
from typing import Final

from drawgate import plugin as dg

_CRASH: Final = re.compile(r"internal error running: (\S+) on file (.+?) at line \d+")
"""A check that crashes is logged, and its file is still called scanned (bandit/core/tester.py)."""


def inputs(target: dg.Target) -> tuple[str, ...]:
    named = target.named("*.[pP][yY]", "*.[pP][yY][wW3]")
    return tuple(sorted({*named, *target.scripts("python", "pypy", "uv", "pipx")}))


def command(job: dg.Job) -> dg.Command:
    # An empty --ini keeps the target's `.bandit` files out. bandit's own exclusions hit named
    # files too: `.git` in a path drops `.github/x.py`. "//none" is in no path.
    neutral = ("--ini", str(job.scratch / "bandit.ini"), "-x", "//none")
    honour = () if job.suppressions else ("--ignore-nosec",)
    return dg.call(
        job, "-q", "-f", "json", *neutral, *honour, files={"bandit.ini": b"[bandit]\n"},
        ok=(0, 1),  # 1: it found something; files it can't read change nothing
    )  # fmt: skip


@dg.json_answer("bandit")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    totals = said["metrics"].pop("_totals")
    seen = frozenset(map(dg.as_path, said["metrics"]))  # every file, also those with an error
    missed = [_missed(each, output.job.python) for each in dg.check_list(said["errors"])]
    for check, path in _CRASH.findall(output.stderr.decode("utf-8", "replace")):
        missed.append(dg.not_looked_at(dg.as_path(path), f"bandit: its check {check} crashed"))
    findings = tuple(map(_finding, dg.check_list(said["results"])))
    counted = sum(number for name, number in totals.items() if name.startswith("SEVERITY."))
    if counted != len(findings):
        raise dg.ScannerError(f"bandit counted {counted} findings but listed {len(findings)}")
    dg.check_code("bandit", output, findings)
    looked_at = seen.difference(each.path for each in missed)
    return dg.Report(findings=findings, looked_at=looked_at, not_assessed=tuple(missed))


def _missed(told: dg.Json, python: str) -> dg.NotAssessed:
    path, reason = dg.as_path(told["filename"]), told["reason"]
    if reason.startswith("syntax error"):
        return dg.not_parsed(path, "bandit", python)
    return dg.not_looked_at(path, f"bandit: {reason}")


def _finding(told: dg.Json) -> dg.Finding:
    rule, cwe = told["test_id"], told["issue_cwe"]  # {} where bandit knows none
    path, line, span = dg.as_path(told["filename"]), told["line_number"], told["line_range"]
    place = dg.Location(path=path, line=line)
    if rule != "B107":  # a default argument, whose node is the whole function
        # Columns belong to the node's first and last line; `line_number` may lie between.
        column, end = told["col_offset"] if line == min(span) else None, max(line, *span)
        place = dg.Location(path=path, line=line, column=column, end_line=end,
                            end_column=told["end_col_offset"], unit=dg.Unit.BYTE_0)  # fmt: skip
    return dg.Finding(
        kind=dg.Kind.CODE,
        rule=dg.Rule(id=rule, name=told["test_name"], help_uri=told["more_info"],
                     cwe=(cwe["id"],) if cwe else ()),
        message=told["issue_text"],
        location=place,
        reported_severity=told["issue_severity"],
        confidence=told["issue_confidence"],
    )  # fmt: skip


ADAPTER = dg.Adapter(
    name="bandit", kind=dg.Kind.CODE, grain=dg.Grain.FILE,
    homepage="https://bandit.readthedocs.io/",
    tool=dg.Tool(distribution="bandit", argv=("bandit",), supported=">=1.8,<2"),
    inputs=inputs, command=command, parse=parse,
    markers=("nosec",), raw_keys=frozenset({"code", "generated_at"}),
)  # fmt: skip
