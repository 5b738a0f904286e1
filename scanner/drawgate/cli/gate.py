"""`drawgate gate`: judge a SARIF log that any tool wrote."""

import os
from functools import cache, partial
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.faults import Faults
from drawgate.cli.log import keep_log, read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.printing import answer, check_formats, show, show_unmatched
from drawgate.cli.values import STDOUT, File
from drawgate.cli.vex import given_vex
from drawgate.cli.waiving import of_log
from drawgate.config import resolve
from drawgate.outlets import directory
from drawgate.policy.gate import judge
from drawgate.policy.verdict import to_json
from drawgate.reporting.view import make_view
from drawgate.triage.suppress import suppress


@click.command("gate")
@click.argument("log", type=File())
@options.judging
@options.build
@options.vex
@options.no_correlate
@options.waivers
@options.output
@click.option("-o", "--output", metavar="FILE", type=File(),
              help="Write verdict.json there; `-` prints it, and nothing else.")  # fmt: skip
@options.everywhere
def command(log: Path, config_path: Path | None, output: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Judge LOG, a SARIF 2.1.0 log of any tool; `-` reads standard input.

    A log that contradicts itself is refused with 2. A run that failed, says that it could not
    do all of its work, or keeps its results elsewhere, leaves the verdict incomplete, as does
    a log that shows nothing but empty lists.
    """
    config = resolve(options.settings(said), os.environ, config_path, None)
    check_formats(config)
    pack = chosen_pack(config, no_gate=said["no_gate"])
    given = options.given(said)
    # A log from last week is judged today: its advisory data has grown older since.
    as_of, vex = options.as_of(said["as_of"]), given_vex(config, pack)
    scan = read_log(log, as_of, raw=said["no_correlate"], vex=vex)
    suppressed = suppress(of_log(scan, said["waivers"], none=said["no_waivers"]), pack.waivers)
    scan, waived = suppressed.scan, suppressed.waived
    verdict = judge(scan, pack, exit_zero=said["exit_zero"], waived=waived, given=given)
    if output == STDOUT:
        answer(to_json(verdict))
        return verdict.process_exit
    if output:
        keep_log(log, output)
        directory.write_file(output, to_json(verdict))
    faults = Faults()
    show(scan, cache(partial(make_view, scan, verdict)), config, faults, quiet=said["quiet"])
    if said["verbose"]:
        show_unmatched(verdict)
    faults.tell(str(log))
    return verdict.process_exit
