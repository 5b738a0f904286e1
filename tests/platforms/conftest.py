"""Tools of the platforms that Drawgate writes for; they are installed for these tests alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_PACKAGED = (
    ".pre-commit-hooks.yaml", "LICENSE", "README.md", "policies", "pyproject.toml", "reports",
    "requirements", "scanner",
)  # fmt: skip
_NAME = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
_ON = {"GH1001", "GH1002", "GH1003", "GH1005", "GH1006", "GH1007"}
"""Rules about GitHub that are there and switched off."""
_OFF = {"GH1004", "SARIF2004", "SARIF2006"}
"""The first has old limits, the second minds what is inlined, the third calls the network."""
_SWITCH = re.compile(r'Key="(\w+)\.\w+\.Options">\s*<Property Key="RuleEnabled" Value="\w+"')


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out unless CI asks for them: they install from package registries."""
    if "PLATFORM_TESTS" in os.environ:
        return
    for item in items:
        if item.get_closest_marker("platforms"):
            item.add_marker(pytest.mark.skip(reason="PLATFORM_TESTS is not set"))


@pytest.fixture(scope="session")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give Microsoft's validator of SARIF, and a configuration with GitHub's rules switched on."""
    folder = tmp_path_factory.mktemp("multitool")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "multitool" / name, folder)
    words = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=300)
    program = folder / "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
    program.chmod(0o755)
    plain, chosen = folder / "plain.xml", folder / "github.xml"
    words = (str(program), "export-validation-config", str(plain))
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    chosen.write_text(_SWITCH.sub(_switched, plain.read_text("utf-8-sig")), "utf-8")
    return program, chosen


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the programs that `requirements/platforms.txt` brings."""
    place = tmp_path_factory.mktemp("programs")
    subprocess.run((sys.executable, "-m", "venv", place), check=True, timeout=120)
    lock = ROOT / "requirements/platforms.txt"
    words = (place / "bin/pip", "install", "-q", "--require-hashes", "-r", lock)
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    return place / "bin"


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a repository with this project as it lies here: that is what users install from."""
    root = tmp_path_factory.mktemp("drawgate")
    for name in _PACKAGED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    for words in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "as it is")):
        subprocess.run(("git", *_NAME, *words), cwd=root, check=True, capture_output=True)
    return root


def _switched(match: re.Match[str]) -> str:
    word = "Error" if match[1] in _ON else "Disabled" if match[1] in _OFF else "Default"
    return match[0].rpartition('Value="')[0] + f'Value="{word}"'
