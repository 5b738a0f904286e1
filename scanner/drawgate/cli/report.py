"""`drawgate report`: render a SARIF log in another format, or by a template of the user's."""

import os
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.log import keep_log, read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.printing import (
    GITHUB,
    TERMINAL,
    answer,
    check_formats,
    render,
    show_view,
    uploads,
)
from drawgate.cli.values import STDOUT, File
from drawgate.config import resolve
from drawgate.core.errors import UsageError
from drawgate.core.scan import Scan
from drawgate.outlets import directory
from drawgate.policy.gate import judge
from drawgate.reporting.view import View, make_view
from drawgate.sarif.github import file_name


@click.command("report")
@click.argument("log", type=File())
@options.no_correlate
@options.output
@click.option("--template", metavar="FILE", type=File(),
              help="Fill this Jinja template of yours, not a format of ours.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", type=File(),
              help="Write there, not to stdout (which is also `-`).")  # fmt: skip
@options.policy
@options.as_of_option
@options.build
@options.everywhere
def command(
    log: Path,
    config_path: Path | None,
    output: Path | None,
    template: Path | None,
    **said: Any,  # noqa: ANN401 - click's values
) -> int:
    """Render LOG, a SARIF 2.1.0 log of any tool, and answer 0: `drawgate gate` judges.

    `-` reads standard input.
    """
    if template and said["format_"]:
        raise UsageError("--template and -f exclude each other", hint="run the command twice")
    config = resolve(options.settings(said), os.environ, config_path, None)
    check_formats(config)
    given = options.given(said)
    as_of = options.as_of(said["as_of"]) if said["as_of"] else None
    scan = read_log(log, as_of, raw=said["no_correlate"])
    view = make_view(scan, judge(scan, chosen_pack(config, no_gate=False), given=given))
    output = None if output == STDOUT else output
    keep_log(log, output)
    if template:
        _fill(template, view, output)
    elif output:
        _write(_single(config.format), scan, view, output)
    else:
        show_view(scan, view, config, quiet=said["quiet"])
    return 0


def _fill(template: Path, view: View, output: Path | None) -> None:
    from drawgate.reporting.template import fill  # noqa: PLC0415 - starts processes: only here

    keep_log(template, output, "template")
    filled = fill(template, view)
    if output:
        directory.write_file(output, filled)
    else:
        answer(filled)


def _write(format_: str, scan: Scan, view: View, output: Path) -> None:
    if format_ != GITHUB:
        directory.write_file(output, render(format_, scan, view))
        return
    for number, data in enumerate(uploads(scan).values(), 1):
        directory.write_file(output.with_name(file_name(number, output.name)), data)


def _single(formats: tuple[str, ...]) -> str:
    if len(formats) != 1 or formats[0] == TERMINAL:
        hint = "such as -f markdown -o summary.md"
        raise UsageError("-o needs exactly one -f FORMAT for files", hint=hint)
    return formats[0]
