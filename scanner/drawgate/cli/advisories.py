"""`drawgate advisories`: import published vulnerabilities, and say how old they are."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from drawgate.advisories.mirror import default_mirror_path, open_mirror
from drawgate.advisories.store import Imported, import_all
from drawgate.advisories.taking import Item
from drawgate.advisories.verify import check
from drawgate.cli import options, printable
from drawgate.core.advisory import AUDITED, AdvisoryData
from drawgate.core.errors import AdvisoryError
from drawgate.core.moment import moment
from drawgate.policy.age import words
from drawgate.run.signals import stopping

_NAMED: Final = 5
"""Files that were left out and are named."""
_NOUNS: Final = {
    "osv": ("record", "records"),
    "kev": ("exploited vulnerability", "exploited vulnerabilities"),
    "epss": ("score", "scores"),
}


@click.group("advisories")
def command() -> None:
    """Import or load advisory data; show its age."""


def _checked(_: click.Context, __: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    from drawgate.advisories.sync import check_ecosystem  # noqa: PLC0415 - the HTTP stack

    try:
        return tuple(map(check_ecosystem, names))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_fewer = click.option(
    "--accept-fewer",
    "fewer",
    is_flag=True,
    help="Take EPSS scores or records that are far fewer than those that are there.",
)


@command.command("import")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The mirror to write; default: the one in your data directory.",
)
@click.option(
    "--as",
    "own",
    metavar="NAME",
    default="",
    help="Keep these OSV records beside the published ones, under a name of yours.",
)
@_fewer
@options.json_
@options.everywhere
def import_(  # noqa: PLR0913 - one for each option
    paths: tuple[Path, ...],
    output: Path | None,
    own: str,
    *,
    fewer: bool,
    as_json: bool,
    quiet: bool,
    **_: object,
) -> None:
    """Take what lies at each PATH into the mirror.

    A PATH is OSV data (an all.zip as OSV publishes it, a JSON or YAML record, a folder of
    those), CISA's KEV catalogue, FIRST's EPSS scores (CSV, packed or not), or another mirror.
    What is in it decides, not its name. It replaces what the mirror held of the same source,
    and nothing else. The mirror is replaced as a whole, or not at all.
    """
    path = output or default_mirror_path()
    with stopping():  # so that no half-built mirror is left
        imported = import_all([Item(path=each, own=own) for each in paths], path, fewer=fewer)
    _show(imported.data, path, as_json=as_json, quiet=quiet)
    tell(imported, quiet=quiet)


@command.command("sync")
@click.option(
    "--ecosystem",
    "ecosystems",
    metavar="NAME",
    multiple=True,
    callback=_checked,
    help="Load OSV's records about this one, such as npm or Debian; `all` for every one. Several "
    "may be named.  [default: those of the mirror, or PyPI]",
)
@click.option(
    "--from",
    "place",
    metavar="URL|DIR",
    default="",
    help="Load from here instead of the publishers: the same files under the same names.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The mirror to write; default: the one in your data directory.",
)
@_fewer
@options.json_
@options.everywhere
def sync_(  # noqa: PLR0913 - one for each option
    ecosystems: tuple[str, ...],
    place: str,
    output: Path | None,
    *,
    fewer: bool,
    as_json: bool,
    quiet: bool,
    **_: object,
) -> None:
    """Load what changed of OSV, KEV and EPSS, and bring the mirror up to date.

    A source that can't be loaded stays as it was, and the answer is 2. Proxies are those of the
    environment; only https is loaded from, and http from this machine itself.
    """
    from drawgate.advisories.sync import sync, wanted  # noqa: PLC0415 - the HTTP stack

    path = output or default_mirror_path()
    with stopping():
        done = sync(wanted(ecosystems, place, path), path, _aside(quiet=quiet), fewer=fewer)
    if done.imported:
        tell(done.imported, quiet=quiet)
    if path.is_file():
        with open_mirror(path) as opened:
            _show(opened.data, path, as_json=as_json, quiet=quiet)
    for name, error in done.failed:
        click.echo(printable(f"{name}: {error}"), err=True)
    if done.failed:
        names = ", ".join(name for name, _ in done.failed)
        hint = "what was loaded is in the mirror; the rest of it is as old as it was"
        raise AdvisoryError(f"not up to date: {names}", where=str(path), hint=hint)


def _aside(*, quiet: bool) -> Callable[[str], None]:
    def say(line: str) -> None:
        if not quiet:
            click.echo(printable(line), err=True)

    return say


def tell(imported: Imported, *, quiet: bool) -> None:
    """Say on stderr what a reader of the facts could miss."""
    if imported.lost:
        said = f"nothing of the mirror that was there could be kept: {imported.lost}"
        click.echo(printable(said), err=True)
    if not imported.data.holds(AUDITED):
        said = f"it holds no record about {AUDITED}, so no package of Python can be judged by it"
        click.echo(said, err=True)
    if imported.left_out and not quiet:
        names = ", ".join(map(printable, imported.left_out[:_NAMED]))
        more = ", …" if len(imported.left_out) > _NAMED else ""
        number = len(imported.left_out)
        files = (
            "1 file is no advisory and was"
            if number == 1
            else f"{number} files are no advisories and were"
        )
        click.echo(f"{files} left out: {names}{more}", err=True)


@command.command("status")
@click.argument("mirror", required=False, type=click.Path(path_type=Path))
@click.option("--verify", is_flag=True, help="Read all of it, and compare it with its digest.")
@options.as_of_option
@options.json_
@options.everywhere
def status(
    mirror: Path | None, as_of: str | None, *, verify: bool, as_json: bool, quiet: bool, **_: object
) -> None:
    """Show what MIRROR holds (default: the one in your data directory), and how old it is."""
    path = mirror or default_mirror_path()
    if verify:
        check(path)
    with open_mirror(path) as opened:
        _show(opened.data, path, as_json=as_json, quiet=quiet, now=moment(options.as_of(as_of)))


def _show(
    data: AdvisoryData, path: Path, *, as_json: bool, quiet: bool, now: datetime | None = None
) -> None:
    if as_json:
        click.echo(json.dumps({"path": str(path), **asdict(data)}, indent=2))
        return
    if quiet:
        return
    if data.records:
        named = printable(data.source)
        records = "1 advisory" if data.records == 1 else f"{data.records:,} advisories"
        click.echo(f"{records} from {named}, newest of {data.newest}")
    for held in data.ecosystems:
        click.echo(f"{held.records:,} for {printable(held.ecosystem)}")
    for line in _sources(data, now):
        click.echo(line)
    click.echo(f"sha256 {data.digest}")
    click.echo(f"in {printable(str(path))}")


def _sources(data: AdvisoryData, now: datetime | None) -> Iterator[str]:
    for source in data.sources:
        age = f", {_age(source.newest, now)}" if now else ""
        noun, nouns = _NOUNS[source.kind]
        number = f"{source.records:,} {noun if source.records == 1 else nouns}"
        yield f"{printable(source.name)}: {number}, of {source.newest}{age}"


def _age(newest: str, now: datetime) -> str:
    made = moment(newest)
    if made is None:
        return "of unknown age"
    age = now - made
    return f"{words(age)} old" if age >= timedelta() else "from the future"
