"""One format that crashes must not cost the others: each is made behind a border of its own."""

import traceback
from collections.abc import Callable
from typing import NoReturn, TypeVar

import click

from drawgate.cli.voice import printable
from drawgate.core.errors import DrawgateError, ExitCode

T = TypeVar("T")


class FormatError(DrawgateError):
    """A format crashed; what else there was to make is made."""

    exit_code = ExitCode.INTERNAL


class Faults:
    """What could not be made, in the order in which it was tried."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Exception]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def make(self, name: str, make: Callable[[], T]) -> T | None:
        """Make something; None, and remembered, where that crashes."""
        try:
            return make()
        except OSError:
            raise  # nobody reads on, or there is no room: which is no fault of a format
        except Exception as error:  # noqa: BLE001 - a border: what else there is shall be made
            self._found.append((name, error))
            return None

    def tell(self, log: str) -> None:
        """End with what is at fault, if anything is; `log` has all that the others lack.

        A mistake of the user's stays one. Raises FormatError.
        """
        if not self._found:
            return
        ours = [(name, error) for name, error in self._found if not _known(error)]
        if not ours:
            raise self._found[0][1]
        self._confess(ours, log)

    def _confess(self, ours: list[tuple[str, Exception]], log: str) -> NoReturn:
        from drawgate.triage.redact import mask_text  # noqa: PLC0415 - only when something broke

        for _, error in ours:
            told = "".join(traceback.format_exception(error))
            click.echo(printable(mask_text(told), keep="\n"), err=True)
        names = ", ".join(name for name, _ in ours)
        what = "could not be made: an internal error, a fault of ours; please report it"
        hint = f"all else is there, and {log} has every finding"
        raise FormatError(what, where=names, hint=hint) from ours[0][1]


def _known(error: Exception) -> bool:
    return isinstance(error, DrawgateError)
