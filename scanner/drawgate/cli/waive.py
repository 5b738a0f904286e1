"""`drawgate waive`: write a waiver for a finding of a log."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import click

from drawgate.cli import options
from drawgate.cli.explain import find
from drawgate.cli.log import read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.values import File, OneOf, Text
from drawgate.cli.voice import printable
from drawgate.cli.waiving import file_here, read_file
from drawgate.config import resolve
from drawgate.core.errors import OutputError, UsageError
from drawgate.core.finding import Finding, State
from drawgate.core.scan import Scan
from drawgate.core.waiver import Limits, Waiver, Waivers, WaiverType
from drawgate.core.words import count
from drawgate.outlets import directory
from drawgate.policy.waiver_of import By, match_of, name_of, severity_of, usual
from drawgate.policy.waiver_text import added
from drawgate.policy.waivers import digest, read_waivers
from drawgate.reporting.text import shorten
from drawgate.triage.redact import mask_text
from drawgate.triage.suppress import suppress, without_waivers
from drawgate.triage.waiving import two_people

LOG: Final = Path("drawgate-results/results.sarif")
OWNER: Final = "DRAWGATE_OWNER"
_SPAN: Final = re.compile(r"([1-9][0-9]{0,3})([dw])")
_SHOWN: Final = 120
_LISTED: Final = 8


@click.command("waive")
@click.argument("identity", metavar="ID|PATH:LINE", type=Text())
@click.argument("log", type=File(), default=LOG)
@click.option("--reason", metavar="TEXT", type=Text(), required=True,
              help="Say why; it stands in every report.")  # fmt: skip
@click.option("--expires", metavar="DATE|SPAN", type=Text(), required=True,
              help="The last day on which it counts, or a time such as 30d or 6w.")  # fmt: skip
@click.option("--type", "type_", type=OneOf([each.value for each in WaiverType]),
              default=WaiverType.ACCEPTED.value, show_default=True,
              help="What makes it bearable.")  # fmt: skip
@click.option("--owner", metavar="NAME", type=Text(),
              help=f"Who answers for it.  [default: ${OWNER}]")  # fmt: skip
@click.option("--approver", metavar="NAME", type=Text(), help="Who has approved it.")
@click.option("--ticket", metavar="TEXT", type=Text(), help="Where it is discussed.")
@click.option("--by", "by", type=OneOf([each.value for each in By]),
              help="Waive this finding, its advisory in a package, or its rule in its file.  "
                   "[default: advisory for packages, else identity]")  # fmt: skip
@click.option("--paths", metavar="GLOB", multiple=True, type=Text(),
              help="With --by rule: in these paths, not only in the finding's file.")  # fmt: skip
@click.option("--versions", metavar="RANGE", multiple=True, type=Text(),
              help="With --by advisory: these versions ('<2.0'), not just this one.")  # fmt: skip
@click.option("--until-fix", is_flag=True,
              help="End it as soon as a version without the flaw is known.")  # fmt: skip
@click.option("--kev", is_flag=True, help="Keep it though CISA lists the flaw as exploited.")
@click.option("--waivers", "file", metavar="FILE", type=File(),
              help="Write there.  [default: .drawgate/waivers.yaml of the repository]")  # fmt: skip
@options.policy
@options.as_of_option
@options.everywhere
def command(identity: str, log: Path, config_path: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Waive a finding of LOG (default: drawgate-results/results.sarif) for a reason and a time.

    It is named by its ID, or the beginning of one, or by its place where only one is there.

    The waiver is added to .drawgate/waivers.yaml; what stands there stays as it is. It covers all
    reports of the flaw, and the code as it is now: other code in its place counts again.
    """
    config = resolve(options.settings(said), os.environ, config_path, None)
    limits = chosen_pack(config, no_gate=False).waivers
    _refuse_credentials(said)
    today = date.fromisoformat(options.as_of(said["as_of"])[:10])
    scan = without_waivers(_log(log))
    members = _members(scan, _named(identity, scan, str(log)))
    path = said["file"] or file_here()
    data = read_file(path)
    before = read_waivers(data, str(path)) if data is not None else ()
    waiver = _waiver(members, said, today, frozenset(each.id for each in before))
    _check(waiver, limits, today)
    written = added(data, waiver, _about(members), str(path))
    _write(path, written)
    told = Waivers(source=str(path), digest=digest(written), waivers=(waiver,))
    _tell(scan, told, limits, f"drawgate gate {log} --waivers {path}")
    return 0


def _refuse_credentials(said: dict[str, Any]) -> None:
    """Keep a secret that was pasted into a reason out of the repository."""
    for name in ("reason", "owner", "approver", "ticket"):
        if said[name] and mask_text(said[name]) != said[name]:
            hint = "say it without: the file is committed, and reports repeat it"
            raise UsageError("looks as if it held a credential", where=f"--{name}", hint=hint)


def _log(log: Path) -> Scan:
    if log == LOG and not log.exists():
        hint = "run `drawgate scan` first, or name a log"
        raise UsageError("there is no log", where=str(log), hint=hint)
    return read_log(log, None)


