"""A scanner's credential: that scanner has it, no other does, and it is printed nowhere."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Failed, Ran, Subject
from drawgate.plan import Plan, Planned
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

KEY = "not-a-real-key-FAKE-42"
TOOL = """
import os, sys
if "--version" in sys.argv:
    sys.exit(print("toy 1.4"))
print("the key is", os.environ.get("TOY_KEY"), sys.argv[1:])
print("the key is", os.environ.get("TOY_KEY"), file=sys.stderr)
sys.exit(int(os.environ.get("TOY_CODE", "0")))
"""


def command(job: dg.Job) -> dg.Command:
    return dg.Command(args=("--keyed",) if job.keys else (), ok=frozenset({0}))


def parse(output: dg.Output) -> dg.Report:
    files = frozenset(output.job.inputs)
    return dg.Report(looked_at=files, documents={"said": output.stdout + output.stderr})


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.Adapter:
    program = tmp_path / "toy"
    program.write_text(f"#!{sys.executable}\n{TOOL}")
    program.chmod(0o755)
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(program))
    return dg.Adapter(
        name="toy", kind=dg.Kind.CODE, grain=dg.Grain.FILE, homepage="",
        tool=dg.Tool(distribution="toy", argv=("toy",), supported=">=1"),
        inputs=lambda _: ("a.py",), command=command, parse=parse, keys=("TOY_KEY",),
    )  # fmt: skip


def scan(adapter: dg.Adapter, tmp_path: Path) -> Attempt:
    (tmp_path / "target").mkdir(exist_ok=True)
    (tmp_path / "target/a.py").touch()
    job = dg.Job(root=tmp_path / "target", inputs=("a.py",))
    planned = Planned(adapter=adapter, subject=Subject(name="toy", kind=adapter.kind), jobs=(job,))
    (attempt,) = run(Plan(planned=(planned,), skipped=()), RunOptions(cores=1), Silent())
    return attempt


def said(attempt: Attempt) -> str:
    assert isinstance(attempt, Ran)
    return attempt.report.documents["said"].decode()


def test_the_tool_has_it_and_its_words_do_not(
    adapter: dg.Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what the adapter reads nor anything that is kept of the attempt."""
    monkeypatch.setenv("TOY_KEY", KEY)
    attempt = scan(adapter, tmp_path)

    assert "the key is *** ['--keyed']\nthe key is ***\n" == said(attempt)
    assert KEY not in repr(attempt)


def test_another_tool_does_not_get_it(
    adapter: dg.Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_KEY", KEY)

    assert "the key is None []" in said(scan(replace(adapter, keys=()), tmp_path))


@pytest.mark.parametrize("value", [None, ""])
def test_without_one_the_adapter_knows(
    adapter: dg.Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("TOY_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("TOY_KEY", value)

    assert "the key is None []" in said(scan(adapter, tmp_path))


def test_a_failure_does_not_tell_it(
    adapter: dg.Adapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_KEY", KEY)
    failing = replace(adapter, command=lambda job: replace(command(job), env={"TOY_CODE": "3"}))
    attempt = scan(failing, tmp_path)

    assert isinstance(attempt, Failed)
    assert "it exited with code 3: the key is ***" == attempt.error
    assert KEY not in json.dumps(repr(attempt))
