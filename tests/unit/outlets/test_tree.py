"""Files in a repository's tree are replaced as a whole, and no link is followed."""

from pathlib import Path

import pytest

from drawgate.core.errors import OutputError
from drawgate.outlets.tree import current, put


def test_a_file_and_its_folders_appear(tmp_path: Path) -> None:
    put(tmp_path, "a/b/c.yml", b"new", None)

    assert b"new" == (tmp_path / "a/b/c.yml").read_bytes()
    assert [tmp_path / "a/b/c.yml"] == list((tmp_path / "a/b").iterdir())


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"old")
    (tmp_path / "c").chmod(0o640)

    put(tmp_path, "c", b"new", b"old")

    assert (b"new", 0o640) == (
        (tmp_path / "c").read_bytes(),
        (tmp_path / "c").stat().st_mode & 0o777,
    )


@pytest.mark.parametrize("before", [None, b"what was shown"])
def test_what_was_changed_since_it_was_shown_stays(tmp_path: Path, before: bytes | None) -> None:
    (tmp_path / "c").write_bytes(b"somebody's")

    with pytest.raises(OutputError, match="was changed meanwhile"):
        put(tmp_path, "c", b"new", before)
    assert b"somebody's" == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize("link", ["a", "a/b", "a/b/c"])
def test_no_link_is_followed(tmp_path: Path, link: str) -> None:
    """Neither to read, which would show what lies outside, nor to write."""
    outside, root = tmp_path / "outside", tmp_path / "root"
    (outside / "b").mkdir(parents=True)
    (outside / "b/c").write_bytes(b"outside")
    (outside / "c").write_bytes(b"outside")
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside / "c" if link.endswith("c") else outside)

    for attempt in (lambda: current(root, "a/b/c"), lambda: put(root, "a/b/c", b"new", None)):
        with pytest.raises(OutputError, match="lies behind a symbolic link"):
            attempt()
    assert b"outside" == (outside / "b/c").read_bytes() == (outside / "c").read_bytes()


def test_a_link_that_leads_nowhere_is_none_either(tmp_path: Path) -> None:
    (tmp_path / ".github").symlink_to(tmp_path / "nowhere")

    with pytest.raises(OutputError, match="symbolic link"):
        put(tmp_path, ".github/workflows/x.yml", b"new", None)
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()

    with pytest.raises(OutputError, match="can't be used"):
        current(tmp_path, "c")


@pytest.mark.parametrize("path", ["../c", "/c", "a/../../c"])
def test_no_name_leads_out(tmp_path: Path, path: str) -> None:
    with pytest.raises(OutputError):
        put(tmp_path, path, b"new", None)


def test_what_a_killed_run_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".c.part").symlink_to(tmp_path / "elsewhere")

    put(tmp_path, "c", b"new", None)

    assert [tmp_path / "c"] == list(tmp_path.iterdir())
