"""Two columns, a name and a text; the text wraps below itself on a terminal."""

import shutil
import sys
from textwrap import wrap

import click

from drawgate.cli.voice import printable

_NARROWEST = 40


def row(name: str, text: str, *, indent: int = 0, column: int = 17) -> None:
    """Print a name and a text, which starts at `column`; in a pipe it stays one line."""
    start = f"{'':{indent}}{printable(name):<{column - 1}} "
    shown = printable(text)
    if not sys.stdout.isatty():
        click.echo(f"{start}{shown}")
        return
    width = max(_NARROWEST, shutil.get_terminal_size().columns) - len(start)
    first, *rest = wrap(shown, width, break_on_hyphens=False) or [""]
    click.echo(f"{start}{first}")
    for line in rest:
        click.echo(f"{'':{len(start)}}{line}")
