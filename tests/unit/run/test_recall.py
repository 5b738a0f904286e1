"""What pip chose is not asked for again on the same day, unless something else was asked."""

import json
import sys
import time
from pathlib import Path

import pytest

from drawgate.core.dependency import Inventory
from drawgate.run.cache import Cache
from drawgate.run.progress import Silent
from drawgate.run.resolve import resolve

PIP = """
import json, os, sys
open(sys.argv[1], "a").write("asked\\n")
asked = open("requirements.txt").read().split()
if "slow" in asked: import time; time.sleep(60)
if "away" in asked: sys.exit("WARNING: Retrying\\nERROR: could not reach it")
if "bad" in asked: sys.exit("ERROR: something odd")
packages = [{"metadata": {"name": n, "version": "1"}} for n in asked]
json.dump({"version": "1", "install": packages}, open("report.json", "w"))
"""


class Asker(Silent):
    """Asks with one cache, and counts the questions that pip was started for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = Cache(folder=folder / "cache", secret=b"k" * 32)
        self.times = 0

    def started(self, _name: str, pieces: int) -> None:
        self.times += pieces

    def ask(self, lines: bytes, *, name: str = "requirements.txt", more: str = "") -> Inventory:
        pip = (sys.executable, "-I", "-c", PIP + more)
        target = self.folder / "target"
        return resolve({name: lines}, target, cache=self.cache, progress=self, pip=pip, timeout=2)


@pytest.fixture
def asker(tmp_path: Path, own_settings: Path) -> Asker:
    assert own_settings.is_dir()
    return Asker(tmp_path)


def test_the_same_is_asked_once(asker: Asker) -> None:
    first, second = asker.ask(b"flask\nsix\n"), asker.ask(b"flask\nsix\n")

    assert (1, first) == (asker.times, second)
    assert ["flask", "six"] == [pin.name for pin in second.pins]


def test_whatever_else_is_asked_is_asked(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version, another line, another file, another pip, another index."""
    asker.ask(b"flask\n")
    asker.ask(b"flask>1\n")
    asker.ask(b"\nflask\n")
    asker.ask(b"flask\n", name="requirements-dev.txt")
    asker.ask(b"flask\n", more="# another")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    asker.ask(b"flask\n")

    assert 6 == asker.times


@pytest.mark.parametrize(
    ("lines", "hours"), [(b"flask\n", 23), (b"flask\nbad\n", 0.9), (b"slow\n", 0.9)]
)
def test_an_answer_grows_old(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, lines: bytes, hours: float
) -> None:
    """A whole answer after a day; one that leaves something open after an hour."""
    asker.ask(lines)
    now = time.time()

    monkeypatch.setattr("drawgate.run.recall.time.time", lambda: now + hours * 3600)
    asker.ask(lines)
    young = asker.times
    monkeypatch.setattr("drawgate.run.recall.time.time", lambda: now + hours * 3600 + 7200)
    asker.ask(lines)

    assert (1, 2) == (young, asker.times)


def test_an_index_that_can_not_be_reached_is_forgotten(asker: Asker) -> None:
    first, again = asker.ask(b"away\n"), asker.ask(b"away\n")

    assert (2, first) == (asker.times, again)
    assert first.not_pinned


def test_a_clock_that_was_wrong(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer from the future is none."""
    monkeypatch.setattr("drawgate.run.recall.time.time", lambda: 4e9)
    asker.ask(b"flask\n")
    monkeypatch.undo()
    asker.ask(b"flask\n")

    assert 2 == asker.times


def test_another_layout_is_no_answer(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version of ours wrote is asked for again."""
    odd = json.dumps({"at": time.time(), "answers": [{"pins": [1]}]}).encode()
    asker.ask(b"flask\n")
    monkeypatch.setattr("drawgate.run.cache.Cache.read", lambda _, names: dict.fromkeys(names, odd))

    assert ["flask"] == [pin.name for pin in asker.ask(b"flask\n").pins]
    assert 2 == asker.times
