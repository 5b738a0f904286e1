"""A scanner in a few lines of shell, run as any scanner is run: a real process, a real target."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt
from drawgate.core.selection import Selection
from drawgate.plan import make_plan
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run
from drawgate.target import Narrowing, open_target

Scan = Callable[..., Attempt]


class NoGit:
    """Answers what git would answer where there is no repository."""

    def top_level(self, path: Path) -> Path | None:
        return None

    def head(self, root: Path) -> str:
        raise AssertionError

    def files(self, root: Path, below: Path) -> tuple[list[str], list[str]]:
        raise AssertionError


def command(job: dg.Job) -> dg.Command:
    return dg.Command(args=tuple(map(dg.as_argument, job.inputs)), ok=frozenset({0}))


def parse(output: dg.Output) -> dg.Report:
    """Read `{"looked_at": […], "findings": [{"path", "line", "rule"}]}`."""
    try:
        told = json.loads(output.stdout)
        findings = tuple(
            dg.Finding(
                kind=dg.Kind.CODE,
                rule=dg.Rule(id=each["rule"]),
                message=each["rule"],
                location=dg.Location(path=each["path"], line=each["line"]),
            )
            for each in told["findings"]
        )
        return dg.Report(findings=findings, looked_at=frozenset(told["looked_at"]))
    except (ValueError, LookupError, TypeError) as error:
        raise dg.ScannerError(f"the answer can't be read: {type(error).__name__}") from error


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give a target of one file, `a.py`."""
    root = tmp_path / "target"
    root.mkdir()
    (root / "a.py").write_text("x = 1\n")
    return root


@pytest.fixture
def scan(tmp_path: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Give a function that runs a scanner written in shell; the rest is as in a real scan."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    def scan_with(
        script: str,
        *,
        interpreter: str = "/bin/sh",
        timeout: float = 20.0,
        **changes: object,
    ) -> Attempt:
        tool = tmp_path / "toy"
        answer_version = 'if [ "$1" = --version ]; then echo toy 1.0; exit; fi\n'
        body = answer_version + script if interpreter == "/bin/sh" else script
        tool.write_text(f"#!{interpreter}\n{body}\n")
        tool.chmod(0o755)
        monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(tool))
        values = {
            "name": "toy",
            "kind": dg.Kind.CODE,
            "grain": dg.Grain.FILE,
            "homepage": "",
            "tool": dg.Tool(distribution="toy", argv=("toy",), supported=">=1"),
            "applies": lambda _: True,
            "inputs": lambda target: target.named("*.py"),
            "command": command,
            "parse": parse,
        }
        adapter = dg.Adapter(**(values | changes))
        plan = make_plan(open_target(target, NoGit(), Narrowing()), [adapter], Selection(), ())
        options = RunOptions(cores=2, timeout=timeout, temporary=temporary)
        (attempt,) = run(plan, options, Silent())
        assert [] == list(temporary.iterdir())
        return attempt

    return scan_with
