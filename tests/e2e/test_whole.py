"""Signals, full disks, and what else only the whole program can show."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.finding import Kind
from drawgate.registry import builtin

Drawgate = Callable[..., Any]
PROGRAM = Path(sys.executable).with_name("drawgate")
KNOWN = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bandit 1.9.4' && exit\n"
HANGING = f"{KNOWN}sleep 301 & sleep 302\n"


def _hanging(tmp_path: Path) -> dict[str, str]:
    tool = tmp_path / "bandit"
    tool.write_text(HANGING)
    tool.chmod(0o755)
    return {**os.environ, "DRAWGATE_TOOL_BANDIT": str(tool), "TMPDIR": str(tmp_path / "tmp")}


def _sleepers() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] in ([b"sleep", b"301"], [b"sleep", b"302"]):
            found.append(folder.name)
    return found


@pytest.mark.xdist_group("sleepers")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_no_child_and_no_part(
    tmp_path: Path, target: Path, number: int, code: int
) -> None:
    (target / "a.py").write_text("x = 1\n")
    (tmp_path / "tmp").mkdir()
    out = tmp_path / "out"
    words = [PROGRAM, "scan", target, "--only", "bandit", "--output-dir", out]
    process = subprocess.Popen(words, env=_hanging(tmp_path), stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while len(_sleepers()) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert 2 == len(_sleepers())
    process.send_signal(number)
    error = process.communicate(timeout=30)[1].decode()

    assert code == process.returncode, error
    assert [] == _sleepers()
    assert {".gitignore", ".drawgate-results"} == {p.name for p in out.iterdir()}
    assert [] == list((tmp_path / "tmp").iterdir())


@pytest.mark.skipif(os.getuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_is_said_and_leaves_no_part(tmp_path: Path, target: Path) -> None:
    (target / "a.py").write_text("import os\nassert os\n" * 3000)
    small = tmp_path / "small"
    small.mkdir()
    script = (
        f"mount -t tmpfs -o size=64k none {small} && "
        f"{PROGRAM} scan {target} --only bandit --output-dir {small}/out; "
        f"echo code $?; find {small}/out -name '.*.part'"
    )
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False
    )

    assert "No space left on device" in done.stderr
    assert done.stdout.endswith("code 2\n"), done.stdout


def test_an_internal_error_is_confessed_without_secrets(target: Path) -> None:
    """Exit code 4 is ours alone, and even a traceback is masked."""
    program = (
        "import sys\n"
        "from drawgate import cli, pipeline\n"
        "def broken(*args): raise RuntimeError('oops, password=canary-4711-not-real')\n"
        "pipeline.run_plan = broken\n"
        f"sys.argv = ['drawgate', 'scan', {str(target)!r}, '--output-dir', '{target}.out']\n"
        "cli.main()\n"
    )
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=False)

    assert 4 == done.returncode
    assert "RuntimeError: oops" in done.stderr
    assert "internal error" in done.stderr
    assert "canary-4711" not in done.stderr


def test_one_selected_adapter_probes_no_other_tool(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    (target / "requirements.txt").write_text("flask==0.12\n")
    probe = target.parent / "probe"
    probe.write_text(f"#!/bin/sh\ntouch {target.parent}/probed\n")
    probe.chmod(0o755)
    names = ("DETECT_SECRETS", "PIP_AUDIT")
    drawgate(
        "scan", target, "--only", "bandit", env={f"DRAWGATE_TOOL_{n}": str(probe) for n in names}
    )

    assert not (target.parent / "probed").exists()


def test_a_missing_tool_is_incomplete_and_named(drawgate: Drawgate, target: Path) -> None:
    """Nobody else may have looked at code: a kind needs one scanner that ran."""
    (target / "a.py").write_text("x = 1\n")
    others = {a.name for a in builtin().values() if a.kind is Kind.CODE} - {"bandit"}
    missing = {"DRAWGATE_TOOL_BANDIT": "/nowhere/bandit"}
    run = drawgate("scan", target, "--skip", ",".join(others), env=missing)

    assert 3 == run.code
    assert "INCOMPLETE" in run.out
    assert "bandit" in run.out.split("Scanners")[0]


@pytest.mark.scanners
def test_a_missing_tool_that_another_stands_in_for_is_named(
    drawgate: Drawgate, target: Path
) -> None:
    (target / "a.py").write_text("x = 1\n")
    run = drawgate("scan", target, env={"DRAWGATE_TOOL_BANDIT": "/nowhere/bandit"})

    assert 0 == run.code
    assert "ruff looked in bandit's place" in run.out


def test_who_is_asked_for_by_name_is_not_stood_in_for(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    run = drawgate("scan", target, "--only", "bandit", env={"DRAWGATE_TOOL_BANDIT": "/nowhere/x"})

    assert 3 == run.code


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exit 7", "exited with code 7"),
        ("echo garbage", "can't be read"),
        ("echo null", "can't be read"),
        ("true", "can't be read"),
        ("""printf '{"errors": [], "resu'""", "can't be read"),
        ("kill -9 $$", "killed"),
        ("head -c 300000000 /dev/zero", "wrote more than"),
    ],
)
def test_a_tool_that_misbehaves_is_a_failed_attempt(
    drawgate: Drawgate, target: Path, script: str, reason: str
) -> None:
    (target / "a.py").write_text("x = 1\n")
    tool = target.parent / "bandit"
    tool.write_text(f"{KNOWN}{script}\n")
    tool.chmod(0o755)
    run = drawgate("scan", target, env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert 3 == run.code
    assert "failed" == run.attempts["bandit"]["outcome"]
    assert reason in run.attempts["bandit"]["reason"]
    runs = run.json("results.sarif")["runs"]
    (bandit,) = [r for r in runs if r["tool"]["driver"]["name"] == "bandit"]
    assert bandit["invocations"][0]["executionSuccessful"] is False


def test_a_tool_that_hangs_is_ended(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    tool = target.parent / "bandit"
    tool.write_text(f"{KNOWN}sleep 303\n")
    tool.chmod(0o755)
    run = drawgate("scan", target, "--timeout", "2", env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert 3 == run.code
    assert "did not finish within 2 s" in run.attempts["bandit"]["reason"]


def test_nothing_is_written_into_the_target(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    (target / "requirements.txt").write_text("flask==0.12\n")
    before = sorted((p.name, p.stat().st_mtime_ns) for p in [target, *target.rglob("*")])
    drawgate("scan", target)

    assert before == sorted((p.name, p.stat().st_mtime_ns) for p in [target, *target.rglob("*")])


def test_old_results_do_not_outlive_a_scan_that_fails(drawgate: Drawgate, target: Path) -> None:
    (target / "requirements.txt").write_text("flask==0.12\n")
    broken = target.parent / "broken.zip"
    broken.write_bytes(b"no archive")
    run = drawgate("scan", target, "--only", "detect-secrets")
    assert (run.directory / "verdict.json").exists()
    run = drawgate("scan", target, "--offline", "--advisories", broken)

    assert 2 == run.code
    assert not (run.directory / "verdict.json").exists()


def test_a_mistake_costs_no_earlier_results(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    run = drawgate("scan", target, "--only", "bandit")
    drawgate("scan", target / "nowhere")

    assert (run.directory / "verdict.json").exists()


@pytest.mark.parametrize("option", [("--exclude", "[z-a]"), ("--only", "bandit,nobody")])
def test_a_pattern_or_name_that_means_nothing(
    drawgate: Drawgate, target: Path, option: tuple[str, str]
) -> None:
    (target / "a.py").write_text("x = 1\n")

    assert 2 == drawgate("scan", target, *option).code


def test_an_unknown_adapter_in_the_environment(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    run = drawgate("scan", target, env={"DRAWGATE_ADAPTERS": "nobody"})

    assert 2 == run.code
    assert "DRAWGATE_ADAPTERS: no adapter is called that\n  known: bandit" in run.err


def test_results_planted_as_a_link_are_refused(drawgate: Drawgate, target: Path) -> None:
    """The default directory lies in the target when somebody scans where they stand."""
    victim = target.parent / "victim"
    victim.mkdir()
    (victim / "verdict.json").write_text("theirs")
    (target / "a.py").write_text("x = 1\n")
    (target / "drawgate-results").symlink_to(victim)
    run = drawgate("scan", "--output-dir", "drawgate-results", cwd=target)

    assert 2 == run.code
    assert "theirs" == (victim / "verdict.json").read_text()


def test_a_full_stdout_is_said(target: Path, tmp_path: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    words = [PROGRAM, "scan", target, "--only", "bandit", "--output-dir", tmp_path / "out"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)

    assert 2 == done.returncode
    assert b"stdout: can't be written: No space left on device" in done.stderr


def test_an_odd_value_of_a_scanner_fails_that_attempt_alone(
    drawgate: Drawgate, target: Path
) -> None:
    (target / "a.py").write_text("x = 1\n")
    finding = (
        '{"test_id": "B1", "test_name": "x", "more_info": "", "issue_cwe": {}, "issue_text": "t",'
        ' "issue_severity": null, "issue_confidence": "HIGH", "filename": "./a.py",'
        ' "line_number": 1, "line_range": [1], "col_offset": 0, "end_col_offset": 1}'
    )
    totals = '"SEVERITY.UNDEFINED": 0, "SEVERITY.LOW": 0, "SEVERITY.MEDIUM": 0, "SEVERITY.HIGH": 1'
    metrics = f'{{"./a.py": {{}}, "_totals": {{{totals}}}}}'
    said = f'{{"errors": [], "results": [{finding}], "metrics": {metrics}}}'
    tool = target.parent / "bandit"
    tool.write_text(f"{KNOWN}cat <<'EOF'\n{said}\nEOF\nexit 1\n")
    tool.chmod(0o755)
    run = drawgate("scan", target, env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert 3 == run.code
    assert "a text is missing" in run.attempts["bandit"]["reason"]
    assert "ran" == run.attempts["detect-secrets"]["outcome"]


def test_what_a_failing_tool_says_is_shown(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    tool = target.parent / "bandit"
    tool.write_text(f"{KNOWN}echo 'cannot open shared object libfoo' >&2; exit 1\n")
    tool.chmod(0o755)
    run = drawgate("scan", target, env={"DRAWGATE_TOOL_BANDIT": str(tool)})

    assert "cannot open shared object libfoo" in " ".join(run.out.split())


def test_secrets_in_text_that_nobody_reads_are_incomplete(drawgate: Drawgate, target: Path) -> None:
    """All text is in another encoding: the secret scanner has nothing, and that is no proof."""
    (target / "a.py").write_bytes("# coding: latin-1\n# é\nkey = 'x'\n".encode("latin-1"))
    run = drawgate("scan", target)

    assert 3 == run.code
    assert "nobody looked for secrets" in run.out
