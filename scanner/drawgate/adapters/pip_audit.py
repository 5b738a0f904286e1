"""pip-audit: published vulnerabilities of pinned Python packages."""

from collections.abc import Iterator

from packaging.version import Version

from drawgate import plugin as dg


def command(job: dg.Job) -> dg.Command:
    # Pins only: one line that is none makes it give up on all of them.
    lines = sorted({f"{pin.name}=={pin.version}\n" for pin in dg.pins(job, "PyPI")})
    # Without --no-deps and --disable-pip it builds packages, which runs their code.
    source = ("-r", "requirements.txt", "--no-deps", "--disable-pip")
    service = ("-s", "osv", "--osv-url", f"{job.endpoint}/v1/query")
    return dg.Command(
        args=(*source, *service, "-f", "json", "--progress-spinner", "off"),
        ok=frozenset({0, 1}),  # 1 means "found something" and "failed" alike: see `parse`
        files={"requirements.txt": "".join(lines).encode()},
        cwd=job.scratch,
    )


@dg.json_answer("pip-audit")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    answers = {each["name"]: each for each in dg.check_list(said["dependencies"])}
    told = [(pin, answers[pin.name]) for pin in dg.pins(output.job, "PyPI")]
    read = [(pin, each) for pin, each in told if "skip_reason" not in each]
    findings = tuple(finding for pin, each in read for finding in _findings(pin, each))
    dg.check_code("pip-audit", output, findings)
    return dg.Report(
        findings=findings,
        looked_at=frozenset(pin.subject for pin, _ in read),
        not_assessed=tuple(
            dg.not_audited(pin, each["skip_reason"]) for pin, each in told if "skip_reason" in each
        ),
    )


def _findings(pin: dg.Pin, told: dg.Json) -> Iterator[dg.Finding]:
    if Version(told["version"]) != Version(pin.version):
        raise ValueError(f"asked for {pin.name} {pin.version}, told about {told['version']}")
    merged: dict[str, dg.Json] = {}
    for each in told["vulns"]:  # one id may stand twice: as a PYSEC record and as GHSA's alias
        known = merged.setdefault(each["id"], each)
        joined = {key: [*known[key], *each[key]] for key in ("aliases", "fix_versions")}
        merged[each["id"]] = known | joined
    return (
        dg.vulnerable(pin, each["id"], aliases=each["aliases"], fixed=each["fix_versions"],
                      text=each["description"])
        for each in merged.values()
    )  # fmt: skip


ADAPTER = dg.Adapter(
    name="pip-audit", kind=dg.Kind.DEPENDENCIES, grain=dg.Grain.TREE,
    homepage="https://github.com/pypa/pip-audit",
    tool=dg.Tool(distribution="pip-audit", argv=("pip-audit",), supported=">=2.9,<3"),
    inputs=dg.manifests, command=command, parse=parse,
    needs=frozenset({dg.Need.ADVISORIES}),
)  # fmt: skip
