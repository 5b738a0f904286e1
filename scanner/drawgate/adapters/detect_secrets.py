"""detect-secrets: credentials in any text, by shape, by keyword and by entropy."""

import re
from pathlib import Path
from typing import Final

from drawgate import plugin as dg

_JUDGE: Final = (Path(__file__).parent / "inside" / "detect_secrets.py").read_bytes()
"""Runs in the tool: it looks at every line of every file, and says so in the answer."""
_TOLD: Final = "drawgate: "
_LOOKED_AT: Final = "looked at"


def inputs(target: dg.Target) -> tuple[str, ...]:
    return tuple(file.path for file in target.files if file.encoding is dg.Encoding.UTF8)


def refuses(file: dg.File) -> str:
    """Its cost grows with the square of a line's length: 1 MB can take minutes."""
    if file.longest_line > 512 << 10:
        return f"a line of {file.longest_line:,} bytes is too long for it"
    return "it takes the backslash in this name for a folder" if "\\" in file.path else ""


def command(job: dg.Job) -> dg.Command:
    # Its judgement of values stays, but not what a file's name or a comment switches off.
    off = ("heuristic.is_swagger_file", "heuristic.is_lock_file", "allowlist.is_line_allowlisted")
    filters = ["--filter", f"file://{job.scratch}/judge.py::is_digest"]
    for name in off[:2] if job.suppressions else off:
        filters += ["--disable-filter", f"detect_secrets.filters.{name}"]
    # Verification (no -n) would send candidates out. A public IP address is no credential.
    options = ("-C", str(job.root), "-c", "1", "scan", "-n", "--disable-plugin", "IPPublicDetector")
    return dg.call(
        job, *options, *filters, files={"judge.py": _JUDGE},
        cwd=job.root,  # names are resolved against -C *and* the working directory
        env={"PYTHONUTF8": "1"},  # it drops a file without a word when the locale can't read it
    )  # fmt: skip


@dg.json_answer("detect-secrets")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    if not said["plugins_used"] or not all(said["results"].values()):
        raise dg.ScannerError("detect-secrets used no plugins, or lists a file without a finding")
    if b"Invalid filter" in output.stderr:  # it would go on without ours
        raise dg.ScannerError("detect-secrets can't use our filter", hint="use another version")
    told = [(path, each) for path, entries in said["results"].items() for each in entries]
    ours = [(p, e["type"].removeprefix(_TOLD)) for p, e in told if e["type"].startswith(_TOLD)]
    findings = tuple(_finding(p, e) for p, e in told if not e["type"].startswith(_TOLD))
    missed = tuple(dg.not_looked_at(p, f"detect-secrets: {w}") for p, w in ours if w != _LOOKED_AT)
    looked_at = frozenset(path for path, words in ours if words == _LOOKED_AT)
    return dg.Report(findings=findings, looked_at=looked_at, not_assessed=missed)


def _finding(path: str, told: dg.Json) -> dg.Finding:
    name = told["type"]
    return dg.Finding(
        kind=dg.Kind.SECRETS,
        rule=dg.Rule(id=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"), name=name, cwe=(798,)),
        message=f"{name}: this line seems to hold a secret.",
        location=dg.Location(path=path, line=told["line_number"]),
    )


ADAPTER = dg.Adapter(
    name="detect-secrets", kind=dg.Kind.SECRETS, grain=dg.Grain.FILE,
    homepage="https://github.com/Yelp/detect-secrets",
    tool=dg.Tool(distribution="detect-secrets", argv=("detect-secrets",), supported=">=1.5,<2"),
    inputs=inputs, refuses=refuses, command=command, parse=parse,
    markers=("pragma: allowlist", "pragma:allowlist", "pragma: whitelist", "pragma:whitelist"),
    raw_keys=frozenset({"filename", "hashed_secret", "generated_at"}),
)  # fmt: skip
