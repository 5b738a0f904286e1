"""No piece of a planted secret of any shape leaves a scan, wherever real projects keep them."""

import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.reporting.render import FORMATS
from drawgate.run.cache import unpack
from drawgate.triage.locate import locate
from drawgate.triage.mask import mask_of, mask_sources
from drawgate.triage.redact import redact

Drawgate = Callable[..., Any]
Seen = Callable[[bytes], list[str]]
UNSEEN = {"c/run.sh", "c/fold.yaml", "p/triple.py"}
"""Files with bare words on a line of their own, which nothing announces there."""


def unpacked(path: Path) -> bytes:
    """Give what a file holds; the cache's values are packed behind a seal of 16 bytes."""
    if not path.name.startswith("answers-"):
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        values = [value for (value,) in database.execute("SELECT value FROM answers")]
    assert values
    return b"\n".join(unpack(value[16:]) for value in values)


def test_there_is_something_to_hide(shapes: tuple[Any, ...], seen: Seen) -> None:
    plain = b"\n".join(shape.data.replace(b"\0", b"") for shape in shapes)

    assert len(shapes) >= 80
    assert {shape.path for shape in shapes} == {each.split(":")[0] for each in seen(plain)}


@pytest.mark.scanners
@pytest.mark.parametrize("format_", ["terminal", ",".join([*FORMATS, "sarif"])])
def test_a_scan_shows_no_piece(
    drawgate: Drawgate, planted: Path, advisories: Path, tmp_path: Path, seen: Seen, format_: str
) -> None:
    """Not in files, streams or formats, and not in what is left in temporary folders or caches."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run = drawgate(
        "scan",
        planted,
        "--advisories",
        advisories,
        "-f",
        format_,
        "-v",
        env={"TMPDIR": str(scratch)},
    )
    left = [p for d in (scratch, tmp_path / "cache") for p in d.rglob("*") if p.is_file()]

    assert 1 == run.code
    assert [] == seen(b"\n".join((run.everything, *map(unpacked, left))))


@pytest.mark.scanners
@pytest.mark.parametrize("stream", ["1", "2"])
def test_a_tool_that_fails_over_a_file_shows_no_piece(
    drawgate: Drawgate, planted: Path, seen: Seen, stream: str
) -> None:
    """Its traceback may quote any line of the target, as it stands or as Python writes it."""
    tool = planted.parent / "bandit"
    tool.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bandit 1.9.4' && exit\n"
        f"for f in $(find {planted} -type f ! -name '*utf16*'); do\n"
        f'  echo "Traceback: in $f"; cat "$f"; done >&{stream}; exit 9\n'
    )
    tool.chmod(0o755)
    run = drawgate("scan", planted, "-v", env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert "failed" == run.attempts["bandit"]["outcome"]
    assert [] == [each for each in seen(run.everything) if each.split(":")[0] not in UNSEEN]


@pytest.mark.parametrize("kind", [Kind.SECRETS, Kind.CODE])
def test_a_snippet_of_any_line_shows_no_piece(
    shapes: tuple[Any, ...], seen: Seen, kind: Kind
) -> None:
    """Reported as a secret nothing is seen; else only what neither has a name nor looks drawn."""
    shown = []
    for shape in shapes:
        text = shape.data.decode("utf-8", "replace")
        lines = range(1, text.count("\n") + 2)
        found = tuple(
            Finding(
                kind=kind, rule=Rule(id="R"), message="m", tool="t",
                location=Location(path=shape.path, line=line),
            )
            for line in lines
        )  # fmt: skip
        sources = {shape.path: text}
        mask = mask_of(found, sources)
        masked = mask_sources(mask, found, sources)
        located = locate(redact(found, mask), sources, masked, mask)
        shown += seen("\n".join((masked[shape.path], *(f.snippet for f in located))).encode())

    allowed = set() if kind is Kind.SECRETS else UNSEEN | {"c/settings.xml"}
    assert set() == {each.split(":")[0] for each in shown} - allowed


@pytest.mark.scanners
def test_a_branch_named_after_a_secret_is_not_shown(drawgate: Drawgate, target: Path) -> None:
    secret = hashlib.sha256(b"canary branch").hexdigest()
    env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}
    for words in (
        ("init", "-q", "-b", f"fix-{secret}"),
        (
            "-c",
            "user.name=x",
            "-c",
            "user.email=x@x",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            secret,
        ),
        ("remote", "add", "origin", f"https://bob:{secret}@git.example/x.git"),
    ):
        subprocess.run(["git", *words], cwd=target, env=env, check=True)
    (target / "a.py").write_text("eval(x)\n")

    run = drawgate("scan", target, "-v")

    assert secret.encode() not in run.everything
