"""`drawgate merge`: several SARIF logs into one."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drawgate.cli import options, printable
from drawgate.core.words import count

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
@options.json_
@options.everywhere
def command(
    logs: tuple[Path, ...], output: Path, *, as_json: bool, quiet: bool, **_: object
) -> None:
    """Merge each LOG into one: runs of one tool and category become one run.

    Runs of different repositories stay apart, as far as the logs tell them: by what our scans
    looked at, the addresses in versionControlProvenance, and the names of the root folders in
    originalUriBaseIds.

    Nothing is lost: rules are joined by content, and of results that are equal in every byte one
    is kept; what our own results say of the company they were in (`docs/folding.md`) does not
    count. A run that failed stays failed. No log is held in memory, only a short mark of each
    result.

    Results about credentials are masked, by secret scanner, weakness or rule; so is whatever
    looks like a credential beside the results, and what other results, of any log, say of the
    same line. Two that differed in what is masked stay two. Masking takes many times as long as
    copying. A value that is repeated on another line is not masked: only
    `drawgate report -f sarif`, which holds all of a log, masks that.
    """
    from drawgate.sarif.merge import merge  # noqa: PLC0415 - `--help` does without it
    from drawgate.triage.merged import masks  # noqa: PLC0415 - as above

    summary = merge(logs, output, masks())
    if as_json:
        click.echo(json.dumps(asdict(summary), indent=2))
    else:
        _show(summary, output, quiet=quiet)


def _show(summary: "MergeSummary", output: Path, *, quiet: bool) -> None:
    for log in summary.empty:
        click.echo(
            printable(f"warning: {log} holds no run; it adds nothing to the merge"), err=True
        )
    for tool in summary.failed:
        click.echo(printable(f"warning: a run of {tool} failed; the merged run says so"), err=True)
    for tool in summary.apart:
        what = f"warning: the runs of {tool} are of several repositories, so each stays a run"
        click.echo(printable(what), err=True)
    if not quiet:
        for sentence in _sentences(summary, output):
            click.echo(printable(sentence))


def _sentences(summary: "MergeSummary", output: Path) -> Iterator[str]:
    runs, results = count(summary.runs_read, "run"), count(summary.results_read, "result")
    yield f"{count(summary.inputs, 'log')}, {runs}, {results} read"
    if summary.collapsed:
        yield f"{count(summary.collapsed, 'result')} equal to another, written once"
    if summary.renamed_rules:
        yield f"{count(summary.renamed_rules, 'rule')} with the id of another rule: see /2"
    yield f"{output}: {count(summary.runs, 'run')}, {count(summary.results, 'result')}"
