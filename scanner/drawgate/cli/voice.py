"""How errors are said: in colour or not, and with the place in our code or not."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drawgate.core.errors import DrawgateError, StoppedError

if TYPE_CHECKING:
    from types import TracebackType


@dataclass(slots=True)
class Voice:
    """What a command line said about messages, for errors that end the command."""

    verbose: bool = False
    color: str = "auto"

    def complain(self, error: DrawgateError | StoppedError) -> None:
        """Print what is wrong, where, and what to do next."""
        where = f"{error.where}: " if error.where else ""
        name = click.style("drawgate:", fg="red", bold=True) if self._colors() else "drawgate:"
        click.echo(f"{name} {printable(where + error.what)}", err=True, color=True)
        if error.hint:
            click.echo(f"  {printable(error.hint)}", err=True)
        if self.verbose:
            for line in _origins(error):
                click.echo(f"  {printable(line)}", err=True)

    def _colors(self) -> bool:
        from drawgate.reporting.color import wants_color  # noqa: PLC0415 - errors only

        return wants_color(self.color, sys.stderr, os.environ)


def printable(text: str, keep: str = "") -> str:
    """Show control characters instead of sending them to a terminal or a log."""
    return "".join(c if c.isprintable() or c in keep else f"\\x{ord(c):02x}" for c in text)


def set_verbose(ctx: click.Context, _: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's
    """Remember `-v` for errors."""
    if voice := ctx.find_object(Voice):
        voice.verbose = value
    return value


def set_color(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    """Remember `--color` for errors."""
    if voice := ctx.find_object(Voice):
        voice.color = value or "auto"
    return value


def read_config(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    """Refuse a configuration with a mistake, whether the command uses it or not."""
    if value is not None:
        from drawgate.config import Settings, resolve  # noqa: PLC0415 - only where one is named

        resolve(Settings(), {}, value, None)
    return value


def _origins(error: BaseException) -> list[str]:
    """Say where an error and its causes arose; what they say may repeat a wrong value."""
    chain: list[BaseException] = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain:
        chain.append(before)
    return [f"{type(each).__name__} arose in {_place(each.__traceback__)}" for each in chain]


def _place(trace: "TracebackType | None") -> str:
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_name}, {Path(code.co_filename).name}:{trace.tb_lineno}"
