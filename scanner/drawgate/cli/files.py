"""What a scan writes: every file's name and bytes."""

import re
from collections.abc import Mapping
from threading import Thread
from typing import Final

from drawgate.core.attempt import Skipped, documents_of
from drawgate.core.scan import Scan
from drawgate.policy.verdict import Verdict, to_json
from drawgate.reporting import attempts
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import make_view
from drawgate.run.own import own_share
from drawgate.sarif.emit import emit
from drawgate.sarif.github import Upload

_SBOM: Final = "sbom.cdx.json"
_MAKER: Final = "cyclonedx-bom"
"""Whose list of components has a place of its own; another tool's is a document among others."""
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]")


def get_ready() -> None:
    """Load the template engine while scanners run: it takes a tenth of a second, and they wait."""
    from drawgate.reporting.formats.html import load  # noqa: PLC0415 - it brings the engine

    Thread(target=load, daemon=True).start()


def results(scan: Scan, verdict: Verdict, upload: Upload) -> Mapping[str, bytes]:
    """Give all files of the output directory; everything in them is masked already."""
    view = make_view(scan, verdict)
    files = {
        "results.sarif": emit(scan),
        "verdict.json": to_json(verdict),
        "summary.md": FORMATS["markdown"].render(view),
        "report.html": FORMATS["html"].render(view),
        **upload.files,
    }
    for attempt in scan.attempts:
        if not isinstance(attempt, Skipped):
            files |= {f"raw/{name}": data for name, data in attempt.raw.items()}
    files |= _documents(scan)
    # Last, so that our own share of the work counts all of the above.
    files["attempts.json"] = attempts.to_json(scan.attempts, own_share())
    return files


def _documents(scan: Scan) -> dict[str, bytes]:
    """Give what tools made as a whole, such as an SBOM; no name of theirs leads elsewhere."""
    files = {
        f"documents/{_ODD.sub('_', f'{attempt.subject.name}-{name}')}": data
        for attempt in scan.attempts
        for name, data in documents_of(attempt).items()
    }
    for attempt in scan.attempts:
        if attempt.subject.name == _MAKER and _SBOM in documents_of(attempt):
            files[_SBOM] = files.pop(f"documents/{_MAKER}-{_SBOM}")
    return files
