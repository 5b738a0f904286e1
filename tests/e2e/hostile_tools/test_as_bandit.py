"""Programs that call themselves bandit, seen from outside: an exit code, a sentence, no traces."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from samples.machine import must_allow

Drawgate = Callable[..., Any]
Tool = Callable[[str], Path]

ASKED = "if '--version' in sys.argv: sys.exit(print('bandit 1.9.4 python version = 3.11'))"
TOTALS = {f"SEVERITY.{word}": 0 for word in ("UNDEFINED", "LOW", "MEDIUM", "HIGH")}
RESULT = {
    "test_id": "B602", "test_name": "x", "more_info": "https://example.org",
    "issue_cwe": {"id": 78}, "issue_text": "a shell", "issue_severity": "HIGH",
    "issue_confidence": "HIGH",
    "filename": "./a.py", "line_number": 1, "line_range": [1], "col_offset": 0,
    "end_col_offset": 5,
}  # fmt: skip


def answer(*results: dict[str, object], **others: object) -> str:
    """Write a program that prints an answer as bandit does."""
    totals = TOTALS | {"SEVERITY.HIGH": len(results)}
    metrics = {"_totals": totals, "./a.py": {}}
    listed = [RESULT | result for result in results]
    told = {"errors": [], "metrics": metrics, "results": listed} | others
    return f"print({json.dumps(told)!r}); sys.exit({int(bool(results))})"


CLEAN = answer()


@pytest.fixture
def target(target: Path) -> Path:
    """Give a target of one file, `a.py`; the scanner of secrets is not asked."""
    return target


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    """Give a function that writes a bandit in Python."""

    def write(body: str, version: str = ASKED) -> Path:
        program = tmp_path / "bandit"
        program.write_text(f"#!{sys.executable}\nimport os, signal, sys, time\n{version}\n{body}\n")
        program.chmod(0o755)
        return program

    return write


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give the directory for temporary files."""
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.fixture
def scan(drawgate: Drawgate, target: Path, place: Path) -> Callable[..., Any]:
    """Give a function that scans with some bandit, and sees that nothing is left."""

    def run(program: Path, timeout: float = 20) -> Any:  # noqa: ANN401 - what `drawgate` gives
        words = ("scan", target, "--only", "bandit", "--no-cache", "--timeout", str(timeout))
        env = {"DRAWGATE_TOOL_BANDIT": str(program), "TMPDIR": str(place)}
        done = drawgate(*words, "--fail-on", "high", env=env)
        assert [] == list(place.iterdir())
        return done

    return run


def why(run: Any) -> str:  # noqa: ANN401 - see above
    """Give the reason of the failed attempt; both people and programs are told."""
    attempt = run.attempts["bandit"]
    assert (3, "failed") == (run.code, attempt["outcome"]), run.out + run.err
    assert "bandit" in run.out
    steering = [c for c in run.out + run.err if not c.isprintable() and c != "\n"]
    assert [] == steering
    return str(attempt["reason"])


