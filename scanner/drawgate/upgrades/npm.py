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
    """Give the lowest version that each finding's advisory calls fixed; empty where none is.

    Between two fixed ones of different branches a version may be vulnerable again.
    """
    packages = [finding.dependency for finding in findings if finding.dependency]
    try:
        now = semver(present)
        branches = [[semver(v) for v in p.fixed if _VERSION.fullmatch(v)] for p in packages]
        known = {semver(v): v for p in packages for v in p.fixed if _VERSION.fullmatch(v)}
        for each in sorted(version for version in known if version > now):
            if all(fixed and (each in fixed or each >= max(fixed)) for fixed in branches):
                return known[each]
    except (ValueError, TypeError):
        return ""
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
