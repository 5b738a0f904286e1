"""What an import replaces, and what stays."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories.mirror import open_mirror
from drawgate.advisories.store import Imported, import_all, import_data
from drawgate.advisories.taking import Item
from drawgate.advisories.verify import check
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]
SAMPLES = Path(__file__).parents[3] / "fixtures/published"
RANGE = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mirror.sqlite"


@pytest.fixture
def taken(tmp_path: Path, record: Make, out: Path) -> Callable[..., Imported]:
    """Import records about these ecosystems, given as id, ecosystems and day."""
    number = iter(range(99))

    def take(*rows: tuple[str, str, str], own: str = "") -> Imported:
        folder = tmp_path / f"records-{next(number)}"
        folder.mkdir()
        for identity, ecosystems, day in rows:
            about = [
                {"package": {"ecosystem": each, "name": "flask"}, "ranges": RANGE}
                for each in ecosystems.split("+")
            ]
            made = record(identity, affected=about, modified=f"{day}T00:00:00Z")
            (folder / f"{identity}.json").write_text(json.dumps(made))
        return import_all([Item(path=folder, own=own)], out)

    return take


def held(out: Path, ecosystem: str = "PyPI") -> list[str]:
    with open_mirror(out) as mirror:
        return [record["id"] for record in mirror.affecting(ecosystem, "flask", "1.0")]


def test_a_source_replaces_itself_and_nothing_else(taken: Make, out: Path) -> None:
    """A new all.zip of PyPI leaves npm, KEV and EPSS as they were."""
    import_all([Item(path=SAMPLES / "kev.json"), Item(path=SAMPLES / "epss.csv")], out)
    taken(("NPM-1", "npm", "2024-01-01"))
    taken(("PYSEC-1", "PyPI", "2024-01-01"))

    imported = taken(("PYSEC-2", "PyPI", "2024-02-01"))

    assert ("osv:PyPI",) == imported.replaced
    assert ["epss", "kev", "osv:PyPI", "osv:npm"] == [s.name for s in imported.data.sources]
    assert (["PYSEC-2"], ["NPM-1"]) == (held(out), held(out, "npm"))
    check(out)


def test_what_is_about_more_replaces_what_is_about_less(taken: Make, out: Path) -> None:
    """After the import of all ecosystems, the older one of PyPI alone has no say."""
    taken(("PYSEC-1", "PyPI", "2024-01-01"))

    imported = taken(("NPM-1", "npm", "2024-01-01"), ("PYSEC-2", "PyPI", "2024-01-01"))

    assert (("osv:PyPI+npm",), ("osv:PyPI",)) == (imported.taken, imported.replaced)
    assert ["PYSEC-2"] == held(out)


@pytest.mark.parametrize("ecosystems", ["PyPI", "PyPI+npm"])
def test_a_few_records_do_not_take_the_place_of_a_publication(
    taken: Make, out: Path, ecosystems: str
) -> None:
    """Who imports one record to add it does not lose all others; under a name of his he can."""
    taken(*((f"PYSEC-{number}", "PyPI", "2024-01-01") for number in range(100)))
    before = out.read_bytes()

    with pytest.raises(AdvisoryError, match="these 1 would take the place of 100 records") as told:
        taken(("OURS-1", ecosystems, "2024-02-01"))

    assert out.read_bytes() == before
    assert "`--as NAME` keeps them beside" in told.value.hint
    taken(("OURS-1", ecosystems, "2024-02-01"), own="acme")
    assert len(held(out)) == len(range(100)) + 1


def test_half_of_a_publication_is_taken(taken: Make, out: Path) -> None:
    """What a site leaves out on purpose is its own matter."""
    taken(*((f"PYSEC-{number}", "PyPI", "2024-01-01") for number in range(100)))

    taken(*((f"PYSEC-{number}", "PyPI", "2024-02-01") for number in range(50)))

    assert len(held(out)) == len(range(50))


def test_of_one_record_in_two_sources_the_newer_counts(taken: Make, out: Path) -> None:
    """A record about two ecosystems is in the files of both, of different days."""
    taken(("GHSA-1", "npm+PyPI", "2024-03-01"), ("NPM-1", "npm", "2024-01-01"))
    data = taken(("GHSA-1", "PyPI", "2024-02-01"), ("PYSEC-1", "PyPI", "2024-02-01")).data

    assert 3 == data.records
    assert ["GHSA-1", "NPM-1"] == held(out, "npm")
    assert ["GHSA-1", "PYSEC-1"] == held(out)

    taken(("NPM-1", "npm", "2024-01-01"))  # npm does not speak of it any more

    assert ["GHSA-1", "PYSEC-1"] == held(out)
    check(out)


def test_a_few_records_from_elsewhere_make_no_ecosystem(taken: Make, out: Path) -> None:
    """The file of npm has some records about PyPI: they don't mean that PyPI's data is there."""
    data = taken(("GHSA-1", "npm+PyPI", "2024-03-01"), ("NPM-1", "npm", "2024-01-01")).data

    assert ["npm"] == [each.ecosystem for each in data.ecosystems]
    with pytest.raises(AdvisoryError, match="holds nothing about 'PyPI'"):
        held(out)


def test_fresh_records_about_npm_make_those_about_pypi_no_younger(taken: Make) -> None:
    """Each ecosystem is as old as the sources about it."""
    taken(("PYSEC-1", "PyPI", "2020-01-01"))
    taken(("MINE-1", "PyPI", "2024-09-01"), own="mine")
    data = taken(("GHSA-1", "npm+PyPI", "2024-03-01"), ("NPM-1", "npm", "2024-01-01")).data

    assert "2024-09-01T00:00:00Z" == data.newest
    assert ("2020-01-01T00:00:00Z", "2024-03-01T00:00:00Z") == (
        data.newest_of("PyPI"),
        data.newest_of("npm"),
    )


def test_own_records_stay_beside_the_published_ones(taken: Make, out: Path) -> None:
    """A company's advisories have a name of their own, and go when they are imported again."""
    taken(("MINE-1", "PyPI", "2024-01-01"), own="acme")
    taken(("PYSEC-1", "PyPI", "2024-01-01"))
    assert ["MINE-1", "PYSEC-1"] == held(out)

    taken(("MINE-2", "PyPI", "2024-01-01"), own="acme")

    assert ["MINE-2", "PYSEC-1"] == held(out)


