"""Imports that go wrong: the old mirror stays, nothing half-built is left, and all is told."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories.mirror import open_any, open_mirror
from drawgate.advisories.store import import_data
from drawgate.core.advisory import Held
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]
SAMPLES = Path(__file__).parents[3] / "fixtures/published"
PROGRAM = Path(sys.executable).with_name("drawgate")


@pytest.fixture
def out(tmp_path: Path, foldered: Make, record: Make) -> Path:
    """Build a mirror of one record, KEV and EPSS, in a folder of its own."""
    path = tmp_path / "data" / "mirror.sqlite"
    import_data(SAMPLES, path)
    import_data(foldered(record("OLD-1")), path)
    return path


@pytest.fixture
def many(tmp_path: Path, zipped: Make, record: Make) -> Path:
    """Write a zip that takes seconds to import."""
    text = "x" * 2_000
    return Path(
        zipped(
            {
                f"{n}.json": json.dumps(record(f"N-{n}", details=text)).encode()
                for n in range(30_000)
            },
            "many.zip",
        )
    )


def started(source: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start an import in a process of its own, and wait until it writes."""
    argv = [PROGRAM, "advisories", "import", source, "-o", out]
    process = subprocess.Popen(argv, stderr=subprocess.PIPE)
    while not any(path.stat().st_size > 100_000 for path in out.parent.glob(".*")):
        assert process.poll() is None, "the import was too quick for this test"
        time.sleep(0.01)
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_import_leaves_the_old_mirror_alone(
    out: Path, many: Path, number: int, code: int
) -> None:
    """Ctrl-C and SIGTERM leave no partial file."""
    before = out.read_bytes()

    process = started(many, out)
    process.send_signal(number)
    process.communicate(timeout=60)

    assert code == process.returncode, "the import was too quick for this test"
    assert before == out.read_bytes()
    assert ["mirror.sqlite"] == [path.name for path in out.parent.iterdir()]


def test_what_a_killed_import_left_is_removed_by_a_later_one(
    out: Path, many: Path, foldered: Make, record: Make
) -> None:
    """SIGKILL can't be caught; the old mirror is whole, and a day later its draft is swept up."""
    before = out.read_bytes()
    process = started(many, out)
    process.kill()
    process.communicate(timeout=60)
    assert before == out.read_bytes()
    (draft,) = out.parent.glob(".*")

    import_data(foldered(record("NEW-1")), out)
    assert draft.exists()  # for all we know, its import goes on
    os.utime(draft, (0, 0))
    import_data(foldered(record("NEW-2")), out)

    assert ["mirror.sqlite"] == [path.name for path in out.parent.iterdir()]


def test_a_users_copy_beside_the_mirror_stays(out: Path, foldered: Make, record: Make) -> None:
    """However old it is: only drafts with our mark are ours to remove."""
    copies = [out.parent / f".{out.name}.{end}" for end in ("bak", "drawgate", "abcd1234")]
    for copy in copies:
        copy.write_text("kept")
        os.utime(copy, (0, 0))

    import_data(foldered(record("NEW-1")), out)

    assert ["kept"] * 3 == [copy.read_text() for copy in copies]


@pytest.mark.parametrize("room", [0, 4_096, 100_000, 1_000_000])
def test_a_full_disk_leaves_the_old_mirror_alone(out: Path, many: Path, room: int) -> None:
    """A file that can't grow is told like a full disk, and the draft goes."""
    before = out.read_bytes()
    done = subprocess.run(
        [PROGRAM, "advisories", "import", many, "-o", out],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )

    assert (2, before) == (done.returncode, out.read_bytes())
    assert "the mirror can't be written" in done.stderr
    assert ["mirror.sqlite"] == [path.name for path in out.parent.iterdir()]


def test_two_imports_at_once_leave_one_whole_mirror(out: Path, zipped: Make, record: Make) -> None:
    """The last one to finish wins; nobody ever sees a mixture."""
    sources = [
        zipped(
            {f"{n}.json": json.dumps(record(f"{name}-{n}")).encode() for n in range(300)},
            f"{name}.zip",
        )
        for name in ("A", "B", "C", "D")
    ]

    with ThreadPoolExecutor(4) as pool:
        imported = list(pool.map(lambda source: import_data(source, out), sources))

    with open_mirror(out) as mirror:
        assert mirror.data in [each.data for each in imported]
        found = {r["id"][0] for r in mirror.affecting("PyPI", "flask", "0.1")}
    assert (1, ["mirror.sqlite"]) == (len(found), [path.name for path in out.parent.iterdir()])


def test_all_broken_records_are_counted_and_named(out: Path, zipped: Make, record: Make) -> None:
    """Somebody who has to mend them shall not have to try once for each."""
    broken = {f"bad/{n}.json": b"{" for n in range(9)}
    source = zipped({"a.json": json.dumps(record()).encode(), **broken})
    before = out.read_bytes()

    with pytest.raises(AdvisoryError) as caught:
        import_data(source, out)

    assert (caught.value.where, caught.value.hint) == (
        "bad/0.json",
        "look also at bad/1.json, bad/2.json, bad/3.json, bad/4.json, bad/5.json and 3 more",
    )
    assert caught.value.what.endswith("; in all, 9 records can't be taken")
    assert before == out.read_bytes()


