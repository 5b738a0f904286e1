"""Flag over environment over file over default, into one frozen Config that says who set what."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from drawgate import strict
from drawgate.core.errors import ConfigError
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity

PRESENTATION: Final = frozenset({"format", "jobs", "color"})
"""All that a configuration inside the target may set: nothing that the verdict depends on.

Not `output-dir`: the target would say where files are written and removed (docs/adr/0004).
"""

OTHER_VARIABLES: Final = ("IDENTITY_KEY", "OFFLINE_RUNG", "OFFLINE_ENTERED", "ATTEMPT", "OWNER")
"""Variables of ours that are no settings, by what follows `DRAWGATE_`; so is `TOOL_…`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one source says; None where it says nothing."""

    format: tuple[str, ...] | None = None
    output_dir: str | None = None
    jobs: int | None = None
    color: str | None = None
    adapters: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None
    skip: tuple[str, ...] | None = None
    kind: tuple[Kind, ...] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    offline: bool | None = None
    advisories: str | None = None
    policy: str | None = None
    fail_on: Severity | None = None
    timeout: float | None = None
    vex: tuple[str, ...] | None = None
    vex_author: tuple[str, ...] | None = None
    product: tuple[str, ...] | None = None


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
    inside = _inside(target) if target else _Found()
    named = _from_file(file) if file else _Found()
    sources = (
        (inside.origin, inside.settings),
        (named.origin, named.settings),
        ("DRAWGATE_", _from_environment(environ)),
        ("--", flags),
    )
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, settings in sources:
        for key, value in _said(settings):
            values[key] = value
            origins[key] = _origin(origin, key)
    lines = {
        key: found.lines[key]
        for found in (inside, named)
        for key in found.lines
        if origins.get(key) == found.origin
    }
    return Config(**values, origins=origins, lines=lines, ignored=inside.ignored)


def _said(settings: Settings) -> Iterator[tuple[str, Any]]:
    for item in fields(settings):
        value = getattr(settings, item.name)
        if value is not None:
            yield item.name, value


def _origin(source: str, key: str) -> str:
    if source == "--":
        return f"--{key.replace('_', '-')}"
    return f"DRAWGATE_{key.upper()}" if source == "DRAWGATE_" else source


def _from_file(path: Path) -> "_Found":
    node = strict.load_toml(path, ConfigError)
    if path.name == "pyproject.toml":
        table = node.at("tool", "drawgate")
        if table is None:
            raise ConfigError("holds no table [tool.drawgate]", where=str(path))
        node = table
    settings = _beside(_SETTINGS(node), path.parent)
    return _Found(settings=settings, origin=str(path), lines=_lines(node))


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


def _from_environment(environ: Mapping[str, str]) -> Settings:
    values: dict[str, Any] = {}
    for name, text in sorted(environ.items()):
        if not name.startswith("DRAWGATE_") or not text:
            continue
        key = name.removeprefix("DRAWGATE_")
        if key in OTHER_VARIABLES or key.startswith("TOOL_"):
            continue
        attribute = key.lower()
        if attribute.replace("_", "-") not in _SHAPES:
            known = [f"DRAWGATE_{k.upper().replace('-', '_')}" for k in _SHAPES]
            raise ConfigError("unknown variable", where=name, hint=strict.suggestion(name, known))
        values[attribute] = _variable(name, attribute.replace("_", "-"), text)
    return Settings(**values)


def _variable(name: str, key: str, text: str) -> Any:  # noqa: ANN401 - the setting's own type
    """Read a variable with the shape that the files use; lists are separated by commas."""
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    value: Any = words if key in _LISTS else _plain(text, switch=key == "offline")
    place = strict.Place(file=name, line=0, column=0)

    def node(inner: Any) -> strict.Node:  # noqa: ANN401 - a scalar or a list of texts
        return strict.Node(value=inner, place=place, error=ConfigError)

    return _SHAPES[key](node(tuple(node(w) for w in value) if key in _LISTS else value))


def _plain(text: str, *, switch: bool) -> Any:  # noqa: ANN401 - what TOML would have made of it
    if switch:
        # Shells and CI systems have many words for it.
        return _SWITCH.get(text.lower(), text)
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


_SWITCH: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What one file says; of the target's own also what it said in vain."""

    settings: Settings = field(default_factory=Settings)
    origin: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def _inside(target: Path) -> _Found:
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
    return _Found()


def found_inside(folder: Path) -> str:
    """Name the configuration of ours that counts in a folder; empty where there is none."""
    return _inside(folder).origin


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


def _only_presentation(node: strict.Node, origin: str) -> _Found:
    said = dict(_said(_SETTINGS(node)))
    lines = _lines(node)
    ignored = tuple(
        f"{origin}:{lines[key]}: {key.replace('_', '-')} is ignored, because the target can't "
        "set it; use the flag, the environment or --config"
        for key in sorted(said.keys() - PRESENTATION)
    )
    kept = {key: value for key, value in said.items() if key in PRESENTATION}
    return _Found(settings=Settings(**kept), origin=origin, lines=lines, ignored=ignored)


_words = strict.one_or_more(strict.text)
_SHAPES: Final[Mapping[str, strict.Shape[Any]]] = {
    "format": _words.about("Formats to print, such as terminal, github or json."),
    "output-dir": strict.text.about("Directory for results."),
    "jobs": strict.integer(1).about("Cores to use; default all."),
    "color": strict.choice("auto", "always", "never").about("Colour on the terminal."),
    "adapters": _words.about("Adapters of other packages to load."),
    "only": _words.about("Run these adapters only."),
    "skip": _words.about("Do not run these adapters."),
    "kind": strict.one_or_more(strict.member_of(Kind)).about("Run adapters of these kinds only."),
    "include": _words.about("Patterns of paths to look at; all others are left out."),
    "exclude": _words.about("Patterns of paths to leave out."),
    "offline": strict.boolean.about("Allow no network."),
    "advisories": strict.text.about("Advisory data: a mirror, or OSV data to import."),
    "policy": strict.text.about("A pack's name or file."),
    "fail-on": strict.choice(*(str(s) for s in Severity if s is not Severity.UNKNOWN))
    .then(Severity)
    .about("Fail on this severity and above."),
    "timeout": strict.number(1, 86_400).about("Seconds that one attempt may take."),
    "vex": _words.about("VEX documents; FILE@sha256:DIGEST is held against the digest."),
    "vex-author": _words.about("Authors whose VEX documents count."),
    "product": _words.about("What is being scanned, in the words of VEX documents."),
}
_LISTS: Final = (
    "format", "adapters", "only", "skip", "kind", "include", "exclude", "vex", "vex-author",
    "product",
)  # fmt: skip
_SETTINGS: Final = strict.record(Settings, _SHAPES)


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of `drawgate.toml` and of the table `[tool.drawgate]`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate configuration",
        **_SETTINGS.schema,
    }
