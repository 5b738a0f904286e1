"""A package URL, taken apart and made comparable (the purl specification, ECMA-427)."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
_SEPARATORS: Final = re.compile(r"[-_.]+")
_LOWER: Final = frozenset(
    {"alpm", "apk", "bitbucket", "composer", "deb", "github", "githubactions", "golang", "hex",
     "nuget", "pub", "pypi", "rpm"}
)  # fmt: skip
"""Types whose names have no capitals, or whose registries do not tell them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purl:
    """A package, or one version of it. Names are spelled as their type compares them."""

    type: str
    namespace: str
    name: str
    version: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    """Sorted by key. They tell variants apart: an architecture, a distribution."""
    subpath: str = ""

    @property
    def package(self) -> tuple[str, str, str]:
        """Tell the package, whichever version."""
        return self.type, self.namespace, self.name


def parse_purl(text: str) -> Purl | None:
    """Read a package URL; None where it is none."""
    rest, _, subpath = text.strip().partition("#")
    rest, _, qualifiers = rest.partition("?")
    scheme, _, rest = rest.partition(":")
    kind, _, path = rest.lstrip("/").partition("/")
    path, at, version = _cut(path.strip("/"))
    *namespace, name = [unquote(part) for part in path.split("/") if part] or [""]
    if scheme.lower() != "pkg" or not _TYPE.fullmatch(kind) or not name or (at and not version):
        return None
    kind = kind.lower()
    return Purl(
        type=kind,
        namespace=_spelled(kind, "/".join(namespace)),
        name=_spelled(kind, name),
        version=unquote(version),
        qualifiers=_qualifiers(qualifiers),
        subpath=subpath.strip("/"),
    )


def _cut(path: str) -> tuple[str, str, str]:
    """Cut the version off: an `@` in the first place of a name is npm's, unescaped."""
    name, at, version = path.rpartition("@")
    return (name, at, version) if name and not name.endswith("/") else (path, "", "")


def _spelled(kind: str, name: str) -> str:
    if kind == "pypi":
        return _SEPARATORS.sub("-", name).lower()
    return name.lower() if kind in _LOWER else name


def _qualifiers(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.partition("=") for pair in text.split("&"))
    return tuple(sorted((key.lower(), unquote(value)) for key, _, value in pairs if key and value))
