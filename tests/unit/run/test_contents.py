"""Contents are read once, and again as soon as anything about their files is another."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.run import contents as module
from drawgate.run.cache import Cache
from drawgate.run.contents import Contents, stats


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of files that have not changed for a while."""
    root = tmp_path / "tool"
    (root / "inner").mkdir(parents=True)
    for name in ("a.py", "inner/b.py"):
        (root / name).write_text("pass\n")
    return root


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bytes]:
    """Digest as a scan does, with what an earlier one kept; every file counts as settled."""
    monkeypatch.setattr(module, "_SETTLED", 0)
    cache = Cache(folder=tmp_path / "kept", secret=b"k" * 32)

    def scan(root: Path) -> bytes:
        contents = Contents(cache=cache)
        found = contents.digest((root,))
        cache.write(contents.fresh, contents.used)
        return found

    return scan


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the files that were read."""
    names: list[str] = []
    real = module.file_digest

    def noted(file: object, kind: str) -> object:
        names.append(Path(file.name).name)  # type: ignore[attr-defined]  # an open file has one
        return real(file, kind)  # type: ignore[arg-type]  # as above

    monkeypatch.setattr(module, "file_digest", noted)
    return names


def same_stat(path: Path, text: str) -> None:
    """Write in place, and put size and time of modification back."""
    before = path.stat()
    assert len(text) == before.st_size
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_nothing_is_read_twice(
    folder: Path, digest: Callable[[Path], bytes], reads: list[str]
) -> None:
    """What has not changed is known by its times."""
    first = digest(folder)
    assert ["a.py", "b.py"] == sorted(reads)
    reads.clear()

    assert first == digest(folder)
    assert [] == reads


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: (p / "inner/b.py").write_text("exit\n"), id="in place"),
        pytest.param(lambda p: same_stat(p / "a.py", "exit\n"), id="with its old time"),
        pytest.param(lambda p: (p / "inner/c.py").write_text(""), id="another file"),
        pytest.param(lambda p: (p / "a.py").unlink(), id="a file less"),
        pytest.param(lambda p: (p / "a.py").rename(p / "z.py"), id="another name"),
    ],
)
def test_a_change(
    folder: Path, digest: Callable[[Path], bytes], change: Callable[[Path], object]
) -> None:
    """Whatever changes under the same version is seen."""
    first = digest(folder)
    time.sleep(0.02)  # a tick of the file system's clock
    change(folder)

    assert first != digest(folder)


def test_the_same_again(folder: Path, digest: Callable[[Path], bytes], reads: list[str]) -> None:
    """The same files installed anew are read again, and are the same."""
    first = digest(folder)
    for path in (folder / "a.py", folder / "inner/b.py"):
        path.unlink()
        path.write_text("pass\n")
    reads.clear()

    assert first == digest(folder)
    assert ["a.py", "b.py"] == sorted(reads)


def test_too_fresh(folder: Path, tmp_path: Path) -> None:
    """A file of this very moment may change again within the clock's tick: nothing is kept."""
    contents = Contents(cache=Cache(folder=tmp_path / "kept", secret=b"k" * 32))
    contents.digest((folder,))

    assert {} == contents.fresh


def test_what_is_no_part(folder: Path, digest: Callable[[Path], bytes]) -> None:
    """What the interpreter compiles, and what git keeps, may change as it likes."""
    first = digest(folder)
    for name in ("__pycache__", ".git"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("x")

    assert first == digest(folder)
    assert stats((folder,)) == stats((folder,))


def test_links(folder: Path, digest: Callable[[Path], bytes], tmp_path: Path) -> None:
    """What a link leads to counts, and a link to a folder above does not go on forever."""
    (folder / "up").symlink_to(folder)
    (folder / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "elsewhere.py").write_text("pass\n")
    (folder / "link.py").symlink_to(tmp_path / "elsewhere.py")
    first = digest(folder)
    (tmp_path / "elsewhere.py").write_text("other\n")

    assert first != digest(folder)
