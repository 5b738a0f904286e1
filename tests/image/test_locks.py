"""What the image installs is what the tests run with."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
TOOLS = sorted((REQUIREMENTS / "tools").glob("*.txt"))
PIN = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", re.MULTILINE)


def _pins(lock: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(lock.read_text()))


def test_every_scanner_has_a_lock_and_nothing_else_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    scanners = project["optional-dependencies"]["scanners"]

    assert {re.split("[<>=!~ ]", each)[0] for each in scanners} == {lock.stem for lock in TOOLS}
    assert [] == [lock.stem for lock in TOOLS if lock.stem not in dict(_pins(lock))]


@pytest.mark.parametrize(
    ("lock", "tested"),
    [*((lock, "scan") for lock in TOOLS), (REQUIREMENTS / "run.txt", "scan"),
     (REQUIREMENTS / "build.txt", "dev")],
    ids=lambda each: getattr(each, "stem", each),
)  # fmt: skip
def test_a_lock_holds_the_versions_that_are_tested(lock: Path, tested: str) -> None:
    assert set() == _pins(lock) - _pins(REQUIREMENTS / f"{tested}.txt")
