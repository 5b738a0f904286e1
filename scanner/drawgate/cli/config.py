"""`drawgate config`: the settings that a scan would have, and the schema of the files for them."""

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click

from drawgate.cli import options
from drawgate.cli.pack import chosen_pack
from drawgate.cli.place import place_of
from drawgate.cli.printing import check_formats
from drawgate.cli.request import make_request
from drawgate.cli.rows import row
from drawgate.cli.scan import command as scan
from drawgate.cli.values import OneOf
from drawgate.config import Config, Settings, resolve
from drawgate.core.scan import Offline
from drawgate.triage.redact import mask_text

_COLUMN: Final = 14
_DEFAULT: Final = "default"


@click.group("config")
def command() -> None:
    """Show the settings and where each comes from; print the schema of the files."""


@command.command("show", short_help="Show each setting and where it comes from.")
@options.json_
def show(paths: tuple[Path, ...], config_path: Path | None, **said: Any) -> None:  # noqa: ANN401 - click's values
    """Show the settings that `drawgate scan` would have with the same words behind it.

    After the settings come those that the target asked for in vain, with the reason. What a
    scan would refuse is refused here, too, with 2.
    """
    place = place_of(paths, said["files"], staged=said["staged"], ref=said["diff"])
    config = resolve(options.settings(said), os.environ, config_path, place.target)
    if said["as_json"]:
        click.echo(json.dumps(_facts(config), indent=2))
    else:
        _show(config, quiet=said["quiet"])
    check_formats(config)
    chosen_pack(config, no_gate=said["no_gate"])
    make_request(place, config, options.as_of(said["as_of"]), Offline.NOT_ASKED)


# Whatever a scan takes, so that nobody can be told other settings than a scan has.
show.params += scan.params


def _show(config: Config, *, quiet: bool) -> None:
    for key in _keys():
        if not quiet or key in config.origins:
            _row(key, f"{_written(getattr(config, key))}  ({_origin(config, key)})")
    for name in _others(os.environ):
        _row(name, "is set")
    for sentence in config.ignored:
        _row("ignored", sentence)


def _row(name: str, text: str) -> None:
    row(name.replace("_", "-") if name.islower() else name, text, column=_COLUMN)


def _facts(config: Config) -> dict[str, Any]:
    return {
        "settings": {
            key.replace("_", "-"): {
                "value": _plain(getattr(config, key)),
                "origin": config.origins.get(key, _DEFAULT),
                "line": config.lines.get(key),
            }
            for key in _keys()
        },
        "variables": _others(os.environ),
        "ignored": list(config.ignored),
    }


def _keys() -> list[str]:
    return [item.name for item in fields(Settings)]


def _others(environ: Mapping[str, str]) -> list[str]:
    """Name our variables that are no settings; their values are paths and keys."""
    settings = {f"DRAWGATE_{key.upper()}" for key in _keys()}
    ours = {name for name, value in environ.items() if name.startswith("DRAWGATE_") and value}
    return sorted(ours - settings)


def _origin(config: Config, key: str) -> str:
    origin = config.origins.get(key, _DEFAULT)
    return f"{origin}:{config.lines[key]}" if key in config.lines else origin


def _plain(value: Any) -> Any:  # noqa: ANN401 - any setting's value
    """Mask texts: a token that was pasted into the wrong key must not appear in a log."""
    if isinstance(value, tuple):
        return [mask_text(str(each)) for each in value]
    return mask_text(str(value)) if isinstance(value, str) else value


def _written(value: Any) -> str:  # noqa: ANN401 - as above
    """Write a value as a TOML file would have it."""
    plain = _plain(value)
    return "not set" if plain in (None, "", []) else json.dumps(plain, ensure_ascii=False)


_SCHEMAS = ("config", "pack", "waivers", "baseline")


@command.command("schema", short_help="Print the JSON Schema of a file, for editors.")
@click.argument(
    "name", metavar="[config|pack|waivers|baseline]", default="config", type=OneOf(_SCHEMAS)
)
@options.everywhere
def schema(name: str, **_: object) -> None:
    """Print the JSON Schema of a configuration, a pack, waivers or a baseline, for editors."""
    from drawgate.policy.schema import SCHEMAS  # noqa: PLC0415 - `show` does without it

    made = SCHEMAS[f"{name}.schema.json"]()
    click.echo(json.dumps(made, indent=2, ensure_ascii=False))
