"""What to do about a package of npm: its files are npm's, so it is a command and no patch."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from drawgate.advisories.versions import semver
from drawgate.core.finding import Dependency, Finding
from drawgate.manifests import package_lock
from drawgate.manifests.origins import origins
from drawgate.manifests.text import strict
from drawgate.policy.upgrade import lowest_of

_NAME: Final = re.compile(r"(?:@[a-z0-9~][a-z0-9._~-]*/)?[a-z0-9~][a-z0-9._~-]*", re.IGNORECASE)
_VERSION: Final = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z.-]+)?")
LOCKS: Final = frozenset({"package-lock.json", "npm-shrinkwrap.json"})


def with_origin(package: Dependency, manifest: str, files: Mapping[str, bytes]) -> Dependency:
    """Say how a package came in, as the lock that a log names tells it."""
    if manifest not in files or posixpath.basename(manifest) not in LOCKS:
        return package
    with suppress(ValueError, RecursionError):
        graph = package_lock.read(manifest, strict(files[manifest]))
        told = origins([graph]).get((manifest, package.name, package.version))
        if told:
            return replace(package, direct=told.direct, via=told.via, scope=told.scope)
    return package


def lowest(findings: Sequence[Finding], present: str) -> str:
    """Give the lowest version that each finding's advisory calls fixed; empty where none is."""
    packages = [finding.dependency for finding in findings if finding.dependency]
    try:
        branches = [{semver(v): v for v in p.fixed if _VERSION.fullmatch(v)} for p in packages]
        return lowest_of(semver(present), branches)
    except (ValueError, TypeError):
        return ""


def command(package: Dependency, version: str, manifest: str) -> str:
    """Say what to type; empty where the name is none that npm knows."""
    if not _NAME.fullmatch(package.name):
        return ""
    folder = posixpath.dirname(manifest)
    where = f" in {folder}/" if folder else ""
    if package.direct is False:
        return f"run `npm update {package.name}`{where}; {version} or later closes it"
    return f"run `npm install {package.name}@{version}`{where}"
