"""`drawgate scan`: run the scanners, write the results, print them, answer with the verdict."""

import gc
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from drawgate import pipeline
from drawgate.cli import options, printable
from drawgate.cli.files import get_ready, results
from drawgate.cli.pack import chosen_pack
from drawgate.cli.printing import check_formats, show, show_unmatched
from drawgate.cli.progress import watching
from drawgate.cli.request import make_request, place_of
from drawgate.cli.values import File, Number, Text
from drawgate.config import Config, resolve
from drawgate.core.attempt import Skipped
from drawgate.core.scan import Offline, Scan
from drawgate.outlets import directory
from drawgate.pipeline import Request
from drawgate.policy.gate import judge
from drawgate.policy.model import Pack
from drawgate.policy.verdict import Verdict
from drawgate.run import processes
from drawgate.run.sandbox import enter_offline
from drawgate.run.signals import stopping


@click.command("scan")
@click.argument("paths", metavar="[TARGET]", nargs=-1, type=File())
@options.selection
@options.judging
@options.output
@click.option(
    "--output-dir",
    metavar="DIR",
    type=Text(),
    help="Write results there.  [default: drawgate-results]",
)
@click.option("--jobs", type=Number(int, 1), metavar="N", help="Use so many cores.  [default: all]")
@click.option("--timeout", type=Number(float, 1, 86_400), metavar="S",
              help="Stop an attempt after so many seconds.  [default: 900]")  # fmt: skip
@click.option(
    "--no-cache", is_flag=True, help="Scan files that have not changed, too, and keep no answers."
)
@options.everywhere
def command(paths: tuple[Path, ...], config_path: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Run the scanners on TARGET (default: this directory) and judge what they find."""
    # A scan makes many small values that stay to its end; looking through them often is waste.
    gc.set_threshold(100_000, 50, 100)
    place = place_of(paths, said["files"])
    config = resolve(options.settings(said), os.environ, config_path, place.target)
    check_formats(config)
    pack = chosen_pack(config, no_gate=said["no_gate"])
    # This starts the program again inside of the fence, so nothing may have happened before.
    offline = enter_offline(sys.orig_argv) if config.offline else Offline.NOT_ASKED
    out = Path(config.output_dir)
    request = make_request(place, config, options.as_of(said["as_of"]), offline, out)
    request = replace(request, no_cache=said["no_cache"])
    directory.check(out)
    with stopping(), processes.scanning():
        done = _work(request, config, pack, said)
        directory.write(out, done.files)
        show(done.scan, done.verdict, config, quiet=said["quiet"])
    if not said["quiet"]:
        where = printable(str(out))
        click.echo(f"wrote {where}: summary.md to read, results.sarif to keep", err=True)
    if said["verbose"]:
        _show_commands(done.scan)
        show_unmatched(done.verdict)
    return done.verdict.process_exit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    scan: Scan
    verdict: Verdict
    files: Mapping[str, bytes]


def _work(request: Request, config: Config, pack: Pack, said: Mapping[str, Any]) -> _Done:
    with watching(sys.stderr, quiet=said["quiet"], color=config.color) as progress:
        prepared = pipeline.prepare(request, progress)
        # Only now: a mistake on the command line must not cost the results of the last scan.
        directory.claim(Path(config.output_dir))
        get_ready()
        scan = pipeline.run_plan(request, prepared, progress)
    verdict = judge(scan, pack, only=config.only, exit_zero=said["exit_zero"])
    return _Done(scan=scan, verdict=verdict, files=results(scan, verdict))


def _show_commands(scan: Scan) -> None:
    for attempt in scan.attempts:
        if not isinstance(attempt, Skipped):
            for words in attempt.execution.commands:
                click.echo(f"+ {printable(shlex.join(words))}", err=True)