def test_a_good_one(scan: Callable[..., Any], tool: Tool) -> None:
    """The same program, behaving: without this the tests below would prove nothing."""
    assert 0 == scan(tool(CLEAN)).code
    assert 1 == scan(tool(answer({}))).code


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", "answer can't be read: JSONDecodeError"),
        ("print('null')", "answer can't be read: TypeError"),
        ("print('[]')", "answer can't be read: TypeError"),
        ("print('{}')", "answer can't be read: KeyError: 'metrics'"),
        ("print('{\"metrics\": {\"_totals\"')", "answer can't be read: JSONDecodeError"),
        ("sys.stdout.buffer.write('{}'.encode('utf-16'))", "answer can't be read"),
        ("print('[' * 1_000_000)", "answer can't be read: RecursionError"),
        ("print('{\"metrics\": ' + '9' * 1_000_000 + '}')", "answer can't be read: ValueError"),
        (answer({"line_number": float("nan")}), "NaN is no JSON"),
        (answer({"line_number": 1e999}), "Infinity is no JSON"),
        (answer({"line_number": -1, "line_range": [-1]}), "B602 has an impossible line"),
        (answer({"line_number": 10**30, "line_range": [1]}), "B602 has an impossible line"),
        (answer({"line_number": 1.5}), "B602 has an impossible line"),
        (answer({"line_number": True}), "B602 has an impossible line"),
        (answer({"col_offset": -5}), "B602 has an impossible column"),
        (answer({"issue_cwe": {"id": -3}}), "B602 has an impossible line or weakness number"),
        (answer({"issue_text": None}), "a text is missing in a finding of B602"),
        (answer({"issue_text": "A" * (2 << 20)}), "a text in a finding of B602 is endless"),
        (answer({"filename": "/etc/passwd"}), "reports a finding in"),
        (answer({"filename": "../a.py"}), "reports a finding in '../a.py', which it was not given"),
        (answer({"filename": "./b.py"}), "reports a finding in 'b.py', which it was not given"),
        (answer(metrics={"_totals": TOTALS}), "it says nothing about 1 of its inputs: a.py"),
        (answer(metrics={"_totals": TOTALS, "./b.py": {}, "./a.py": {}}),
         "says that it looked at 'b.py', which it was not given"),
        (answer(errors=[{"filename": "./b.py", "reason": "no"}]),
         "could not look at 'b.py', which it was not given"),
        (answer(errors=[{"filename": "./a.py", "reason": None}]), "answer can't be read"),
        (answer(errors={}), "a list was expected, not dict"),
        *((f"{CLEAN.partition(';')[0]}; sys.exit({code})", f"it exited with code {code}")
          for code in (2, 3, 64, 126, 127, 128, 130, 137, 255)),
        (f"{CLEAN.partition(';')[0]}; sys.exit(1)", "bandit exited with 1 but listed 0 findings"),
        (f"{answer({}).partition(';')[0]}; sys.exit(0)", "bandit exited with 0 but listed 1"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "it crashed (SIGSEGV)"),
        ("os.write(2, b'\\x1b]0;x\\x07\\x1b[2Joh \\xe2\\x80\\xae no\\x9b'); sys.exit(9)",
         "it exited with code 9: ]0;x[2Joh  no"),
        ("sys.stdout.write('x' * (300 << 20))", "it wrote more than 256 MiB"),
        ("sys.stderr.write('x' * (300 << 20))", "it wrote more than 256 MiB"),
        ("open(os.environ['TMPDIR'] + '/x', 'w').write('x' * (300 << 20))", "File too large"),
        ("x = bytearray(6 << 30)", "MemoryError"),
        (f"os.chdir(os.environ['HOME']); os.rmdir(os.getcwd()); {CLEAN}; print(os.getcwd())", ""),
    ],
)  # fmt: skip
def test_no_answer(scan: Callable[..., Any], tool: Tool, body: str, expected: str) -> None:
    """Whatever it does instead of answering is a failed attempt with a clear sentence."""
    if not expected:  # what it does in its own directory is its own business
        assert 0 == scan(tool(body)).code
        return
    assert expected in why(scan(tool(body)))


@pytest.mark.parametrize(
    "body",
    [
        "time.sleep(100)",
        "os.close(1); os.close(2); time.sleep(100)",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(100)",
        "os.kill(os.getpid(), signal.SIGSTOP)",
        "while True: pass",
        "os.fork(); os.fork(); os.setsid() if os.getpid() != os.getsid(0) else 0; time.sleep(100)",
    ],
)
def test_hanging(scan: Callable[..., Any], tool: Tool, body: str) -> None:
    """It is ended in time, whatever it has made of signals, streams and sessions."""
    began = time.monotonic()

    assert "it did not finish within 2 s" == why(scan(tool(body), timeout=2))
    assert time.monotonic() - began < 20


