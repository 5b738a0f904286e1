"""`drawgate tools`: the scanners' programs, and what is wrong with them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from drawgate import registry
from drawgate.cli import options, printable
from drawgate.cli.rows import row
from drawgate.core.adapter import Adapter
from drawgate.core.errors import ExitCode, ScannerError
from drawgate.run.private import private_directory
from drawgate.run.tools import Resolved, Unavailable, resolve


@click.group("tools")
def command() -> None:
    """Show the scanners' programs, and what is wrong with them."""


@command.command("list", short_help="List the adapters; start nothing.")
@options.json_
@options.everywhere
def list_(*, as_json: bool, quiet: bool, **_: object) -> None:
    """List the adapters and the versions of tools that they know; start nothing."""
    builtin = registry.builtin()
    if as_json:
        click.echo(json.dumps([_facts(adapter) for adapter in builtin.values()], indent=2))
        return
    for name in (*builtin, *sorted(set(registry.names()) - set(builtin))):
        click.echo(printable(name if quiet else _listed(name)))


def _listed(name: str) -> str:
    adapter = registry.builtin().get(name)
    if adapter is None:
        return f"{name:<16} from another package; name it with --only or `adapters`"
    shown = f"{name:<16} {adapter.kind:<13} {adapter.tool.supported:<10} {adapter.homepage}"
    return f"{shown}{_role(name)}"


@command.command("doctor", short_help="Say which tools can be used, and what is wrong.")
@options.json_
@options.everywhere
def doctor(*, as_json: bool, quiet: bool, **_: object) -> int:
    """Look for each program and ask its version; answer 3 when one can't be used."""
    found = {adapter.name: _look_for(adapter) for adapter in registry.builtin().values()}
    missing = any(
        isinstance(each, Unavailable) and not _is_spare(name, found) for name, each in found.items()
    )
    if as_json:
        click.echo(json.dumps([_state(*pair) for pair in found.items()], indent=2))
        return ExitCode.INCOMPLETE if missing else ExitCode.PASSED
    for name, each in found.items():
        if not quiet or isinstance(each, Unavailable):
            row(name, f"{_described(each)}{_role(name)}")
    return ExitCode.INCOMPLETE if missing else ExitCode.PASSED


def _is_spare(name: str, found: Mapping[str, Resolved | Unavailable]) -> bool:
    """Tell whether the tool that this one stands in for is there."""
    return isinstance(found.get(registry.builtin()[name].stands_in_for), Resolved)


def _role(name: str) -> str:
    instead = registry.builtin()[name].stands_in_for
    return f"; it is used where {instead} can't be found" if instead else ""


def _look_for(adapter: Adapter) -> Resolved | Unavailable:
    with private_directory(Path.cwd()) as private:
        try:
            return resolve(adapter, _NO_TARGET, private)
        except ScannerError as error:
            return Unavailable(reason=error.what, hint=error.hint)


def _state(name: str, found: Resolved | Unavailable) -> dict[str, Any]:
    if isinstance(found, Unavailable):
        return {"adapter": name, "usable": False, "reason": found.reason, "hint": found.hint}
    return {
        "adapter": name,
        "usable": True,
        "version": found.version,
        "python": found.python,
        "program": found.argv[0],
    }


_NO_TARGET = Path("/nonexistent")


def _described(found: Resolved | Unavailable) -> str:
    if isinstance(found, Unavailable):
        return f"unavailable: {found.reason}; {found.hint}"
    python = f" on Python {found.python}" if found.python else ""
    return f"{found.version or 'of unknown version'}{python}, {found.argv[0]}"


def _facts(adapter: Adapter) -> dict[str, str]:
    return {
        "adapter": adapter.name,
        "kind": adapter.kind,
        "grain": adapter.grain,
        "supported": adapter.tool.supported,
        "homepage": adapter.homepage,
    }
