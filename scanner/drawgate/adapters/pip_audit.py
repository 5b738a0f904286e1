"""pip-audit: published vulnerabilities of pinned Python packages."""

import json
from textwrap import shorten
from typing import Any

from packaging.version import Version

from drawgate import plugin as dg


def inputs(target: dg.Target) -> tuple[str, ...]:
    return tuple(file.path for file in target.files if dg.is_manifest(file.path))


def command(job: dg.Job) -> dg.Command:
    """Give pip-audit pins only: one line that is none makes it give up on all of them."""
    lines = sorted({f"{pin.name}=={pin.version}\n" for pin in _pins(job)})
    # Without --no-deps and --disable-pip it builds packages, which runs their code.
    source = ("-r", "requirements.txt", "--no-deps", "--disable-pip")
    service = ("-s", "osv", "--osv-url", f"{job.endpoint}/v1/query")
    return dg.Command(
        args=(*source, *service, "-f", "json", "--progress-spinner", "off"),
        ok=frozenset({0, 1}),  # 1 means "found something" and "failed" alike: see `parse`
        files={"requirements.txt": "".join(lines).encode()},
        cwd=job.scratch,
    )


def parse(output: dg.Output) -> dg.Report:
    try:
        answers = {each["name"]: each for each in json.loads(output.stdout)["dependencies"]}
        parts = [_read(pin, answers[pin.name]) for pin in _pins(output.job)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        said = f"pip-audit's answer can't be read: {type(error).__name__}: {error}"
        raise dg.ScannerError(said) from error
    findings = tuple(finding for part in parts for finding in part.findings)
    if bool(findings) != (output.code == 1):
        raise dg.ScannerError(f"pip-audit exited with {output.code} but listed {len(findings)}")
    return dg.Report(
        findings=findings,
        looked_at=frozenset().union(*(part.looked_at for part in parts)),
        not_assessed=tuple(item for part in parts for item in part.not_assessed),
    )


def _pins(job: dg.Job) -> list[dg.Pin]:
    return [pin for pin in job.inventory.pins if pin.ecosystem == "PyPI"] if job.inventory else []


def _read(pin: dg.Pin, told: dict[str, Any]) -> dg.Report:
    if "skip_reason" in told:
        where: dict[str, Any] = {"subject": pin.subject, "path": pin.manifest, "line": pin.line}
        return dg.Report(not_assessed=(dg.NotAssessed(**where, reason=str(told["skip_reason"])),))
    if Version(told["version"]) != Version(pin.version):
        raise ValueError(f"asked for {pin.name} {pin.version}, told about {told['version']}")
    merged: dict[str, Any] = {}
    for each in told["vulns"]:  # one id may stand twice: as a PYSEC record and as GHSA's alias
        known = merged.setdefault(each["id"], each)
        joined = {key: [*known[key], *each[key]] for key in ("aliases", "fix_versions")}
        merged[each["id"]] = known | joined
    findings = tuple(_finding(pin, each) for each in merged.values())
    return dg.Report(findings=findings, looked_at=frozenset({pin.subject}))


def _finding(pin: dg.Pin, told: dict[str, Any]) -> dg.Finding:
    name, version, advisory = pin.name, pin.version, told["id"]
    aliases = tuple(sorted(set(told["aliases"])))  # pip-audit's order changes from run to run
    fixes = sorted(set(map(Version, told["fix_versions"])))
    fixed = tuple(str(fix) for fix in fixes if fix > Version(version))
    summary = shorten(told["description"], 160, placeholder="…")
    known = f"{advisory} ({', '.join(aliases)})" if aliases else advisory
    remedy = f"Fixed in {', '.join(fixed)}." if fixed else "No fixed version is known."
    return dg.Finding(
        kind=dg.Kind.DEPENDENCIES,
        rule=dg.Rule(id=advisory, description=summary),
        message=f"{name} {version} has {known}: {summary.rstrip('.')}. {remedy}",
        location=dg.Location(path=pin.manifest, line=pin.line),
        dependency=dg.Dependency(
            ecosystem=pin.ecosystem, name=name, version=version, advisory=advisory,
            aliases=aliases, fixed=fixed,
        ),
    )  # fmt: skip


ADAPTER = dg.Adapter(
    name="pip-audit",
    kind=dg.Kind.DEPENDENCIES,
    grain=dg.Grain.TREE,
    homepage="https://github.com/pypa/pip-audit",
    tool=dg.Tool(distribution="pip-audit", argv=("pip-audit",), supported=">=2.9,<3"),
    applies=lambda target: bool(inputs(target)),
    inputs=inputs,
    command=command,
    parse=parse,
    needs=frozenset({dg.Need.ADVISORIES}),
)
