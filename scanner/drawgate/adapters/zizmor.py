"""zizmor: flaws in workflows and actions of GitHub, and in Dependabot's configuration."""

import re
from dataclasses import replace
from typing import Final

from drawgate import plugin as dg

_INPUT: Final = re.compile(r"(?s)(.*/)?(\.github/(workflows/[^/]+|dependabot)|action)\.ya?ml")
_DONE: Final = re.compile(r"^ *INFO audit: zizmor: \S+ completed (.+)$", re.MULTILINE)
_CUT_SHORT: Final = re.compile(r"^ *WARN audit:audit\{.* input=\w+\(file://(.+?)\)\}", re.MULTILINE)
_NOTHING: Final = 3  # exit code: it can read none of its inputs, and prints nothing


def inputs(target: dg.Target) -> tuple[str, ...]:
    return tuple(file.path for file in target.files if _INPUT.fullmatch(file.path))


def refuses(file: dg.File) -> str:
    if file.size > 256 << 10 or file.longest_line > 16 << 10:
        return "it takes hours for files or lines of this length"  # each finding prints its line
    return dg.not_utf8(file)


def command(job: dg.Job) -> dg.Command:
    neutral = ("--offline", "--no-online-audits", "--no-config", "--persona=regular")
    # Comments that ignore are told beside what they ignore, so one pass will do.
    told = ("--no-ignores", "--format=json-v1", "--no-progress", "--color=never")
    codes = (0, _NOTHING, 11, 12, 13, 14)  # 11 and up: by the worst finding
    return replace(dg.call(job, *neutral, *told, ok=codes), timeout=30)


def parse(output: dg.Output) -> dg.Report:
    silent = output.code == _NOTHING and not output.stdout
    return _read(replace(output, stdout=b"[]") if silent else output)


@dg.json_answer("zizmor")
def _read(said: dg.Json, output: dg.Output) -> dg.Report:
    told = output.stderr.decode("utf-8", "replace")
    findings = tuple(map(_finding, dg.check_list(said)))
    dg.check_code("zizmor", output, findings, found=max(11, output.code))
    # It names the files it has looked at. Why it can't read another one it says without a name.
    seen = {dg.as_path(name) for name in _DONE.findall(told)}
    unread = "zizmor can't read it as a workflow, an action or a configuration of Dependabot"
    reasons = dict.fromkeys(set(output.job.inputs) - seen, unread)
    cut = {dg.as_path(name) for name in _CUT_SHORT.findall(told)}
    reasons |= dict.fromkeys(cut, "zizmor can't parse an expression in it")
    missed = tuple(dg.not_looked_at(*each) for each in sorted(reasons.items()))
    return dg.Report(findings=findings, looked_at=frozenset(seen - cut), not_assessed=missed)


def _finding(told: dg.Json) -> dg.Finding:
    sure, places = told["determinations"], told["locations"]
    place, *_ = [each for each in places if each["symbolic"]["kind"] == "Primary"]
    start, end = (place["concrete"]["location"][f"{which}_point"] for which in ("start", "end"))
    path = dg.as_path(place["symbolic"]["key"]["Local"]["verbatim_path"])
    return dg.Finding(
        kind=dg.Kind.IAC,
        rule=dg.Rule(id=told["ident"], description=told["desc"], help_uri=told["url"]),
        message=f"{told['desc']}: {place['symbolic']['annotation']}",
        location=dg.Location(path=path, line=start["row"] + 1, column=start["column"],
                             end_line=end["row"] + 1, end_column=end["column"],
                             unit=dg.Unit.BYTE_0, feeds=True),
        reported_severity=sure["severity"], confidence=sure["confidence"],
        suppressions=dg.by_comment("zizmor") if told["ignored"] else (),
    )  # fmt: skip


ADAPTER = dg.Adapter(
    name="zizmor", kind=dg.Kind.IAC, grain=dg.Grain.FILE, homepage="https://docs.zizmor.sh/",
    tool=dg.Tool(distribution="zizmor", argv=("zizmor",), supported=">=1.28,<2"),
    inputs=inputs, refuses=refuses, command=command, parse=parse,
    raw_keys=frozenset({"feature", "comments"}),
)  # fmt: skip
