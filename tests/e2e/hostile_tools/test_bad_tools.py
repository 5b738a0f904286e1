"""Scanners that misbehave: each makes its own attempt fail, and says how."""

import json
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.adapter import Report
from drawgate.core.attempt import Attempt, Failed, Ran

Scan = Callable[..., Attempt]

CLEAN = """echo '{"looked_at": ["a.py"], "findings": []}'"""


def report_in(path: str) -> str:
    """Write a scanner that reports a finding in a path."""
    finding = {"path": path, "line": 1, "rule": "x"}
    return f"echo '{json.dumps({'looked_at': ['a.py'], 'findings': [finding]})}'"


def failure(attempt: Attempt) -> str:
    """Give the error; an attempt that did not fail is one."""
    assert isinstance(attempt, Failed), attempt
    assert attempt.partial == Report()
    return attempt.error


def test_well_behaved(scan: Scan, target: Path) -> None:
    """The same scanner, behaving: without this the tests below would prove nothing."""
    attempt = scan("""echo '{"looked_at": ["a.py"], "findings": []}'""")

    assert isinstance(attempt, Ran)
    assert frozenset({"a.py"}) == attempt.report.looked_at
    assert "1.0" == attempt.tool.version
    assert (target.resolve() / "a.py").read_text() == "x = 1\n"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{CLEAN}; echo oh no >&2; exit 3", "it exited with code 3: oh no"),
        (f"{CLEAN}; exit 255", "it exited with code 255"),
        (f"{CLEAN}; kill -SEGV $$", "it crashed (SIGSEGV)"),
        (f"{CLEAN}; kill -TERM $$", "it was told to end (SIGTERM)"),
        (
            f"{CLEAN}; kill -KILL $$",
            "it was killed (SIGKILL), perhaps because memory ran out",
        ),
        (f"{CLEAN}; kill -USR1 $$", "it was ended by signal 10"),
        ("", "the answer can't be read: JSONDecodeError"),
        ("exec >&-", "the answer can't be read: JSONDecodeError"),
        ("echo null", "the answer can't be read: TypeError"),
        ("echo '[]'", "the answer can't be read: TypeError"),
        ("echo '{}'", "the answer can't be read: KeyError"),
        ('echo \'{"looked_at": ["a.py"],\'', "the answer can't be read: JSONDecodeError"),
        ("head -c 4096 /dev/urandom", "the answer can't be read: "),
        (
            """echo '{"looked_at": ["b.py"], "findings": []}'""",
            "the adapter says that it looked at 'b.py', which it was not given",
        ),
        (
            """echo '{"looked_at": [], "findings": []}'""",
            "it says nothing about 1 of its inputs: a.py",
        ),
        (
            report_in("/etc/passwd"),
            "the adapter reports a finding in '/etc/passwd', which it was not given",
        ),
        (
            report_in("../b.py"),
            "the adapter reports a finding in '../b.py', which it was not given",
        ),
        (
            """echo "see $TMPDIR/log" >&2; exit 3""",
            "it exited with code 3: see $PRIVATE/toy/1/tmp/log",
        ),
    ],
)
def test_no_answer_is_a_failed_attempt(scan: Scan, script: str, expected: str) -> None:
    """Whatever a scanner does instead of answering, it is never read as clean."""
    assert failure(scan(script)).startswith(expected)


def test_hanging_tool(scan: Scan) -> None:
    """A scanner that never ends is ended, and the way out is named."""
    attempt = scan("sleep 60", timeout=0.5)

    assert "it did not finish within 0.5 s" == failure(attempt)
    assert "allow it more with --timeout" == attempt.hint
    assert attempt.execution.wall < 5


def test_tool_that_hangs_on_version(scan: Scan, tmp_path: Path) -> None:
    """A tool that waits for input when asked for its version gets none."""
    attempt = scan("import sys\nsys.stdin.read()\nprint('toy 2')", interpreter=sys.executable)

    assert "toy does not say its version, and >=1 is needed" in attempt.reason


def test_two_gigabytes_of_output(scan: Scan) -> None:
    """Printing stops at a limit far below what fills a disk or our memory."""
    attempt = scan("head -c 2147483648 /dev/zero")

    assert failure(attempt).startswith("it wrote more than 256 MiB")


def test_two_gigabytes_into_a_file(scan: Scan) -> None:
    """So does writing into a file."""
    attempt = scan(f"exec head -c 2147483648 /dev/zero > $TMPDIR/big; {CLEAN}")

    assert failure(attempt).startswith("it wrote more than 256 MiB")


def test_memory_eater(scan: Scan) -> None:
    """A scanner gets as much memory as its adapter asks for, and no more."""
    script = "import sys\nprint('toy 1.0') if '--version' in sys.argv else bytearray(1 << 30)"

    def modest(job: dg.Job) -> dg.Command:
        return dg.Command(args=(), ok=frozenset({0}), memory=512 << 20)

    attempt = scan(script, interpreter=sys.executable, command=modest)

    assert failure(attempt).endswith("MemoryError")


def test_messages_cannot_steer_a_terminal(scan: Scan) -> None:
    """Control characters of a tool's last words are dropped, and there are few words."""
    attempt = scan(r"printf '\033[2J\007oh\nno%4000s' x >&2; exit 9")

    assert "it exited with code 9: [2Joh no x" == failure(attempt)


def test_much_output_is_not_kept(scan: Scan) -> None:
    """More than can be kept is read all the same; a sentence stands in its place."""
    attempt = scan(f"head -c 68000000 /dev/zero | tr '\\0' ' '; {CLEAN}")

    assert isinstance(attempt, Ran), attempt
    assert {"toy.txt": b"What toy printed is not kept: it is more than 64 MiB.\n"} == attempt.raw


def test_partial_reports_survive(scan: Scan, target: Path) -> None:
    """What finished parts found is kept; failing on more than a few files fails the attempt."""
    for number in range(200):
        (target / f"b{number}.py").write_text("x = 1\n")
    script = """
    case "$*" in *./b7*) exit 3;; esac
    /bin/echo '{"findings": [], "looked_at": ['
    for name in "$@"; do printf '%s"%s"' "$comma" "${name#./}"; comma=,; done
    echo ']}'
    """

    attempt = scan(script)

    assert isinstance(attempt, Failed)
    assert "it exited with code 3" == attempt.error
    assert 200 > len(attempt.partial.looked_at) > 100
    assert "b7.py" not in attempt.partial.looked_at


def test_after_a_time_out_nothing_else_is_started(scan: Scan, target: Path) -> None:
    """Parts that would hang as well are not begun, once two files alone hang as well."""
    for number in range(200):
        (target / f"b{number}.py").write_text("x = 1\n")

    attempt = scan("sleep 60", timeout=1.0)

    assert "it did not finish within 1 s" == failure(attempt)
    assert 6 == attempt.execution.processes
    assert attempt.execution.wall < 9


def test_inputs_that_vanish(scan: Scan, target: Path) -> None:
    """A target that is deleted while it is scanned makes attempts fail, not the scan."""
    threading.Timer(0.5, shutil.rmtree, (target,)).start()

    attempt = scan(f"while [ -e ./a.py ]; do sleep 0.05; done; cat ./a.py && {CLEAN}")

    assert failure(attempt).startswith("it exited with code 1")
