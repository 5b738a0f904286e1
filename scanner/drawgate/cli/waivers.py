"""`drawgate waivers`: which waivers hold, end soon, have lapsed, or match nothing."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options, printable
from drawgate.cli.log import read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.rows import row
from drawgate.cli.values import File
from drawgate.cli.waive import LOG
from drawgate.cli.waiving import check_plain, file_here, of_file
from drawgate.config import resolve
from drawgate.core.errors import ExitCode
from drawgate.core.waiver import Limits, Told, Waived, Waivers
from drawgate.core.words import count
from drawgate.policy.attention import listed, without_log
from drawgate.triage.redact import mask_text
from drawgate.triage.suppress import suppress, without_waivers


@click.command("waivers")
@click.argument("log", type=File(), required=False)
@click.option("--waivers", "file", metavar="FILE", type=File(),
              help="List these.  [default: .drawgate/waivers.yaml of the repository]")  # fmt: skip
@click.option("--check", is_flag=True, help="Answer 1 if one of them needs somebody.")
@options.policy
@options.as_of_option
@options.json_
@options.everywhere
def command(log: Path | None, file: Path | None, config_path: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """List the waivers and what they do in LOG (default: drawgate-results/results.sarif).

    Those that need somebody come first: expired, lapsed, refused by the pack, ending within 14
    days, too broad, or matching nothing. Without a log nobody can tell what they match.
    """
    config = resolve(options.settings(said), os.environ, config_path, None)
    limits = chosen_pack(config, no_gate=False).waivers
    as_of = options.as_of(said["as_of"])
    path = file or file_here()
    if not file:
        check_plain(path)
    none = Waivers(source=str(path), digest="")
    # A project that waives nothing is in order; a file that was named has to be there.
    there = bool(file) or os.path.lexists(path)
    waivers = replace(of_file(str(path)), source=str(path)) if there else none
    log = log or (LOG if LOG.exists() else None)
    waived = _waived(waivers, log, limits, as_of)
    rows = listed(waived, waivers.waivers, date.fromisoformat(as_of[:10]))
    if said["as_json"]:
        _print_json(waived, rows)
    else:
        _print(waived, rows, log, quiet=said["quiet"])
    needed = any(reasons for _, reasons in rows)
    return int(ExitCode.GATE_FAILED) if said["check"] and needed else 0


def _waived(waivers: Waivers, log: Path | None, limits: Limits, as_of: str) -> Waived:
    if log is None:
        return without_log(waivers, limits, date.fromisoformat(as_of[:10]))
    scan = replace(without_waivers(read_log(log, as_of)), waivers=waivers)
    done = suppress(scan, limits).waived
    assert done is not None  # noqa: S101 - it has waivers
    return done


def _print(
    waived: Waived, rows: Sequence[tuple[Told, list[str]]], log: Path | None, *, quiet: bool
) -> None:
    needy = [told for told, reasons in rows if reasons]
    what = count(len(rows), "waiver") if rows else "no waivers"
    seen = f", {count(waived.findings, 'finding')} of {log} waived" if log else ""
    ask = f"; {len(needy)} to look at" if needy else ""
    click.echo(printable(f"{waived.source}: {what}{seen}{ask}"))
    if log is None and rows:
        click.echo("without a log nobody can tell what they match: `drawgate waivers LOG`")
    for told, reasons in rows if not quiet else [pair for pair in rows if pair[1]]:
        _show(told, reasons, known=log is not None)


def _show(told: Told, reasons: Sequence[str], *, known: bool) -> None:
    click.echo()
    found = f", {count(told.findings, 'finding')}" if known else ""
    sign = "!" if reasons else " "
    standing = told.standing if known or reasons else f"until {told.expires}"
    click.echo(printable(f"{sign} {told.id}: {standing}{found}"))
    for reason in reasons:
        row("", reason, indent=4, column=2)
    row("matches", told.about, indent=4, column=10)
    people = f"{told.owner}, approved by {told.approver or 'nobody'}"
    row("reason", mask_text(told.reason), indent=4, column=10)
    row("owner", mask_text(f"{people}; {told.type} until {told.expires}"), indent=4, column=10)


def _print_json(waived: Waived, rows: Sequence[tuple[Told, list[str]]]) -> None:
    facts = {
        "source": waived.source,
        "digest": waived.digest,
        "findings": waived.findings,
        "waivers": [
            {
                "id": told.id,
                "about": told.about,
                "type": told.type,
                "owner": told.owner,
                "approver": told.approver,
                "created": told.created,
                "expires": told.expires,
                "ticket": told.ticket,
                "reason": mask_text(told.reason),
                "standing": told.standing,
                "findings": told.findings,
                "lapsed": told.lapsed,
                "attention": reasons,
            }
            for told, reasons in rows
        ],
    }
    click.echo(json.dumps(facts, indent=2))