def test_a_daemon(scan: Callable[..., Any], tool: Tool) -> None:
    """Who answers properly and leaves somebody behind has answered; the other one is gone."""
    seconds = f"7{os.getpid()}"
    body = (
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork(): os._exit(0)\n"
        f"    os.execve('/bin/sleep', ['sleep', '{seconds}'], {{}})\n"
        f"time.sleep(0.2)\n{CLEAN}"
    )

    assert 0 == scan(tool(body)).code

    words = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    assert not any(seconds.encode() in each.split(b"\0") for each in words)


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("if '--version' in sys.argv: time.sleep(100)", "it did not finish within 2 s"),
        ("if '--version' in sys.argv: sys.exit(5)", "it exited with code 5"),
        ("if '--version' in sys.argv: sys.exit(os.kill(os.getpid(), 9))", "it was killed"),
    ],
)
def test_a_version_that_is_none(
    scan: Callable[..., Any], tool: Tool, version: str, expected: str
) -> None:
    """What fails at its first question is not called missing."""
    reason = why(scan(tool(CLEAN, version), timeout=2))

    assert f"bandit does not say its version: {expected}" in reason


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("", "bandit does not say its version, and >=1.8,<2 is needed"),
        ("if '--version' in sys.argv: sys.exit(print('\\x1b[2J'))", "does not say its version"),
        ("if '--version' in sys.argv: sys.exit(print('bandit 0.1'))", "bandit 0.1 is installed"),
        ("if '--version' in sys.argv: sys.exit(print('bandit 9' * 9999))", "does not say its"),
    ],
)
def test_another_version(scan: Callable[..., Any], tool: Tool, version: str, expected: str) -> None:
    """A version that is not supported, or that nobody knows, leaves the scan incomplete."""
    run = scan(tool("print('hello')" if not version else CLEAN, version))

    assert (3, "skipped") == (run.code, run.attempts["bandit"]["outcome"])
    assert expected in run.attempts["bandit"]["reason"]


def odd_programs(folder: Path) -> Iterator[tuple[str, Path]]:
    """Make files that are no programs."""
    for name, content, mode in (
        ("not executable", b"#!/bin/sh\necho bandit 1.9.4\n", 0o644),
        ("without a first line", b"echo bandit 1.9.4\n", 0o755),
        ("empty", b"", 0o755),
        ("garbage", b"\x7fELF\x02\x01\x01" + bytes(57), 0o755),
        ("of a missing interpreter", b"#!/nonexistent/python\n", 0o755),
    ):
        (folder / name).write_bytes(content)
        (folder / name).chmod(mode)
        yield name, folder / name
    (folder / "a directory").mkdir()
    yield "a directory", folder / "a directory"
    (folder / "a dangling link").symlink_to("nowhere")
    yield "a dangling link", folder / "a dangling link"
    (folder / "a loop").symlink_to("a loop")
    yield "a loop", folder / "a loop"
    os.mkfifo(folder / "a pipe", 0o755)
    yield "a pipe", folder / "a pipe"


def test_no_program(scan: Callable[..., Any], tmp_path: Path) -> None:
    """Whatever DRAWGATE_TOOL_BANDIT names instead of a program, the scan is incomplete."""
    (tmp_path / "odd").mkdir()
    said = {}
    for name, program in odd_programs(tmp_path / "odd"):
        run = scan(program)
        assert 3 == run.code, (name, run.err)
        said[name] = run.attempts["bandit"]["reason"]

    nothing = "unavailable: DRAWGATE_TOOL_BANDIT names nothing that can be run"
    no_format = " could not be started: Exec format error"
    assert {
        "not executable": nothing,
        "without a first line": f"without a first line{no_format}",
        "empty": f"empty{no_format}",
        "garbage": f"garbage{no_format}",
        "of a missing interpreter": "of a missing interpreter could not be started: No such file",
        "a directory": nothing,
        "a dangling link": nothing,
        "a loop": nothing,
        "a pipe": nothing,
    } == {
        name: reason.partition(" or directory")[0].partition(";")[0]
        for name, reason in said.items()
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(drawgate: Drawgate, target: Path, tool: Tool, place: Path) -> None:
    """A tool that fills the place for temporary files fails; room is made when it is gone."""
    body = (
        "number = 0\n"
        "while True:\n"
        "    number += 1\n"
        "    name = f\"{os.environ['TMPDIR']}/{number}\"\n"
        "    with open(name, 'wb') as file: file.write(bytes(1 << 20))\n"
    )
    small = 'mount -t tmpfs -o size=24m none "$0"; "$@"; code=$?; ls -A "$0" >&2; exit $code'
    mount = ("unshare", "--mount", "sh", "-ec", small, str(place))
    words = ("scan", target, "--only", "bandit", "--no-cache", "--fail-on", "high")
    env = {"DRAWGATE_TOOL_BANDIT": str(tool(body)), "TMPDIR": str(place)}
    must_allow("mount anything", *mount)

    run = drawgate(*words, env=env, before=mount)

    assert why(run).startswith("no space was left for temporary files")
    assert "drawgate-" not in run.err
