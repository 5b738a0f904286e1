"""`drawgate report`: render a SARIF log in another format."""

import os
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.log import keep_log, read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.printing import GITHUB, TERMINAL, check_formats, render, show_view, uploads
from drawgate.cli.values import STDOUT, File
from drawgate.config import resolve
from drawgate.core.errors import UsageError
from drawgate.outlets import directory
from drawgate.policy.gate import judge
from drawgate.reporting.view import make_view
from drawgate.sarif.github import file_name


@click.command("report")
@click.argument("log", type=File())
@options.output
@click.option("-o", "--output", metavar="FILE", type=File(),
              help="Write there, not to stdout (which is also `-`).")  # fmt: skip
@options.policy
@options.as_of_option
@options.everywhere
def command(log: Path, config_path: Path | None, output: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Render LOG, a SARIF 2.1.0 log of any tool, and answer 0: `drawgate gate` judges.

    `-` reads standard input.
    """
    config = resolve(options.settings(said), os.environ, config_path, None)
    check_formats(config)
    scan = read_log(log, options.as_of(said["as_of"]) if said["as_of"] else None)
    view = make_view(scan, judge(scan, chosen_pack(config, no_gate=False)))
    output = None if output == STDOUT else output
    keep_log(log, output)
    if output and _single(config.format) == GITHUB:
        for number, data in enumerate(uploads(scan).values(), 1):
            directory.write_file(output.with_name(file_name(number, output.name)), data)
    elif output:
        directory.write_file(output, render(_single(config.format), scan, view))
    else:
        show_view(scan, view, config, quiet=said["quiet"])
    return 0


def _single(formats: tuple[str, ...]) -> str:
    if len(formats) != 1 or formats[0] == TERMINAL:
        hint = "such as -f markdown -o summary.md"
        raise UsageError("-o needs exactly one -f FORMAT for files", hint=hint)
    return formats[0]
