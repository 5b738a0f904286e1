"""`drawgate plan`: what a scan would run, and why not the rest; starts no scanner."""

import json
import os
from pathlib import Path
from typing import Any

import click

from drawgate import pipeline
from drawgate.cli import options, printable
from drawgate.cli.request import make_request, place_of
from drawgate.config import resolve
from drawgate.core.scan import Offline
from drawgate.plan import Plan, Planned


@click.command("plan")
@click.argument("paths", metavar="[TARGET]", nargs=-1, type=click.Path(path_type=Path))
@options.selection
@options.config_file
@click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
def command(paths: tuple[Path, ...], config_path: Path | None, **said: Any) -> None:  # noqa: ANN401 - click's values
    """Show what a scan of TARGET would run, and why not the rest."""
    place = place_of(paths, said["files"])
    config = resolve(options.settings(said), os.environ, config_path, place.target)
    prepared = pipeline.prepare(make_request(place, config, options.as_of(None), Offline.NOT_ASKED))
    if said["as_json"]:
        click.echo(json.dumps(_facts(prepared), indent=2))
        return
    target, plan = prepared.target, prepared.plan
    click.echo(f"{printable(target.root.name)}: {len(target.files)} files ({target.form})")
    for name, text in sorted(_lines(plan)):
        click.echo(f"  {name:<16} {printable(text)}")
    for left_out in target.exclusions:
        text = f"{left_out.pattern} ({left_out.origin}): {left_out.files}"
        click.echo(f"  left out         {printable(text)}")
    for sentence in (*target.notes, *config.ignored):
        click.echo(f"  note             {printable(sentence)}")
    for missed in target.not_assessed:
        click.echo(f"  not assessed     {printable(f'{missed.subject}: {missed.reason}')}")


def _lines(plan: Plan) -> list[tuple[str, str]]:
    return [
        *((planned.adapter.name, f"will look at {_work(planned)}") for planned in plan.planned),
        *((skipped.subject.name, f"{skipped.why}: {skipped.reason}") for skipped in plan.skipped),
        *((failed.subject.name, f"broken: {failed.error}") for failed in plan.failed),
    ]


def _work(planned: Planned) -> str:
    subjects = sum(len(job.subjects) for job in planned.jobs)
    inventories = [job.inventory for job in planned.jobs if job.inventory]
    if inventories:
        return f"{subjects} pinned packages of {len(inventories[0].manifests)} manifests"
    again = f", {len(planned.second.inputs)} of them twice" if planned.second else ""
    return f"{subjects} files{again}"


def _facts(prepared: pipeline.Prepared) -> dict[str, Any]:
    target, plan = prepared.target, prepared.plan
    return {
        "target": {"name": target.root.name, "form": target.form, "files": len(target.files)},
        "run": [
            {"adapter": p.adapter.name, "subjects": sum(len(job.subjects) for job in p.jobs)}
            for p in plan.planned
        ],
        "skip": [
            {"adapter": s.subject.name, "why": s.why, "reason": s.reason} for s in plan.skipped
        ],
        "broken": [{"adapter": f.subject.name, "reason": f.error} for f in plan.failed],
    }