def _named(named: str, scan: Scan, log: str) -> Finding:
    """Find what an ID means, or `path:line` where one finding is."""
    here = [each for each in scan.counted if each.line and f"{each.path}:{each.line}" == named]
    if not here:
        return find(named, scan, log)
    if len(here) > 1:
        listed = ", ".join(f"{each.identity[:8]} ({each.rule.id})" for each in here[:_LISTED])
        hint = f"name one by its ID: {listed}{', …' if len(here) > _LISTED else ''}"
        raise UsageError(f"{len(here)} findings are at this place", where=named, hint=hint)
    return here[0]


def _members(scan: Scan, finding: Finding) -> tuple[Finding, ...]:
    """Give all reports of the flaw, the named one first: a group counts while one of them does."""
    if finding.state is State.ABSENT:
        raise UsageError("the finding is absent: there is nothing to waive")
    if finding.malicious:
        hint = "remove the package, and rotate every credential of the machines it ran on"
        raise UsageError("malware can't be waived", hint=hint)
    place = finding.membership
    group = [
        each
        for each in scan.findings
        if place and each.membership and each.membership.group == place.group
    ]
    others = sorted((each for each in group if each != finding), key=lambda each: each.folded)
    return (finding, *others)


def _waiver(
    members: Sequence[Finding], said: dict[str, Any], today: date, taken: frozenset[str]
) -> Waiver:
    by = By(said["by"]) if said["by"] else usual(members)
    for name, wanted in (("paths", By.RULE), ("versions", By.ADVISORY)):
        if said[name] and by is not wanted:
            raise UsageError(f"goes with --by {wanted}", where=f"--{name}", hint="leave it out")
    try:
        return Waiver(
            id=name_of(members[0], taken),
            match=match_of(members, by, said["paths"], said["versions"]),
            type=WaiverType(said["type_"]),
            reason=said["reason"],
            owner=_owner(said["owner"]),
            approver=said["approver"] or "",
            ticket=said["ticket"] or "",
            created=today.isoformat(),
            expires=_last_day(said["expires"], today).isoformat(),
            severity=severity_of(members),
            until_fix=said["until_fix"],
            kev=said["kev"],
        )
    except ValueError as problem:
        raise UsageError(str(problem), where=f"--by {by}") from problem


def _owner(named: str | None) -> str:
    owner = named or os.environ.get(OWNER, "").strip()
    if not owner:
        hint = f"give --owner, or set {OWNER}"
        raise UsageError("nobody answers for it", where="--owner", hint=hint)
    return owner


def _last_day(written: str, today: date) -> date:
    try:
        span = _SPAN.fullmatch(written)
        days = int(span[1]) * (7 if span[2] == "w" else 1) if span else 0
        last = today + timedelta(days=days) if span else date.fromisoformat(written)
    except (ValueError, OverflowError) as problem:
        hint = "write a day like 2026-11-21, or a time like 30d or 6w"
        raise UsageError("is no day", where="--expires", hint=hint) from problem
    if last < today:
        raise UsageError("lies in the past", where="--expires", hint="name a day to come")
    return last


def _check(waiver: Waiver, limits: Limits, today: date) -> None:
    """Refuse what the pack would not count."""
    cap = limits.cap(waiver.severity)
    if waiver.lasts > cap:
        hint = f"at most {(today + cap).isoformat()}, {cap.days} days from now"
        what = f"is later than the pack allows for severity {waiver.severity}"
        raise UsageError(what, where="--expires", hint=hint)
    if waiver.type not in limits.types:
        hint = f"it allows {', '.join(limits.types)}"
        raise UsageError(f"the pack counts no waiver of type {waiver.type}", where="--type",
                         hint=hint)  # fmt: skip


def _about(members: Sequence[Finding]) -> Iterator[str]:
    for each in members:
        place = f"{each.path}:{each.line}" if each.line else each.path
        text = f"{each.tool} {each.rule.id} {place} {each.message}"
        yield shorten(printable(" ".join(text.split())), _SHOWN)


def _write(path: Path, data: bytes) -> None:
    if path.is_symlink() or path.parent.is_symlink():
        raise OutputError("is a link, and waivers don't count behind one", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        what = f"can't be made: {problem.strerror}"
        raise OutputError(what, where=str(path.parent), hint="name another file") from problem
    directory.write_file(path, data)


def _tell(scan: Scan, waivers: Waivers, limits: Limits, look: str) -> None:
    """Say what it excuses, as the same log will tell."""
    waiver = waivers.waivers[0]
    done = suppress(replace(scan, waivers=waivers), limits).waived
    told = done.waivers[0] if done else None
    held = told.findings if told else 0
    what = f"{waiver.id} waives {count(held, 'finding')} until {waiver.expires}"
    click.echo(printable(f"wrote {waivers.source}: {what}"))
    for why in told.why if told else ():
        click.echo(printable(f"  it does not count yet: {why}"))
    if limits.four_eyes and not two_people(waiver.owner, waiver.approver):
        click.echo("  somebody else has to approve it: fill in `approver`")
    click.echo(printable(f"  see it: {look}"))
