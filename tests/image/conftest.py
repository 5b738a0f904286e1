"""The image, built once by buildah on a Debian that is made here: no daemon, no registry.

Needs root, buildah and mmdebstrap, and takes minutes, so only `DRAWGATE_IMAGE=1` runs it.
"""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CANARY = "canary-b1946ac92492d2347c6235b4d2611184"
"""Stands in every secret of the build, so that a copy of one is known by it."""
BASE = "localhost/drawgate-base"
PACKAGES = "python3,python3-venv,python3-pip,ca-certificates"
UNREAD = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")
USED = ("index-url", "extra-index-url", "cert")
STRANGER = 4242
"""Who owns the target: neither the image's user nor root."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "DRAWGATE_IMAGE" in os.environ:
        return
    for item in items:
        if item.get_closest_marker("image"):
            reason = "takes minutes as root with buildah and mmdebstrap: set DRAWGATE_IMAGE=1"
            item.add_marker(pytest.mark.skip(reason=reason))


@dataclass(frozen=True, kw_only=True)
class Image:
    """The built image, and a container of it to run things in."""

    buildah: tuple[str, ...]
    container: str

    @property
    def config(self) -> dict[str, Any]:
        asked = said(*self.buildah, "inspect", "--type", "container", self.container)
        return dict(json.loads(asked)["OCIv1"])

    @property
    def files(self) -> Path:
        """Give the root of its file system, seen from outside."""
        return Path(said(*self.buildah, "mount", self.container).strip())

    def run(self, *words: str, volumes: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        mounted = [word for volume in volumes for word in ("--volume", volume)]
        run = (*self.buildah, "run", "--isolation", "chroot", *mounted, self.container, "--")
        return subprocess.run([*run, *words], capture_output=True, text=True, check=False)

    def drawgate(
        self, *words: str, volumes: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run it as a container starts: by its entry point."""
        return self.run(*self.config["config"]["Entrypoint"], *words, volumes=volumes)


def said(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words[0]}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards: images are too large for pytest to keep."""
    path = Path(tempfile.mkdtemp(prefix="drawgate-image-"))
    yield path
    mounts = Path("/proc/self/mountinfo").read_text()
    assert str(path) not in mounts, mounts
    said("rm", "-rf", str(path))


@pytest.fixture(scope="session")
def secrets(folder: Path) -> dict[str, Path]:
    """Give what this machine's pip and apt need to reach their indexes, as files."""
    settings = _pip_settings()
    certificates = settings.pop("cert", None) or os.environ.get("SSL_CERT_FILE")
    files = {"apt.list": _apt_sources()}
    if certificates:
        files["ca.pem"] = Path(certificates).read_text()
        settings["cert"] = "/run/secrets/ca.pem"
    files["pip.conf"] = "\n".join(
        ["[global]", *(f"{name} = {settings[name]}" for name in settings)]
    )
    return {name: _with_canary(folder / name, text) for name, text in files.items()}


def _pip_settings() -> dict[str, str]:
    """Give where this machine's pip gets packages from, from its files and variables."""
    lines = said("python3", "-m", "pip", "config", "list").splitlines()
    found = (re.fullmatch(r".*\.([a-z-]+)='(.*)'", line) for line in lines)
    return {each[1]: each[2] for each in found if each and each[1] in USED}


def _apt_sources() -> str:
    format_ = ("--format", "deb $(SITE) $(RELEASE) $(COMPONENT)")
    lines = said("apt-get", "indextargets", *format_, "Created-By: Packages", "Origin: Debian")
    return "\n".join(sorted(set(lines.splitlines())))


def _with_canary(path: Path, text: str) -> Path:
    path.write_text(f"# {CANARY}\n{text}\n")
    return path


@pytest.fixture(scope="session")
def buildah(folder: Path) -> tuple[str, ...]:
    """Give the command of a buildah with a store of its own, of a kind that mounts nothing."""
    store = ("--root", f"{folder}/store", "--runroot", f"{folder}/run")
    return ("buildah", *store, "--storage-driver", "vfs")


@pytest.fixture(scope="session")
def base(folder: Path, secrets: dict[str, Path], buildah: tuple[str, ...]) -> str:
    """Make a Debian with a Python, in place of the one that a registry would give."""
    archive = folder / "base.tar"
    leave_out = [f"--dpkgopt=path-exclude={pattern}" for pattern in UNREAD]
    sources = "--customize-hook=rm -f $1/etc/apt/sources.list $1/etc/apt/sources.list.d/*"
    made = ("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={PACKAGES}")
    said(*made, *leave_out, sources, "bookworm", str(archive), str(secrets["apt.list"]))
    container = said(*buildah, "from", "scratch").strip()
    said(*buildah, "add", "--quiet", container, str(archive), "/")
    archive.unlink()
    said(*buildah, "commit", "--quiet", "--rm", container, BASE)
    return BASE


@pytest.fixture(scope="session")
def image(base: str, secrets: dict[str, Path], buildah: tuple[str, ...]) -> Image:
    given = [f"--secret=id={name},src={path}" for name, path in secrets.items()]
    build = (*buildah, "build", "--isolation", "chroot", "--tag", "localhost/drawgate")
    said(*build, f"--build-arg=BASE={base}", *given, str(ROOT))
    return Image(buildah=buildah, container=said(*buildah, "from", "localhost/drawgate").strip())


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Give the demonstration target as a git repository of somebody else."""
    root = tmp_path / "shop"
    said("cp", "-r", f"{ROOT}/fixtures/targets/vulnerable-shop", str(root))
    git = ("git", "-C", str(root), "-c", "user.name=Acme", "-c", "user.email=acme@acme.example")
    said(*git, "init", "--quiet")
    said(*git, "add", "--all")
    said(*git, "commit", "--quiet", "--message", "The shop")
    said("chown", "-R", f"{STRANGER}:{STRANGER}", str(root))
    return root
