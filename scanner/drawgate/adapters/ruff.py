"""ruff: bandit's checks in a fraction of its time; it stands in where bandit is not installed."""

import re
from typing import Final

from drawgate import plugin as dg

_UNREAD: Final = re.compile(r"^warning: Failed to lint (.+): ([^:\n]+)$", re.MULTILINE)
_FLAW: Final = re.compile(r"S\d+")


def command(job: dg.Job) -> dg.Command:
    # --isolated: none of the target's files configures it. Preview rules change between releases.
    neutral = ("--isolated", "--no-cache", "--no-fix", "--no-preview", "--select", "S")
    honour = () if job.suppressions else ("--ignore-noqa",)
    return dg.call(
        job, "check", "--output-format", "json", *neutral, "--target-version", "py314", *honour,
        ok=(0, 1),  # 1: it found something; files it can't read change nothing
    )  # fmt: skip


@dg.json_answer("ruff")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    stderr = output.stderr.decode("utf-8", "replace")
    if "No Python files found" in stderr:
        raise dg.ScannerError("ruff was given files and found none")
    missed = {_path(name, output): reason for name, reason in _UNREAD.findall(stderr)}
    findings = []
    for each in dg.check_list(said):
        path = _path(each["filename"], output)
        if _FLAW.fullmatch(each["code"]):
            findings.append(_finding(path, each))
        else:  # what is no rule of ours says that it can't parse the file, or broke on it
            line = each["location"]["row"]
            missed.setdefault(path, f"{each['message']} (line {line})")
    dg.check_code("ruff", output, said)
    return dg.Report(
        findings=tuple(findings),
        looked_at=frozenset(output.job.inputs).difference(missed),
        not_assessed=tuple(dg.not_looked_at(p, f"ruff: {why}") for p, why in missed.items()),
        assumed=True,
    )


def _path(name: str, output: dg.Output) -> str:
    """Undo that ruff writes names as absolute."""
    return dg.as_path(name.removeprefix(f"{output.job.root}/"))


def _finding(path: str, told: dg.Json) -> dg.Finding:
    start, end = told["location"], told["end_location"]
    return dg.Finding(
        kind=dg.Kind.CODE,
        rule=dg.Rule(id=told["code"], name=told["name"], help_uri=told["url"]),
        message=told["message"],
        location=dg.Location(path=path, line=start["row"], column=start["column"],
                             end_line=end["row"], end_column=end["column"]),
        reported_severity=told["severity"],
        confidence="low" if "seems safe" in told["message"] else "",
    )  # fmt: skip


ADAPTER = dg.Adapter(
    name="ruff", kind=dg.Kind.CODE, grain=dg.Grain.FILE,
    homepage="https://docs.astral.sh/ruff/rules/#flake8-bandit-s",
    tool=dg.Tool(distribution="ruff", argv=("ruff",), supported=">=0.15,<1"),
    inputs=dg.python_files, refuses=dg.not_utf8, command=command, parse=parse,
    markers=("noqa", "ruff:"), stands_in_for="bandit",
)  # fmt: skip
