"""What goes to stdout: the formats that were asked for, in that order."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial

import click

from drawgate import strict
from drawgate.cli import streams
from drawgate.cli.faults import Faults
from drawgate.cli.voice import printable
from drawgate.config import Config
from drawgate.core.errors import UsageError
from drawgate.core.scan import Scan
from drawgate.policy.verdict import Effect, Verdict
from drawgate.reporting.color import wants_color
from drawgate.reporting.render import FORMATS, PUBLISHED
from drawgate.reporting.text import disarm, line
from drawgate.reporting.view import View
from drawgate.sarif import github
from drawgate.sarif.emit import emit
from drawgate.triage.baseline_file import write_baseline
from drawgate.triage.compare import baseline_of

GITHUB = "github-sarif"
SARIF = "sarif"
BASELINE = "baseline"
TERMINAL = "terminal"


def known_formats() -> tuple[str, ...]:
    """Give the names that `-f` takes."""
    return (*FORMATS, *PUBLISHED, BASELINE, GITHUB, SARIF)


def check_formats(config: Config, *, publishing: bool = False) -> None:
    """Refuse an unknown format before anything is scanned, and say who asked for it.

    `publishing` says whether somebody can be named who speaks in a VEX document.
    """
    known, where = known_formats(), config.place("format")
    for name in config.format:
        if name not in known:
            hint = strict.suggestion(name, known)
            called = strict.called(name, known, where)
            raise UsageError(f"no format is called{called}", where=where, hint=hint)
        if name in PUBLISHED and not publishing:
            hint = f"`drawgate report LOG -f {name} --author NAME --product PURL -o FILE`"
            raise UsageError(f"{name} is written from a log", where=where, hint=hint)


def show(
    scan: Scan, view: Callable[[], View], config: Config, faults: Faults, *, quiet: bool
) -> None:
    """Print the verdict in each format; one that crashes leaves the others.

    Who stops reading (`| head`) has the verdict all the same: the exit code is the gate's.
    """
    try:
        show_view(scan, view, config, faults, quiet=quiet)
    except BrokenPipeError:
        streams.silence_stdout()


def show_view(
    scan: Scan, view: Callable[[], View], config: Config, faults: Faults, *, quiet: bool
) -> None:
    """Print each format; with `quiet` the terminal's is a line, and one for all that is missing."""
    for name in dict.fromkeys(config.format):
        show = partial(_show, name, scan, view, config, quiet=quiet)
        faults.make(f"-f {name}", show)


def _show(name: str, scan: Scan, view: Callable[[], View], config: Config, *, quiet: bool) -> None:
    if name == TERMINAL and quiet:
        _show_shortly(view())
    elif name == TERMINAL:
        _show_terminal(view(), config.color)
    else:
        write(render(name, scan, view))


def _show_shortly(view: View) -> None:
    """Print the verdict and what did not run: a scanner that is missing is no matter of taste.

    Of a log, the warnings as well, on one line.
    """
    missing = [reason for reason in view.reasons if reason.effect is Effect.INCOMPLETE]
    missing += [reason for reason in view.warnings if reason.listed]
    lines = [f"{view.status}: {view.headline}", *(f"  {line(each.text)}" for each in missing)]
    if view.further_warnings and view.verdict.target.form is None:
        # A log shows what ran, and can't show what should have.
        lines.append(f"  warnings: {'; '.join(line(each.text) for each in view.further_warnings)}")
    click.echo(disarm("\n".join(lines)))


def show_unmatched(verdict: Verdict) -> None:
    """Say on stderr which words of the pack fit nothing here."""
    for rule in verdict.rules:
        for item in rule.unmatched:
            text = f"rule {rule.id}: {item.name} {item.word}: {item.reason}"
            click.echo(printable(text), err=True)


def _show_terminal(view: View, color: str) -> None:
    from drawgate.reporting.formats import terminal  # noqa: PLC0415 - rich, only here

    chosen = wants_color(color, sys.stdout, os.environ)
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    width = shutil.get_terminal_size((80, 24)).columns
    click.echo(terminal.draw(view, width=width, color=chosen, ascii_only=plain), nl=False)


def render(name: str, scan: Scan, view: Callable[[], View]) -> bytes:
    """Give the bytes of one format; logs need no view."""
    if name == GITHUB:
        return _upload(scan)
    if name == BASELINE:
        return write_baseline(baseline_of(scan, ""))
    if name in PUBLISHED:
        return PUBLISHED[name].render(view())
    return emit(scan) if name == SARIF else FORMATS[name].render(view())


def uploads(scan: Scan) -> Mapping[str, bytes]:
    """Give the logs for code scanning by name, and say on stderr what they lack."""
    upload = github.prepare(scan)
    if upload.refusal:
        hint = "scan all of the repository, or always the same folders of it"
        raise UsageError(upload.refusal, where=f"-f {GITHUB}", hint=hint)
    for sentence in upload.said:
        click.echo(printable(f"warning: {sentence}"), err=True)
    return upload.files


def _upload(scan: Scan) -> bytes:
    files = uploads(scan)
    if len(files) > 1:
        hint = f"write them with `drawgate report LOG -f {GITHUB} -o {github.NAME_OF_LOG}`"
        raise UsageError(f"{len(files)} files are needed", where=f"-f {GITHUB}", hint=hint)
    return files[github.NAME_OF_LOG]


def write(data: bytes) -> None:
    """Send bytes to stdout as they are."""
    sys.stdout.flush()
    left = memoryview(data)
    while left:  # an unbuffered stream takes as much as a pipe holds
        left = left[sys.stdout.buffer.write(left) :]
    sys.stdout.buffer.flush()


def answer(data: bytes) -> None:
    """Send a verdict to stdout; who stops reading has the exit code all the same."""
    try:
        write(data)
    except BrokenPipeError:
        streams.silence_stdout()
