"""The environment that a scanner gets."""

from pathlib import Path

from drawgate.run.environment import environment, inside, search_path

PRIVATE = Path("/private")
OURS = {
    "PATH": "/usr/bin::bin:/target/bin:.:/bin:/usr/bin",
    "HOME": "/home/me",
    "LANG": "de_DE.UTF-8",
    "LC_TIME": "de_DE",
    "TOKEN": "planted",
    "PYTHONPATH": "/target",
    "GIT_DIR": "/target/.git",
    "HTTPS_PROXY": "http://proxy",
    "no_proxy": "intranet",
    "SSL_CERT_FILE": "/etc/ca.pem",
    "PIP_CERT": "/etc/ca.pem",
}
ALWAYS = {
    "HOME": "/private/home",
    "TMPDIR": "/private/tmp",
    "XDG_CACHE_HOME": "/private/cache",
    "XDG_CONFIG_HOME": "/private/config",
    "XDG_DATA_HOME": "/private/data",
    "XDG_STATE_HOME": "/private/state",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONNOUSERSITE": "1",
    "PYTHONHASHSEED": "0",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_CONFIG_COUNT": "5",
    "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "false",
    "GIT_CONFIG_KEY_1": "core.hooksPath",
    "GIT_CONFIG_VALUE_1": "/dev/null",
    "GIT_CONFIG_KEY_2": "core.pager",
    "GIT_CONFIG_VALUE_2": "cat",
    "GIT_CONFIG_KEY_3": "core.sshCommand",
    "GIT_CONFIG_VALUE_3": "false",
    "GIT_CONFIG_KEY_4": "protocol.allow",
    "GIT_CONFIG_VALUE_4": "never",
}


def test_without_the_network() -> None:
    """All of it, on one screen: neither a secret nor a proxy gets through."""
    made = environment(OURS, PRIVATE, Path("/target"), network=False)

    loopback = "127.0.0.1,localhost,::1"
    assert made == ALWAYS | {"NO_PROXY": loopback, "no_proxy": loopback}


def test_with_the_network() -> None:
    """Proxies and certificates get through; loopback never goes by a proxy."""
    made = environment(OURS, PRIVATE, Path("/target"), network=True)

    direct = "127.0.0.1,localhost,::1,intranet"
    assert made == ALWAYS | {
        "HTTPS_PROXY": "http://proxy",
        "SSL_CERT_FILE": "/etc/ca.pem",
        "PIP_CERT": "/etc/ca.pem",
        "NO_PROXY": direct,
        "no_proxy": direct,
    }


def test_search_path_follows_links(tmp_path: Path) -> None:
    """A directory that leads into the target by a link is not searched either."""
    (tmp_path / "target" / "bin").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "target" / "bin")
    path = f"{tmp_path / 'link'}:/usr/bin"

    assert [Path("/usr/bin")] == search_path({"PATH": path}, tmp_path / "target")
    assert [tmp_path / "link", Path("/usr/bin")] == search_path({"PATH": path}, None)


def test_inside(tmp_path: Path) -> None:
    """A name that begins like the folder's is not inside of it."""
    assert inside(Path("/target/a"), Path("/target"))
    assert inside(Path("/target"), Path("/target"))
    assert not inside(Path("/targets/a"), Path("/target"))
