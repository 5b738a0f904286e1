"""What may change an answer: the adapter, and whatever its tool consists of."""

import venv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Ran

Bench = Any
"""The class of conftest.py, which nothing can import."""


def with_other_options(adapter: dg.Adapter) -> dg.Adapter:
    def stricter(job: dg.Job) -> dg.Command:
        made = adapter.command(job)
        return replace(made, args=("--strict", *made.args))

    return replace(adapter, command=stricter)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_other_options, id="options"),
        pytest.param(lambda a: replace(a, name="toy2"), id="name"),
        pytest.param(lambda a: replace(a, needs=frozenset({dg.Need.NETWORK})), id="network"),
        pytest.param(lambda a: replace(a, grain=dg.Grain.HISTORY), id="grain"),
    ],
)
def test_another_adapter(
    bench: Bench, change: Callable[[dg.Adapter], dg.Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another adapter, other options, or an answer that rests on more than files: scan."""
    bench.write(a="evil\n")
    bench.scan()
    monkeypatch.setenv("DRAWGATE_TOOL_TOY2", str(bench.root.parent / "toy"))

    attempt = bench.scan(change(bench.adapter), network=True)

    assert ["a.py"] == bench.given
    assert isinstance(attempt, Ran)
    assert 0 == attempt.execution.recalled


@pytest.mark.parametrize(
    ("before", "after"),
    [("toy 1.4", "toy 1.5"), ("python 3.12", "python 3.13"), ("import json", "import  json")],
)
def test_another_tool(bench: Bench, before: str, after: str) -> None:
    """A tool of another version, interpreter or with another launcher scans anew."""
    bench.write(a="evil\n")
    bench.scan()
    program = bench.root.parent / "toy"
    program.write_text(program.read_text().replace(before, after))

    bench.scan()

    assert ["a.py"] == bench.given


def test_a_plugin_beside_the_tool(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Packages installed beside a tool may be plugins of it, so a new one scans anew."""
    folder = tmp_path / "env/lib/python3.12/site-packages"
    (folder / "toy-1.4.dist-info").mkdir(parents=True)
    (tmp_path / "env/bin").mkdir()
    (tmp_path / "toy").rename(tmp_path / "env/bin/toy")
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(tmp_path / "env/bin/toy"))
    bench.write(a="evil\n")
    bench.scan()
    bench.scan()
    assert [] == bench.given

    (folder / "toy_plugin-0.1.dist-info").mkdir()
    bench.scan()

    assert ["a.py"] == bench.given


def report_of(attempt: Attempt) -> dg.Report:
    assert isinstance(attempt, Ran)
    return attempt.report


@pytest.fixture
def inner(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install the tool in an environment of its own, as pip does; give its inner file."""
    tool = (tmp_path / "toy").read_text().partition("\n")[2]
    root = tmp_path / "env"
    venv.create(root, symlinks=True, with_pip=False)
    (site,) = root.glob("lib/python3*/site-packages")
    about = site / "toy-1.4.dist-info"
    for folder in (about, site / "toy"):
        folder.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.4\n")
    (about / "RECORD").write_text("toy/__init__.py,,\ntoy/rules.py,,\n")
    (site / "toy/rules.py").write_text("WORD = 'evil'\n")
    program = root / "bin/toy"
    program.write_text(f"#!{root}/bin/python3\nimport toy\n")
    program.chmod(0o755)
    (site / "toy/__init__.py").write_text(
        "from toy import rules\n" + tool.replace('"evil"', "rules.WORD")
    )
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(program))
    return site / "toy/rules.py"


def test_an_inner_file_of_the_tool(bench: Bench, inner: Path) -> None:
    """A tool whose inner files are others under the same version scans anew."""
    bench.write(a="evil\n", b="mean\n")
    assert ["a.py"] == [finding.path for finding in report_of(bench.scan()).findings]
    bench.scan()
    assert [] == bench.given

    inner.write_text("WORD = 'mean'\n")

    assert ["b.py"] == [finding.path for finding in report_of(bench.scan()).findings]
    inner.write_text("WORD = 'evil'\n")
    assert ["a.py"] == [finding.path for finding in report_of(bench.scan()).findings]
    assert [] == bench.given
