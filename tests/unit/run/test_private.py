"""Private directories: where they are, who may read them, and that they go away."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.core.errors import OutputError
from drawgate.run.private import cache_directory, private_directory, shorten

RunPython = Callable[..., subprocess.CompletedProcess[str]]


def test_it_is_ours_alone_and_goes_away(tmp_path: Path) -> None:
    """Nobody else can read it; it is removed also when the block fails."""
    modes = []

    def fail() -> None:
        with private_directory(Path("/target"), tmp_path) as private:
            modes.append(private.stat().st_mode & 0o777)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert [0o700] == modes
    assert [] == list(tmp_path.iterdir())


def test_locked_directories_go_away(open_path: Path, as_nobody: RunPython) -> None:
    """A tool can't keep its traces by taking away our right to remove them."""
    open_path.chmod(0o777)
    code = f"""
from pathlib import Path
from drawgate.run.private import private_directory
with private_directory(Path("/target"), Path({str(open_path)!r})) as private:
    (private / "a" / "b").mkdir(parents=True)
    (private / "a" / "b" / "c").write_text("")
    (private / "link").symlink_to("/etc")
    for folder in (private / "a" / "b", private / "a", private):
        folder.chmod(0)
"""

    done = as_nobody(code)

    assert ("", []) == (done.stderr, list(open_path.iterdir()))


def test_never_in_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the place for temporary files lies in the target, another one is taken."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with private_directory(tmp_path) as elsewhere, private_directory(Path("/target")) as usual:
        assert tmp_path not in elsewhere.parents
        assert tmp_path == usual.parent


def test_no_place_at_all(tmp_path: Path) -> None:
    """A place that can't be written to is an error that says which variable to set."""
    with (
        pytest.raises(OutputError) as caught,
        private_directory(Path("/target"), tmp_path / "missing"),
    ):
        pass

    assert "set TMPDIR to a directory that can be written to" == caught.value.hint


def test_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is the user's, and there is none when it would lie in the target."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert tmp_path / "drawgate" == cache_directory(Path("/target"))
    assert cache_directory(tmp_path) is None

    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_directory(Path("/target")) is None

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(os.environ["HOME"], ".cache/drawgate") == cache_directory(Path("/target"))


def test_without_a_home(as_us: RunPython) -> None:
    """A container's user may have neither HOME nor an entry in the user database."""
    code = """
import os
from pathlib import Path
os.getuid = lambda: 987654
from drawgate.advisories.mirror import default_mirror_path
from drawgate.run.private import cache_directory
print(cache_directory(Path("/target")), default_mirror_path().exists())
"""

    done = as_us(code)

    assert ("", "None False\n") == (done.stderr, done.stdout)


def test_shorten(tmp_path: Path) -> None:
    """The directory is taken out of a text, whether or not a link on the way was followed."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    text = f"{tmp_path}/link/a {tmp_path}/real/b"

    assert "$PRIVATE/a $PRIVATE/b" == shorten(text, tmp_path / "link")
