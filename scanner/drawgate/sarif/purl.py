"""Package URLs: the name of a package that other tools understand."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from drawgate.core.finding import Dependency
from drawgate.sarif.text import as_text

_TYPES: Final = {
    "crates.io": "cargo",
    "go": "golang",
    "packagist": "composer",
    "rubygems": "gem",
    "github actions": "githubactions",
    "swifturl": "swift",
    "debian": "deb/debian",
    "ubuntu": "deb/ubuntu",
    "alpine": "apk/alpine",
    "chainguard": "apk/chainguard",
    "wolfi": "apk/wolfi",
    "almalinux": "rpm/almalinux",
    "opensuse": "rpm/opensuse",
    "red hat": "rpm/redhat",
    "rocky linux": "rpm/rocky-linux",
    "suse": "rpm/suse",
}
"""OSV's ecosystem to purl's type, where they differ in more than case; a distribution is also
the namespace of its packages."""


def package_url(dependency: Dependency) -> str:
    """Give `pkg:pypi/flask@0.12`, after the purl specification's rules for names."""
    # OSV says "Debian:12" for a distribution's release; Maven joins group and artifact by ":".
    ecosystem = dependency.ecosystem.partition(":")[0].lower()
    name = _quote(_SPELLED.get(ecosystem, str)(dependency.name))
    version = f"@{_quote(dependency.version)}" if dependency.version else ""
    return f"pkg:{as_text(_TYPES.get(ecosystem, ecosystem))}/{name}{version}"


_SPELLED: Final[Mapping[str, Callable[[str], str]]] = {
    "maven": lambda name: name.replace(":", "/"),
    "pypi": lambda name: name.lower().replace("_", "-"),
}
"""How a name is written where it is not written as the ecosystem itself does."""


def _quote(text: str) -> str:
    return quote(text, errors="backslashreplace")
