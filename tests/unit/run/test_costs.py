"""Costs are kept between runs, and never trusted."""

import os
from pathlib import Path

import pytest

from drawgate.run import costs
from drawgate.run.costs import Cost, measured


def test_round_trip(tmp_path: Path) -> None:
    """What is written is read again; the directory is made when it is missing."""
    known = {"bandit": Cost(seconds=1.5, peak=100), "detect-secrets": Cost(seconds=9, peak=5)}

    costs.write(tmp_path / "new" / "drawgate", known)

    assert known == costs.read(tmp_path / "new" / "drawgate")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"format": 2, "adapters": {}}',
        b'{"format": 1}',
        b'{"format": 1, "adapters": []}',
        b'{"format": 1, "adapters": {"a": 1}}',
        b'{"format": 1, "adapters": {"a": {"seconds": NaN, "peak": 1}}}',
        b'{"format": 1, "adapters": {"a": {"seconds": -1, "peak": 1}}}',
        b'{"format": 1, "adapters": {"a": {"seconds": 1, "peak": "x"}}}',
        b'{"format": 1, "adapters": {"a": {"seconds": 1}}}',
        b'{"format": 1, "adapters": {"a": {"seconds": 1, "peak": Infinity}}}',
        b" " * (2 << 20),
    ],
)
def test_broken_file(tmp_path: Path, content: bytes) -> None:
    """A file that can't be read is like none, and is written anew."""
    (tmp_path / "costs.json").write_bytes(content)

    assert {} == costs.read(tmp_path)

    costs.write(tmp_path, {"a": Cost()})
    assert {"a": Cost()} == costs.read(tmp_path)


def test_nowhere(tmp_path: Path) -> None:
    """Without a cache directory, or with one that can't be written to, nothing is kept."""
    (tmp_path / "file").write_text("")

    costs.write(None, {"a": Cost()})
    costs.write(tmp_path / "file", {"a": Cost()})

    assert {} == costs.read(None) == costs.read(tmp_path / "file")


def test_learning() -> None:
    """Start-up is not counted as work, and little input teaches nothing."""
    mebi = 1 << 20

    assert Cost(seconds=2.0, peak=7) == measured(cpu=4.3, size=2 * mebi, processes=1, peak=7)
    assert Cost(seconds=0.0, peak=7) == measured(cpu=0.1, size=mebi, processes=1, peak=7)
    assert None is measured(cpu=5, size=1000, processes=1, peak=7)
    assert 4.3 == Cost(seconds=2.0).estimate(2 * mebi)


def test_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Whatever stands in the file's place, the scan goes on, and leaves no draft."""
    os.mkfifo(tmp_path / "costs.json")
    assert {} == costs.read(tmp_path)

    (tmp_path / "costs.json").unlink()
    (tmp_path / "costs.json").mkdir()
    assert {} == costs.read(tmp_path)
    costs.write(tmp_path, {"bandit": Cost()})
    assert ["costs.json"] == [path.name for path in tmp_path.iterdir()]
