"""What a dead process left behind is removed by the next one, and nothing else is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import drawgate
from drawgate.run import stale
from drawgate.run.private import private_directory, remove

RunPython = Callable[..., subprocess.CompletedProcess[str]]

NAME = "drawgate-1-0123456789abcdef"
HOLD = """
import sys, time
from pathlib import Path
from drawgate.run.private import private_directory
with private_directory(Path("/target"), Path(sys.argv[1])) as private:
    (private / "file").write_text("x")
    print(private, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Sweep again, though this process has done so."""
    before = set(stale._swept)
    stale._swept.clear()
    yield
    stale._swept.update(before)


def start(place: Path) -> subprocess.Popen[str]:
    """Start a process that makes a private directory and stays."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)],
        env={"PYTHONPATH": str(Path(drawgate.__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_left_by_the_dead_and_kept_by_the_living(tmp_path: Path) -> None:
    """Neither its number nor its age counts, only whether its process is alive."""
    with start(tmp_path) as dead, start(tmp_path) as alive:
        assert dead.stdout is not None
        assert alive.stdout is not None
        left, used = Path(dead.stdout.readline().strip()), Path(alive.stdout.readline().strip())
        dead.kill()
        dead.wait()
        assert {left, used} == set(tmp_path.iterdir())

        with private_directory(Path("/target"), tmp_path) as ours:
            assert {ours, used} == set(tmp_path.iterdir())
        assert (used / "file").read_text() == "x"

        alive.send_signal(signal.SIGKILL)


def test_locked_trees(open_path: Path, as_nobody: RunPython) -> None:
    """A tool that took rights away before we died has not made anything permanent."""
    open_path.chmod(0o1777)
    code = f"""
from pathlib import Path
from drawgate.run.private import private_directory
inner = Path({str(open_path)!r}, {NAME!r}, "a")
inner.mkdir(parents=True)
(inner / "b").write_text("")
inner.chmod(0)
with private_directory(Path("/target"), inner.parents[1]) as private:
    print(private.parent)
"""

    done = as_nobody(code)

    assert ("", []) == (done.stderr, list(open_path.iterdir()))


@pytest.mark.parametrize(
    "name",
    [
        "drawgate",
        "drawgate-results",
        "drawgate-1",
        "drawgate-1-0123456789abcde",
        "drawgate-x-0123456789abcdef",
        "my-drawgate-1-0123456789abcdef",
        "drawgate-1-0123456789ABCDEF",
    ],
)
def test_other_names_are_not_ours(tmp_path: Path, name: str) -> None:
    """Only a name that we would make is looked at."""
    (tmp_path / name).mkdir()

    stale.sweep(tmp_path, remove)

    assert (tmp_path / name).is_dir()


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Who plants a link under our name has nothing removed behind it."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter").write_text("words")
    (tmp_path / NAME).symlink_to("thesis")

    stale.sweep(tmp_path, remove)

    assert (tmp_path / "thesis" / "chapter").read_text() == "words"


def test_a_file_of_our_name_is_left_alone(tmp_path: Path) -> None:
    """We make directories."""
    (tmp_path / NAME).write_text("words")

    stale.sweep(tmp_path, remove)

    assert (tmp_path / NAME).read_text() == "words"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give directories away")
def test_other_peoples_directories_are_theirs(tmp_path: Path) -> None:
    """Root, too, removes nothing but its own: somebody else's scan may be of another machine."""
    (tmp_path / NAME).mkdir()
    os.chown(tmp_path / NAME, 12345, 12345)

    stale.sweep(tmp_path, remove)

    assert (tmp_path / NAME).is_dir()


@pytest.mark.parametrize(("mode", "kept"), [(0o777, True), (0o1777, False), (0o755, False)])
def test_where_others_may_rename_nothing_is_removed(
    tmp_path: Path, mode: int, *, kept: bool
) -> None:
    """There somebody could give our name to another directory of ours."""
    (tmp_path / "place" / NAME).mkdir(parents=True)
    (tmp_path / "place").chmod(mode)

    stale.sweep(tmp_path / "place", remove)

    assert kept == (tmp_path / "place" / NAME).exists()


def test_once_for_each_process(tmp_path: Path) -> None:
    """A directory is listed once; a scan makes many private ones."""
    stale.sweep(tmp_path, remove)
    (tmp_path / NAME).mkdir()
    stale.sweep(tmp_path, remove)

    assert (tmp_path / NAME).exists()


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    """It is no business of the sweep to complain."""
    stale.sweep(tmp_path / "nowhere", remove)

    assert [] == list(tmp_path.iterdir())


def test_who_is_overtaken_takes_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep of another process may strike between the making of a directory and its lock."""
    real, overtaken = stale.hold, []

    def hold(path: Path) -> int | None:
        if not overtaken:
            overtaken.append(path)
            remove(path)
        return real(path)

    monkeypatch.setattr(stale, "hold", hold)

    with private_directory(Path("/target"), tmp_path) as private:
        assert private.is_dir()
        assert private not in overtaken
    assert [] == list(tmp_path.iterdir())


def test_two_can_not_hold_one(tmp_path: Path) -> None:
    """Whoever has the lock decides what becomes of the directory."""
    first = stale.hold(tmp_path)
    assert first is not None

    assert stale.hold(tmp_path) is None

    os.close(first)
    again = stale.hold(tmp_path)
    assert again is not None
    os.close(again)


def test_a_scan_whose_guard_is_killed_too(tmp_path: Path) -> None:
    """Then a directory stays until the next scan, and no longer."""
    program = HOLD.replace(
        "with private", "from drawgate.run import processes\nwith processes.scanning(), private"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        env={"PYTHONPATH": str(Path(drawgate.__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
    ) as scan:
        assert scan.stdout is not None
        private = Path(scan.stdout.readline().strip())
        children = Path(f"/proc/{scan.pid}/task/{scan.pid}/children").read_text().split()
        for pid in (*map(int, children), scan.pid):
            os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert private.is_dir()

    stale.sweep(tmp_path, remove)

    assert not private.exists()
