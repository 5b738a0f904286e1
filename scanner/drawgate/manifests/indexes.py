"""Where a target says that its packages come from another index than the public one."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from drawgate.manifests.inventory import Survey
from drawgate.manifests.requirement_lines import INDEX_REASON
from drawgate.manifests.text import strict, toml

FILES: Final = ("pip.conf", "pip.ini", "uv.toml")
"""Settings of installers; they are not read, for what a project needs stands in them or not."""

_TABLES: Final = (
    ("tool", "uv", "index"),
    ("tool", "uv", "index-url"),
    ("tool", "uv", "extra-index-url"),
    ("tool", "uv", "find-links"),
    ("tool", "uv", "pip"),
    ("tool", "poetry", "source"),
    ("tool", "pdm", "source"),
)


def named(survey: Survey, files: Mapping[str, bytes | None], paths: Iterable[str]) -> list[str]:
    """Give the files that name an index; `paths` are those of the whole target."""
    lines = {item.path for item in survey.not_assessed if item.reason == INDEX_REASON}
    tables = {path for path, content in files.items() if content and _in_tables(path, content)}
    settings = {path for path in paths if path.rpartition("/")[2].lower() in FILES}
    return sorted(lines | tables | settings)


def _in_tables(path: str, content: bytes) -> bool:
    name = path.rpartition("/")[2]
    if name not in ("pyproject.toml", "Pipfile"):
        return False
    try:
        document = toml(strict(content))
    except (ValueError, RecursionError):
        return False  # the manifest itself is told as malformed
    if name == "Pipfile":
        return _of_pipfile(document.get("source"))
    return any(_at(document, keys) for keys in _TABLES)


def _of_pipfile(sources: object) -> bool:
    """Pass over the one source that pipenv writes into each new Pipfile."""
    plain = isinstance(sources, list) and len(sources) == 1 and isinstance(sources[0], dict)
    return bool(sources) and not (plain and sources[0].get("name") == "pypi")  # type: ignore[index] # a list, as `plain` says


def _at(document: Any, keys: tuple[str, ...]) -> object:  # noqa: ANN401 - a decoded document
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
