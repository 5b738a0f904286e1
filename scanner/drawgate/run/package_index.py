"""The user's own package index, as pip would find it for them, without a word of the target's.

A company's mirror stands in the environment or in a pip.conf (https://pip.pypa.io/en/stable/topics/configuration/).
pip itself is told to read no file at all; it gets the few settings that say where packages are.
"""

import configparser
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from drawgate.core.errors import ConfigError
from drawgate.run.environment import inside

_SEVERAL: Final = ("extra-index-url", "find-links", "trusted-host")
_FILES: Final = ("cert", "client-cert")
_SETTINGS: Final = (
    *_SEVERAL, *_FILES, "index-url", "no-index", "proxy", "timeout", "default-timeout", "retries",
)  # fmt: skip
"""What says where packages are. All else is how to install, and we install nothing."""
_URL: Final = re.compile(r"[a-z]+://|file:")
_SECTIONS: Final = ("global", "install")
"""Of a pip.conf, the stronger one last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageIndex:
    """Variables for pip's environment, and what must not be shown or was not taken."""

    env: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    """Passwords and whole queries that stand in the URLs."""
    ignored: tuple[str, ...] = ()
    """Settings that lead into the target, by name."""

    @property
    def chosen(self) -> bool:
        """Whether the user says which index to ask, or that none is to be."""
        return not {"PIP_INDEX_URL", "PIP_NO_INDEX"}.isdisjoint(self.env)

    def masked(self, text: str) -> str:
        """Take the secrets out of what pip says, in case that it does not do so itself."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def users_index(ours: Mapping[str, str], target: Path) -> PackageIndex:
    """Find the settings in our environment and in the user's and the machine's pip.conf.

    Raises ConfigError for a file that can't be read: it may name a private index, and without
    that pip would ask the public one for the names of private packages.
    """
    files = list(_config_files(ours))
    found: dict[str, str] = {}
    for path in files:
        found |= {} if inside(path, target) else _settings_of(path)
    found |= {name: ours[_variable(name)] for name in _SETTINGS if _variable(name) in ours}
    taken = {name: _taken(name, value, target) for name, value in found.items()}
    whole = {name: " ".join(words) for name, words in taken.items() if words}
    return PackageIndex(
        env={_variable(name): value for name, value in whole.items()} | _netrc(ours, target),
        secrets=frozenset(_secrets(whole.values())),
        ignored=(
            *sorted({path.name for path in files if inside(path, target) and _is_file(path)}),
            *sorted(name for name in taken if len(taken[name]) < len(_words(name, found[name]))),
        ),
    )


def _words(name: str, value: str) -> list[str]:
    return value.split() if name in _SEVERAL else [value.strip()]


def _taken(name: str, value: str, target: Path) -> list[str]:
    words = (word for word in _words(name, value) if not _leads_into(word, target))
    return [_absolute(name, word) for word in words]


def _variable(name: str) -> str:
    return f"PIP_{name.upper().replace('-', '_')}"


def _config_files(ours: Mapping[str, str]) -> Iterator[Path]:
    """Give the files that pip would read, the strongest last."""
    own = ours.get("PIP_CONFIG_FILE", "")
    if own == os.devnull:
        return
    home = Path(ours.get("HOME") or "/nonexistent")
    if sys.platform == "darwin":
        shared, users = [Path("/Library/Application Support")], home / "Library/Application Support"
    else:
        folders = ours.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        shared = [*map(Path, reversed(folders.split(os.pathsep)))]
        users = Path(ours.get("XDG_CONFIG_HOME") or home / ".config")
    yield from (folder / "pip/pip.conf" for folder in shared)
    yield Path("/etc/pip.conf")
    if not (own and os.path.exists(own)):  # noqa: PTH110 - see _is_file
        yield from (home / ".pip/pip.conf", users / "pip/pip.conf")
    yield Path(sys.prefix) / "pip.conf"
    if own:
        yield Path(own).absolute()


def _settings_of(path: Path) -> dict[str, str]:
    """Read one file, as strictly as pip; only a file that is not there says nothing."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, configparser.Error) as error:
        raise ConfigError(_fault(error), where=path.name) from error
    items = (item for name in _SECTIONS if parser.has_section(name) for item in parser.items(name))
    named = ((key.replace("_", "-").removeprefix("--"), value) for key, value in items)
    return {key: value for key, value in named if key in _SETTINGS and value is not None}


def _fault(error: Exception) -> str:
    """Say what is wrong without a word of the file or its path: either may hold a password."""
    if isinstance(error, OSError):
        return f"can't be read: {error.strerror or type(error).__name__}"
    return "is not UTF-8" if isinstance(error, UnicodeDecodeError) else "is not a valid INI file"


def _absolute(name: str, word: str) -> str:
    """Make a path whole; pip works in a directory of its own, and it would count from there."""
    local = name in _FILES or (name == "find-links" and not _URL.match(word))
    return str(Path(word).absolute()) if local else word


def _leads_into(word: str, target: Path) -> bool:
    """Tell whether a path or a file's URL lies in the target: its wheels are the target's word."""
    if word.startswith("file:"):
        word = unquote(urlsplit(word).path)
    return not _URL.match(word) and os.sep in word and inside(Path(word).absolute(), target)


def _netrc(ours: Mapping[str, str], target: Path) -> dict[str, str]:
    """Let pip find the passwords for its index where the user keeps them."""
    path = Path(ours.get("NETRC") or Path(ours.get("HOME") or "/nonexistent") / ".netrc")
    return {"NETRC": str(path.absolute())} if _is_file(path) and not inside(path, target) else {}


def _is_file(path: Path) -> bool:
    """Tell whether a file is there; Path's own question fails in a folder closed to us."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def _secrets(values: Iterable[str]) -> Iterator[str]:
    for word in (word for value in values for word in value.split() if "://" in value):
        parts = urlsplit(word)
        user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
        for secret in (password if colon else user, parts.query):
            yield from {secret, unquote(secret)} - {""}
