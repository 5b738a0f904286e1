"""What to type where a file must not be edited by hand: a lock, a compiled list."""

import posixpath
import re
import shlex
from collections.abc import Mapping
from typing import Final

from drawgate.core.manifest import LOCKS, SOURCES, is_manifest

_BY_UV: Final = re.compile(r"(?im)^[ \t]*#[^\n]{0,200}\buv\b")
_FROM: Final = re.compile(r"(?m)^[^\n#]*#[ \t]+(?:via )?-r ([^\s(,]{1,200})")
_HEAD: Final = 4_000
_MOST: Final = 200_000
"""Characters of a list in which its sources are looked for."""
_LOCKED: Final[Mapping[str, str]] = {
    "uv.lock": "uv lock --upgrade-package {name}=={version}",
    "poetry.lock": "poetry update {name}",
    "pdm.lock": "pdm update {name}",
    "Pipfile.lock": "pipenv upgrade {name}=={version}",
}
_CHANGED: Final[Mapping[str, str]] = {
    "uv.lock": "uv lock",
    "poetry.lock": "poetry lock",
    "pdm.lock": "pdm lock --update-reuse",
    "Pipfile.lock": "pipenv lock",
}


def is_lock(path: str) -> bool:
    """Tell whether a program writes this file from others."""
    return is_manifest(path, LOCKS)


def for_lock(path: str, name: str, version: str, *, changed: bool) -> str:
    """Say how a lock is brought up to date; `changed` when a declaration has to be read anew."""
    base = posixpath.basename(path)
    if base not in _LOCKED:
        return f"make {base} anew with the tool that made it, with {name}>={version}"
    command = _LOCKED[base].format(name=name, version=version)
    if changed and base != "uv.lock":
        command = f"{_CHANGED[base]} && {command}"
    return f"run `{command}`{_where(path)}"


def for_hashes(name: str, version: str) -> str:
    """Say where new hashes come from."""
    return (
        f"write {name}=={version} yourself, with hashes from "
        f"`pip download --no-deps {name}=={version}` and `pip hash`"
    )


def for_compiled(path: str, text: str, source: str, name: str, version: str) -> str:
    """Say how a compiled list is made anew with another version."""
    tool = "uv pip compile" if _BY_UV.search(text[:_HEAD]) else "pip-compile"
    hashes = " --generate-hashes" if "--hash" in text else ""
    out = f" --output-file {shlex.quote(path)}"
    made_from = shlex.quote(source) if source else "THE FILE IT IS MADE FROM"
    return f"run `{tool}{hashes} --upgrade-package {name}=={version}{out} {made_from}`"


def sources_of(path: str, text: str, files: Mapping[str, bytes]) -> list[str]:
    """Find what a list was compiled from, by name and by its comments, the most likely first."""
    folder = posixpath.dirname(path)
    beside = f"{posixpath.splitext(path)[0]}.in"
    told = [beside] if is_manifest(beside, SOURCES) else []
    for name in _FROM.findall(text[:_MOST]):
        plain = name.strip()
        told += [plain, posixpath.join(folder, posixpath.basename(plain))]
    if "(pyproject.toml" in text:
        told.append(posixpath.join(folder, "pyproject.toml"))
    return [each for each in dict.fromkeys(told) if each in files and each != path]


def _where(path: str) -> str:
    folder = posixpath.dirname(path)
    return f" in {folder}/" if folder else ""
