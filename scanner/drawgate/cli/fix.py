"""`drawgate fix`: the lowest upgrades that close findings, as a patch."""

import posixpath
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from drawgate.advisories.join import names_of
from drawgate.advisories.mirror import Mirror, at_hand
from drawgate.cli import options, printable
from drawgate.cli.log import RESULTS, keep_log, read_log
from drawgate.cli.printing import answer
from drawgate.cli.values import STDOUT, File, Text
from drawgate.core.errors import AdvisoryError, UsageError
from drawgate.core.scan import Scan
from drawgate.core.target import Target
from drawgate.core.words import count
from drawgate.manifests import gather
from drawgate.outlets import directory
from drawgate.reporting import origin
from drawgate.reporting.text import shorten
from drawgate.run.git import Git
from drawgate.target import open_target, read
from drawgate.upgrades import npm
from drawgate.upgrades.choice import Affecting, Hit
from drawgate.upgrades.patch import unified
from drawgate.upgrades.propose import Proposal, Step, propose
from drawgate.upgrades.shown import credentials_in, showable

_LONGEST = 100
"""Characters of a name or a version that are shown."""


@click.command("fix")
@click.argument("target", default=".", type=File())
@click.argument("log", required=False, type=File())
@click.option("--dry-run", is_flag=True, help="Print the patch; no file is changed.")
@click.option("-o", "--output", metavar="FILE", type=File(),
              help="Write the patch there, not to stdout (which is also `-`).")  # fmt: skip
@click.option("--advisories", metavar="PATH", type=Text(),
              help="Use this mirror, or OSV data to import first.")  # fmt: skip
@options.everywhere
def command(target: Path, log: Path | None, output: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Print the lowest upgrades that close what LOG found in the manifests of TARGET, as a patch.

    TARGET is the current directory where it is not named, and LOG what its last scan wrote to
    drawgate-results/. `git apply` or `patch -p1` take the patch in the root of the repository;
    what it can't change is told on stderr, with the command that does. No file of TARGET is
    written, and answer 0 says nothing about what stays.
    """
    if not said["dry_run"] and not output:
        hint = "`--dry-run` prints the patch, `-o FILE` writes it"
        raise UsageError("the files themselves are not changed", where="drawgate fix", hint=hint)
    scan = read_log(_log(target, log), None)
    keep_log(log or _log(target, log), None if output == STDOUT else output)
    known = open_target(target, Git())
    proposal = _proposal(scan, known, said["advisories"])
    hidden = credentials_in(
        scan.findings, {path: old for path, (old, _) in proposal.changes.items()}
    )
    proposal = showable(proposal, hidden)
    written = unified(proposal.changes, hidden)
    if output and output != STDOUT:
        directory.write_file(output, written)
    else:
        answer(written)
    if not said["quiet"]:
        for sentence in (*_differing(scan, known), *_told(proposal)):
            click.echo(printable(sentence), err=True)
    return 0


def _log(target: Path, log: Path | None) -> Path:
    """Find the log: what the last scan of this directory wrote."""
    if log:
        return log
    for place in (target / RESULTS, RESULTS):
        if place.is_file():
            return place
    hint = "scan first, or name one: `drawgate fix TARGET results.sarif --dry-run`"
    raise UsageError("there is no log of a scan", where=str(target / RESULTS), hint=hint)


def _proposal(scan: Scan, known: Target, advisories: str | None) -> Proposal:
    paths = tuple(file.path for file in known.files)
    files = gather(paths, lambda path: read(known.root, path), known.around)
    for path in (each for each in paths if posixpath.basename(each) in npm.LOCKS):
        with suppress(OSError):
            files[path] = read(known.root, path)
    held = {path: content for path, content in files.items() if content is not None}
    with at_hand(Path(advisories) if advisories else None) as mirror:
        return propose(scan.counted, held, _affecting(mirror))


def _affecting(mirror: Mirror | None) -> Affecting:
    """Ask the mirror what affects a version; without one, nobody can tell."""

    def affecting(name: str, version: str) -> Sequence[Hit] | None:
        if mirror is None:
            return None
        try:
            records = mirror.affecting("PyPI", name, version)
        except AdvisoryError:
            return None
        return [_hit(mirror, record, name) for record in records]

    return affecting


def _hit(mirror: Mirror, record: dict[str, Any], name: str) -> Hit:
    told = mirror.advisory(record["id"], "PyPI", name)
    return Hit(names=frozenset(names_of([record])), fixed=told.fixed if told else ())


def _differing(scan: Scan, known: Target) -> Iterator[str]:
    if scan.target.commit and known.commit and scan.target.commit != known.commit:
        yield (
            f"the log is of commit {scan.target.commit[:12]}, and {known.commit[:12]} is checked "
            "out: what has changed since is told, and not patched"
        )


def _told(proposal: Proposal) -> Iterator[str]:
    changed = [step for step in proposal.steps if step.changes]
    others = [step for step in proposal.steps if not step.changes and step.choice.version]
    hopeless = [step for step in proposal.steps if not step.choice.version]
    closes = sum(len(step.choice.closes) for step in changed)
    files = count(len(proposal.changes), "file")
    more = ", once the commands below have run" if any(step.then for step in changed) else ""
    done = f"the patch changes {files} and closes {count(closes, 'finding')}{more}"
    yield done if changed else "there is nothing to patch"
    if proposal.passed_over:
        left = count(proposal.passed_over, "more package")
        yield f"{left} not looked at: apply the patch, and scan again"
    if any(step.choice.version and not step.choice.checked for step in proposal.steps):
        yield (
            "versions are chosen by the fixed ones in the log alone, as advisory data is not at "
            "hand (`drawgate advisories sync`, or --advisories)"
        )
    if changed:
        yield "nobody has asked an index whether these versions are there and fit together"
    yield from _section("patched", changed, _patched)
    yield from _section("not patched; do this instead", others, _instead)
    stays = [step for step in proposal.steps if step.choice.version and step.choice.stays]
    yield from _section("stays", [*hopeless, *stays], _stays)


def _section(title: str, steps: Sequence[Step], show: Callable[[Step], str]) -> Iterator[str]:
    if steps:
        yield ""
        yield f"{title}:"
        yield from (f"  {show(step)}" for step in steps)


def _patched(step: Step) -> str:
    then = f"; then {step.then}" if step.then else ""
    where = f" in {step.changes}" if step.changes != step.manifest else ""
    return f"{_move(step)}{where}, closes {len(step.choice.closes)}{_leaves(step)}{then}"


def _instead(step: Step) -> str:
    way = origin.way(step.package)
    why = "; ".join(filter(None, (step.reason, f"by {way}" if way else "")))
    then = f": {step.then}" if step.then else ""
    closes = f"closes {len(step.choice.closes)}"
    return f"{_move(step)}, {closes}{_leaves(step)} ({why or 'it is transitive'}){then}"


def _stays(step: Step) -> str:
    package = step.package
    names = ", ".join(sorted({f.rule.id for f in step.choice.stays}))
    reason = step.reason if not step.choice.version else "no fixed version is known"
    version = shorten(package.version, _LONGEST)
    return f"{step.manifest}: {shorten(package.name, _LONGEST)} {version}: {names}: {reason}"


def _move(step: Step) -> str:
    package = step.package
    return f"{step.manifest}: {package.name} {package.version} to {step.choice.version}"


def _leaves(step: Step) -> str:
    others = step.choice.leaves
    return f", but {', '.join(others)} affect it; no version is better" if others else ""
