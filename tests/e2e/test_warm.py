"""A second scan of what has not changed, with the real scanners."""

import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drawgate.run.cache import unpack

Drawgate = Callable[..., Any]
SAME = ("results.sarif", "verdict.json", "summary.md", "report.html", "sbom.cdx.json")
CANARY = "Tr0ub4dor-NotReal-cachecanary"


def copied(shop: Path, target: Path) -> Path:
    shutil.copytree(shop, target, dirs_exist_ok=True)
    subprocess.run(["git", "init", "-q", target], check=True)
    subprocess.run(["git", "-C", target, "add", "-A"], check=True)
    return target


def processes(run: Any) -> dict[str, tuple[int, int]]:  # noqa: ANN401 - the fixture's value
    return {
        name: (each["execution"]["processes"], each["execution"]["recalled"])
        for name, each in run.attempts.items()
        if each["outcome"] == "ran"
    }


def files(run: Any) -> dict[str, bytes]:  # noqa: ANN401 - the fixture's value
    return {name: (run.directory / name).read_bytes() for name in SAME}


@pytest.mark.scanners
def test_warm_is_cold_only_faster(
    drawgate: Drawgate, shop: Path, target: Path, advisories: Path
) -> None:
    """The second scan starts no scanner and writes the same bytes; so does one without cache."""
    words = ("scan", copied(shop, target), "--offline", "--advisories", advisories)
    words = (*words, "--as-of", "2026-11-25")

    cold = drawgate(*words)
    first = files(cold), cold.out, processes(cold)
    warm = drawgate(*words)
    second = files(warm), warm.out, processes(warm)
    assert [] == list((warm.directory / "raw").glob("*"))
    uncached = drawgate(*words, "--no-cache")

    assert first[:2] == second[:2] == (files(uncached), uncached.out)
    assert all(started > 0 and known == 0 for started, known in first[2].values())
    assert all(started == 0 and known > 0 for started, known in second[2].values())
    assert first[2] == processes(uncached)


@pytest.mark.scanners
def test_work_follows_the_change(
    drawgate: Drawgate, shop: Path, target: Path, advisories: Path
) -> None:
    """After one file has changed, it alone is scanned, and the result is that of a cold scan."""
    words = ("scan", copied(shop, target), "--offline", "--advisories", advisories)
    words = (*words, "--as-of", "2026-11-25")
    drawgate(*words)
    changed = target / "shop/reports.py"
    changed.write_text(f"import pickle\n{changed.read_text()}\npickle.loads(b'')\n")

    warm = drawgate(*words)
    second = files(warm), processes(warm)
    uncached = drawgate(*words, "--no-cache")

    assert files(uncached) == second[0]
    bandit, secrets, audit = (second[1][n] for n in ("bandit", "detect-secrets", "pip-audit"))
    assert 1 == uncached.attempts["detect-secrets"]["lookedAt"] - secrets[1]
    assert audit[0] == 0
    assert 1 == uncached.attempts["bandit"]["lookedAt"] - bandit[1]


def pieces(secret: str) -> list[str]:
    """Give any eight characters of a secret that stand beside one another."""
    return [secret[start : start + 8] for start in range(len(secret) - 7)]


@pytest.mark.scanners
def test_no_secret_is_kept(drawgate: Drawgate, target: Path, tmp_path: Path) -> None:
    """Neither a secret nor a hash of it that could be guessed stands in the cache."""
    (target / "a.py").write_text(f"password = '{CANARY}'\ntoken = '{CANARY}'\n")

    run = drawgate("scan", target, "--only", "bandit,detect-secrets")
    again = drawgate("scan", target, "--only", "bandit,detect-secrets")

    assert 1 == run.code == again.code
    with closing(sqlite3.connect(tmp_path / "cache/drawgate/answers-1.sqlite")) as database:
        values = [value for (value,) in database.execute("SELECT value FROM answers")]
    kept = b"".join(unpack(value[16:]) for value in values)
    assert b"a.py" in kept
    assert b"B105" in kept
    assert not [part for part in pieces(CANARY) if part.encode() in kept]
    assert all(each[1] == 1 for each in processes(again).values())


@pytest.mark.scanners
def test_a_planted_cache(drawgate: Drawgate, target: Path, tmp_path: Path) -> None:
    """A cache that was filled with another key says nothing about this target."""
    (target / "a.py").write_text("import subprocess\nsubprocess.call('ls', shell=True)\n")
    words = ("scan", target, "--only", "bandit", "--fail-on", "low")
    drawgate(*words, env={"DRAWGATE_IDENTITY_KEY": "not-a-real-key-one"})

    other = drawgate(*words, env={"DRAWGATE_IDENTITY_KEY": "not-a-real-key-two"})

    assert {"bandit": (1, 0)} == processes(other)


@pytest.mark.scanners
def test_a_missing_tool_is_not_covered_up(drawgate: Drawgate, target: Path, tmp_path: Path) -> None:
    """Answers of a tool that is no longer there don't stand in for it."""
    (target / "a.py").write_text("x = 1\n")
    drawgate("scan", target, "--only", "bandit")

    run = drawgate(
        "scan", target, "--only", "bandit",
        env={"DRAWGATE_TOOL_BANDIT": str(tmp_path / "nothing")},
    )  # fmt: skip

    assert 3 == run.code
