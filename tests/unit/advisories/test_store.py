"""Importing advisories: what is accepted, what is refused, and that nothing is half-used."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories import sources
from drawgate.advisories.mirror import open_mirror
from drawgate.advisories.store import import_data
from drawgate.core.advisory import AdvisoryData, Held, Source
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]
OURS = "PRAGMA application_id = 1146570561; PRAGMA user_version = 4"


def as_bytes(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode()


def test_a_zip_is_imported_with_nested_folders_and_other_files_counted(
    tmp_path: Path, zipped: Make, record: Make
) -> None:
    """Records may lie anywhere in the zip; a README is skipped and counted."""
    source = zipped(
        {
            "PyPI/a/PYSEC-1.json": as_bytes(record("PYSEC-1")),
            "PYSEC-2.json": as_bytes(record("PYSEC-2", modified="2024-06-01T12:00:00+02:00")),
            "README.md": b"hello",
        }
    )

    imported = import_data(source, tmp_path / "out" / "mirror.sqlite")

    assert imported.left_out == ("README.md",)
    assert imported.data == AdvisoryData(
        source="all.zip",
        records=2,
        newest="2024-06-01T10:00:00Z",
        digest=imported.data.digest,
        ecosystems=(Held(ecosystem="PyPI", records=2, newest="2024-06-01T10:00:00Z"),),
        sources=(
            Source(
                name="osv:PyPI",
                kind="osv",
                file="all.zip",
                records=2,
                newest="2024-06-01T10:00:00Z",
                digest=imported.data.digest,
            ),
        ),
    )


def test_the_digest_depends_on_records_and_not_on_their_container(
    tmp_path: Path, zipped: Make, foldered: Make, record: Make
) -> None:
    """The same records in another order, in a folder or a mirror, have the same digest."""
    one, two = record("PYSEC-1"), record("PYSEC-2")
    forward = zipped({"a.json": as_bytes(one), "b.json": as_bytes(two)})
    backward = zipped({"b.json": as_bytes(two), "a.json": as_bytes(one)}, "backward.zip")
    out = [tmp_path / f"{n}.sqlite" for n in range(4)]

    digests = [
        import_data(forward, out[0]).data.digest,
        import_data(backward, out[1]).data.digest,
        import_data(foldered(one, two), out[2]).data.digest,
        import_data(out[0], out[3]).data.digest,
    ]

    assert [digests[0]] * 4 == digests


def test_yaml_keeps_versions_and_dates_as_text(tmp_path: Path) -> None:
    """YAML would read 1.10 as 1.1 and a date as an object; both stay what they are."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "PYSEC-1.yaml").write_text(
        """
id: PYSEC-1
modified: 2024-05-01T00:00:00Z
withdrawn: null
affected:
- package: {name: Flask, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: 0
    - fixed: 1.10
"""
    )
    (folder / ".github").mkdir()
    (folder / ".github" / "workflow.yml").write_text("on: push")

    imported = import_data(folder, tmp_path / "mirror.sqlite")

    assert imported.left_out == ()
    with open_mirror(tmp_path / "mirror.sqlite") as mirror:
        assert ["PYSEC-1"] == [r["id"] for r in mirror.affecting("PyPI", "flask", "1.9")]
        assert mirror.affecting("PyPI", "flask", "1.10") == []


def test_a_folder_of_zips_is_read(tmp_path: Path, zipped: Make, record: Make) -> None:
    """People keep one all.zip for each ecosystem in a folder."""
    zipped({"a.json": as_bytes(record("PYSEC-1"))}, "pypi.zip")
    zipped({"b.json": as_bytes(record("GHSA-1"))}, "npm.zip")

    imported = import_data(tmp_path, tmp_path / "mirror.sqlite")

    assert imported.data.records == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "this can't be read: Expecting value"),
        (b'{"id": "PYSEC-1"', "this can't be read: Expecting"),
        (b"null", "this is no OSV record: Expected `object`, got `null`"),
        (b"\xff\xfe\x00", "this can't be read"),
        (b'{"modified": "2024-01-01T00:00:00Z"}', "missing required field `id`"),
        (b'{"id": "X"}', "missing required field `modified`"),
        (b'{"id": "X", "modified": NaN}', "NaN is not JSON"),
        (
            b'{"id": "X", "modified": "2024-01-01T00:00:00Z", "schema_version": "2.0.0"}',
            "OSV schema 2.0.0 is not known",
        ),
        (
            b'{"id": "X", "modified": "2024-01-01T00:00:00Z", "affected": [{"versions": [1]}]}',
            "Expected `str`, got `int` - at `$.affected[0].versions[0]`",
        ),
        (b"[" * 100_000, "this can't be read"),
        (
            b'{"id": "X", "modified": "2024-01-01T00:00:00Z", "summary": "\\ud800"}',
            "it holds half a character",
        ),
    ],
)
def test_a_broken_record_is_named_and_leaves_the_old_mirror(
    tmp_path: Path, zipped: Make, record: Make, content: bytes, reason: str
) -> None:
    """One broken record refuses the import; the old mirror and the folder stay as they were."""
    out = tmp_path / "data" / "mirror.sqlite"
    import_data(zipped({"a.json": as_bytes(record())}), out)
    before = out.read_bytes()
    broken = zipped({"a.json": as_bytes(record()), "bad/entry.json": content})

    with pytest.raises(AdvisoryError) as caught:
        import_data(broken, out)

    assert caught.value.where == "bad/entry.json"
    assert reason in caught.value.what
    assert before == out.read_bytes()
    assert ["mirror.sqlite"] == [path.name for path in out.parent.iterdir()]


