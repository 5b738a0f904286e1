"""detect-secrets: credentials in any text, by shape, by keyword and by entropy."""

import json
import re
from typing import Any, Final

from drawgate import plugin as dg

_SKIPPED: Final = re.compile(
    r".*[^/]\.(7z|bin|bmp|bz2|class|css|dmg|doc|eot|exe|gif|gz|ico|iml|ipr|iws|jar|jpe?g|lock|map|mo"
    r"|pdf|png|prefs|psd|rar|realm|s7z|sum|svg|tar|tiff?|ttf|webp|woff|xlsx?|zip)"
    r"|(.*/)?(\.secrets\.baseline|Brewfile\.lock\.json|(Cartfile|Package)\.resolved"
    r"|packages?[.-]lock\.json)",
    re.DOTALL,
)
"""Names it has no answer for (1.5.0): media and lock files, of which it reads nothing, and its
own baselines, whose hashes it takes for secrets."""
_FILTERS: Final = "detect_secrets.filters"
_LONGEST: Final = 512 << 10


def inputs(target: dg.Target) -> tuple[str, ...]:
    return tuple(file.path for file in target.files if file.encoding is dg.Encoding.UTF8)


def refuses(file: dg.File) -> str:
    """Its cost grows with the square of a line's length: 1 MB can take minutes."""
    longest = file.longest_line
    return f"a line of {longest:,} bytes is too long for it" if longest > _LONGEST else ""


def command(job: dg.Job) -> dg.Command:
    """Keep the tool's judgement of values, but not what a file's name or comment switches off.

    Verification would send candidates to their providers: `-n` is no option but a must.
    """
    off = ["heuristic.is_swagger_file"]
    off += [] if job.suppressions else ["allowlist.is_line_allowlisted"]
    filters = tuple(part for name in off for part in ("--disable-filter", f"{_FILTERS}.{name}"))
    # A public IP address is no credential.
    options = ("-C", str(job.root), "-c", "1", "scan", "-n", "--disable-plugin", "IPPublicDetector")
    return dg.Command(
        args=(*options, *filters, *map(dg.as_argument, job.inputs)),
        ok=frozenset({0}),
        # Names are resolved against -C *and* the working directory: both are the root.
        cwd=job.root,
        env={"PYTHONUTF8": "1"},  # it drops a file without a word when the locale can't read it
    )


def parse(output: dg.Output) -> dg.Report:
    try:
        said = json.loads(output.stdout)
        complete = said["plugins_used"] and all(said["results"].values())
        findings = tuple(
            _finding(path, each)
            for path, told in said["results"].items()
            for each in told
            if not _SKIPPED.fullmatch(path)
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        what = f"detect-secrets' answer can't be read: {type(error).__name__}: {error}"
        raise dg.ScannerError(what) from error
    if not complete:
        raise dg.ScannerError("detect-secrets used no plugins, or lists a file without a finding")
    missed = {path: reason for path in output.job.inputs if (reason := _skips(path))}
    return dg.Report(
        findings=findings,
        looked_at=frozenset(output.job.inputs).difference(missed),
        not_assessed=tuple(
            dg.NotAssessed(subject=path, path=path, reason=f"detect-secrets {reason}")
            for path, reason in missed.items()
        ),
        assumed=True,
    )


def _skips(path: str) -> str:
    """Say why detect-secrets has no answer for a file, as it does not say so itself."""
    if _SKIPPED.fullmatch(path):
        return "has no answer for files of this name"
    return "takes the backslash in this name for a folder" if "\\" in path else ""


def _finding(path: str, told: dict[str, Any]) -> dg.Finding:
    name = told["type"]
    return dg.Finding(
        kind=dg.Kind.SECRETS,
        rule=dg.Rule(id=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"), name=name, cwe=(798,)),
        message=f"{name}: this line seems to hold a secret.",
        location=dg.Location(path=path, line=told["line_number"]),
    )


ADAPTER = dg.Adapter(
    name="detect-secrets",
    kind=dg.Kind.SECRETS,
    grain=dg.Grain.FILE,
    homepage="https://github.com/Yelp/detect-secrets",
    tool=dg.Tool(distribution="detect-secrets", argv=("detect-secrets",), supported=">=1.5,<2"),
    applies=lambda target: bool(inputs(target)),
    inputs=inputs,
    refuses=refuses,
    command=command,
    parse=parse,
    markers=("pragma: allowlist", "pragma:allowlist", "pragma: whitelist", "pragma:whitelist"),
    raw_keys=frozenset({"hashed_secret", "generated_at"}),
)
