"""`drawgate diff`: what is new, known and gone between two logs."""

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options, printable
from drawgate.cli.baseline import read_file
from drawgate.cli.log import keep_log, read_log
from drawgate.cli.told_by_git import Now, with_git
from drawgate.cli.values import STDOUT, File
from drawgate.core.attempt import findings_of
from drawgate.core.errors import UsageError
from drawgate.core.finding import Finding, State
from drawgate.core.scan import Scan
from drawgate.core.words import count
from drawgate.outlets import directory
from drawgate.sarif.emit import emit
from drawgate.triage.compare import compare, summary
from drawgate.triage.gone import gone

_SHOWN = 20
_BOTH = 2


@click.command("diff")
@click.argument("logs", metavar="OLD NEW", nargs=-1, type=File())
@click.option("--shadow", is_flag=True,
              help="Take the first log for ours and all others for those of the tools you have "
                   "now: tell what both found, only they, only we, and why.")  # fmt: skip
@click.option("--repo", metavar="DIR", type=File(),
              help="Ask this repository what became of files and lines in between.")  # fmt: skip
@click.option("-o", "--output", metavar="OUT.sarif", type=File(),
              help="Write NEW there, each result with its state.")  # fmt: skip
@options.json_
@options.everywhere
def command(
    logs: tuple[Path, ...],
    repo: Path | None,
    output: Path | None,
    **said: Any,  # noqa: ANN401 - click's values
) -> int:
    """Compare NEW, a SARIF log, with OLD, a log or a baseline file, and answer 0.

    One flaw that moved, was reformatted or renamed is the same one. What a scanner could not look
    at is never called gone.
    """
    gc.disable()
    if said["shadow"]:
        return _beside(logs, repo, output, said)
    old, new = _two(logs)
    baseline, scan = read_file(old), read_log(new, None)
    notes: tuple[str, ...] = ()
    if repo:
        notes = tuple(_without_git(repo, baseline.commit, scan.target.commit))
        if not notes:
            found = tuple(finding for a in scan.attempts for finding in findings_of(a))
            now = Now(repository=repo, findings=found, commit=scan.target.commit, log=True)
            baseline = with_git(baseline, now, log=True)
    known = frozenset(scan.target.notes)
    done = compare(scan, baseline)
    notes += tuple(note for note in done.target.notes if note not in known)
    if output:
        keep_log(old, output)
        keep_log(new, output)
        if output == STDOUT:
            raise UsageError("goes to a file", where="-o", hint="name one, such as -o diff.sarif")
        directory.write_file(output, emit(done))
    if said["as_json"]:
        _print_json(done, notes)
    else:
        _print(done, notes, quiet=said["quiet"])
    return 0


def _two(logs: tuple[Path, ...]) -> tuple[Path, Path]:
    if len(logs) != _BOTH:
        hint = "drawgate diff old.sarif new.sarif; many logs are merged with `drawgate merge`"
        raise UsageError("needs two logs, OLD and NEW", hint=hint)
    return logs[0], logs[1]


def _beside(
    logs: tuple[Path, ...], repo: Path | None, output: Path | None, said: dict[str, Any]
) -> int:
    for option, value in (("--repo", repo), ("-o", output)):
        if value:
            hint = "`--json` prints all of the comparison"
            raise UsageError("does not go with --shadow", where=option, hint=hint)
    from drawgate.cli import shadow  # noqa: PLC0415 - only for this

    return shadow.diff(logs, said)


def _without_git(repo: Path, old: str, new: str) -> Iterator[str]:
    if not repo.is_dir():
        raise UsageError("is no directory", where=f"--repo {repo}", hint="name a git checkout")
    missing = [name for name, commit in (("OLD", old), ("NEW", new)) if not commit]
    if missing:
        yield f"{' and '.join(missing)} names no commit: renamed files and moved lines are guessed"


def _print(scan: Scan, notes: tuple[str, ...], *, quiet: bool) -> None:
    click.echo(summary(scan))
    for note in notes:
        click.echo(printable(f"warning: {note}"))
    if quiet:
        return
    counted = [finding for finding in scan.counted if not finding.suppressed]
    fresh = [finding for finding in counted if finding.state is State.NEW]
    lost = [finding for finding in gone(scan) if not finding.folded]
    for sign, found in (("+", fresh), ("-", lost)):
        for finding in found[:_SHOWN]:
            click.echo(printable(f"{sign} {_line(finding)}"))
        if len(found) > _SHOWN:
            click.echo(f"{sign} and {count(len(found) - _SHOWN, 'more finding')}")


def _line(finding: Finding) -> str:
    place = f"{finding.path}:{finding.line}" if finding.line else finding.path
    disclosed = " (newly disclosed)" if finding.newly_disclosed else ""
    words = f"{finding.severity} {finding.tool} {finding.rule.id} {place}{disclosed}"
    return f"{words} {finding.message}".rstrip()[:200]


def _print_json(scan: Scan, notes: tuple[str, ...]) -> None:
    rows = [*scan.findings, *gone(scan)]
    facts = {
        "summary": summary(scan),
        "notes": notes,
        "findings": [
            {
                "id": each.identity,
                "state": each.state,
                "newly_disclosed": each.newly_disclosed,
                "matched_by": each.matched_by,
                "tool": each.tool,
                "rule": each.rule.id,
                "severity": each.severity,
                "path": each.path,
                "line": each.line,
                "folded": each.folded,
                "suppressed": each.suppressed,
            }
            for each in rows
        ],
    }
    click.echo(json.dumps(facts, indent=2))
