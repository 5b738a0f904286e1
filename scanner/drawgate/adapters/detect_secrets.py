"""detect-secrets: credentials in any text, by shape, by keyword and by entropy."""

import re
from typing import Final

from drawgate import plugin as dg

_JUDGE: Final = rb"""
import re
from detect_secrets.filters import heuristic

# --disable-filter has no effect on it with several files: each process sets it up again.
heuristic.IGNORED_FILE_EXTENSIONS.clear()
LOCK = re.compile(r"([.-]lock(\.json|\.yaml)?|-shrinkwrap\.json|\.resolved|\.sum)$")
HEX = r"([0-9a-f]{32}){1,4}|[0-9a-f]{40}"
DIGEST = re.compile(HEX + r"|(sha\d+-)?([\w+/]{27}=|[\w+/]{43}=|[\w+/]{64}|[\w+/]{86}==)")

def is_digest(filename, secret, plugin):
    listed = LOCK.search(filename) and "High Entropy" in plugin.secret_type
    return bool((listed or filename.endswith(".secrets.baseline")) and DIGEST.fullmatch(secret))
"""
"""Runs in the tool. A file's name hides nothing in it but digests: in a lock file what has their
length and only entropy speaks against it, in the tool's own baseline whatever has their length."""


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
    findings = tuple(_finding(path, e) for path, told in said["results"].items() for e in told)
    return dg.Report(findings=findings, looked_at=frozenset(output.job.inputs), assumed=True)


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
    raw_keys=frozenset({"hashed_secret", "generated_at"}),
)  # fmt: skip
