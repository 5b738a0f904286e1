"""`drawgate plan`: what a scan would run, and why not the rest; starts no scanner."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from drawgate import pipeline
from drawgate.cli import options, printable
from drawgate.cli.place import place_of
from drawgate.cli.request import make_request
from drawgate.cli.rows import row
from drawgate.cli.values import File
from drawgate.config import Config, resolve
from drawgate.core.scan import Offline
from drawgate.core.words import count
from drawgate.facts import unscanned
from drawgate.plan import Plan, Planned
from drawgate.reporting.text import amount


@click.command("plan")
@click.argument("paths", metavar="[TARGET]", nargs=-1, type=File())
@options.selection
@options.json_
@options.everywhere
def command(paths: tuple[Path, ...], config_path: Path | None, **said: Any) -> None:  # noqa: ANN401 - click's values
    """Show what a scan of TARGET would run, and why not the rest."""
    place = place_of(paths, said["files"], staged=said["staged"], ref=said["diff"])
    config = resolve(options.settings(said), os.environ, config_path, place.target)
    request = make_request(place, config, options.as_of(None), Offline.NOT_ASKED)
    with pipeline.changing(request) as change:
        prepared = pipeline.prepare(request, change=change)
    if said["as_json"]:
        click.echo(json.dumps(_facts(prepared, config), indent=2))
    elif said["quiet"]:
        for planned in prepared.plan.planned:
            click.echo(planned.adapter.name)
    else:
        _show(prepared, config)


def _show(prepared: pipeline.Prepared, config: Config) -> None:
    target, plan = prepared.target, prepared.plan
    click.echo(f"{printable(target.name)}: {count(len(target.files), 'file')} ({target.form})")
    for name, text in sorted(_lines(plan)):
        row(name, text, indent=2)
    for held in unscanned(target, plan):
        why = f" ({held.left_out})" if held.left_out else ""
        what = f"looks at {held.name}: {count(held.files, 'file')}, {held.example}{why}"
        row("nobody", what, indent=2)
    for left_out in (*target.exclusions, *plan.exclusions):
        number = amount(left_out.files, left_out.folders)
        row("left out", f"{left_out.pattern} ({left_out.origin}): {number}", indent=2)
    for sentence in (*target.notes, *config.ignored):
        row("note", sentence, indent=2)
    for missed in target.not_assessed:
        row("not assessed", f"{missed.subject}: {missed.reason}", indent=2)


def _lines(plan: Plan) -> list[tuple[str, str]]:
    return [
        *((planned.adapter.name, f"will look at {_work(planned)}") for planned in plan.planned),
        *((spare.adapter.name, _spare(spare)) for spare in plan.in_reserve),
        *((skipped.subject.name, f"{skipped.why}: {skipped.reason}") for skipped in plan.skipped),
        *((failed.subject.name, f"broken: {failed.error}") for failed in plan.failed),
    ]


def _spare(planned: Planned) -> str:
    return f"will look at {_work(planned)} if {planned.adapter.stands_in_for} can't be found"


def _work(planned: Planned) -> str:
    subjects = sum(len(job.subjects) for job in planned.jobs)
    inventories = [job.inventory for job in planned.jobs if job.inventory]
    if inventories:
        manifests = count(len(inventories[0].manifests), "manifest")
        return f"{count(subjects, 'pinned package')} of {manifests}"
    again = f", {len(planned.second.inputs):,} of them twice" if planned.second else ""
    return f"{count(subjects, 'file')}{again}"


def _facts(prepared: pipeline.Prepared, config: Config) -> dict[str, Any]:
    target, plan = prepared.target, prepared.plan
    return {
        "target": {
            "name": target.name,
            "folder": target.folder,
            "form": target.form,
            "files": len(target.files),
        },
        "run": [
            {"adapter": p.adapter.name, "subjects": sum(len(job.subjects) for job in p.jobs)}
            for p in plan.planned
        ],
        "in_reserve": [
            {"adapter": p.adapter.name, "stands_in_for": p.adapter.stands_in_for}
            for p in plan.in_reserve
        ],
        "skip": [
            {"adapter": s.subject.name, "why": s.why, "reason": s.reason} for s in plan.skipped
        ],
        "broken": [{"adapter": f.subject.name, "reason": f.error} for f in plan.failed],
        "unscanned": [asdict(held) for held in unscanned(target, plan)],
        "left_out": [asdict(each) for each in (*target.exclusions, *plan.exclusions)],
        "not_assessed": [
            {"subject": missed.subject, "reason": missed.reason} for missed in target.not_assessed
        ],
        "notes": [*target.notes, *config.ignored],
    }
