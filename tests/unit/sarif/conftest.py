"""Logs and ways to merge them, for the tests of this folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.sarif.merge import Masks, MergeSummary, merge

Json = dict[str, Any]

_NO_MASKS = Masks(results=lambda _: None, body=lambda _: None)
"""Copies all as it is: these tests are about where things go."""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a log under a name and give its path."""

    def write_log(name: str, *runs: Json, **more: object) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"version": "2.1.0", "runs": runs} | more), encoding="utf-8")
        return path

    return write_log


@pytest.fixture
def merged(write: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[Json, MergeSummary]]:
    """Merge logs of one run each; give the output and the summary."""

    def merge_runs(*runs: Json) -> tuple[Json, MergeSummary]:
        paths = [write(f"{number}.sarif", run) for number, run in enumerate(runs)]
        output = tmp_path / "merged.sarif"
        summary = merge(paths, output, _NO_MASKS)
        return json.loads(output.read_bytes()), summary

    return merge_runs
