"""The real detect-secrets, run over files as its adapter says."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.adapters.detect_secrets import ADAPTER
from drawgate.core.adapter import Job, Output, Report

_MEMORY = 4 << 30
"""What the runner lets a process have."""


def _really(
    root: Path, texts: dict[str, str], judge: bytes = b"", *, suppressions: bool = False
) -> Report:
    scratch = root.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    job = Job(root=root, inputs=tuple(texts), scratch=scratch, suppressions=suppressions)
    command = ADAPTER.command(job)
    (scratch / "judge.py").write_bytes(judge or command.files["judge.py"])
    done = subprocess.run(
        [Path(sys.executable).parent / "detect-secrets", *command.args],
        cwd=command.cwd,
        env={**os.environ, **command.env},
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY)),
    )
    return ADAPTER.parse(
        Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    )


@pytest.fixture
def really() -> Callable[..., Report]:
    """Write files below a root, run the tool over them, and read its answer."""
    return _really


@pytest.fixture
def really_found() -> Callable[..., set[tuple[str, int | None]]]:
    """Give the places of what the tool finds, once it has looked at everything."""

    def found(root: Path, texts: dict[str, str], **options: bool) -> set[tuple[str, int | None]]:
        report = _really(root, texts, **options)
        assert report.looked_at == set(texts)
        return {(finding.path, finding.line) for finding in report.findings}

    return found
