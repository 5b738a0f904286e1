"""The key of the cache is the user's own and lies elsewhere than the cache."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from drawgate.run.cache_key import cache_key

TARGET = Path("/target")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DRAWGATE_IDENTITY_KEY", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state/drawgate/cache-key"


def test_made_once(state: Path) -> None:
    """The first scan makes a random key that only its user can read; later ones use it."""
    first = cache_key(TARGET)

    assert first == cache_key(TARGET) == state.read_bytes()
    assert 32 == len(first or b"")
    assert 0o600 == state.stat().st_mode & 0o777
    assert [state] == list(state.parent.iterdir())


def test_made_by_many_at_once(state: Path) -> None:
    """Scans that start together end up with one key."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: cache_key(TARGET), range(16)))

    assert {state.read_bytes()} == keys


def test_cut_off(state: Path) -> None:
    """A key that a full disk cut off, or that is none, is made anew."""
    state.parent.mkdir(parents=True)
    state.write_bytes(b"short")

    assert 32 == len(cache_key(TARGET) or b"")
    state.unlink()
    os.mkfifo(state)

    assert 32 == len(cache_key(TARGET) or b"")
    assert cache_key(TARGET) == state.read_bytes()


def test_identity_key(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's identity key goes first: machines that share it can share a cache."""
    monkeypatch.setenv("DRAWGATE_IDENTITY_KEY", "not-a-real-key")

    key = cache_key(TARGET)

    assert key is not None
    assert key.endswith(b"not-a-real-key")
    assert not state.exists()


def test_no_place(state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key is kept in the target, below a file, or at a relative path."""
    assert cache_key(tmp_path) is None
    assert not state.exists()

    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert cache_key(TARGET) is None

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert cache_key(TARGET) is None


def test_no_home(as_us: Callable[..., CompletedProcess[str]]) -> None:
    """Without an identity key, a HOME and XDG_STATE_HOME there may be no place at all."""
    code = "from pathlib import Path\nfrom drawgate.run.cache_key import cache_key\n"
    code += "import os; os.setuid(54321) if os.geteuid() == 0 else None\n"

    done = as_us(code + "print(cache_key(Path('/target')))")

    assert "None\n" == done.stdout, done.stderr
