"""Flag over environment over file over default, into one frozen Config that says who set what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drawgate.config.environment import OTHER_VARIABLES, from_environment
from drawgate.config.files import PRESENTATION, Found, found_inside, from_file, inside, is_path
from drawgate.config.settings import Settings, said_by, schema
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity

__all__ = [
    "OTHER_VARIABLES",
    "PRESENTATION",
    "Config",
    "Settings",
    "found_inside",
    "is_path",
    "resolve",
    "schema",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings that count; the values here are the defaults."""

    format: tuple[str, ...] = ("terminal",)
    output_dir: str = "drawgate-results"
    jobs: int = 0
    """Cores to use; 0 means all that the machine gives us."""
    color: str = "auto"
    adapters: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    offline: bool = False
    advisories: str = ""
    policy: str = "default"
    fail_on: Severity | None = None
    timeout: float = 900.0
    """Seconds for one attempt."""
    vex: tuple[str, ...] = ()
    vex_author: tuple[str, ...] = ()
    product: tuple[str, ...] = ()

    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each setting that is no default came from: "--jobs", "DRAWGATE_JOBS", a file."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of each setting that came from a file."""
    ignored: tuple[str, ...] = ()
    """Sentences about what a configuration inside the target asked for in vain."""

    def place(self, key: str) -> str:
        """Say where a setting stands: its flag, its variable, or a file and the word in it."""
        origin = self.origins.get(key, "")
        whole = ("", _origin("--", key), _origin("DRAWGATE_", key))
        return origin if origin in whole else f"{origin}: {key.replace('_', '-')}"


def resolve(
    flags: Settings, environ: Mapping[str, str], file: Path | None, target: Path | None
) -> Config:
    """Join all sources. `file` is `--config`; `target` is searched for presentation only.

    Raises ConfigError with the file and line, or the variable, and a suggestion.
    """
    own = inside(target) if target else Found()
    named = from_file(file) if file else Found()
    sources = (
        (own.origin, own.settings),
        (named.origin, named.settings),
        ("DRAWGATE_", from_environment(environ)),
        ("--", flags),
    )
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, settings in sources:
        for key, value in said_by(settings):
            values[key] = value
            origins[key] = _origin(origin, key)
    lines = {
        key: found.lines[key]
        for found in (own, named)
        for key in found.lines
        if origins.get(key) == found.origin
    }
    return Config(**values, origins=origins, lines=lines, ignored=own.ignored)


def _origin(source: str, key: str) -> str:
    if source == "--":
        return f"--{key.replace('_', '-')}"
    return f"DRAWGATE_{key.upper()}" if source == "DRAWGATE_" else source
