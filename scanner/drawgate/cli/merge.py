"""`drawgate merge`: several SARIF logs into one."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drawgate.cli import printable

if TYPE_CHECKING:
    from drawgate.sarif.merge import MergeSummary


@click.command("merge")
@click.argument("logs", metavar="LOG…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="OUT.sarif",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The log to write; it may be one of those that are read.",
)
@click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
def command(logs: tuple[Path, ...], output: Path, *, as_json: bool) -> None:
    """Merge each LOG into one: runs of one tool and category become one run.

    Nothing is lost: rules are joined by content, and of results that are equal in every byte one
    is kept. A run that failed stays failed. Logs of any size fit in little memory. What other
    tools wrote is copied unmasked, secrets included; `drawgate report -f sarif` masks it.
    """
    from drawgate.sarif.merge import merge  # noqa: PLC0415 - `--help` does without it

    summary = merge(logs, output)
    if as_json:
        click.echo(json.dumps(asdict(summary), indent=2))
    else:
        _show(summary, output)


def _show(summary: "MergeSummary", output: Path) -> None:
    click.echo(
        f"{summary.inputs} logs, {summary.runs_read} runs, {summary.results_read} results read"
    )
    if summary.collapsed:
        click.echo(f"{summary.collapsed} results were equal to another and are written once")
    if summary.renamed_rules:
        click.echo(f"{summary.renamed_rules} rules share an id with another rule: see /2")
    for tool in summary.failed:
        click.echo(printable(f"warning: a run of {tool} failed; the merged run says so"), err=True)
    click.echo(printable(f"{output}: {summary.runs} runs, {summary.results} results"))
