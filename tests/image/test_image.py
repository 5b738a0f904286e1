"""The image scans a stranger's repository with few rights, and keeps nothing of its builder."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.image

Image = Any
ROOT = Path(__file__).parents[2]
ADVISORIES = ROOT / "fixtures/advisories"
PLANTED = "AKIA0FAKE1FAKE0FAKE1"
NAMED = (
    "shop/settings.py:6  AWS Access Key",
    "shop/app.py:37",
    "flask-debugger-public",
    "django 2.2.3",
)
SCAN = ("scan", "--offline", "--advisories", "/advisories", "--output-dir", "/results")


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Give a folder that any user of a container may write to."""
    folder = tmp_path / "results"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


def _red(done: subprocess.CompletedProcess[str], results: Path) -> None:
    assert 1 == done.returncode, done.stdout + done.stderr
    assert done.stdout.startswith("✗ FAILED")
    assert [] == [named for named in NAMED if named not in done.stdout]
    assert PLANTED not in done.stdout + done.stderr
    log = (results / "results.sarif").read_text()
    assert "shop/reports.py" in log
    assert "B602" in log
    verdict = json.loads((results / "verdict.json").read_text())
    assert verdict["offline"].startswith("enforced by ")


def test_it_finds_what_was_planted(image: Image, target: Path, results: Path) -> None:
    """As its own user, on somebody else's repository, without a network: the gate is red."""
    volumes = (f"{target}:/target:ro", f"{ADVISORIES}:/advisories:ro", f"{results}:/results")

    _red(image.drawgate(*SCAN, volumes=volumes), results)


def test_it_needs_no_rights(image: Image, target: Path, results: Path) -> None:
    """The same where nothing but /tmp and the results can be written to, as an unknown user."""
    isolated = ("unshare", "--mount", "--pid", "--net", "--fork", "--kill-child")
    places = (str(target), "/target", str(ADVISORIES), "/advisories", str(results), "/results")
    start = (*isolated, "sh", f"{Path(__file__).parent}/locked_down.sh", str(image.files))
    words = (*start, "7777:7777", *places, "--", *image.config["config"]["Env"], "drawgate", *SCAN)

    _red(subprocess.run(words, capture_output=True, text=True, check=False), results)


def test_every_scanner_can_be_used(image: Image) -> None:
    done = image.drawgate("tools", "doctor", "--json")

    assert 0 == done.returncode, done.stdout
    programs = {tool["adapter"]: tool["program"] for tool in json.loads(done.stdout)}
    assert {} == {n: p for n, p in programs.items() if not p.startswith("/opt/tools/bin/")}


def test_every_scanner_has_its_own_environment(image: Image) -> None:
    """No two of them share packages, and each one's programs are on the path."""
    tools = {lock.stem for lock in (ROOT / "requirements/tools").glob("*.txt")}
    links = list((image.files / "opt/tools/bin").iterdir())

    assert tools == {link.readlink().parts[1] for link in links}
    assert [] == [link.name for link in links if not (link.parent / link.readlink()).is_file()]


def test_its_user_may_change_nothing_of_it(image: Image) -> None:
    """It is no root, and can write where data is kept and where anybody can, and nowhere else."""
    elsewhere = r"find / \( -path /proc -o -path /sys -o -path /dev -o -path /data \) -prune -o"
    writable = image.run("sh", "-c", f"{elsewhere} -writable ! -type l -print").stdout.split()

    assert "10001:10001" == image.config["config"]["User"]
    assert 0 == image.run("test", "-w", "/data").returncode
    assert {"run/lock", "tmp", "var/tmp"} == {place.removeprefix("/") for place in writable}


def test_nothing_of_the_builder_stays(image: Image, secrets: dict[str, Path]) -> None:
    """No file and no setting of the image has the index, certificates or sources of its build."""
    given = "\n".join(secrets[name].read_text() for name in ("pip.conf", "apt.list"))
    canary = given.splitlines()[0].removeprefix("# ")
    addresses = set(re.findall(r"https?://\S+", given))
    folders = [path for path in image.files.iterdir() if not path.is_symlink()]
    beside_packages = [str(path) for path in folders if path.name != "usr"]

    assert len(secrets) == len(_holding({canary}, *map(str, secrets.values())))
    assert [] == _holding({canary}, str(image.files))
    assert [] == _holding(addresses, *beside_packages)  # Debian's own files name its servers
    assert {"PATH", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"} == {
        variable.partition("=")[0] for variable in image.config["config"]["Env"]
    }
    assert canary not in json.dumps(image.config)


def _holding(texts: set[str], *places: str) -> list[str]:
    search = ["grep", "-rlF", *(f"-e{text}" for text in sorted(texts)), *places]
    done = subprocess.run(search, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def test_its_labels_say_what_it_is(image: Image) -> None:
    labels = image.config["config"]["Labels"]

    assert ("drawgate", "Apache-2.0") == (
        labels["org.opencontainers.image.title"],
        labels["org.opencontainers.image.licenses"],
    )
