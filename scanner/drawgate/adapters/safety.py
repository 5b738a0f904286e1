"""safety: vulnerabilities of pinned Python packages, by the database of the tool's maker."""

from dataclasses import replace

from drawgate import plugin as dg


def command(job: dg.Job) -> dg.Command:
    # It would find policies and projects of the target; beside a list of pins there are none.
    lines = sorted({f"{pin.name}=={pin.version}\n" for pin in dg.pins(job, "PyPI")})
    how = ("scan", "--target", ".") if job.keys else ("check", "-r", "requirements.txt")
    return dg.Command(
        args=("--disable-optional-telemetry", *how, "--output", "json"),
        ok=frozenset(range(128)),  # most of them are failures: `parse` finds the tool's own words
        files={"requirements.txt": "".join(lines).encode()},
        cwd=job.scratch,
    )


def parse(output: dg.Output) -> dg.Report:
    text = output.stdout.decode("utf-8", "replace")
    start, end = text.find("{"), text.rfind("}") + 1
    if output.code not in {0, 64}:  # the reason is the end of a traceback, or of what is on stderr
        said = text if "Traceback" in text else output.stderr.decode("utf-8", "replace")
        words = (said.strip() or "nothing").splitlines()[-1]
        raise dg.ScannerError(f"safety says: {words}", hint="it needs its maker's servers")
    if text[:start].strip() != text[end:].strip():  # `check` says before and behind that it is old
        raise dg.ScannerError("safety's answer has no end")
    return _read(replace(output, stdout=text[start:end].encode()))


@dg.json_answer("safety")
def _read(said: dg.Json, output: dg.Output) -> dg.Report:
    known = _scanned(said) if "scan_results" in said else _checked(said)
    pins = [pin for pin in dg.pins(output.job, "PyPI") if f"{pin.name}=={pin.version}" in known]
    findings = tuple(_finding(p, each) for p in pins for each in known[f"{p.name}=={p.version}"])
    if "scan_results" not in said:  # there a policy of the account decides about the code
        dg.check_code("safety", output, findings, found=64)
    return dg.Report(findings=findings, looked_at=frozenset(pin.subject for pin in pins))


def _checked(said: dg.Json) -> dict[str, list[dg.Json]]:
    packages = said["scanned_packages"].values()
    known: dict[str, list[dg.Json]] = {f"{p['name']}=={p['version']}": [] for p in packages}
    for each in dg.check_list(said["vulnerabilities"]) + said["ignored_vulnerabilities"]:
        known[f"{each['package_name']}=={each['analyzed_version']}"].append(each)
    return known


def _scanned(said: dg.Json) -> dict[str, list[dg.Json]]:
    """Give what `scan` says, which is little, in the words of `check`."""
    files = [file for each in said["scan_results"]["projects"] for file in each["files"]]
    packages = [package for file in files for package in file["results"]["dependencies"]]
    told = {each["raw"]: each["vulnerabilities"] for p in packages for each in p["specifications"]}
    return {raw: [_in_full(one, each["remediation"]) for one in each["known_vulnerabilities"]]
            for raw, each in told.items()}  # fmt: skip


def _in_full(told: dg.Json, remedy: dg.Json) -> dg.Json:
    words = {"advisory": f"versions {told['vulnerable_spec']} are affected", "severity": None}
    return {"vulnerability_id": told["id"], "CVE": None, **words,
            "fixed_versions": [remedy["recommended"]] if remedy["recommended"] else []}  # fmt: skip


def _finding(pin: dg.Pin, told: dg.Json) -> dg.Finding:
    own = f"safety-{told['vulnerability_id']}"
    found = dg.vulnerable(pin, told["CVE"] or own, aliases=(own,), fixed=told["fixed_versions"],
                          text=told["advisory"])  # fmt: skip
    rated = (told["severity"] or {}).get("cvssv3") or {"base_score": None}
    return replace(found, score=rated["base_score"])


ADAPTER = dg.Adapter(
    name="safety", kind=dg.Kind.DEPENDENCIES, grain=dg.Grain.TREE,
    homepage="https://safetycli.com/", needs=frozenset({dg.Need.NETWORK}), keys=("SAFETY_API_KEY",),
    tool=dg.Tool(distribution="safety", argv=("safety",), supported=">=3.6,<4"),
    inputs=dg.manifests, command=command, parse=parse,
    on_request="it finds what pip-audit finds, so it runs only where it is named",
)  # fmt: skip
