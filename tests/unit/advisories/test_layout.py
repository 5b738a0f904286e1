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
        assert (2, (Held(ecosystem="PyPI", records=1),)) == (
            opened.data.records,
            opened.data.ecosystems,
        )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("DELETE FROM record", "it holds 0 records, and 2 were imported"),
        ("DELETE FROM record WHERE id = 'PYSEC-2'", "it holds 1 records, and 2 were imported"),
        ("DELETE FROM affected", "its records about PyPI are not those that were imported"),
        ("UPDATE affected SET ecosystem = 'npm'", "its records about PyPI are not those"),
        ("UPDATE record SET withdrawn = 1", "its records about PyPI are not those"),
        (
            "INSERT INTO affected VALUES ('npm', 'x', 'PYSEC-1', '', '[]')",
            "nobody imported its records about npm",
        ),
        ("UPDATE meta SET value = 'many' WHERE key = 'records'", "its facts can't be read"),
        ("UPDATE meta SET value = '[1' WHERE key = 'ecosystems'", "its facts can't be read"),
        ("UPDATE meta SET value = '[1]' WHERE key = 'ecosystems'", "its facts can't be read"),
        ("DELETE FROM meta WHERE key = 'ecosystems'", "nobody imported its records about PyPI"),
        ("DROP TABLE affected", "no such table: affected"),
    ],
)
def test_a_mirror_that_lost_something_is_not_opened(mirror: Path, script: str, reason: str) -> None:
    """An emptied mirror would call every package clean."""
    change(mirror, script)

    with pytest.raises(AdvisoryError, match=f"the mirror is broken: {reason}") as caught:
        open_mirror(mirror)

    assert (str(mirror), "build it again with `drawgate advisories import PATH`") == (
        caught.value.where,
        caught.value.hint,
    )


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
def test_verifying_finds_what_counting_does_not(mirror: Path, script: str, reason: str) -> None:
    """Each change leaves all counts as they were."""
    check(mirror)
    change(mirror, script)

    open_mirror(mirror).close()
    with pytest.raises(AdvisoryError, match=reason):
        check(mirror)


def test_an_older_layout_can_be_imported_in_its_own_place(mirror: Path) -> None:
    """Nobody has to download the data again."""
    change(mirror, "DELETE FROM meta WHERE key = 'ecosystems'; PRAGMA user_version = 1")

    import_data(mirror, mirror)

    check(mirror)


def test_a_changed_mirror_is_no_source(mirror: Path, tmp_path: Path) -> None:
    """Importing it would make wrong records look right."""
    change(mirror, "UPDATE record SET body = replace(body, '1.0', '0.1')")

    with pytest.raises(AdvisoryError, match="its records are not those that were imported"):
        import_data(mirror, tmp_path / "other.sqlite")
