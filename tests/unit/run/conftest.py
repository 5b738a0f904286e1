"""Real processes and real repositories for the tests of everything that starts them."""

import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import drawgate
from samples.packages import source, wheel

NOBODY = 65534
SOURCE = Path(drawgate.__file__).parents[1]
NO_CACHES = shutil.ignore_patterns("__pycache__", "site-packages", "test", "config-*", "idlelib")


@contextmanager
def open_directory() -> Iterator[Path]:
    """Make a directory that every user may enter; pytest's own are closed to others."""
    with TemporaryDirectory(prefix="drawgate-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder).resolve()


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Give a directory of this test that every user may enter."""
    with open_directory() as folder:
        yield folder


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's cache out of the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def open_python() -> Iterator[tuple[str, str]]:
    """Give an interpreter, and a directory with our source, that every user can read.

    An interpreter in somebody's home directory is copied; its standard library is all it needs.
    """
    with open_directory() as room:
        shutil.copytree(SOURCE / "drawgate", room / "drawgate", ignore=NO_CACHES)
        real = Path(sys.executable).resolve()
        if all(folder.stat().st_mode & stat.S_IXOTH for folder in real.parents):
            yield str(real), str(room)
        else:
            yield copy_of(real, room), str(room)


def copy_of(program: Path, room: Path) -> str:
    library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(library, room / "lib" / library.name, ignore=NO_CACHES)
    for shared in Path(sysconfig.get_config_var("LIBDIR")).glob("libpython*.so*"):
        shutil.copy2(shared, room / "lib")
    (room / "bin").mkdir()
    return str(shutil.copy2(program, room / "bin"))


@pytest.fixture
def as_nobody(open_python: tuple[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Give a function that runs Python code as a user without any privilege.

    Who runs the tests without privileges is such a user already.
    """
    program, room = open_python

    def run(code: str, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
        drop = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        script = Path(room, f"{abs(hash(code))}.py")
        script.write_text(code)
        return subprocess.run(
            [program, str(script), *args],
            env={
                "PYTHONPATH": room,
                "LD_LIBRARY_PATH": f"{room}/lib",
                "PATH": os.defpath,
                **variables,
            },
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            **drop,
        )

    return run


@pytest.fixture
def as_us() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Give a function that runs Python code in a process of its own, as the user we are."""

    def run(code: str, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *args],
            env={"PYTHONPATH": str(SOURCE), "PATH": os.defpath, **variables},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home without any setting of pip."""
    for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CONFIG_FILE"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    return home


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Make a folder of packages: two wheels, and one that exists as source only."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "flask", "1.0", "Requires-Dist: werkzeug>=0.14\n")
    wheel(folder, "werkzeug", "0.14.1", "")
    source(folder, "evil", "1.0", f"open({str(tmp_path / 'it_ran')!r}, 'w')")
    return folder
