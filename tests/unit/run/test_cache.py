"""The cache gives back what was put in, or nothing; it never stops a scan."""

import sqlite3
import threading
from pathlib import Path

import pytest

from drawgate.run import cache as module
from drawgate.run.cache import Cache

FILE = "answers-1.sqlite"


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(folder=tmp_path / "drawgate", secret=b"k" * 32)


def test_round_trip(cache: Cache) -> None:
    """What is kept is found again by its name, by whoever has the key."""
    names = [cache.name(b"bandit", b"%d.py" % number) for number in range(1200)]

    cache.write({name: name * 100 for name in names})

    assert {name: name * 100 for name in names} == cache.read([*names, b"unknown"])


def test_names() -> None:
    """A name depends on the key, on every part, and on where one part ends."""
    one, other = Cache(folder=Path(), secret=b"1"), Cache(folder=Path(), secret=b"2")

    assert one.name(b"a", b"b") == one.name(b"a", b"b")
    assert 4 == len(
        {one.name(b"a", b"b"), one.name(b"ab", b""), one.name(b"ab"), other.name(b"ab")}
    )


def test_planted(cache: Cache, tmp_path: Path) -> None:
    """Who can write to the cache but lacks the key can't put an answer into it, nor move one."""
    stranger = Cache(folder=cache.folder, secret=b"x" * 32)
    first, second = cache.name(b"first"), cache.name(b"second")
    stranger.write({first: b"clean"})
    assert {} == cache.read([first])

    cache.write({first: b"one", second: b"two"})
    with sqlite3.connect(cache.folder / FILE) as base:
        base.execute(
            "UPDATE answers SET value = (SELECT value FROM answers WHERE name = ?)", (second,)
        )
    base.close()

    assert {second: b"two"} == cache.read([first, second])


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_broken_file(cache: Cache, content: bytes) -> None:
    """A broken file is like an empty one, and the next scan makes it anew."""
    cache.folder.mkdir()
    (cache.folder / FILE).write_bytes(content)
    name = cache.name(b"a")

    assert {} == cache.read([name])
    cache.write({name: b"answer"})

    assert {name: b"answer"} == cache.read([name])


def test_wrong_values(cache: Cache) -> None:
    """A value that is no sealed answer is none."""
    name = cache.name(b"a")
    cache.write({name: b"answer"})
    for value in (b"", b"short", "text", 7):
        with sqlite3.connect(cache.folder / FILE) as base:
            base.execute("UPDATE answers SET value = ?", (value,))
        base.close()

        assert {} == cache.read([name])


def test_no_place(tmp_path: Path) -> None:
    """Where nothing can be kept, nothing is, and nobody is stopped."""
    (tmp_path / "file").write_text("")
    cache = Cache(folder=tmp_path / "file" / "drawgate", secret=b"k")

    cache.write({b"a": b"b"})

    assert {} == cache.read([b"a"])


def test_private(cache: Cache) -> None:
    """Only its user can read it."""
    cache.write({cache.name(b"a"): b"answer"})

    assert 0o700 == cache.folder.stat().st_mode & 0o777
    assert 0o600 == (cache.folder / FILE).stat().st_mode & 0o777


def test_what_nobody_asks_for_is_dropped(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer stays as long as scans use it, and goes two months after the last one."""
    now = 1_800_000_000.0
    monkeypatch.setattr(module.time, "time", lambda: now)
    used, unused = cache.name(b"used"), cache.name(b"unused")
    cache.write({used: b"1", unused: b"2"})
    for _ in range(3):
        now += 50 * 86_400
        cache.write({}, used=[used])

    assert {used: b"1"} == cache.read([used, unused])


def test_size(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grows too large loses what was used longest ago."""
    monkeypatch.setattr(module, "_LARGEST", 100_000)
    now = 1_800_000_000.0
    monkeypatch.setattr(module.time, "time", lambda: now)
    names = [cache.name(b"%d" % number) for number in range(40)]
    for name in names:
        now += 86_400
        cache.write({name: b"".join(cache.name(name, b"%d" % n) for n in range(400))})

    kept = cache.read(names)
    assert names[-1] in kept
    assert names[0] not in kept
    assert (cache.folder / FILE).stat().st_size < 200_000


def test_two_at_once(cache: Cache) -> None:
    """Scans that run side by side share one file and lose nothing of either."""

    def write(start: int) -> None:
        for number in range(start, start + 40):
            cache.write({cache.name(b"%d" % number): b"%d" % number})

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 40, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 120 == len(cache.read([cache.name(b"%d" % number) for number in range(120)]))
