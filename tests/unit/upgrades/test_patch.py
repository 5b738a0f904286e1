"""A patch is taken by git and by patch, whatever bytes files hold and however they are called."""

import itertools
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawgate.upgrades.patch import unified

line = st.binary(max_size=6).filter(lambda raw: b"\n" not in raw)


def test_hunks_and_context() -> None:
    old = b"".join(b"%d\n" % n for n in range(20))
    new = old.replace(b"\n2\n", b"\ntwo\n").replace(b"\n17\n", b"\nXVII\n")
    assert (
        b"--- a/x\n+++ b/x\n@@ -1,6 +1,6 @@\n 0\n 1\n-2\n+two\n 3\n 4\n 5\n"
        b"@@ -15,6 +15,6 @@\n 14\n 15\n 16\n-17\n+XVII\n 18\n 19\n"
    ) == unified({"x": (old, new)})


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    lines=st.lists(st.tuples(line, st.none() | line), min_size=1, max_size=12),
    name=st.sampled_from(
        ["a.txt", "with blank.txt", "tab\there", 'quo"te', "new\nline", "ü\\x.txt"]
    ),
)
def test_git_applies_it(tmp_path: Path, lines: list[tuple[bytes, bytes | None]], name: str) -> None:
    old = b"\n".join(before for before, _ in lines)
    new = b"\n".join(before if after is None else after for before, after in lines)
    # An empty last piece is the end of the file's last line, and can't be changed by itself.
    if old == new or not (lines[-1][0] and (lines[-1][1] is None or lines[-1][1])):
        return
    path = tmp_path / name
    path.write_bytes(old)
    done = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        input=unified({name: (old, new)}), cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (0, new) == (done.returncode, path.read_bytes()), done.stderr
    path.unlink()


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    marks=st.lists(st.sampled_from(["kept", "changed", "hidden"]), min_size=1, max_size=12),
    end=st.sampled_from([b"", b"\n"]),
)
def test_a_hidden_line_is_not_shown_and_git_applies_it(
    tmp_path: Path, marks: list[str], end: bytes
) -> None:
    """Context ends where a line with a credential begins; where that can't be, it is said."""
    lines = [b"%s %d" % (mark.encode(), n) for n, mark in enumerate(marks)]
    old = b"\n".join(lines) + end
    new = old.replace(b"changed", b"new")
    hidden = {n for n, mark in enumerate(marks, 1) if mark == "hidden"}
    path = tmp_path / "r.txt"
    path.write_bytes(old)
    followed = any(pair == ("changed", "hidden") for pair in itertools.pairwise(marks))
    try:
        patch = unified({"r.txt": (old, new)}, {"r.txt": hidden})
    except ValueError:
        assert followed
        return
    assert b"hidden" not in patch
    assert not followed
    if patch:
        done = subprocess.run(
            ["git", "apply", "-"], input=patch, cwd=tmp_path, capture_output=True, check=False
        )
        assert (0, new) == (done.returncode, path.read_bytes()), done.stderr


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_patch_applies_it(tmp_path: Path, end: bytes) -> None:
    old, new = b"a==1\r\nb==1" + end, b"a==2\r\nb==2" + end
    (tmp_path / "r.txt").write_bytes(old)
    done = subprocess.run(
        ["patch", "-p1"],
        input=unified({"r.txt": (old, new)}), cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (0, new) == (done.returncode, (tmp_path / "r.txt").read_bytes()), done.stdout
