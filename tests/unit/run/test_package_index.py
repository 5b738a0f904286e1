"""Pip uses the user's own index, and nothing that the target says about one."""

import os
from pathlib import Path

import pytest

from drawgate.core.errors import ConfigError
from drawgate.run.package_index import users_index

URL = "https://ci:hunter2%21@mirror.example/simple?key=k1"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give an empty home."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def environ(home: Path, **more: str) -> dict[str, str]:
    return {"HOME": str(home), "XDG_CONFIG_DIRS": str(home / "etc"), **more}


def settings(ours: dict[str, str], target: Path) -> dict[str, str]:
    """Leave out what the machine's own files say."""
    machine = users_index({"HOME": "/nonexistent", "XDG_CONFIG_DIRS": "/nonexistent"}, target).env
    return {k: v for k, v in users_index(ours, target).env.items() if machine.get(k) != v}


def test_the_environment_says_where_packages_are_and_nothing_else(
    home: Path, tmp_path: Path
) -> None:
    """How to install (a target folder, a log, sources) is not passed on."""
    ours = environ(
        home,
        PIP_INDEX_URL=URL,
        PIP_EXTRA_INDEX_URL="https://a/simple  https://b/simple",
        PIP_TRUSTED_HOST="a b:8080",
        PIP_NO_BINARY=":all:",
        PIP_LOG="pip.log",
        PIP_TARGET="x",
        PIP_REQUIREMENT="r.txt",
    )

    assert settings(ours, tmp_path / "target") == {
        "PIP_INDEX_URL": URL,
        "PIP_EXTRA_INDEX_URL": "https://a/simple https://b/simple",
        "PIP_TRUSTED_HOST": "a b:8080",
    }


def test_files_count_in_the_order_of_pip(home: Path, tmp_path: Path) -> None:
    """The machine's, then the user's, then the one that a variable names, then the variables."""
    write(home / "etc/pip/pip.conf", "[global]\nindex-url = https://1/\ntimeout = 1\nretries = 1\n")
    write(home / ".pip/pip.conf", "[global]\nindex-url = https://2/\ntimeout = 2\n")
    user = "[global]\nindex_url = https://3/\n[install]\nfind-links =\n    https://x/\n    /w\n"
    write(home / ".config/pip/pip.conf", user)

    found = settings(environ(home, PIP_RETRIES="4"), tmp_path / "target")

    assert found == {
        "PIP_INDEX_URL": "https://3/",
        "PIP_TIMEOUT": "2",
        "PIP_RETRIES": "4",
        "PIP_FIND_LINKS": "https://x/ /w",
    }


def test_a_file_named_by_a_variable_stands_for_the_users(home: Path, tmp_path: Path) -> None:
    """As for pip: the user's own file is then not read, and the null device means no file."""
    write(home / ".config/pip/pip.conf", "[global]\nindex-url = https://3/\ntimeout = 3\n")
    named = write(tmp_path / "named.conf", "[global]\nindex-url = https://4/\n")
    target = tmp_path / "target"

    assert settings(environ(home, PIP_CONFIG_FILE=str(named)), target) == {
        "PIP_INDEX_URL": "https://4/"
    }
    assert users_index(environ(home, PIP_CONFIG_FILE=os.devnull), target).env == {}


def test_nothing_in_the_target_decides(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip.conf, a folder of wheels or a certificate of the target is its word, not the user's."""
    target = tmp_path / "target"
    conf = write(target / "pip.conf", "[global]\nindex-url = https://evil.example/\n")
    (target / "wheels").mkdir()
    (tmp_path / "link").symlink_to(target)
    monkeypatch.chdir(target)
    ours = environ(
        home,
        PIP_CONFIG_FILE=str(conf),
        PIP_FIND_LINKS=f"./wheels {tmp_path}/link/wheels file://{target}/wheels /opt/wheels",
        PIP_CERT="./ca.pem",
        NETRC=str(write(target / ".netrc", "")),
    )

    found = users_index(ours, target)

    assert {"PIP_FIND_LINKS": "/opt/wheels"} == settings(ours, target)
    assert ("pip.conf", "cert", "find-links") == found.ignored


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"index-url = https://ci:hunter2@a/\n", "is not a valid INI file"),
        (b"[global]\nhunter2\n", "is not a valid INI file"),
        (b"[global]\nindex-url = https://a/\nindex-url = https://b/", "is not a valid INI file"),
        (b"[global]\nindex-url = https://ci:hunter2@\xff/\n", "is not UTF-8"),
        (None, "can't be read: Is a directory"),
    ],
)
def test_a_file_that_can_not_be_read_is_an_error(
    content: bytes | None, fault: str, home: Path, tmp_path: Path
) -> None:
    """It may name the private index that must be asked; nothing of it is repeated."""
    path = home / ".pip/pip.conf"
    if content is None:
        path.mkdir(parents=True)
    else:
        write(path, "").write_bytes(content)
    write(home / ".config/pip/pip.conf", "[global]\nindex-url = https://3/\n")

    with pytest.raises(ConfigError) as caught:
        users_index(environ(home), tmp_path / "target")

    assert f"pip.conf: {fault}" == str(caught.value)


def test_a_link_that_leads_in_a_circle_is_no_missing_file(home: Path, tmp_path: Path) -> None:
    """Somebody meant to configure pip there."""
    (home / ".pip").mkdir()
    (home / ".pip/pip.conf").symlink_to("pip.conf")

    with pytest.raises(ConfigError, match=r"^pip\.conf: can't be read: Too many levels"):
        users_index(environ(home), tmp_path / "target")


def test_a_file_that_is_not_there_says_nothing(home: Path, tmp_path: Path) -> None:
    """Nor does one below what is no folder: containers often have such a home."""
    write(home / "file", "")
    ours = environ(home / "file", PIP_CONFIG_FILE=str(home / "missing.conf"))

    assert settings(ours, tmp_path / "target") == {}


def test_a_setting_may_be_written_like_the_option(home: Path, tmp_path: Path) -> None:
    """So pip takes it; passed over, it would let the public index count."""
    write(home / ".pip/pip.conf", "[global]\n--index-url = https://2/\n")

    assert settings(environ(home), tmp_path / "target") == {"PIP_INDEX_URL": "https://2/"}


def test_passwords_are_found_where_the_user_keeps_them(home: Path, tmp_path: Path) -> None:
    """The home that pip gets is empty, so it is told where the user's netrc lies."""
    netrc = write(home / ".netrc", "machine mirror.example login ci password hunter2")

    assert settings(environ(home), tmp_path / "target") == {"NETRC": str(netrc)}


def test_no_secret_of_an_index_is_shown(home: Path, tmp_path: Path) -> None:
    """Passwords, tokens for users and queries are masked, as written and as decoded."""
    ours = environ(home, PIP_INDEX_URL=URL, PIP_EXTRA_INDEX_URL="https://tok3n@b/simple")
    index = users_index(ours, tmp_path / "target")

    assert (
        index.masked("no hunter2%21 or hunter2! or key=k1 or tok3n at mirror.example for ci")
        == "no *** or *** or *** or *** at mirror.example for ci"
    )
