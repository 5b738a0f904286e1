"""`drawgate tools`: the scanners' programs, and what is wrong with them."""

import json
from pathlib import Path

import click

from drawgate import registry
from drawgate.cli import printable
from drawgate.core.adapter import Adapter
from drawgate.core.errors import ExitCode
from drawgate.run.private import private_directory
from drawgate.run.tools import Resolved, Unavailable, resolve


@click.group("tools")
def command() -> None:
    """Show the scanners' programs, and what is wrong with them."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
def list_(*, as_json: bool) -> None:
    """List the adapters and the versions of tools that they know; starts nothing."""
    adapters = registry.builtin().values()
    if as_json:
        click.echo(json.dumps([_facts(adapter) for adapter in adapters], indent=2))
        return
    for adapter in adapters:
        click.echo(
            f"{adapter.name:<16} {adapter.kind:<13} {adapter.tool.supported:<10} {adapter.homepage}"
        )
    for name in sorted(set(registry.names()) - set(registry.builtin())):
        click.echo(f"{printable(name):<16} from another package; name it with --only or `adapters`")


@command.command("doctor")
def doctor() -> int:
    """Look for each program and ask its version; answer 3 when one can't be used."""
    missing = 0
    for adapter in registry.builtin().values():
        with private_directory(Path.cwd()) as private:
            found = resolve(adapter, _NO_TARGET, private)
        missing += isinstance(found, Unavailable)
        click.echo(f"{adapter.name:<16} {printable(_described(found))}")
    return ExitCode.INCOMPLETE if missing else ExitCode.PASSED


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
