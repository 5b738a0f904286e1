"""`drawgate advisories`: import published vulnerabilities, and say how old they are."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from drawgate.advisories.mirror import default_mirror_path, open_mirror
from drawgate.advisories.store import import_data
from drawgate.advisories.verify import check
from drawgate.cli import options, printable
from drawgate.core.advisory import AUDITED, AdvisoryData
from drawgate.core.moment import moment
from drawgate.policy.age import words
from drawgate.run.signals import stopping

_NAMED: Final = 5
"""Files that were left out and are named."""


@click.group("advisories")
def command() -> None:
    """Import advisory data; show its age."""


@command.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The mirror to write; default: the one in your data directory.",
)
@options.json_
@options.everywhere
def import_(source: Path, output: Path | None, *, as_json: bool, quiet: bool, **_: object) -> None:
    """Build the mirror from SOURCE.

    SOURCE is an all.zip as OSV publishes it, a JSON or YAML record, a folder of those, or
    another mirror. The mirror is replaced as a whole, or not at all.
    """
    path = output or default_mirror_path()
    with stopping():  # so that no half-built mirror is left
        imported = import_data(source, path)
    _show(imported.data, path, as_json=as_json, quiet=quiet)
    if not imported.data.holds(AUDITED):
        said = f"it holds no record about {AUDITED}, so no package of Python can be judged by it"
        click.echo(said, err=True)
    if imported.left_out and not quiet:
        names = ", ".join(map(printable, imported.left_out[:_NAMED]))
        more = ", …" if len(imported.left_out) > _NAMED else ""
        count = len(imported.left_out)
        files = (
            "1 file is no advisory and was"
            if count == 1
            else f"{count} files are no advisories and were"
        )
        click.echo(f"{files} left out: {names}{more}", err=True)


@command.command("status")
@click.argument("mirror", required=False, type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Read all of it, and compare it with its digest.")
@options.json_
@options.everywhere
def status(mirror: Path | None, *, verify: bool, as_json: bool, quiet: bool, **_: object) -> None:
    """Show what MIRROR holds (default: the one in your data directory)."""
    path = mirror or default_mirror_path()
    if verify:
        check(path)
    with open_mirror(path) as opened:
        _show(opened.data, path, as_json=as_json, quiet=quiet)
        if not as_json and not quiet:
            click.echo(_age(opened.data.newest))


def _age(newest: str) -> str:
    made = moment(newest)
    if made is None:
        return "of unknown age"
    age = datetime.now(UTC) - made
    return f"{words(age)} old" if age >= timedelta() else "from the future"


def _show(data: AdvisoryData, path: Path, *, as_json: bool, quiet: bool) -> None:
    if as_json:
        click.echo(json.dumps({"path": str(path), **asdict(data)}, indent=2))
        return
    if quiet:
        return
    named = printable(data.source)
    records = "1 advisory" if data.records == 1 else f"{data.records:,} advisories"
    click.echo(f"{records} from {named}, newest of {data.newest}")
    for held in data.ecosystems:
        click.echo(f"{held.records:,} for {printable(held.ecosystem)}")
    click.echo(f"sha256 {data.digest}")
    click.echo(f"in {printable(str(path))}")
