"""`drawgate scan`: what it takes, and the fence, before anything else is even imported."""

import gc
import os
import sys
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.place import place_of
from drawgate.cli.values import File, Number, Text
from drawgate.config import resolve
from drawgate.core.scan import Offline


@click.command("scan")
@click.argument("paths", metavar="[TARGET]", nargs=-1, type=File())
@options.selection
@options.judging
@options.build
@options.vex
@options.no_correlate
@options.waivers
@click.option("--baseline", metavar="FILE|REF", type=Text(),
              help="Tell what is new since this log, baseline file or commit.")  # fmt: skip
@click.option("--shadow", metavar="OTHER.sarif", multiple=True, type=File(),
              help="Tell what your present tools found beside it, by their log; may be repeated. "
                   "It decides nothing.")  # fmt: skip
@options.output
@click.option(
    "--output-dir",
    metavar="DIR",
    type=Text(),
    help="Write results there.  [default: drawgate-results; none with --staged]",
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
    # A scan makes many small values that stay to its end, and few cycles: looking is waste.
    gc.disable()
    place = place_of(paths, said["files"], staged=said["staged"], ref=said["diff"])
    config = resolve(options.settings(said), os.environ, config_path, place.target)
    offline = _fence() if config.offline else Offline.NOT_ASKED
    from drawgate.cli.scanning import scan  # noqa: PLC0415 - the fence starts us again: not twice

    return scan(place, config, offline, said)


def _fence() -> Offline:
    """Start the program again inside of the fence; nothing may have happened before."""
    from drawgate.run.sandbox import enter_offline  # noqa: PLC0415 - only with --offline

    return enter_offline(sys.orig_argv)
