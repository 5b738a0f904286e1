"""The work of `drawgate scan`: from settings to results, prints and the process's answer."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from drawgate import pipeline
from drawgate.cli import options, printable
from drawgate.cli.faults import Faults
from drawgate.cli.files import LOG, at_least_log, get_ready, keep, results
from drawgate.cli.pack import chosen_pack
from drawgate.cli.place import Place
from drawgate.cli.printing import check_formats, show, show_unmatched
from drawgate.cli.progress import watching
from drawgate.cli.request import make_request
from drawgate.cli.vex import given_vex
from drawgate.cli.waiving import of_target
from drawgate.config import Config
from drawgate.core.attempt import Skipped
from drawgate.core.baseline import Baseline
from drawgate.core.scan import Offline, Scan
from drawgate.core.shadow import Shadow
from drawgate.outlets import directory
from drawgate.pipeline import Request
from drawgate.policy.gate import judge
from drawgate.policy.model import Pack
from drawgate.policy.verdict import Verdict
from drawgate.reporting.view import make_view
from drawgate.run import processes
from drawgate.run.signals import stopping
from drawgate.sarif import github
from drawgate.sarif.github import Upload
from drawgate.target import Change
from drawgate.triage.compare import compare, summary
from drawgate.triage.suppress import suppress

if TYPE_CHECKING:
    from drawgate.triage.shadow import Other


def scan(place: Place, config: Config, offline: Offline, said: Mapping[str, Any]) -> int:
    """Scan, write, print; give the process's exit code. `said` is what click has read."""
    check_formats(config)
    pack = chosen_pack(config, no_gate=said["no_gate"])
    said = {**said, "given": options.given(said)}
    out = _place(place, config)
    request = make_request(place, config, options.as_of(said["as_of"]), offline, out)
    request = replace(request, no_cache=said["no_cache"], raw=said["no_correlate"])
    if not said["no_waivers"]:
        request = replace(request, waivers=of_target(request, said["waivers"], said["baseline"]))
    request = replace(request, vex=given_vex(config, pack, place.target))
    if out:
        directory.check(out)
    others = _others(said["shadow"])
    said = {**said, "baseline_file": _baseline_file(said["baseline"], request)}
    faults = Faults()
    with stopping(), processes.scanning():
        done = _work(request, config, pack, said, out)
        # Both are made once for all, and not before log and verdict are kept.
        beside = cache(partial(faults.make, "--shadow", partial(_beside, done, others)))
        view = cache(lambda: make_view(done.scan, done.verdict, beside()))
        if out:
            keep(out, results(done.scan, done.verdict, done.upload, view, beside), faults)
        show(done.scan, view, config, faults, quiet=said["quiet"])
    if out:
        _tell(out, done.upload, quiet=said["quiet"])
    if said["verbose"]:
        _show_commands(done.scan)
        show_unmatched(done.verdict)
    faults.tell(str(out / LOG) if out else "`-f sarif`")
    return done.verdict.process_exit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    scan: Scan
    verdict: Verdict
    upload: Upload


def _others(paths: tuple[Path, ...]) -> "tuple[Other, ...]":
    """Read the logs of other tools before anything is scanned: one may be broken."""
    if not paths:
        return ()
    from drawgate.cli.shadow import read_others  # noqa: PLC0415 - few scans need it

    return read_others(paths)


def _baseline_file(named: str | None, request: Request) -> Baseline | None:
    """Read a baseline's file now, for the same reason; it may be what the last scan wrote."""
    if not named:
        return None
    from drawgate.cli.baseline import given  # noqa: PLC0415 - as above

    return given(request.path, named)


def _beside(done: _Done, others: "tuple[Other, ...]") -> Shadow | None:
    if not others:
        return None
    from drawgate.cli.shadow import compared  # noqa: PLC0415 - as above

    return compared(done.scan, done.verdict, others)


def _place(place: Place, config: Config) -> Path | None:
    """Give the directory for results: a commit that is checked leaves nothing in the tree."""
    unasked = place.wanted and not place.wanted.ref and "output_dir" not in config.origins
    return None if unasked else Path(config.output_dir)


def _work(
    request: Request, config: Config, pack: Pack, said: Mapping[str, Any], out: Path | None
) -> _Done:
    with pipeline.changing(request) as change:
        with watching(sys.stderr, quiet=said["quiet"], color=config.color) as progress:
            prepared = pipeline.prepare(request, change)
            if out:
                # Only now: a mistake on the command line must not cost the last scan's results.
                directory.claim(out)
                get_ready()
            scan = pipeline.run_plan(request, prepared, progress)
        with at_least_log(out, scan):
            compared = _compared(scan, request, change, config, said)
            return _judged(compared, config, pack, said)


def _judged(scan: Scan, config: Config, pack: Pack, said: Mapping[str, Any]) -> _Done:
    suppressed = suppress(scan, pack.waivers)
    if scan.baseline and not said["quiet"]:
        # Only now, so that what is waived counts as little as in every report.
        told = f"against {scan.baseline.source}: {summary(suppressed.scan)}"
        click.echo(printable(told), err=True)
    upload = github.prepare(suppressed.scan)
    scan = github.with_notes(suppressed.scan, upload)
    verdict = judge(
        scan,
        pack,
        only=config.only,
        exit_zero=said["exit_zero"],
        waived=suppressed.waived,
        given=said["given"],
    )
    return _Done(scan=scan, verdict=verdict, upload=upload)


def _compared(
    scan: Scan, request: Request, change: Change | None, config: Config, said: Mapping[str, Any]
) -> Scan:
    """Compare with the baseline, if there is one."""
    if not said["baseline"]:
        return scan
    from drawgate.cli.baseline import baseline_for  # noqa: PLC0415 - few scans need it
    from drawgate.cli.told_by_git import as_scanned  # noqa: PLC0415

    quiet = said["quiet"]
    now = as_scanned(request, change, scan.findings)
    named = said["baseline_file"] or said["baseline"]
    baseline = baseline_for(request, named, now, quiet=quiet, color=config.color)
    return compare(scan, baseline)


def _tell(out: Path, upload: Upload, *, quiet: bool) -> None:
    """Say on stderr what was written, and what GitHub will not see."""
    for sentence in upload.said:
        click.echo(printable(f"warning: {sentence}"), err=True)
    if quiet:
        return
    named = f", {' and '.join(upload.files)} for code scanning" if upload.files else ""
    where = f"wrote {out}: report.html to read, results.sarif to keep{named}"
    click.echo(printable(where), err=True)
    if upload.refusal:
        click.echo(printable(f"no github.sarif: {upload.refusal}"), err=True)


def _show_commands(scan: Scan) -> None:
    for attempt in scan.attempts:
        if not isinstance(attempt, Skipped):
            for words in attempt.execution.commands:
                click.echo(f"+ {printable(shlex.join(words))}", err=True)