@pytest.mark.parametrize("name", ["kev", "epss", "osv", "osv:PyPI", "A", "a b", "-", "a\n"])
def test_own_records_can_not_take_a_published_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(AdvisoryError, match="can't be the name of a source"):
        Item(path=tmp_path, own=name)


def test_one_record_after_another_is_one_source(tmp_path: Path, out: Path, record: Make) -> None:
    """A shell's `*.json` names records one by one."""
    paths = [tmp_path / f"{n}.json" for n in range(3)]
    for path in paths:
        path.write_text(json.dumps(record(f"PYSEC-{path.stem}")))

    data = import_all([Item(path=path) for path in paths], out).data

    assert [("osv:PyPI", 3)] == [(source.name, source.records) for source in data.sources]


def test_a_broken_mirror_is_replaced_and_the_loss_is_told(taken: Make, out: Path) -> None:
    """It can't be read, so nothing of it is used; what it held is unknown from now on."""
    taken(("NPM-1", "npm", "2024-01-01"))
    out.write_bytes(out.read_bytes()[:-4096])

    imported = taken(("PYSEC-1", "PyPI", "2024-01-01"))

    assert "the mirror is broken" in imported.lost
    assert ["osv:PyPI"] == [source.name for source in imported.data.sources]
    check(out)


def test_a_kept_source_whose_records_changed_is_not_kept(taken: Make, out: Path) -> None:
    """Whoever mends the seal after a change still can't get his records into the next mirror."""
    taken(("NPM-1", "npm", "2024-01-01"))
    head = out.read_bytes()[:100]
    with closing(sqlite3.connect(out)) as database:
        database.executescript("UPDATE record SET body = replace(body, 'flask', 'x')")
    with out.open("r+b") as stream:
        stream.write(head)

    imported = taken(("PYSEC-1", "PyPI", "2024-01-01"))

    assert "its records of osv:npm are not those that were imported" in imported.lost


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_mirror_of_an_older_layout_keeps_its_records(
    tmp_path: Path, foldered: Make, record: Make, out: Path, version: int
) -> None:
    """The first import by this version brings the rest along."""
    older_mirror(out, version, record("PYSEC-1"))

    imported = import_data(SAMPLES / "kev.json", out)

    assert ("", ["kev", "osv:PyPI"]) == (imported.lost, [s.name for s in imported.data.sources])
    assert ["PYSEC-1"] == [*held_below(out)]
    check(out)


def held_below(out: Path) -> list[str]:
    with open_mirror(out) as mirror:
        return [each["id"] for each in mirror.affecting("PyPI", "flask", "0.1")]


def older_mirror(out: Path, version: int, raw: dict[str, Any]) -> None:
    """Write what versions before this one wrote, as far as an import reads it."""
    import hashlib

    body = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(body.encode() + b"\n").hexdigest()
    meta = {"source": "all.zip", "records": "1", "newest": raw["modified"], "digest": digest}
    if version > 1:
        meta["ecosystems"] = '{"PyPI": 1}'
    out.parent.mkdir()
    with closing(sqlite3.connect(out)) as database:
        database.executescript(
            "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
            "CREATE TABLE record (id TEXT PRIMARY KEY, withdrawn INTEGER, body TEXT NOT NULL);"
            "CREATE TABLE affected (ecosystem, name, id, versions, ranges);"
            "CREATE TABLE alias (alias, id);"
            f"PRAGMA application_id = 1146570561; PRAGMA user_version = {version}"
        )
        database.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        database.execute("INSERT INTO record VALUES (?, 0, ?)", (raw["id"], body))
        database.commit()


@pytest.mark.parametrize("content", [b"notes", b"{}", b"SQLite format 3\x00" + b"\0" * 90])
def test_a_file_that_is_no_mirror_is_not_overwritten(
    tmp_path: Path, foldered: Make, record: Make, content: bytes
) -> None:
    """`-o` may name somebody's notes, or another program's database."""
    out = tmp_path / "notes"
    out.write_bytes(content)

    with pytest.raises(AdvisoryError, match="no mirror of advisories, and stays as it is"):
        import_data(foldered(record()), out)

    assert content == out.read_bytes()


def test_an_import_of_a_copy_brings_all_of_its_sources(taken: Make, out: Path) -> None:
    """A mirror is carried to an air-gapped machine as one file."""
    import_data(SAMPLES / "kev.json", out)
    taken(("PYSEC-1", "PyPI", "2024-01-01"))
    carried = out.with_name("carried.sqlite")
    shutil.copy(out, carried)
    taken(("PYSEC-2", "PyPI", "2024-01-01"))
    taken(("NPM-1", "npm", "2024-01-01"))

    imported = import_data(carried, out)

    assert ("kev", "osv:PyPI") == imported.taken
    assert (["PYSEC-1"], ["NPM-1"]) == (held(out), held(out, "npm"))
