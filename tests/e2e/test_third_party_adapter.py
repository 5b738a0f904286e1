"""Adapters of other packages: a good one runs, a broken one breaks only itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

GUIDE = (Path(__file__).parents[2] / "docs/writing-adapters.md").read_text()
OFFER = dedent(GUIDE.partition("```toml\n")[2].partition("```")[0])
PYPROJECT = f"""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "acme-scanners"
version = "1.0"
{OFFER}
acme-broken = "acme_scanners.broken:ADAPTER"
acme-stranger = "acme_scanners.todo:NOT_AN_ADAPTER"
acme-explodes = "acme_scanners.explodes:ADAPTER"
acme-exits = "acme_scanners.exits:ADAPTER"
bandit = "acme_scanners.broken:ADAPTER"
[project.scripts]
acme-todo = "acme_scanners.tool:main"
[tool.hatch.build.targets.wheel]
packages = ["acme_scanners"]
"""

TOOL = """
import json, sys
def main():
    if sys.argv[1:] == ["--version"]:
        print("acme-todo 1.0")
        return
    _, *read = sys.argv[1:]
    found = []
    for path in read:
        for number, line in enumerate(open(path), 1):
            if "HACK" in line:
                found.append({"file": path, "line": number, "severity": "HIGH"})
    print(json.dumps({"read": read, "found": found}))
    sys.exit(1 if found else 0)
"""

ADAPTER = GUIDE.partition("```python\n")[2].partition("```")[0] + 'NOT_AN_ADAPTER = "a text"\n'

EXPLODES = ADAPTER.replace(
    "    findings = tuple(", "    raise RuntimeError('parse blew up')\n    findings = tuple("
).replace('name="acme-todo"', 'name="acme-explodes"')


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build and install a real package with one good and several broken adapters."""
    source = tmp_path_factory.mktemp("acme")
    package = source / "acme_scanners"
    package.mkdir()
    (source / "pyproject.toml").write_text(PYPROJECT)
    (package / "__init__.py").write_text("")
    (package / "tool.py").write_text(TOOL)
    (package / "todo.py").write_text(ADAPTER)
    (package / "broken.py").write_text("raise ImportError('half installed')\n")
    (package / "exits.py").write_text("import sys\nsys.exit(0)\n")
    (package / "explodes.py").write_text(EXPLODES)
    place = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    extra = ["--no-build-isolation", "--target", str(place), str(source)]
    subprocess.run([*pip, *extra], check=True, capture_output=True)
    return place


def _scan(
    installed: Path, target: Path, *args: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, dict[str, object]]]:
    tool = installed / "bin/acme-todo"
    starter = f"#!{sys.executable}\nimport sys; sys.path.insert(0, {str(installed)!r})\n"
    tool.write_text(starter + "from acme_scanners.tool import main\nmain()\n")
    env = {
        **os.environ,
        "PYTHONPATH": f"{installed}:{os.environ.get('PYTHONPATH', '')}",
        "DRAWGATE_TOOL_ACME_TODO": str(tool),
        "DRAWGATE_TOOL_ACME_EXPLODES": str(tool),
    }
    run = [str(Path(sys.executable).with_name("drawgate")), "scan", str(target)]
    out = target.parent / "out"
    done = subprocess.run(
        [*run, "--output-dir", str(out), "--fail-on", "high", *args],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    attempts = json.loads((out / "attempts.json").read_text())["attempts"]
    return done, {attempt["adapter"]: attempt for attempt in attempts}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    root = tmp_path / "target"
    root.mkdir()
    (root / "a.py").write_text("x = 1\ny = 2  # HACK\n")
    return root


def test_a_good_one_finds_what_it_looks_for(installed: Path, target: Path) -> None:
    """It is the one that docs/writing-adapters.md shows."""
    done, attempts = _scan(installed, target, "--only", "acme-todo")

    assert 1 == done.returncode, done.stderr
    assert "ran" == attempts["acme-todo"]["outcome"]
    assert "a hack was left behind" in done.stdout


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("acme-broken", "half installed"),
        ("acme-exits", "SystemExit: 0"),
        ("acme-stranger", "is not a drawgate.plugin.Adapter"),
        ("acme-explodes", "parse blew up"),
    ],
)
def test_a_broken_one_fails_alone(installed: Path, target: Path, name: str, reason: str) -> None:
    done, attempts = _scan(installed, target, "--only", f"{name},acme-todo")

    assert 1 == done.returncode, done.stderr
    assert ("failed", "ran") == (attempts[name]["outcome"], attempts["acme-todo"]["outcome"])
    assert reason in str(attempts[name]["reason"])
    assert reason in " ".join(done.stdout.split())


def test_nobody_can_take_over_a_name_of_ours(installed: Path, target: Path) -> None:
    _, attempts = _scan(installed, target, "--only", "bandit")

    assert "ran" == attempts["bandit"]["outcome"]
