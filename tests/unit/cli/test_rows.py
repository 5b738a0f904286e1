"""Names and texts in two columns."""

import os
import sys

import pytest

from drawgate.cli.rows import row

TEXT = "no package has an exact version (3 requirements have none); commit a lock file"


def test_a_pipe_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs that read lines must not meet halves of one."""
    row("pip-audit", TEXT + "\x1b[2J", indent=2)

    assert f"  pip-audit        {TEXT}\\x1b[2J\n" == capsys.readouterr().out


@pytest.mark.parametrize("width", [60, 80, 20])
def test_a_terminal_gets_lines_that_fit(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text wraps below itself, so that the names stay easy to find."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_: os.terminal_size((width, 24)))
    row("pip-audit", TEXT, indent=2)

    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("  pip-audit        no package")
    assert [] == [line for line in rest if not line.startswith(" " * 19 + line.strip()[0])]
    assert TEXT == " ".join(line[19:] for line in (first, *rest))
    assert max(len(line) for line in (first, *rest)) <= max(width, 40)
