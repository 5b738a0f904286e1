"""What goes to stdout: the formats that were asked for, in that order."""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from drawgate import strict
from drawgate.cli.voice import printable
from drawgate.config import Config
from drawgate.core.errors import OutputError, UsageError
from drawgate.core.scan import Scan
from drawgate.policy.verdict import Effect, Verdict
from drawgate.reporting.color import wants_color
from drawgate.reporting.render import FORMATS
from drawgate.reporting.text import disarm, line
from drawgate.reporting.view import View, make_view
from drawgate.sarif.emit import emit

SARIF = "sarif"
TERMINAL = "terminal"


def known_formats() -> tuple[str, ...]:
    """Give the names that `-f` takes."""
    return (*FORMATS, SARIF)


def check_formats(names: Iterable[str]) -> None:
    """Refuse an unknown format before anything is scanned."""
    known = known_formats()
    for name in names:
        if name not in known:
            hint = strict.suggestion(name, known)
            called = strict.named(name, known) or " that"
            raise UsageError(f"no format is called{called}", hint=hint)


def show(scan: Scan, verdict: Verdict, config: Config, *, quiet: bool) -> None:
    """Print the verdict in each format."""
    show_view(scan, make_view(scan, verdict), config, quiet=quiet)


def show_view(scan: Scan, view: View, config: Config, *, quiet: bool) -> None:
    """Print each format; with `quiet` the terminal's is a line, and one for all that is missing."""
    with _explained():
        for name in config.format:
            if name == TERMINAL and quiet:
                _show_shortly(view)
            else:
                show_format(name, scan, view, config)
        sys.stdout.flush()


def _show_shortly(view: View) -> None:
    """Print the verdict and what did not run: a scanner that is missing is no matter of taste."""
    missing = [reason for reason in view.reasons if reason.effect is Effect.INCOMPLETE]
    lines = [f"{view.status}: {view.headline}", *(f"  {line(each.text)}" for each in missing)]
    click.echo(disarm("\n".join(lines)))


def show_unmatched(verdict: Verdict) -> None:
    """Say on stderr which words of the pack fit nothing here."""
    for rule in verdict.rules:
        for item in rule.unmatched:
            text = f"rule {rule.id}: {item.name} {item.word}: {item.reason}"
            click.echo(printable(text), err=True)


@contextmanager
def _explained() -> Iterator[None]:
    """Say so when stdout takes no more: that is no fault of ours."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        # What is left in the buffer must not fail once more when the interpreter ends (code 120).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        hint = "everything is in the output directory"
        raise OutputError(
            f"can't be written: {error.strerror}", where="stdout", hint=hint
        ) from error


def show_format(name: str, scan: Scan, view: View, config: Config) -> None:
    """Print one format."""
    if name == TERMINAL:
        _show_terminal(view, config.color)
    else:
        write(render(name, scan, view))


def _show_terminal(view: View, color: str) -> None:
    from drawgate.reporting.formats import terminal  # noqa: PLC0415 - rich, only here

    chosen = wants_color(color, sys.stdout, os.environ)
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    width = shutil.get_terminal_size((80, 24)).columns
    click.echo(terminal.draw(view, width=width, color=chosen, ascii_only=plain), nl=False)


def render(name: str, scan: Scan, view: View) -> bytes:
    """Give the bytes of one format."""
    return emit(scan) if name == SARIF else FORMATS[name].render(view)


def write(data: bytes) -> None:
    """Send bytes to stdout as they are."""
    with _explained():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
