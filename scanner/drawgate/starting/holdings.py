"""What a repository holds, as far as it decides how Drawgate is set up in it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from drawgate.core.manifest import is_manifest
from drawgate.target import read

WORKFLOW: Final = ".github/workflows/drawgate.yml"
GITLAB_MAIN: Final = ".gitlab-ci.yml"
GITLAB_JOB: Final = ".gitlab/drawgate.gitlab-ci.yml"
CONFIG: Final = "drawgate.toml"

_LANGUAGES: Final = {
    ".py": "Python", ".pyi": "Python", ".js": "JavaScript", ".mjs": "JavaScript",
    ".cjs": "JavaScript", ".jsx": "JavaScript", ".ts": "TypeScript", ".tsx": "TypeScript",
    ".go": "Go", ".rs": "Rust", ".java": "Java", ".kt": "Kotlin", ".rb": "Ruby", ".php": "PHP",
    ".c": "C", ".cc": "C++", ".cpp": "C++", ".cs": "C#", ".sh": "shell", ".tf": "Terraform",
}  # fmt: skip
_RUNS_US: Final = re.compile(
    rb"^[^#\n]*(?:\bdrawgate (?:scan|gate)\b|/drawgate(?:/[\w./-]{1,100})?@)", re.MULTILINE
)
_BRANCH: Final = re.compile(
    r"ref: refs/(?:remotes/origin|heads)/([A-Za-z0-9][A-Za-z0-9._/-]{0,99})\s*\Z"
)
_USUAL: Final = ("main", "master", "trunk", "develop")
_URL: Final = re.compile(r"^\s*url\s*=\s*\S*?(github|gitlab)", re.MULTILINE | re.IGNORECASE)
_SMALL: Final = 1 << 20
"""Bytes of a file that people write, such as a workflow."""


class Ci(StrEnum):
    """The CI systems that a job can be written for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What was found. Paths are relative to the root."""

    languages: Mapping[str, int]
    """Files of each language."""
    manifests: tuple[str, ...]
    """Manifests of Python packages, which advisory data is needed for."""
    dockerfiles: tuple[str, ...]
    workflows: tuple[str, ...]
    runs_us: tuple[str, ...]
    """CI files that run Drawgate already, but for the one that `init` writes."""
    pre_commit: bool
    ci: Ci
    branch: str
    """The branch that changes are merged into."""


def find_holdings(root: Path, names: Collection[str], ci: Ci | None = None) -> Holdings:
    """Look at a repository's names, and into its CI files; `ci` is what somebody has chosen."""
    paths = {name: PurePosixPath(name) for name in sorted(names)}
    workflows = tuple(name for name, path in paths.items() if _is_workflow(path))
    jobs = [name for name in (*workflows, GITLAB_MAIN) if name in paths and name != WORKFLOW]
    return Holdings(
        languages=_languages(paths.values()),
        manifests=tuple(name for name in paths if is_manifest(name)),
        dockerfiles=tuple(name for name, path in paths.items() if _is_dockerfile(path)),
        workflows=workflows,
        runs_us=tuple(name for name in jobs if _RUNS_US.search(_content(root, name))),
        pre_commit=".pre-commit-config.yaml" in paths,
        ci=ci or _ci(root, bool(workflows), GITLAB_MAIN in paths),
        branch=_branch(root),
    )


def _languages(paths: Collection[PurePosixPath]) -> Mapping[str, int]:
    found = Counter(
        _LANGUAGES[path.suffix.lower()] for path in paths if path.suffix.lower() in _LANGUAGES
    )
    return dict(found.most_common())


def _is_workflow(path: PurePosixPath) -> bool:
    return str(path.parent) == ".github/workflows" and path.suffix in {".yml", ".yaml"}


def _is_dockerfile(path: PurePosixPath) -> bool:
    name = path.name.lower()
    return name in {"dockerfile", "containerfile"} or name.startswith("dockerfile.")


def _ci(root: Path, github: bool, gitlab: bool) -> Ci:  # noqa: FBT001 - two facts
    """Tell the CI system by its files; where they leave it open, by where the origin is."""
    if github != gitlab:
        return Ci.GITHUB if github else Ci.GITLAB
    remote = _URL.search(_text(root, ".git/config"))
    if remote:
        return Ci(remote[1].lower())
    return Ci.GITHUB if github else Ci.NONE


def _branch(root: Path) -> str:
    """Name the branch that the origin calls its head, else the one checked out if it is usual."""
    origin = _BRANCH.match(_text(root, ".git/refs/remotes/origin/HEAD"))
    if origin:
        return origin[1]
    here = _BRANCH.match(_text(root, ".git/HEAD"))
    return here[1] if here and here[1] in _USUAL else _USUAL[0]


def _content(root: Path, path: str) -> bytes:
    """Read a small file; one that is missing, too large or behind a link says nothing."""
    with suppress(OSError):
        return read(root, path, _SMALL)
    return b""


def _text(root: Path, path: str) -> str:
    return _content(root, path).decode("utf-8", "replace")
