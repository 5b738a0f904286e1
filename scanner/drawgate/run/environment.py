"""The environment of a scanner: nothing gets in but what stands here."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_LOOPBACK: Final = "127.0.0.1,localhost,::1"
_FIXED: Final = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "NO_COLOR": "1",
    # The target may hold a bandit.py; neither it nor anything in a HOME may be imported.
    "PYTHONSAFEPATH": "1",
    "PYTHONNOUSERSITE": "1",
    # The order of a set shall not differ from run to run, nor what a scanner prints by it.
    "PYTHONHASHSEED": "0",
    # A scanner that calls git must not read anybody's settings, nor ask for a password.
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    # Nor fetch what a partial clone lacks: the target's own .git/config says by which command.
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
}
_GIT: Final = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.pager": "cat",
    "core.sshCommand": "false",
    "protocol.allow": "never",
}
"""Keys of the target's .git/config that name programs; these values are stronger."""
_NETWORK: Final = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT",
)  # fmt: skip
FOLDERS: Final = {
    "HOME": "home",
    "TMPDIR": "tmp",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
}
"""Variables that name a directory of the attempt, empty when the tool starts."""


def environment(
    ours: Mapping[str, str], private: Path, avoid: Path | None, *, network: bool
) -> dict[str, str]:
    """Make the environment of one process from ours.

    `private` is the attempt's directory; no entry of PATH may lie below `avoid`, the target.
    Proxies and certificates go to processes that may use the network, and to no other.
    """
    made = {name: str(private / folder) for name, folder in FOLDERS.items()}
    made |= _FIXED | _git_settings()
    made["PATH"] = os.pathsep.join(str(entry) for entry in search_path(ours, avoid))
    passed = [_LOOPBACK]
    if network:
        made |= {name: ours[name] for name in _NETWORK if name in ours}
        passed += [ours[name] for name in ("NO_PROXY", "no_proxy") if ours.get(name)]
    made["NO_PROXY"] = made["no_proxy"] = ",".join(dict.fromkeys(passed))
    return made


def _git_settings() -> dict[str, str]:
    """Pass settings to whatever git a scanner may call (git-config(1), GIT_CONFIG_COUNT)."""
    made = {"GIT_CONFIG_COUNT": str(len(_GIT))}
    for number, (key, value) in enumerate(_GIT.items()):
        made |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return made


def search_path(ours: Mapping[str, str], avoid: Path | None) -> list[Path]:
    """Give the entries of PATH that are absolute and do not lead into the target."""
    entries = ours.get("PATH", os.defpath).split(os.pathsep)
    absolute = [Path(entry) for entry in dict.fromkeys(entries) if entry.startswith("/")]
    return [entry for entry in absolute if avoid is None or not inside(entry, avoid)]


def inside(path: Path, folder: Path) -> bool:
    """Tell whether a path, as written or with links followed, lies in a folder."""
    real = Path(os.path.realpath(path))
    return path.is_relative_to(folder) or real.is_relative_to(os.path.realpath(folder))
