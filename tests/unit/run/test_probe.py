"""Our own scanners cope with the file that shall show whether they work."""

from pathlib import Path

import pytest

from drawgate.core.attempt import Ran
from drawgate.core.scan import Offline
from drawgate.core.selection import Selection
from drawgate.pipeline import Request, prepare, run_plan
from drawgate.run.probe import write_probe
from drawgate.run.progress import Silent


@pytest.mark.parametrize(
    ("scanner", "beside"),
    [
        ("bandit", "a/evil.py"),
        ("ruff", "a/evil.py"),
        ("semgrep", "web/evil.ts"),
        ("semgrep", "evil.py"),
        ("detect-secrets", "deep/.env"),
        ("detect-secrets", "no suffix"),
        ("hadolint", "x/app.Dockerfile"),
        ("zizmor", ".github/workflows/evil.yml"),
    ],
)
def test_the_scanner_copes_with_it(tmp_path: Path, scanner: str, beside: str) -> None:
    """Else a hostile file that stands alone would always be a failed attempt."""
    path = write_probe(beside, tmp_path)
    request = Request(
        path=tmp_path,
        as_of="2026-01-01T00:00:00Z",
        selection=Selection(only=frozenset({scanner})),
        offline=Offline.UNENFORCED,
        no_cache=True,
    )

    scan = run_plan(request, prepare(request), Silent())

    (attempt,) = (each for each in scan.attempts if each.subject.name == scanner)
    assert isinstance(attempt, Ran), attempt
    assert {path} == attempt.report.looked_at
