"""semgrep: flaws that our rules (policies/semgrep) describe, in source, images and workflows."""

import re
from typing import Final

from drawgate import plugin as dg

_TAKES: Final = re.compile(r"""(?x)\.(?i:pyi?|pyw|[cm]?[jt]sx?)$
    |(?:^|/)(?:\.github/workflows/[^/]+|action)\.ya?ml$
    |(?:[Dd]ocker|[Cc]ontainer)file(?!.*\.(?:md|rst|sh|dockerignore)$)[^/]*$""")
_READS: Final = re.compile(r"\.(?:pyi?|[cm]?js|[jt]sx|(?<!\.d\.)ts|ya?ml)$|(?:ocker|ontainer)file")


def inputs(target: dg.Target) -> tuple[str, ...]:
    scripts = target.scripts("python", "pypy", "uv", "node", "deno", "bun")
    return tuple(sorted({*scripts, *(f.path for f in target.files if _TAKES.search(f.path))}))


def refuses(file: dg.File) -> str:
    if file.is_packed or file.size > 10**6:
        return "it is packed code or more than 1 MB; scan what it was made from"
    return "" if file.is_utf8 else "it is not UTF-8, or its name is not"


def command(job: dg.Job) -> dg.Command:
    quiet = ("--experimental", "--quiet", "--json", "--metrics", "off", "--disable-version-check")
    # Explicit files are read whatever a .semgrepignore says. Without a root `paths` never match.
    files = ("--project-root", ".", "--no-git-ignore", "--no-exclude-binary-files", "-j", "1")
    rules = ("--config", f"{job.scratch}/rules.json", "--no-rewrite-rule-ids", "--timeout", "60")
    nosem = "--enable-nosem" if job.suppressions else "--disable-nosem"
    return dg.call(job, "scan", *quiet, *files, *rules, nosem, ok=(0, 2, 7),  # see `errors`
                   files={"rules.json": dg.rules("semgrep")})  # fmt: skip


@dg.json_answer("semgrep")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    read = frozenset(map(dg.as_path, dg.check_list(said["paths"]["scanned"])))
    missed = {path: "semgrep reads no file with such a name" for path in output.job.inputs
              if path not in read and not _READS.search(path)}  # fmt: skip
    slow = {dg.as_path(it["location"]["path"]): it | it["location"] | {"type": it["error_type"]}
            for it in dg.check_list(said["time"]["fixpoint_timeouts"])}  # fmt: skip
    for told in (*dg.check_list(said["errors"]), *slow.values()):
        path = dg.as_path(told["path"]) if "path" in told else ""
        if path not in output.job.inputs:  # it is about a rule, or all of it
            raise dg.ScannerError(f"semgrep: {' '.join(told['message'].split())}")
        missed[path] = f"semgrep {_reason(told)}"
    if output.code or dg.check_list(said["skipped_rules"]):
        raise dg.ScannerError(f"semgrep ended with code {output.code}, or skipped rules")
    away = tuple(dg.not_looked_at(path, why) for path, why in missed.items())
    return dg.Report(looked_at=read.difference(missed), not_assessed=away, slow=frozenset(slow),
                     findings=tuple(map(_finding, dg.check_list(said["results"]))))  # fmt: skip


def _reason(told: dg.Json) -> str:
    kind, rule = told["type"], f" in {told['rule_id']}" if "rule_id" in told else ""
    lines = sorted({span["start"]["line"] for span in told["spans"]}) if "spans" in told else ()
    return f"can't parse line {', '.join(map(str, lines))}" if lines else f"gave up{rule}: {kind}"


def _finding(told: dg.Json) -> dg.Finding:
    extra, path, start, end = told["extra"], dg.as_path(told["path"]), told["start"], told["end"]
    about, (wrong, _, remedy) = extra["metadata"], extra["message"].partition(" Instead: ")
    place = dg.Location(path=path, line=start["line"], column=start["col"] - 1, unit=dg.Unit.BYTE_0,
                        end_line=end["line"], end_column=end["col"] - 1, feeds=True)  # fmt: skip
    rule = dg.Rule(id=told["check_id"], cwe=dg.weaknesses(about["cwe"]), tags=tuple(about["owasp"]),
                   description=wrong, help=remedy, help_uri=about["references"][0])  # fmt: skip
    return dg.Finding(kind=dg.Kind.CODE, rule=rule, message=extra["message"], location=place,
                      reported_severity=extra["severity"], confidence=about["confidence"],
                      properties={"fix": extra["fix"]} if "fix" in extra else {})  # fmt: skip


ADAPTER = dg.Adapter(
    name="semgrep", kind=dg.Kind.CODE, grain=dg.Grain.FILE, homepage="https://semgrep.dev/",
    tool=dg.Tool(distribution="semgrep", argv=("semgrep",), supported=">=1.180,<2",
                 version=("--version", "--disable-version-check")),  # else it asks its maker
    inputs=inputs, refuses=refuses, command=command, parse=parse, markers=("nosem",),
    spares=frozenset({"vendored", "generated"}), ruleset=lambda: dg.ruleset("semgrep"),
    raw_keys=frozenset({"fix", "fingerprint", "lines", "time"}),
)  # fmt: skip