@pytest.mark.parametrize("name", ["one.json", "one.yaml", "one.yml"])
def test_one_record_can_be_imported(tmp_path: Path, record: Make, name: str) -> None:
    """JSON is YAML, too."""
    (tmp_path / name).write_text(json.dumps(record("ONE-1")), "utf-8")

    with open_any(tmp_path / name) as mirror:
        assert (name, 1) == (mirror.data.source, mirror.data.records)


@pytest.mark.parametrize("name", ["deep/inner.zip", "INNER.ZIP"])
def test_a_zip_inside_a_zip_is_told(tmp_path: Path, zipped: Make, record: Make, name: str) -> None:
    """What is in it would be missing without a word."""
    inner = zipped({"a.json": json.dumps(record()).encode()}, "inner.zip").read_bytes()
    source = zipped({"b.json": json.dumps(record("B-1")).encode(), name: inner})

    with pytest.raises(AdvisoryError, match=f"{name}: a zip inside a zip is not read"):
        import_data(source, tmp_path / "mirror.sqlite")


def test_names_that_lead_out_of_a_zip_lead_nowhere(
    tmp_path: Path, zipped: Make, record: Make
) -> None:
    """Nothing is unpacked, so a member may be called what it likes."""
    names = ("../../out.json", str(tmp_path / "abs.json"), "C:\\out.json")
    source = zipped({name: json.dumps(record(f"A-{n}")).encode() for n, name in enumerate(names)})
    before = set(tmp_path.rglob("*"))

    imported = import_data(source, tmp_path / "mirror.sqlite")

    assert (3, {tmp_path / "mirror.sqlite"}) == (
        imported.data.records,
        set(tmp_path.rglob("*")) - before,
    )


def test_half_a_zip_is_refused(out: Path, zipped: Make, record: Make) -> None:
    """The directory of a zip stands at its end, so half of one has none."""
    members = {f"{n}.json": json.dumps(record(f"N-{n}")).encode() for n in range(99)}
    source = zipped(members)
    content = source.read_bytes()
    before = out.read_bytes()

    for length in (len(content) // 2, len(content) - 1, len(content) - 30):
        source.write_bytes(content[:length])
        with pytest.raises(AdvisoryError, match="the zip can't be read"):
            import_data(source, out)

    assert before == out.read_bytes()


def test_odd_records_are_kept_and_counted_for_what_they_are(
    tmp_path: Path, foldered: Make, record: Make
) -> None:
    """No packages, no ranges, commits only, several ecosystems, releases of a distribution."""

    def about(ecosystem: str, name: str = "flask", **more: object) -> dict[str, object]:
        return {"package": {"ecosystem": ecosystem, "name": name}, **more}

    commits = [{"type": "GIT", "repo": "r", "events": [{"introduced": "0"}]}]
    folder = foldered(
        record("NONE", affected=[]),
        record("NULL", affected=None, aliases=None, severity=None, withdrawn=None),
        record("BARE", affected=[about("PyPI", "bare")]),
        record("COMMITS", affected=[about("PyPI", "bare", ranges=commits), {"ranges": commits}]),
        record("LISTED", affected=[about("PyPI", "Fl.A-SK", versions=["1!1.0", "2.0+cpu"])]),
        record(
            "BOTH",
            affected=[about("Debian:12", versions=["1-1"]), about("PyPI", versions=["5"])],
        ),
        record("GONE", withdrawn="2024-06-01T00:00:00Z"),
    )

    data = import_data(folder, tmp_path / "mirror.sqlite").data

    assert (7, (Held(ecosystem="PyPI", records=4, newest="2024-05-01T00:00:00Z"),)) == (
        data.records,
        data.ecosystems,
    )
    with open_mirror(tmp_path / "mirror.sqlite") as mirror:
        found = {
            version: [r["id"] for r in mirror.affecting("PyPI", name, version)]
            for name, version in (
                ("flask", "0.1"), ("flask", "5.0"), ("fl_a_sk", "1!1"), ("fl_a_sk", "1"),
                ("fl_a_sk", "2.0"), ("fl_a_sk", "2+gpu"),
            )
        }  # fmt: skip
        with pytest.raises(AdvisoryError, match="the mirror holds nothing about 'Debian:12'"):
            mirror.affecting("Debian:12", "flask", "1-1")
    assert found == {
        "0.1": [], "5.0": ["BOTH"], "1!1": ["LISTED"], "1": [],
        "2.0": ["LISTED"], "2+gpu": ["LISTED"],
    }  # fmt: skip


def test_an_import_onto_itself_and_from_a_copy_give_the_same(out: Path, tmp_path: Path) -> None:
    """A mirror is a source like any other."""
    shutil.copy(out, tmp_path / "copy.sqlite")

    digests = {import_data(each, out).data.digest for each in (out, tmp_path / "copy.sqlite", out)}

    assert len(digests) == 1
    with sqlite3.connect(f"file:{out}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
