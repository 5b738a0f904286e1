"""Configuration files: one that a user names, and what the target has of its own."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from drawgate import strict
from drawgate.config.settings import SETTINGS, Settings, said_by
from drawgate.core.errors import ConfigError

PRESENTATION: Final = frozenset({"format", "jobs", "color"})
"""All that a configuration inside the target may set: nothing that the verdict depends on.

Not `output-dir`: the target would say where files are written and removed (docs/adr/0004).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one file says; of the target's own also what it said in vain."""

    settings: Settings = field(default_factory=Settings)
    origin: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def from_file(path: Path) -> Found:
    """Read a file that a user named. Raises ConfigError."""
    node = strict.load_toml(path, ConfigError)
    if path.name == "pyproject.toml":
        table = node.at("tool", "drawgate")
        if table is None:
            raise ConfigError("holds no table [tool.drawgate]", where=str(path))
        node = table
    settings = _beside(SETTINGS(node), path.parent)
    return Found(settings=settings, origin=str(path), lines=_lines(node))


def _lines(node: strict.Node) -> Mapping[str, int]:
    entries = node.value if isinstance(node.value, Mapping) else {}
    return {key.replace("-", "_"): entry.place.line for key, entry in entries.items()}


def _beside(settings: Settings, folder: Path) -> Settings:
    """Read paths in a file as relative to that file."""
    changes: dict[str, Any] = {}
    if settings.advisories:
        changes["advisories"] = str(folder / settings.advisories)
    if settings.policy and is_path(settings.policy):
        changes["policy"] = str(folder / settings.policy)
    if settings.vex:
        changes["vex"] = tuple(str(folder / each) for each in settings.vex)
    return replace(settings, **changes)


def is_path(policy: str) -> bool:
    """Tell a pack's file from a pack's name."""
    return "/" in policy or policy.endswith((".yaml", ".yml"))


def inside(target: Path) -> Found:
    """Read what a target says of presentation, and what it says in vain. Raises ConfigError."""
    for folder in _upward(target):
        own, shared = folder / "drawgate.toml", folder / "pyproject.toml"
        table = _table_of(shared)
        if _is_regular(own) and table:
            hint = "keep one of them"
            raise ConfigError("stands beside a [tool.drawgate]", where=str(own), hint=hint)
        if _is_regular(own):
            return _only_presentation(strict.load_toml(own, ConfigError), own.name)
        if table:
            return _only_presentation(table, f"[tool.drawgate] in {shared.name}")
    return Found()


def found_inside(folder: Path) -> str:
    """Name the configuration of ours that counts in a folder; empty where there is none."""
    return inside(folder).origin


def _upward(target: Path) -> Iterator[Path]:
    """Give the target's folder and those above it up to the git root; without git it alone."""
    whole = Path(os.path.realpath(target))
    above = [*whole.parents] if whole.is_file() else [whole, *whole.parents]
    root = next((i for i, folder in enumerate(above) if (folder / ".git").exists()), 0)
    yield from above[: root + 1]


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def _table_of(pyproject: Path) -> strict.Node | None:
    """Give `[tool.drawgate]`; a broken pyproject.toml is the target's affair and holds none."""
    if not _is_regular(pyproject):
        return None
    try:
        return strict.load_toml(pyproject, ConfigError).at("tool", "drawgate")
    except ConfigError:
        return None


def _only_presentation(node: strict.Node, origin: str) -> Found:
    said = dict(said_by(SETTINGS(node)))
    lines = _lines(node)
    ignored = tuple(
        f"{origin}:{lines[key]}: {key.replace('_', '-')} is ignored, because the target can't "
        "set it; use the flag, the environment or --config"
        for key in sorted(said.keys() - PRESENTATION)
    )
    kept = {key: value for key, value in said.items() if key in PRESENTATION}
    return Found(settings=Settings(**kept), origin=origin, lines=lines, ignored=ignored)
