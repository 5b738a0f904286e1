"""What CISA and FIRST publish: known by its content, whole or refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories.layout import connect
from drawgate.advisories.store import import_all, import_data
from drawgate.advisories.taking import Item
from drawgate.advisories.verify import check
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]
SAMPLES = Path(__file__).parents[3] / "fixtures/published"
KEV = (SAMPLES / "kev.json").read_bytes()
EPSS = (SAMPLES / "epss.csv").read_bytes()
BOM = b"\xef\xbb\xbf"
KEV_ROWS = [
    ("CVE-1900-0001", "2024-06-03", "2024-06-24", 1),
    ("CVE-1900-0002", "2024-06-10", "2024-07-01", None),
]
EPSS_ROWS = [
    ("CVE-1900-0001", 0.91234, 0.99121),
    ("CVE-1900-0002", 0.00042, 0.05117),
    ("CVE-1900-0003", 0.5, 0.97),
]


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)  # the same bytes at any time


def rows(mirror: Path, table: str) -> list[tuple[Any, ...]]:
    database = connect(mirror)
    found = database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
    database.close()
    return found


def kev(**changes: object) -> bytes:
    return json.dumps({**json.loads(KEV), **changes}).encode()


def entry(**changes: object) -> bytes:
    one = {**json.loads(KEV)["vulnerabilities"][0], **changes}
    return kev(vulnerabilities=[one], count=1)


@pytest.mark.parametrize("name", ["kev.json", "known.txt", "all.zip", "epss.csv", "x"])
@pytest.mark.parametrize("change", [bytes, packed, lambda data: BOM + data])
def test_a_catalogue_is_known_by_what_is_in_it(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    """No name, no packing and no byte order mark makes it something else."""
    source = tmp_path / name
    source.write_bytes(change(KEV))

    data = import_data(source, tmp_path / "mirror.sqlite").data

    assert KEV_ROWS == rows(tmp_path / "mirror.sqlite", "kev")
    (told,) = data.sources
    assert ("kev", "kev", name, 2, "2024-07-01T15:00:00Z") == (
        told.name,
        told.kind,
        told.file,
        told.records,
        told.newest,
    )


@pytest.mark.parametrize("name", ["epss.csv", "epss.csv.gz", "known_exploited.json", "x.yaml"])
@pytest.mark.parametrize(
    "change",
    [
        bytes,
        packed,
        lambda data: BOM + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"CVE-1900-0001,0.91234", b'"CVE-1900-0001","0.91234"'),
        lambda data: data + data.splitlines(keepends=True)[2],
    ],
    ids=["plain", "gzip", "bom", "crlf", "quotes", "repeated"],
)
def test_scores_are_known_by_what_is_in_them(
    tmp_path: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    """Spreadsheets write quotes, CRLF and byte order marks; the scores stay the same."""
    source = tmp_path / name
    source.write_bytes(change(EPSS))

    data = import_data(source, tmp_path / "mirror.sqlite").data

    assert EPSS_ROWS == rows(tmp_path / "mirror.sqlite", "epss")
    assert ["2024-07-01T12:55:00Z"] == [source.newest for source in data.sources]


def test_a_folder_holds_all_kinds_at_once(tmp_path: Path, record: Make, zipped: Make) -> None:
    """An air-gapped site carries one folder; each file in it is taken for what it is."""
    carried = tmp_path / "carried"
    carried.mkdir()
    zipped({"PYSEC-1.json": json.dumps(record()).encode()}).rename(carried / "PyPI.zip")
    (carried / "kev.json").write_bytes(KEV)
    (carried / "scores.csv.gz").write_bytes(packed(EPSS))
    (carried / "modified_id.csv").write_text("2024-08-15T00:05:00Z,PYSEC-1\n")

    imported = import_data(carried, tmp_path / "mirror.sqlite")

    assert ("epss", "kev", "osv:PyPI") == imported.taken
    assert ("modified_id.csv",) == imported.left_out


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (KEV[:-30], "this can't be read"),
        (kev(count=3), "has 2 entries and says that it has 3"),
        (kev(vulnerabilities=[], count=0), "has 0 entries"),
        (kev(vulnerabilities="many"), "Expected `array`, got `str`"),
        (kev(count=10**400), "no KEV catalogue|can't be read|out of range"),
        (kev(dateReleased="today"), "'today' is no date"),
        (kev(dateReleased=None), "Expected `str`, got `null`"),
        (kev(dateReleased="0001-01-01T00:00:00Z"), "is no date"),
        (entry(cveID="1900-1"), "no KEV catalogue"),
        (entry(cveID="CVE-1900-1234\n"), "no KEV catalogue"),
        (entry(cveID="CVE-1900-" + "1" * 99), "no KEV catalogue"),
        (entry(dueDate="2024-02-31"), "no KEV catalogue"),
        (entry(dateAdded=5), "no KEV catalogue"),
        (
            kev(
                vulnerabilities=[
                    {"cveID": "CVE-1900-1234", "dateAdded": "2024-01-01", "dueDate": due}
                    for due in ("2024-02-01", "2024-02-02")
                ]
            ),
            "CVE-1900-1234 stands twice, with different content",
        ),
        (packed(KEV)[:-30], "it can't be unpacked"),
        (packed(KEV)[:-8] + b"\0" * 8, "it can't be unpacked: CRC check failed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_catalogue_is_refused_and_the_old_one_stays(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    """Half a catalogue would call what is exploited "not listed"."""
    _refused(tmp_path, KEV, content, reason)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (EPSS[:-1], "their last line has no end"),
        (EPSS[:-9] + b"\n", "stands twice|two shares from 0 to 1 in line 5"),
        (EPSS[:-6], "their last line has no end"),
        (b"cve,epss,percentile\nCVE-1900-0001,0.5,0.5\n", "heading|of which day"),
        (EPSS.replace(b"2024-07-01T12:55:00Z", b"2024-13-01T12:55:00Z"), "is no date"),
        (EPSS.replace(b"cve,epss,percentile", b"cve,epss"), "lack the heading"),
        (EPSS.replace(b"0.91234", b"1e400"), "two shares from 0 to 1 in line 3"),
        (EPSS.replace(b"0.91234", b"nan"), "two shares from 0 to 1 in line 3"),
        (EPSS.replace(b"0.91234", b"-0.1"), "two shares from 0 to 1 in line 3"),
        (EPSS.replace(b"0.91234", b"0,91234"), "two shares from 0 to 1 in line 3"),
        (EPSS.replace(b"0.91234", b'"0.9"1234'), "can't be read|two shares"),
        (EPSS.replace(b"CVE-1900-0002", b"=cmd()"), "two shares from 0 to 1 in line 4"),
        (EPSS.replace(b"CVE-1900-0002", b"CVE-1900-0001"), "CVE-1900-0001 stands twice"),
        (b"".join(EPSS.splitlines(keepends=True)[:2]), "not one score"),
        (EPSS.splitlines(keepends=True)[0], "can't be read"),
        (EPSS.replace(b"0001", b"\xff001"), "are not UTF-8"),
        (packed(EPSS)[:40], "it can't be unpacked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_broken_scores_are_refused_and_the_old_ones_stay(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    """A score that can't be read is no low score."""
    _refused(tmp_path, EPSS, content, reason)


