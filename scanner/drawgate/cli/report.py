"""`drawgate report`: render a SARIF log in another format, or by a template of the user's."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.faults import Faults
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
from drawgate.cli.values import STDOUT, File, Text
from drawgate.cli.waiving import of_log
from drawgate.config import resolve
from drawgate.core.errors import UsageError
from drawgate.core.scan import Scan
from drawgate.outlets import directory
from drawgate.policy.gate import judge
from drawgate.reporting.publisher import Publisher, publisher_of
from drawgate.reporting.render import PUBLISHED
from drawgate.reporting.view import View, make_view
from drawgate.sarif.github import file_name
from drawgate.triage.suppress import suppress


@click.command("report")
@click.argument("log", type=File())
@options.no_correlate
@options.waivers
@options.output
@click.option("--template", metavar="FILE", type=File(),
              help="Fill this Jinja template of yours, not a format of ours.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", type=File(),
              help="Write there, not to stdout (which is also `-`).")  # fmt: skip
@click.option("--author", metavar="NAME", type=Text(),
              help="Who speaks in -f openvex and cyclonedx-vex.")  # fmt: skip
@click.option("--product", metavar="PURL", type=Text(),
              help="The product that these speak about, such as pkg:pypi/shop@1.2.")  # fmt: skip
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
    check_formats(config, publishing=True)
    given = options.given(said)
    publisher = _publisher(config.format, said["author"] or "", said["product"] or "")
    as_of = options.as_of(said["as_of"]) if said["as_of"] else None
    scan = read_log(log, as_of, raw=said["no_correlate"])
    pack = chosen_pack(config, no_gate=False)
    suppressed = suppress(of_log(scan, said["waivers"], none=said["no_waivers"]), pack.waivers)
    scan = suppressed.scan
    verdict = judge(scan, pack, waived=suppressed.waived, given=given)
    view = cache(lambda: replace(make_view(scan, verdict), publisher=publisher))
    output = None if output == STDOUT else output
    keep_log(log, output)
    if template:
        _fill(template, view(), output)
    elif output:
        _write(_single(config.format), scan, view, output)
    else:
        faults = Faults()
        show_view(scan, view, config, faults, quiet=said["quiet"])
        faults.tell(str(log))
    return 0


def _publisher(formats: tuple[str, ...], author: str, product: str) -> Publisher | None:
    """Give who publishes a VEX document; a word that no format would obey is a mistake."""
    asked = next((name for name in formats if name in PUBLISHED), "")
    if asked:
        return publisher_of(author, product, asked)
    for option, value in (("--author", author), ("--product", product)):
        if value:
            hint = "they are for -f openvex and -f cyclonedx-vex"
            raise UsageError("says nothing to this format", where=option, hint=hint)
    return None


def _fill(template: Path, view: View, output: Path | None) -> None:
    from drawgate.reporting.template import fill  # noqa: PLC0415 - starts processes: only here

    keep_log(template, output, "template")
    filled = fill(template, view)
    if output:
        directory.write_file(output, filled)
    else:
        answer(filled)


def _write(format_: str, scan: Scan, view: Callable[[], View], output: Path) -> None:
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
