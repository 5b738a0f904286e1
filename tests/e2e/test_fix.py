"""`drawgate fix`: the patch is taken by git, and the next scan finds what it closes no more."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import git

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners


def scan(drawgate: Drawgate, target: Path, advisories: Path) -> Any:  # noqa: ANN401 - conftest's Run
    return drawgate(
        "scan", target, "--only", "pip-audit", "--offline", "--advisories", advisories, "-q"
    )


def found(run: Any) -> int:  # noqa: ANN401 - as above
    return sum(
        len(each["results"]) for each in run.json("results.sarif")["runs"] if "results" in each
    )


def checked_out(target: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (target / name).write_bytes(content)
    git(target, "init", "-q")
    git(target, "add", ".")
    git(target, "commit", "-q", "-m", "first")
    return target


def test_the_shop_is_mended(drawgate: Drawgate, target: Path, shop: Path, advisories: Path) -> None:
    """Scan, fix, apply, scan again: what the patch says that it closes is gone."""
    names = ("requirements.txt", "requirements-worker.txt")
    checked_out(target, {name: (shop / name).read_bytes() for name in names})
    before = scan(drawgate, target, advisories)
    log = before.directory / "results.sarif"
    first = found(before)
    fix = drawgate("fix", target, log, "--dry-run", "--advisories", advisories)
    again = drawgate("fix", target, log, "--dry-run", "--advisories", advisories)

    assert (0, fix.out, fix.err) == (again.code, again.out, again.err)
    assert git(target, "status", "--porcelain") in {None, ""}
    done = subprocess.run(
        ["git", "apply", "-"], cwd=target, input=fix.out.encode(), capture_output=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    left = found(scan(drawgate, target, advisories))
    assert f"closes {first - left} findings" in fix.err
    assert left < first


def test_nothing_is_written_without_being_asked(drawgate: Drawgate, target: Path) -> None:
    refused = drawgate("fix", target, "log.sarif")
    assert (2, "") == (refused.code, refused.out)
    assert "drawgate fix: the files themselves are not changed" in refused.err
    assert "`--dry-run` prints the patch" in refused.err


def test_a_missing_log_is_an_error_that_says_what_to_do(drawgate: Drawgate, target: Path) -> None:
    refused = drawgate("fix", target, "--dry-run")
    assert 2 == refused.code
    assert "there is no log of a scan" in refused.err
    assert "scan first" in refused.err


def test_a_link_out_of_the_target_is_not_followed(
    drawgate: Drawgate, target: Path, tmp_path: Path, shop: Path, advisories: Path
) -> None:
    """The log of the files themselves does not make the link one of them."""
    name = "requirements.txt"
    checked_out(target, {name: b"jinja2==2.10\r\nflask == 0.12.2 # web"})
    log = scan(drawgate, target, advisories).directory / "results.sarif"
    kept = tmp_path / "kept.sarif"
    kept.write_bytes(log.read_bytes())
    outside = tmp_path / "outside.txt"
    (target / name).rename(outside)
    (target / name).symlink_to(outside)

    fix = drawgate("fix", target, kept, "--dry-run", "--advisories", advisories)

    assert (0, "") == (fix.code, fix.out)
    assert "there is nothing to patch" in fix.err
    assert "holds no such manifest" in fix.err


def test_the_patch_goes_to_a_file(
    drawgate: Drawgate, target: Path, tmp_path: Path, advisories: Path
) -> None:
    """With the line ends that the file has, and without one where it has none."""
    checked_out(target, {"requirements.txt": b"\xef\xbb\xbfjinja2==2.10\r\ny==1"})
    log = scan(drawgate, target, advisories).directory / "results.sarif"
    patch = tmp_path / "fix.patch"
    fix = drawgate("fix", target, log, "-o", patch, "--advisories", advisories)

    assert (0, "") == (fix.code, fix.out)
    assert b"-\xef\xbb\xbfjinja2==2.10\r\n+\xef\xbb\xbfjinja2==" in patch.read_bytes()
    git(target, "apply", str(patch))
    assert (target / "requirements.txt").read_bytes().startswith(b"\xef\xbb\xbfjinja2==")
