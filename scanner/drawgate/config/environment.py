"""Variables `DRAWGATE_…` that are settings."""

from collections.abc import Mapping
from typing import Any, Final

from drawgate import strict
from drawgate.config.settings import LISTS, SHAPES, Settings
from drawgate.core.errors import ConfigError

OTHER_VARIABLES: Final = ("IDENTITY_KEY", "OFFLINE_RUNG", "OFFLINE_ENTERED", "ATTEMPT", "OWNER")
"""Variables of ours that are no settings, by what follows `DRAWGATE_`; so is `TOOL_…`."""


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read the settings among all variables. Raises ConfigError."""
    values: dict[str, Any] = {}
    for name, text in sorted(environ.items()):
        if not name.startswith("DRAWGATE_") or not text:
            continue
        key = name.removeprefix("DRAWGATE_")
        if key in OTHER_VARIABLES or key.startswith("TOOL_"):
            continue
        attribute = key.lower()
        if attribute.replace("_", "-") not in SHAPES:
            known = [f"DRAWGATE_{k.upper().replace('-', '_')}" for k in SHAPES]
            raise ConfigError("unknown variable", where=name, hint=strict.suggestion(name, known))
        values[attribute] = _variable(name, attribute.replace("_", "-"), text)
    return Settings(**values)


def _variable(name: str, key: str, text: str) -> Any:  # noqa: ANN401 - the setting's own type
    """Read a variable with the shape that the files use; lists are separated by commas."""
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    value: Any = words if key in LISTS else _plain(text, switch=key == "offline")
    place = strict.Place(file=name, line=0, column=0)

    def node(inner: Any) -> strict.Node:  # noqa: ANN401 - a scalar or a list of texts
        return strict.Node(value=inner, place=place, error=ConfigError)

    return SHAPES[key](node(tuple(node(w) for w in value) if key in LISTS else value))


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
