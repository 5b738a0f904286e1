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
from drawgate.core.attempt import Skipped, Why
from drawgate.core.finding import PACKAGES
from drawgate.core.scan import Offline
from drawgate.core.words import count
from drawgate.facts import unscanned
from drawgate.packages import Open
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
    offline = Offline.UNENFORCED if config.offline else Offline.NOT_ASKED  # nothing starts here
    request = make_request(place, config, options.as_of(None), offline)
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
    for name, text in sorted(_lines(plan, prepared.open)):
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


def _lines(plan: Plan, asked: Open | None) -> list[tuple[str, str]]:
    return [
        *((p.adapter.name, f"will look at {_work(p)}{_more(p, asked)}") for p in plan.planned),
        *((spare.adapter.name, _spare(spare)) for spare in plan.in_reserve),
        *((skipped.subject.name, _reason(skipped, asked)) for skipped in plan.skipped),
        *((failed.subject.name, f"broken: {failed.error}") for failed in plan.failed),
    ]


def _more(planned: Planned, asked: Open | None) -> str:
    """Say what is not known before pip has answered."""
    return f", and {_chosen(asked)}" if asked and planned.subject.kind in PACKAGES else ""


def _reason(skipped: Skipped, asked: Open | None) -> str:
    if asked and _waits(skipped):
        return f"will look at {_chosen(asked)}"
    return f"{skipped.why}: {skipped.reason}"


def _waits(skipped: Skipped) -> bool:
    """Tell whether nothing but versions is missing, which pip may choose."""
    return skipped.why is Why.UNAVAILABLE and skipped.subject.kind in PACKAGES


def _chosen(asked: Open) -> str:
    return f"what pip chooses for {count(asked.number, 'requirement')} without a version"


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
    target, plan, asked = prepared.target, prepared.plan, prepared.open
    waiting = [each for each in plan.skipped if asked and _waits(each)]
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
        "let_pip_choose": asked.number if asked else 0,
        "run_if_pip_chooses": [each.subject.name for each in waiting],
        "in_reserve": [
            {"adapter": p.adapter.name, "stands_in_for": p.adapter.stands_in_for}
            for p in plan.in_reserve
        ],
        "skip": [
            {"adapter": s.subject.name, "why": s.why, "reason": s.reason}
            for s in plan.skipped
            if s not in waiting
        ],
        "broken": [{"adapter": f.subject.name, "reason": f.error} for f in plan.failed],
        "unscanned": [asdict(held) for held in unscanned(target, plan)],
        "left_out": [asdict(each) for each in (*target.exclusions, *plan.exclusions)],
        "not_assessed": [
            {"subject": missed.subject, "reason": missed.reason} for missed in target.not_assessed
        ],
        "notes": [*target.notes, *config.ignored],
    }