def test_a_source_without_one_record_is_refused(tmp_path: Path, zipped: Make) -> None:
    """No data is not good news."""
    with pytest.raises(AdvisoryError, match="not one advisory in it"):
        import_data(zipped({"README.md": b""}), tmp_path / "mirror.sqlite")


def test_one_id_with_two_contents_is_refused_and_equal_copies_are_one(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """Which of two different records would be right is not for us to guess."""
    folder = foldered(record("PYSEC-1"))
    (folder / "copy.json").write_bytes(as_bytes(record("PYSEC-1")))
    assert import_data(folder, tmp_path / "mirror.sqlite").data.records == 1
    (folder / "other.json").write_bytes(as_bytes(record("PYSEC-1", summary="other")))

    with pytest.raises(AdvisoryError, match="PYSEC-1 stands twice, with different content"):
        import_data(folder, tmp_path / "mirror.sqlite")


def test_data_without_any_real_date_is_refused(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """Go's zero time in an upstream record is no age; with nothing else the age is unknown."""
    folder = foldered(
        record(modified="1-01-01T00:00:00Z"), record("X", modified="0001-01-01T00:00:00Z")
    )

    with pytest.raises(AdvisoryError, match="no record says when it was modified"):
        import_data(folder, tmp_path / "mirror.sqlite")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a zip", b"just text"])
def test_a_file_that_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    """A wrong or cut file is an error with a hint."""
    source = tmp_path / "all.zip"
    source.write_bytes(content)

    with pytest.raises(AdvisoryError, match="the zip can't be read"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_a_damaged_member_is_refused(tmp_path: Path, zipped: Make, record: Make) -> None:
    """Flipped bytes inside a member show up as a failed check sum or a broken stream."""
    source = zipped({"a.json": as_bytes(record(details="x" * 5000))})
    content = bytearray(source.read_bytes())
    content[60:70] = b"\x00" * 10
    source.write_bytes(content)

    with pytest.raises(AdvisoryError, match="the zip can't be read"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_an_encrypted_zip_is_refused(tmp_path: Path, zipped: Make, record: Make) -> None:
    """We have no password, and skipping the member would be a hole."""
    source = zipped({"a.json": as_bytes(record())})
    content = bytearray(source.read_bytes())
    content[6] |= 1  # the flag of the local header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    source.write_bytes(content)

    with pytest.raises(AdvisoryError, match="encrypted"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_a_zip_bomb_is_stopped_by_what_comes_out(
    tmp_path: Path, zipped: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limits hold for real bytes, whatever the headers claim."""
    monkeypatch.setattr(sources, "ENTRY_LIMIT", 1 << 20)
    source = zipped({"bomb.json": b" " * (2 << 20)})
    assert source.stat().st_size < 10_000

    with pytest.raises(AdvisoryError, match=r"bomb.json: the record is larger than 1 MiB"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_many_small_members_are_stopped_by_the_total(
    tmp_path: Path, zipped: Make, record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bomb of many pieces is a bomb."""
    monkeypatch.setattr(sources, "TOTAL_LIMIT", 1000)
    source = zipped({f"{n}.json": as_bytes(record(f"X-{n}")) for n in range(100)})

    with pytest.raises(AdvisoryError, match="GiB of records"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_members_that_point_outside_are_only_names(
    tmp_path: Path, zipped: Make, record: Make
) -> None:
    """Nothing is unpacked, so `../` in a name leads nowhere; control characters are escaped."""
    inside = tmp_path / "deep" / "er"
    source = zipped({"../../\x1b[2Jevil.json": as_bytes(record()), "../x.json": b"{"})

    with pytest.raises(AdvisoryError) as caught:
        import_data(source, inside / "mirror.sqlite")

    assert caught.value.where == "../x.json"
    assert ["all.zip", "deep"] == sorted(path.name for path in tmp_path.iterdir())


def test_control_characters_of_a_member_are_not_shown(tmp_path: Path, zipped: Make) -> None:
    """A member's name can't drive the terminal."""
    with pytest.raises(AdvisoryError) as caught:
        import_data(zipped({"\x1b[2J.json": b"{"}), tmp_path / "mirror.sqlite")

    assert caught.value.where == r"\x1b[2J.json"


def test_yaml_aliases_are_refused(tmp_path: Path) -> None:
    """A few aliases of aliases would write out as gigabytes."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "bomb.yml").write_text("a: &a [x, x]\nb: [*a, *a]\n")

    with pytest.raises(AdvisoryError, match="YAML aliases are not accepted"):
        import_data(folder, tmp_path / "mirror.sqlite")


def test_broken_yaml_is_named(tmp_path: Path) -> None:
    """YAML errors end like JSON errors."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "bad.yaml").write_text("a: [")

    with pytest.raises(AdvisoryError, match=r"bad.yaml: this can't be read"):
        import_data(folder, tmp_path / "mirror.sqlite")


def test_links_in_a_folder_are_not_followed(tmp_path: Path, foldered: Make, record: Make) -> None:
    """A link could lead out of the folder or in a circle."""
    folder = foldered(record())
    (tmp_path / "outside.json").write_bytes(as_bytes(record("OUTSIDE")))
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    (folder / "loop").symlink_to(folder)

    assert import_data(folder, tmp_path / "mirror.sqlite").data.records == 1


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    """There is nothing to guess about a path that does not exist."""
    with pytest.raises(AdvisoryError, match="no such file or folder"):
        import_data(tmp_path / "nothing", tmp_path / "mirror.sqlite")


def test_a_place_that_can_not_be_written_is_an_error(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """A file where a folder must be is told, not raised as a traceback."""
    (tmp_path / "file").write_text("")

    with pytest.raises(AdvisoryError, match="the mirror can't be written"):
        import_data(foldered(record()), tmp_path / "file" / "mirror.sqlite")


def sqlite_file(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return path


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("CREATE TABLE x (y)", "not a mirror of advisories"),
        (
            "PRAGMA application_id = 1146570561; PRAGMA user_version = 99",
            "the mirror has layout 99",
        ),
        (
            "PRAGMA application_id = 1146570561; PRAGMA user_version = 1",
            r"the mirror has layout 1, this version reads 4 \(import it",
        ),
        (
            f"{OURS}; CREATE TABLE meta (key, value)",
            "the mirror was not finished",
        ),
        (OURS, "the mirror is broken"),
    ],
)
def test_a_foreign_database_is_refused(tmp_path: Path, script: str, reason: str) -> None:
    """Any other SQLite file, or one of another layout, is an error and not empty data."""
    path = sqlite_file(tmp_path / "foreign.sqlite", script)

    with pytest.raises(AdvisoryError, match=reason):
        open_mirror(path)


def test_a_truncated_mirror_is_refused(tmp_path: Path, foldered: Make, record: Make) -> None:
    """Half a mirror fails when it is opened or asked, and never answers "nothing"."""
    path = tmp_path / "mirror.sqlite"
    import_data(foldered(*(record(f"X-{n}", details="x" * 900) for n in range(50))), path)
    path.write_bytes(path.read_bytes()[:9000])

    with pytest.raises(AdvisoryError, match="broken"), open_mirror(path) as mirror:
        mirror.affecting("PyPI", "flask", "0.1")


def test_a_mirror_in_a_read_only_folder_opens(tmp_path: Path, foldered: Make, record: Make) -> None:
    """Nothing is written beside a mirror, so an image may hold it read-only."""
    path = tmp_path / "odd ? name" / "mirror.sqlite"
    import_data(foldered(record()), path)

    with open_mirror(path) as mirror:
        mirror.affecting("PyPI", "flask", "0.1")

        assert ["mirror.sqlite"] == [each.name for each in path.parent.iterdir()]


def test_a_zip_with_a_directory_entry_is_fine(tmp_path: Path, record: Make) -> None:
    """Directory entries are no files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.mkdir("PyPI")
        archive.writestr("PyPI/a.json", json.dumps(record()))
    (tmp_path / "all.zip").write_bytes(content.getvalue())

    assert import_data(tmp_path / "all.zip", tmp_path / "mirror.sqlite").left_out == ()
