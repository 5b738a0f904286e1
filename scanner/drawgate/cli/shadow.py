"""`--shadow`: what a team's present tools found, beside what we find."""

import os
import shutil
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from drawgate.cli.log import read_log
from drawgate.core.errors import UsageError
from drawgate.core.scan import Scan
from drawgate.core.shadow import Shadow
from drawgate.policy.shadowed import with_standing
from drawgate.policy.verdict import Verdict, as_json
from drawgate.reporting.color import wants_color
from drawgate.sarif.source import read_source
from drawgate.triage.shadow import Other, shadow

OPTION = "--shadow"


def read_others(paths: Iterable[Path]) -> tuple[Other, ...]:
    """Read logs of other tools, masked. Raises LogError: half a comparison would mislead."""
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Other:
    data = read_source(path)
    scan = read_log(path, None, data)
    return Other(name=str(path), digest=sha256(data).hexdigest(), scan=scan)


def compared(scan: Scan, verdict: Verdict, others: tuple[Other, ...]) -> Shadow:
    """Compare, and note what the pack does not count."""
    return with_standing(shadow(scan, others), scan, verdict)


def diff(logs: tuple[Path, ...], said: dict[str, Any]) -> int:
    """Print what a log and others have in common; nothing of it is a failure."""
    from drawgate.policy.gate import judge  # noqa: PLC0415 - `diff` needs it for this alone
    from drawgate.policy.pack import load_pack  # noqa: PLC0415 - as above

    mine, *others = logs or (None,)
    if mine is None or not others:
        hint = "drawgate diff --shadow results.sarif theirs.sarif"
        raise UsageError("needs LOG, and one OTHER at least", where=OPTION, hint=hint)
    if len([each for each in logs if str(each) == "-"]) > 1:
        raise UsageError("only one log can come from standard input", where=OPTION)
    scan = read_log(mine, None)
    found = compared(scan, judge(scan, load_pack("default")), read_others(others))
    if said["as_json"]:
        click.echo(as_json(found).decode(), nl=False)
    else:
        _print(found, quiet=said["quiet"], color=said["color"])
    return 0


def _print(found: Shadow, *, quiet: bool, color: str | None) -> None:
    if quiet:
        from drawgate.reporting.beside import headline  # noqa: PLC0415 - only here

        click.echo(headline(found))
        return
    from drawgate.reporting.layout import drawn, layout_for  # noqa: PLC0415 - it brings rich
    from drawgate.reporting.shadow_lines import shadow_lines  # noqa: PLC0415 - as above

    plain = "utf" not in (sys.stdout.encoding or "").lower()
    layout = layout_for(shutil.get_terminal_size((80, 24)).columns, ascii_only=plain)
    wanted = wants_color(color or "auto", sys.stdout, os.environ)
    click.echo(drawn(layout, shadow_lines(layout, found), color=wanted), nl=False)
