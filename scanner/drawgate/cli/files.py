"""What a scan writes: every file's name and bytes."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Final

import click

from drawgate.cli.faults import Faults
from drawgate.cli.voice import printable
from drawgate.core.attempt import Skipped, documents_of
from drawgate.core.scan import Scan
from drawgate.core.shadow import Shadow
from drawgate.outlets import directory
from drawgate.policy.verdict import Verdict, as_json, to_json
from drawgate.reporting import attempts
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import View
from drawgate.run.own import own_share
from drawgate.sarif.emit import emit
from drawgate.sarif.github import Upload

Make = Callable[[], bytes]
LOG: Final = "results.sarif"
_SBOM: Final = "sbom.cdx.json"
_MAKER: Final = "cyclonedx-bom"
"""Whose list of components has a place of its own; another tool's is a document among others."""
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]")


def get_ready() -> None:
    """Load the template engine while scanners run: it takes a tenth of a second, and they wait."""
    from drawgate.reporting.formats.html import load  # noqa: PLC0415 - it brings the engine

    Thread(target=load, daemon=True).start()


def results(
    scan: Scan,
    verdict: Verdict,
    upload: Upload,
    view: Callable[[], View],
    shadow: Callable[[], Shadow | None] = lambda: None,
) -> Iterator[tuple[str, Make]]:
    """Give all files of the output directory by name, with what makes them, to be kept in order.

    The log and the verdict come first: whatever else can't be made, they are there. Everything
    in the files is masked already.
    """
    yield LOG, lambda: emit(scan)
    yield "verdict.json", lambda: to_json(verdict)
    yield from ((name, partial(_as_it_is, data)) for name, data in upload.files.items())
    for attempt in scan.attempts:
        if not isinstance(attempt, Skipped):
            for name, data in attempt.raw.items():
                yield f"raw/{name}", partial(_as_it_is, data)
    yield from ((name, partial(_as_it_is, data)) for name, data in _documents(scan).items())
    if found := shadow():
        yield "shadow.json", lambda: as_json(found)
    yield "summary.md", lambda: FORMATS["markdown"].render(view())
    yield "report.html", lambda: FORMATS["html"].render(view())
    # Last, so that our own share of the work counts all of the above.
    yield "attempts.json", lambda: attempts.to_json(scan.attempts, own_share())


def _as_it_is(data: bytes) -> bytes:
    return data


def keep(out: Path, files: Iterable[tuple[str, Make]], faults: Faults) -> None:
    """Write each file as soon as it is made. Raises OutputError."""
    directory.check(out)
    for name, make in files:
        if (data := faults.make(name, make)) is not None:
            directory.put(out, name, data)


@contextmanager
def at_least_log(out: Path | None, scan: Scan) -> Iterator[None]:
    """Keep the log of a scan that took its time, whatever goes wrong behind it."""
    try:
        yield
    except Exception:
        if out:
            directory.write(out, {LOG: emit(scan)})
            click.echo(printable(f"kept {out / LOG}: it has what was found"), err=True)
        raise


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
