"""A mirror that is not what was imported is refused, when it is opened or when it is verified."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories.mirror import open_mirror
from drawgate.advisories.store import import_data
from drawgate.advisories.verify import check
from drawgate.core.advisory import Held
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]


@pytest.fixture
def mirror(tmp_path: Path, foldered: Make, record: Make) -> Path:
    """Build a mirror of two records about flask, one of them withdrawn."""
    path = tmp_path / "mirror.sqlite"
    gone = record("PYSEC-2", withdrawn="2024-06-01T00:00:00Z")
    import_data(foldered(record("PYSEC-1"), gone), path)
    return path


def change(path: Path, script: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)


def test_withdrawn_records_do_not_count_for_an_ecosystem(mirror: Path) -> None:
    """They are never reported, so data that holds nothing else holds nothing."""
    with open_mirror(mirror) as opened:
        assert (2, (Held(ecosystem="PyPI", records=1, newest="2024-05-01T00:00:00Z"),)) == (
            opened.data.records,
            opened.data.ecosystems,
        )


CHANGED = "the mirror is broken: it was cut off or changed after it was imported"


@pytest.mark.parametrize(
    "script",
    [
        "DELETE FROM record",
        "DELETE FROM record WHERE id = 'PYSEC-2'",
        "DELETE FROM affected",
        "DELETE FROM alias",
        "UPDATE affected SET ranges = '[]'",
        "UPDATE record SET withdrawn = 1",
        "UPDATE record SET body = replace(body, '1.0', '0.1')",
        "INSERT INTO affected VALUES ('npm', 'x', 'PYSEC-1', 'osv:PyPI', '', '[]')",
        "UPDATE meta SET value = '2026-01-01T00:00:00Z' WHERE key = 'newest'",
        "DROP TABLE affected",
        "DELETE FROM record; VACUUM",
        "PRAGMA journal_mode = WAL; DELETE FROM record; PRAGMA journal_mode = DELETE",
    ],
)
def test_a_mirror_that_was_changed_is_not_opened(mirror: Path, script: str) -> None:
    """An emptied mirror would call every package clean."""
    change(mirror, script)

    with pytest.raises(AdvisoryError, match=CHANGED) as caught:
        open_mirror(mirror)

    assert (str(mirror), "build it again with `drawgate advisories sync`, or `import PATH`") == (
        caught.value.where,
        caught.value.hint,
    )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("UPDATE meta SET value = 'many' WHERE key = 'records'", "its facts can't be read"),
        ("UPDATE meta SET value = '[1' WHERE key = 'ecosystems'", "its facts can't be read"),
        ("UPDATE meta SET value = '[1]' WHERE key = 'ecosystems'", "its facts can't be read"),
        ("DELETE FROM meta WHERE key = 'seal'", "its facts can't be read"),
        ("DELETE FROM meta WHERE key = 'newest'", "the mirror was not finished"),
        ("DROP TABLE meta", "no such table: meta"),
    ],
)
def test_a_mirror_without_readable_facts_is_not_opened(
    mirror: Path, script: str, reason: str
) -> None:
    """Nobody knows then what it should hold."""
    change(mirror, script)

    with pytest.raises(AdvisoryError, match=reason):
        open_mirror(mirror)


@pytest.mark.parametrize("length", [0, 15, 99, 100, 4096, -4096, -1, 1])
def test_a_mirror_of_another_length_is_not_opened(mirror: Path, length: int) -> None:
    """Half a download is no advisory data, and neither is what somebody added."""
    content = mirror.read_bytes()
    mirror.write_bytes(content[:length] if length <= 0 or length > 1 else content + b"x")

    with pytest.raises(AdvisoryError):
        open_mirror(mirror)


def test_a_copy_is_as_good_as_the_mirror(mirror: Path, tmp_path: Path) -> None:
    """Neither its name, nor its time, nor a look at it with SQLite breaks the seal."""
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(mirror.read_bytes())
    change(copy, "SELECT COUNT(*) FROM record")

    open_mirror(copy).close()
    check(copy)


def test_opening_takes_as_long_for_many_records_as_for_few(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """A scan pays for opening each time, so nothing is counted."""
    mirrors = [tmp_path / "few.sqlite", tmp_path / "many.sqlite"]
    for path, records in zip(mirrors, (1, 3_000), strict=True):
        import_data(foldered(*(record(f"PYSEC-{n}") for n in range(records))), path)

    steps = [_steps(path) for path in mirrors]

    assert steps[0] == steps[1]


def _steps(path: Path) -> int:
    """Count what SQLite does for opening, in its own instructions."""
    counted = 0

    def step() -> None:
        nonlocal counted
        counted += 1

    plain = sqlite3.connect

    def connect(name: str, *, uri: bool, check_same_thread: bool) -> sqlite3.Connection:
        database = plain(name, uri=uri, check_same_thread=check_same_thread)
        database.set_progress_handler(step, 1)
        return database

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect)
        open_mirror(path).close()
    return counted


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("UPDATE record SET body = replace(body, '1.0', '0.1')", "are not those that were"),
        ("UPDATE affected SET ranges = '[]'", r"do not give what stands in it \(affected\)"),
        ("INSERT INTO affected SELECT * FROM affected", r"stands in it \(affected\)"),
        ("DELETE FROM alias", r"stands in it \(alias\)"),
        ("UPDATE meta SET value = '2026-01-01T00:00:00Z' WHERE key = 'newest'", r"\(meta\)"),
    ],
)
def test_verifying_finds_what_the_seal_does_not(mirror: Path, script: str, reason: str) -> None:
    """Whoever knows how can mend the seal after a change."""
    check(mirror)
    head = mirror.read_bytes()[:100]
    change(mirror, script)
    with mirror.open("r+b") as stream:
        stream.write(head)

    open_mirror(mirror).close()
    with pytest.raises(AdvisoryError, match=reason):
        check(mirror)


@pytest.mark.parametrize(
    "script",
    [
        "DELETE FROM meta WHERE key IN ('ecosystems', 'seal'); PRAGMA user_version = 1",
        "DELETE FROM meta WHERE key = 'seal'; PRAGMA user_version = 2",
    ],
)
def test_an_older_layout_can_be_imported_in_its_own_place(mirror: Path, script: str) -> None:
    """Nobody has to download the data again."""
    change(mirror, script)

    import_data(mirror, mirror)

    check(mirror)


def test_a_changed_mirror_is_no_source(mirror: Path, tmp_path: Path) -> None:
    """Importing it would make wrong records look right."""
    change(mirror, "UPDATE record SET body = replace(body, '1.0', '0.1')")

    with pytest.raises(AdvisoryError, match="its records are not those that were imported"):
        import_data(mirror, tmp_path / "other.sqlite")
