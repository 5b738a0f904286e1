"""`drawgate advisories`: what it says, and what it does with data that it can't use."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from drawgate.cli.advisories import command
from drawgate.core.errors import AdvisoryError

ADVISORIES = Path(__file__).parents[3] / "fixtures/advisories"


def run(*args: str | Path, home: Path) -> tuple[str, str]:
    """Run the command with a data directory of its own; give stdout and stderr."""
    runner = CliRunner(env={"XDG_DATA_HOME": str(home)})
    result = runner.invoke(command, list(map(str, args)), catch_exceptions=False)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout, result.stderr


def test_import_fills_the_default_mirror_and_status_shows_it(tmp_path: Path) -> None:
    """Numbers go to stdout, remarks to stderr; status adds the age."""
    said = (
        "48 advisories from advisories, newest of 2024-07-11T17:21:37Z\n"
        "43 for PyPI\n"
        "5 for npm\n"
        "osv:PyPI+npm: 48 records, of 2024-07-11T17:21:37Z\n"
        "sha256 a1921d1e7ece7b94c864178a6134bd97c6ffb16b76462cbce620d104d5bc30aa\n"
        f"in {tmp_path}/drawgate/advisories.sqlite\n"
    )

    imported = run("import", ADVISORIES, home=tmp_path)

    assert (said, "1 file is no advisory and was left out: README.md\n") == imported
    shown, remarks = run("status", "--as-of", "2024-07-21T17:21:37Z", home=tmp_path)
    assert (said.replace(":37Z\nsha", ":37Z, 10 days old\nsha"), "") == (shown, remarks)
    shown, _ = run("status", home=tmp_path)
    assert re.search(r"[1-9][\d,]* days old\n", shown)


def test_json_is_for_programs(tmp_path: Path) -> None:
    """Both commands print the same facts as one JSON object."""
    mirror = tmp_path / "mirror.sqlite"

    imported, _ = run("import", ADVISORIES, "-o", mirror, "--json", home=tmp_path)
    shown, _ = run("status", mirror, "--json", home=tmp_path)

    assert imported == shown
    assert ["path", "source", "records", "newest", "digest", "ecosystems", "sources"] == list(
        json.loads(shown)
    )


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["status"], "there is no mirror of advisories"),
        (["import", "/nowhere"], "no such file or folder"),
    ],
)
def test_data_that_is_missing_is_an_error(tmp_path: Path, args: list[str], reason: str) -> None:
    """No data is not fresh data."""
    with pytest.raises(AdvisoryError, match=reason):
        run(*args, home=tmp_path)


def test_data_without_the_audited_ecosystem_is_told(tmp_path: Path) -> None:
    """Who imports npm's data alone learns at once that it judges no Python package."""
    record = {"id": "GHSA-1", "modified": "2024-05-01T00:00:00Z"}
    package = {"package": {"ecosystem": "npm", "name": "left-pad"}, "versions": ["1.0.0"]}
    (tmp_path / "npm").mkdir()
    (tmp_path / "npm/a.json").write_text(json.dumps(record | {"affected": [package]}))

    shown, remarks = run("import", tmp_path / "npm", home=tmp_path)

    assert "1 for npm\n" in shown
    assert "it holds no record about PyPI, so no package of Python can be judged by it\n" == remarks


def test_status_verifies_on_request(tmp_path: Path) -> None:
    """Who mends the seal after a change is found only by reading all of it."""
    mirror = tmp_path / "mirror.sqlite"
    run("import", ADVISORIES, "-o", mirror, home=tmp_path)
    shown, _ = run("status", mirror, "--verify", home=tmp_path)
    head = mirror.read_bytes()[:100]
    with closing(sqlite3.connect(mirror)) as database, database:
        database.execute("UPDATE record SET body = replace(body, 'fixed', 'limit')")
    with mirror.open("r+b") as stream:
        stream.write(head)

    run("status", mirror, home=tmp_path)
    with pytest.raises(AdvisoryError, match="its records are not those that were imported"):
        run("status", mirror, "--verify", home=tmp_path)

    assert "43 for PyPI" in shown
