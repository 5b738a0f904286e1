"""Logs in the shape of well-known tools, read and handed on."""

from pathlib import Path

import pytest

from drawgate.core.attempt import Failed
from drawgate.core.target import NotAssessed
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.validate import validate
from drawgate.triage.severity import with_severity

_FOLDER = Path(__file__).parents[3] / "fixtures" / "sarif"
_LOGS = sorted(_FOLDER.glob("*.sarif"))


@pytest.mark.parametrize(
    ("name", "findings"),
    [
        (
            "codeql",
            [("code", "py/sql-injection", "app/db.py", 14, "high", (89,), False)],
        ),
        (
            "semgrep",
            [
                ("code", "python.lang.security.shell-true", "app/run.py", 5, "high", (78,), False),
                ("code", "python.flask.debug", "app/run.py", 9, "medium", (489,), True),
            ],
        ),
        (
            "trivy",
            [
                ("dependencies", "CVE-2099-0002", "requirements.txt", None, "low", (), False),
                ("dependencies", "CVE-2099-0001", "requirements.txt", 2, "critical", (), False),
            ],
        ),
        ("ruff", [("code", "S602", "/srv/checkout/app/run.py", 7, "high", (), False)]),
        ("gosec", [("code", "G204", "main.go", 12, "high", (78,), False)]),
        ("failed", []),
    ],
)
def test_what_is_found(name: str, findings: list[tuple[object, ...]]) -> None:
    """Kind, rule, place, severity, weaknesses and suppression are read as the tool means them."""
    scan = ingest((_FOLDER / f"{name}.sarif").read_bytes(), name)

    assert findings == [
        (f.kind, f.rule.id, f.path, f.line, f.severity, f.rule.cwe, f.suppressed)
        for f in with_severity(scan.findings)
    ]


def test_what_was_not_assessed() -> None:
    """A file that semgrep could not parse is a gap, not silence."""
    scan = ingest((_FOLDER / "semgrep.sarif").read_bytes(), "semgrep")
    gap = NotAssessed(
        subject="app/broken.py", reason="the file could not be parsed", path="app/broken.py", line=2
    )

    assert (gap,) == scan.not_assessed


def test_an_empty_list_is_not_clean_by_itself() -> None:
    """The tool ran out of memory, and its empty list proves nothing."""
    (attempt,) = ingest((_FOLDER / "failed.sarif").read_bytes(), "failed").attempts

    assert isinstance(attempt, Failed)
    assert attempt.error == "out of memory after 41 of 97 commits"


@pytest.mark.parametrize("path", _LOGS, ids=lambda path: path.stem)
def test_handed_on(path: Path) -> None:
    """What was read is written as a valid log, and that is read as the same scan."""
    scan = ingest(path.read_bytes(), path.name)
    log = emit(scan)

    assert [problem for problem in validate(log) if problem.serious] == []
    assert ingest(log, path.name).findings == scan.findings
