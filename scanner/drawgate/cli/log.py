"""Reading a log that a user named."""

from dataclasses import replace
from pathlib import Path

from drawgate.cli.options import now
from drawgate.core.errors import LogError
from drawgate.core.scan import Scan
from drawgate.sarif.ingest import ingest
from drawgate.triage.steps import triage_log


def read_log(path: Path, as_of: str | None) -> Scan:
    """Read a SARIF log into a scan, masked: another tool may have written secrets into it.

    `as_of` replaces the moment the log was made for; one of another tool says none, which
    is then the present. Raises LogError.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        hint = "name a SARIF 2.1.0 log"
        raise LogError(f"can't be read: {error.strerror}", where=str(path), hint=hint) from error
    scan = triage_log(ingest(data, str(path)))
    return replace(scan, as_of=as_of or scan.as_of or now())