def _refused(tmp_path: Path, good: bytes, bad: bytes, reason: str) -> None:
    out, source = tmp_path / "out" / "mirror.sqlite", tmp_path / "source"
    source.write_bytes(good)
    import_data(source, out)
    before = out.read_bytes()
    source.write_bytes(bad)

    with pytest.raises(AdvisoryError, match=reason):
        import_data(source, out)

    assert before == out.read_bytes()
    assert ["mirror.sqlite"] == [path.name for path in out.parent.iterdir()]


def test_a_gzip_bomb_is_stopped_by_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand times its size on disk, in memory never more than the limit."""
    monkeypatch.setattr("drawgate.advisories.sources.ENTRY_LIMIT", 1 << 20)
    source = tmp_path / "epss.csv.gz"
    source.write_bytes(gzip.compress(EPSS + b"CVE-1900-0009,0.1,0.1\n" * 100_000))

    with pytest.raises(AdvisoryError, match="larger than"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_two_different_days_at_once_are_refused(tmp_path: Path) -> None:
    """Nobody can tell which one is meant."""
    (tmp_path / "one").write_bytes(EPSS)
    (tmp_path / "two").write_bytes(EPSS.replace(b"0.91234", b"0.91235"))
    items = [Item(path=tmp_path / name) for name in ("one", "two")]

    with pytest.raises(AdvisoryError, match="two of EPSS, with different content"):
        import_all(items, tmp_path / "mirror.sqlite")


def test_a_mirror_with_all_kinds_can_be_verified_and_copied(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """A copy by import is the same mirror, source for source."""
    (tmp_path / "kev").write_bytes(KEV)
    (tmp_path / "epss").write_bytes(EPSS)
    out, copy = tmp_path / "mirror.sqlite", tmp_path / "copy.sqlite"
    paths = [tmp_path / "kev", tmp_path / "epss", foldered(record())]
    data = import_all([Item(path=path) for path in paths], out).data

    check(out)

    assert data == import_data(out, copy).data
    assert KEV_ROWS == rows(copy, "kev")
    assert EPSS_ROWS == rows(copy, "epss")
