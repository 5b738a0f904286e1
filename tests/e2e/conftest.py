"""Running the whole program, as a person or a pipeline does."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("drawgate")


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the program: what it said and what it wrote."""

    code: int
    out: str
    err: str
    directory: Path

    def json(self, name: str) -> Any:  # noqa: ANN401 - the shape is what the tests look at
        return json.loads((self.directory / name).read_text())

    @property
    def attempts(self) -> dict[str, dict[str, Any]]:
        return {a["adapter"]: a for a in self.json("attempts.json")["attempts"]}

    @property
    def everything(self) -> bytes:
        """All bytes that left the program."""
        files = [p.read_bytes() for p in sorted(self.directory.rglob("*")) if p.is_file()]
        return b"\n".join([self.out.encode(), self.err.encode(), *files])


Drawgate = Callable[..., Run]


@pytest.fixture
def drawgate(tmp_path: Path) -> Drawgate:
    """Give a function that runs `drawgate` with an output directory outside the target."""
    # Nothing of the person who runs the tests: no cache, no key and no advisory data.
    own = {f"XDG_{name.upper()}_HOME": f"{tmp_path}/{name}" for name in ("cache", "state", "data")}

    def run(
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        before: tuple[str, ...] = (),
    ) -> Run:
        out = tmp_path / "results"
        words = [*before, str(PROGRAM), *map(str, args)]
        if args and args[0] == "scan" and "--output-dir" not in args:
            words += ["--output-dir", str(out)]
        done = subprocess.run(
            words,
            cwd=cwd or tmp_path,
            env={**os.environ, **own, **(env or {})},
            capture_output=True,
            check=False,
            timeout=240,
        )
        text = (done.stdout.decode(), done.stderr.decode())
        return Run(code=done.returncode, out=text[0], err=text[1], directory=out)

    return run


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give an empty directory to scan."""
    root = tmp_path / "target"
    root.mkdir()
    return root


@pytest.fixture
def advisories() -> Path:
    return ROOT / "fixtures/advisories"


@pytest.fixture
def shop() -> Path:
    return ROOT / "fixtures/targets/vulnerable-shop"
