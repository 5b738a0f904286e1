"""`drawgate init` shows what it would write, and writes only what somebody agreed to."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("drawgate")
FILES = (".github/workflows/drawgate.yml", "drawgate.toml")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "src").mkdir(parents=True)
    (root / "src/a.py").write_text("import os\n")
    (root / "requirements.txt").write_text("requests==2.0\n")
    subprocess.run(["git", "init", "-q", "-b", "main", root], check=True)
    return root


def _init(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "init", folder, *words],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _asked(folder: Path, answer: bytes) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    words = [PROGRAM, "init", folder, "--ci", "github"]
    process = subprocess.Popen(words, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.write(ours, answer)
    _, err = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    return process.returncode, err.decode()


def _written(root: Path) -> list[str]:
    return [name for name in FILES if (root / name).exists()]


@pytest.mark.parametrize(("words", "code"), [((), 2), (("--dry-run",), 0)])
def test_nothing_is_written_where_nobody_can_be_asked(
    repository: Path, words: tuple[str, ...], code: int
) -> None:
    done = _init(repository, "--ci", "github", *words)

    assert (code, []) == (done.returncode, _written(repository))
    assert all(f"+++ b/{name}\n" in done.stdout for name in FILES)
    assert ("nobody can be asked" in done.stderr) is (code == 2)


@pytest.mark.parametrize(("answer", "expected"), [(b"y\n", list(FILES)), (b"n\n", []), (b"\n", [])])
def test_a_person_is_asked_and_silence_is_no(
    repository: Path, answer: bytes, expected: list[str]
) -> None:
    code, err = _asked(repository, answer)

    assert (0, expected) == (code, _written(repository))
    assert "Write 2 files? [y/N]" in err


def test_what_is_written_passes_its_own_reader(repository: Path) -> None:
    """A second run has nothing to do, and a scan's settings hold nothing in vain."""
    assert 0 == _init(repository, "--ci", "github", "--yes").returncode

    again = _init(repository, "--ci", "github", "--yes")
    shown = subprocess.run(
        [PROGRAM, "config", "show", repository, "-q"], capture_output=True, text=True, check=False
    )

    assert (0, "") == (again.returncode, again.stdout)
    assert (
        'format        ["terminal"]  (drawgate.toml:8)\ncolor         "auto"  (drawgate.toml:9)\n'
        == shown.stdout
    )


def test_an_existing_file_is_shown_before_it_is_replaced(repository: Path) -> None:
    """What a person wrote stands in the difference, but for what looks like a credential."""
    workflow = repository / FILES[0]
    workflow.parent.mkdir(parents=True)
    workflow.write_text("name: mine\nenv:\n  PASSWORD: tr0ub4dor-and-3\n")

    done = _init(repository, "--dry-run")

    assert "--- a/.github/workflows/drawgate.yml\n" in done.stdout
    assert "-name: mine\n" in done.stdout
    assert "tr0ub4dor" not in done.stdout
    assert workflow.read_text().startswith("name: mine")


def test_a_folder_of_a_repository_stands_for_the_whole(repository: Path) -> None:
    assert 0 == _init(repository / "src", "--ci", "github", "--yes").returncode
    assert list(FILES) == _written(repository)


def test_no_link_leads_out_of_the_repository(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repository / ".github").symlink_to(tmp_path / "outside")

    done = _init(repository, "--ci", "github", "--yes")

    assert (2, []) == (done.returncode, list((tmp_path / "outside").iterdir()))
    assert "lies behind a symbolic link" in done.stderr
    assert [] == _written(repository)


def test_names_and_files_of_the_target_send_nothing_to_the_terminal(repository: Path) -> None:
    workflow = repository / FILES[0]
    workflow.parent.mkdir(parents=True)
    workflow.write_bytes(b"\x1b[2J\xff\n")

    done = _init(repository, "--dry-run")

    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[2J" in done.stdout


def test_a_proposal_hides_nothing_and_is_read_by_nobody(repository: Path) -> None:
    """A scan with it finds what a scan without it finds."""
    (repository / ".trivyignore").write_text("CVE-2024-1111 # as agreed\n")
    (repository / ".bandit").write_text("[bandit]\nskips: B404\n")
    (repository / "src/a.py").write_text("import subprocess\n")

    done = _init(repository, "--adopt", "--yes", "--as-of", "2026-11-25")
    proposal = (repository / ".drawgate/adopted-proposal.yaml").read_text()
    judged = subprocess.run(
        [PROGRAM, "scan", repository, "--only", "bandit", "-f", "json", "--no-cache"],
        capture_output=True,
        cwd=repository.parent,
        check=False,
    )

    assert 0 == done.returncode
    assert "2 adopted, 0 left out; the proposal hides nothing: read it and decide" in done.stderr
    assert '    reason: "as agreed"\n' in proposal
    assert '    expires: "2027-02-23" # proposed, 90 days: it had none\n' in proposal
    assert b"B404" in judged.stdout


def test_a_proposal_is_no_source_of_the_next_one(repository: Path) -> None:
    (repository / ".trivyignore").write_text("CVE-2024-1111\n")
    words = ("--adopt", "--yes", "--as-of", "2026-11-25")

    _init(repository, *words)

    assert "" == _init(repository, *words).stdout
