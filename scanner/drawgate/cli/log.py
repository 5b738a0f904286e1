"""Reading a log that a user named."""

from dataclasses import replace
from pathlib import Path

from drawgate.cli.options import now
from drawgate.core.errors import UsageError
from drawgate.core.scan import Scan
from drawgate.core.vex import Vex
from drawgate.sarif.ingest import ingest
from drawgate.sarif.source import STDIN, read_source
from drawgate.triage.steps import triage_log


def read_log(  # noqa: PLR0913 - what a log may be read as
    path: Path,
    as_of: str | None,
    data: bytes | None = None,
    *,
    raw: bool = False,
    undated: bool = False,
    vex: Vex | None = None,
) -> Scan:
    """Read a SARIF log into a scan, masked: another tool may have written secrets into it.

    `as_of` replaces the moment the log was made for; one of another tool says none, which
    is then the present. `data` is what was read of it already. With `raw` no report speaks
    for another one. With `undated`, a log that says no moment is given none. `vex` is heard anew.
    Raises LogError.
    """
    log = ingest(read_source(path) if data is None else data, _name(path))
    log = replace(log, as_of=as_of or log.as_of or ("" if undated else now()))
    return triage_log(log, raw=raw, vex=vex)


def keep_log(path: Path, output: Path | None, called: str = "log") -> None:
    """Refuse to write over what is read."""
    if output and path != STDIN and output.exists() and output.samefile(path):
        raise UsageError(f"is the {called} itself", where=str(output), hint="name another file")


def _name(path: Path) -> str:
    return "stdin" if path == STDIN else str(path)
