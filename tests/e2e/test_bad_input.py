"""Bad input gets a clear answer, never a clean one, and never runs."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samples.repository import git

Drawgate = Callable[..., Any]
LOCAL = ("--only", "bandit,detect-secrets", "--fail-on", "high")
FLAW = "import subprocess\nsubprocess.call(input(), shell=True)\n"


def test_a_missing_path(drawgate: Drawgate, target: Path) -> None:
    run = drawgate("scan", target / "nowhere")

    assert 2 == run.code
    assert "nowhere: No such file or directory" in run.err


def test_a_single_file_is_scanned_alone(drawgate: Drawgate, target: Path) -> None:
    """A partial scan of that file; its neighbours are not looked at."""
    (target / "a.py").write_text(FLAW)
    (target / "b.py").write_text(FLAW)
    run = drawgate("scan", target / "a.py", *LOCAL)

    found = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run.json("results.sarif")["runs"]
        for result in each.get("results", ())
    }
    assert {"a.py"} == found


def test_an_empty_directory_is_incomplete(drawgate: Drawgate, target: Path) -> None:
    run = drawgate("scan", target)

    assert 3 == run.code
    assert "nothing" in run.out


def test_an_unreadable_file_is_not_assessed(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    (target / "locked.py").write_text(FLAW)
    (target / "locked.py").chmod(0)
    # Root reads everything, unless it gives that right away.
    powerless = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    run = drawgate("scan", target, *LOCAL, before=() if os.getuid() else powerless)

    assert "locked.py" in str(run.json("results.sarif"))
    assert "can't be read: Permission denied" in str(run.json("results.sarif"))


def test_text_that_is_not_utf8_is_not_assessed_by_secret_scanners(
    drawgate: Drawgate, target: Path
) -> None:
    (target / "a.py").write_text("x = 1\n")
    (target / "latin.txt").write_bytes("password = 'café-not-real'\n".encode("latin-1"))
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.attempts["detect-secrets"]["notAssessed"]
    assert "not UTF-8" in str(run.json("results.sarif"))


def test_a_file_of_a_gigabyte_is_not_assessed(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text("x = 1\n")
    with (target / "huge.py").open("wb") as stream:
        stream.truncate(1 << 30)
    run = drawgate("scan", target, *LOCAL)

    assert "1,024 MiB is over the limit" in str(run.json("results.sarif"))


def test_links_are_not_followed(drawgate: Drawgate, target: Path) -> None:
    (target.parent / "outside.py").write_text(FLAW)
    (target / "a.py").write_text("x = 1\n")
    (target / "loop").symlink_to(".")
    (target / "self").symlink_to("self")
    (target / "out.py").symlink_to("../outside.py")
    run = drawgate("scan", target, *LOCAL)

    assert 0 == run.code, run.out
    assert "3 symbolic links not followed" in str(run.json("verdict.json"))


@pytest.mark.parametrize("tracked", [False, True])
def test_odd_names_are_scanned(drawgate: Drawgate, target: Path, tracked: bool) -> None:  # noqa: FBT001
    names = ["with space.py", "new\nline.py", "--ini.py", "-r.py", "ünïcode.py", "quo'te\".py"]
    for name in names:
        (target / name).write_text(FLAW)
    if tracked:
        git(target, "init", "-q")
        git(target, "add", "-A")
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.code
    assert "new\\nline.py" not in run.out or "\nline.py" not in run.out
    runs = run.json("results.sarif")["runs"]
    (bandit,) = [r for r in runs if r["tool"]["driver"]["name"] == "bandit"]
    assert len(names) == [r["ruleId"] for r in bandit["results"]].count("B602")


def test_a_name_that_is_not_utf8(drawgate: Drawgate, target: Path) -> None:
    (target / os.fsdecode(b"caf\xe9.py")).write_text(FLAW)
    run = drawgate("scan", target, "--only", "bandit", "--fail-on", "high")

    assert run.code in (1, 3)
    assert "caf%E9.py" in str(run.json("results.sarif"))


def test_a_repository_without_commits(drawgate: Drawgate, target: Path) -> None:
    git(target, "init", "-q")
    (target / "a.py").write_text(FLAW)
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.code
    assert "B602" in run.out


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files to another user")
def test_a_repository_of_another_user(drawgate: Drawgate, target: Path) -> None:
    git(target, "init", "-q")
    (target / "a.py").write_text(FLAW)
    git(target, "add", "a.py")
    for path in [target, *target.rglob("*")]:
        os.chown(path, 12345, 12345)
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.code
    assert "B602" in run.out


def test_a_hostile_git_configuration_runs_nothing(drawgate: Drawgate, target: Path) -> None:
    proof = target.parent / "ran"
    script = target.parent / "evil"
    script.write_text(f"#!/bin/sh\ntouch {proof}\n")
    script.chmod(0o755)
    git(target, "init", "-q")
    (target / "a.py").write_text(FLAW)
    git(target, "add", "a.py")
    (target / ".gitattributes").write_text("*.py filter=evil diff=evil\n")
    with (target / ".git/config").open("a") as config:
        config.write(
            f"[core]\n fsmonitor = {script}\n hooksPath = {target.parent}\n pager = {script}\n"
            f' sshCommand = {script}\n[filter "evil"]\n clean = {script}\n process = {script}\n'
            f'[diff "evil"]\n textconv = {script}\n command = {script}\n'
            f"[alias]\n ls-files = !{script}\n"
        )
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.code
    assert not proof.exists()


def test_the_target_can_not_hide_tracked_files(drawgate: Drawgate, target: Path) -> None:
    git(target, "init", "-q")
    (target / "a.py").write_text(FLAW)
    git(target, "add", "a.py")
    (target / ".gitignore").write_text("*.py\n")
    (target / ".git/info/exclude").write_text("*.py\n")
    git(target, "update-index", "--skip-worktree", "a.py")
    run = drawgate("scan", target, *LOCAL)

    assert "B602" in run.out


def test_files_of_the_target_never_run(drawgate: Drawgate, target: Path) -> None:
    proof = target.parent / "ran"
    bomb = f"open({str(proof)!r}, 'w').close()\n"
    for name in ("bandit.py", "setup.py", "detect_secrets.py", "sitecustomize.py", "json.py"):
        (target / name).write_text(bomb)
    (target / "evil_plugin.py").write_text(bomb)
    plugin = f"file://{target}/evil_plugin.py"
    baseline = {"version": "1.5.0", "plugins_used": [{"name": "Evil", "path": plugin}]}
    (target / ".secrets.baseline").write_text(json.dumps({**baseline, "results": {}}))
    (target / ".bandit").write_text("[bandit]\nskips: B102\nexclude: .\n")
    (target / "requirements.txt").write_text("-e .\n")
    run = drawgate("scan", target, cwd=target)

    assert run.code in (0, 1, 3)
    assert not proof.exists()


def test_an_unknown_adapter_is_named_with_the_nearest(drawgate: Drawgate, target: Path) -> None:
    run = drawgate("scan", target, "--only", "bandti")

    assert 2 == run.code
    assert "no adapter is called 'bandti'" in run.err
    assert "did you mean 'bandit'?" in run.err


def test_an_unknown_key_of_a_configuration(drawgate: Drawgate, target: Path) -> None:
    config = target.parent / "my.toml"
    config.write_text('jobs = 2\nfail-onn = "high"\n')
    run = drawgate("scan", target, "--config", config)

    assert 2 == run.code
    assert "my.toml:2" in run.err
    assert "did you mean 'fail-on'?" in run.err


def test_a_broken_configuration(drawgate: Drawgate, target: Path) -> None:
    config = target.parent / "my.toml"
    config.write_text("jobs = = 2\n")
    run = drawgate("scan", target, "--config", config)

    assert 2 == run.code
    assert "my.toml" in run.err


def test_a_configuration_in_the_target_can_not_loosen_the_gate(
    drawgate: Drawgate, target: Path
) -> None:
    (target / "a.py").write_text(FLAW)
    (target / "drawgate.toml").write_text('skip = ["bandit"]\nexclude = ["*.py"]\n')
    run = drawgate("scan", target, *LOCAL)

    assert 1 == run.code
    assert "B602" in run.out
    assert "ignored" in run.out + run.err


def test_a_foreign_output_directory_is_untouched(drawgate: Drawgate, target: Path) -> None:
    (target / "a.py").write_text(FLAW)
    foreign = target.parent / "thesis"
    foreign.mkdir()
    (foreign / "chapter.tex").write_text("words")
    run = drawgate("scan", target, *LOCAL, "--output-dir", foreign)

    assert 2 == run.code
    assert "holds files that are not ours" in run.err
    assert ["chapter.tex"] == [p.name for p in foreign.iterdir()]


def test_a_broken_log_names_the_place(drawgate: Drawgate, tmp_path: Path) -> None:
    log = tmp_path / "broken.sarif"
    log.write_text(
        '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}},'
        ' "results": [{"message": {"text": "t"}, "level": 7}]}]}'
    )
    run = drawgate("gate", log)

    assert 2 == run.code
    assert "$.runs[0].results[0].level" in run.err


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"version": "2.1.0"', '{"runs": []}'])
def test_what_is_no_log_is_never_clean(drawgate: Drawgate, tmp_path: Path, text: str) -> None:
    log = tmp_path / "broken.sarif"
    log.write_text(text)

    assert 2 == drawgate("gate", log).code


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'format = "xml"',
            "my.toml: format: no format is called that\n  known: baseline, csv, cyclonedx-vex, ",
        ),
        (
            'format = ["hunter"]',
            "my.toml: format: no format is called that\n  known: baseline, csv",
        ),
        ('skip = "bandti"', "my.toml: skip: no adapter is called that\n  did you mean 'bandit'?"),
        ('only = ["swordfish"]', "my.toml: only: no adapter is called that\n  known: bandit"),
        (
            'policy = "swordfish"',
            "my.toml: policy: no policy pack is called that\n  known: audit, default",
        ),
    ],
)
def test_a_wrong_name_says_who_gave_it(
    text: str, said: str, drawgate: Drawgate, target: Path
) -> None:
    """A name may come from a file that nobody thinks of, and may be a password in a wrong place."""
    (target.parent / "my.toml").write_text(text + "\n")

    run = drawgate("scan", target, "--config", target.parent / "my.toml")

    assert 2 == run.code
    assert said in run.err
    assert text.split('"')[1] not in run.err
