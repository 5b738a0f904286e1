"""`drawgate init`: a configuration and a CI job for a repository, shown before they are written."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options, printable
from drawgate.cli.values import File, OneOf
from drawgate.config import found_inside
from drawgate.core.errors import UsageError
from drawgate.core.words import count
from drawgate.outlets import tree
from drawgate.run.git import Git
from drawgate.starting.changes import Change, changes, diff, write
from drawgate.starting.files import Proposed, propose
from drawgate.starting.holdings import GITLAB_MAIN, Ci, Holdings, find_holdings
from drawgate.target.ground import Ground, find_ground


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=File())
@click.option("--ci", type=OneOf(map(str, Ci)), help="Write the job for this CI system.  "
              "[default: the one that is found]")  # fmt: skip
@click.option("--adopt", is_flag=True, help="Also propose waivers for what other tools are told to "
              "hide; nothing is applied.")  # fmt: skip
@options.as_of_option
@click.option("--yes", is_flag=True, help="Write without asking; the difference is shown first.")
@click.option("--dry-run", is_flag=True, help="Show the difference only.")
@options.everywhere
def command(folder: Path, *, ci: str | None, yes: bool, dry_run: bool, quiet: bool,
            **said: Any) -> None:  # fmt: skip  # noqa: ANN401 - click's values
    """Set up the repository that holds DIR: a configuration, and a job for its CI system.

    The difference is shown, and nothing is written before somebody said yes. Where nobody can
    be asked (no terminal) and --yes is missing, nothing is written and the answer is 2.

    With --adopt also .drawgate/adopted-proposal.yaml is written: what bandit, detect-secrets,
    gitleaks, osv-scanner, pip-audit, ruff, safety, semgrep and trivy are told to hide, as waivers
    for a person to complete. Nothing reads that file, so it hides nothing.
    """
    ground = find_ground(folder, Git())
    proposed = _proposed(ground, Ci(ci) if ci else None, quiet=quiet)
    if said["adopt"]:
        _adopt(ground, options.as_of(said["as_of"]), proposed)
    found = changes(ground.root, proposed.files)
    for change in found:
        click.echo("\n".join(printable(line, keep="\t") for line in diff(change)))
    for note in proposed.notes:
        click.echo(printable(f"note: {note}"), err=True)
    if not found:
        click.echo("nothing to write: all of it is there already", err=True)
    elif not dry_run and _agreed(found, yes=yes):
        for change in found:
            write(ground.root, change)
            click.echo(printable(f"wrote {change.path}"), err=True)


def _proposed(ground: Ground, ci: Ci | None, *, quiet: bool) -> Proposed:
    holdings = find_holdings(ground.root, ground.names | ground.around, ci)
    if not quiet:
        for sentence in _described(ground, holdings):
            click.echo(printable(sentence), err=True)
    main = tree.current(ground.root, GITLAB_MAIN)
    return propose(holdings, found_inside(ground.root), main)


def _adopt(ground: Ground, as_of: str, proposed: Proposed) -> None:
    from drawgate.adopting import adopt, proposal  # noqa: PLC0415 - most runs do without it

    names = (ground.names | ground.around) - {proposal.PROPOSAL}
    adopted = adopt.adopt(ground.root, names)
    text = proposal.propose(adopted, datetime.fromisoformat(as_of).date())
    if not text:
        proposed.notes.append("no tool is told to hide anything, so there is nothing to adopt")
        return
    proposed.files[proposal.PROPOSAL] = text
    found = f"{len(adopted.entries):,} adopted, {len(adopted.left_out):,} left out"
    proposed.notes.append(f"{found}; the proposal hides nothing: read it and decide")


def _described(ground: Ground, holdings: Holdings) -> list[str]:
    languages = ", ".join(f"{name} ({n:,})" for name, n in holdings.languages.items())
    held = [
        count(len(holdings.manifests), "Python manifest"),
        count(len(holdings.dockerfiles), "Dockerfile"),
        count(len(holdings.workflows), "GitHub workflow"),
        *(["a pre-commit configuration"] if holdings.pre_commit else []),
    ]
    return [
        f"{ground.root}: {count(len(ground.names), 'file')}; {languages or 'no source code'}",
        f"{', '.join(held)}; CI system: {holdings.ci}",
    ]


def _agreed(found: Sequence[Change], *, yes: bool) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        hint = "--yes writes what was shown, --dry-run only shows it"
        raise UsageError("nothing was written, because nobody can be asked", hint=hint)
    question = f"Write {count(len(found), 'file')}?"
    if click.confirm(question, err=True):
        return True
    click.echo("nothing was written", err=True)
    return False
