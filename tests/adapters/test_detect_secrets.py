"""detect-secrets' adapter: what it leaves out without a word is said, hashes go nowhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from drawgate.adapters.detect_secrets import ADAPTER
from drawgate.core.adapter import Command, Job, Output, Report
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.target import Encoding, File, Form, NotAssessed, Target

JOB = Job(root=Path("/target"), inputs=("-x.py", "a.yaml"))
PLUGINS = [{"name": "AWSKeyDetector"}]
AWS = {
    "type": "AWS Access Key",
    "filename": "/target/a.yaml",
    "hashed_secret": "0446abcae5af23a354d619b3a45104a2dc7460df",
    "is_verified": False,
    "line_number": 4,
}
ALLOWLIST = "detect_secrets.filters.allowlist.is_line_allowlisted"


def told(results: object, *, plugins: object = PLUGINS, job: Job = JOB) -> Output:
    answer = {"version": "1.5.0", "plugins_used": plugins, "results": results}
    return Output(job=job, code=0, stdout=json.dumps(answer).encode(), stderr=b"")


def test_no_comment_and_no_name_hides_a_secret() -> None:
    """Nothing is sent out (`-n`), and names are read relative to the root."""
    assert ADAPTER.command(JOB) == Command(
        args=(
            *("-C", "/target", "-c", "1", "scan", "-n", "--disable-plugin", "IPPublicDetector"),
            *("--disable-filter", "detect_secrets.filters.heuristic.is_swagger_file"),
            *("--disable-filter", ALLOWLIST),
            *("./-x.py", "./a.yaml"),
        ),
        ok=frozenset({0}),
        cwd=Path("/target"),
        env={"PYTHONUTF8": "1"},
    )


def test_the_second_pass_honours_allowlist_comments() -> None:
    second = Job(root=JOB.root, inputs=JOB.inputs, suppressions=True)

    assert ALLOWLIST not in ADAPTER.command(second).args


def test_only_utf8_text_is_given_to_it() -> None:
    """It drops other files without a word."""
    files = (
        File(path="a", size=1),
        File(path="b", size=1, encoding=Encoding.OTHER),
        File(path="c", size=1, encoding=Encoding.BINARY),
    )
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=files)

    assert ADAPTER.inputs(target) == ("a",)
    assert ADAPTER.applies(target)


def test_a_finding_names_type_and_line_but_no_hash() -> None:
    report = ADAPTER.parse(told({"a.yaml": [AWS]}))

    assert report == Report(
        findings=(
            Finding(
                kind=Kind.SECRETS,
                rule=Rule(id="aws-access-key", name="AWS Access Key", cwe=(798,)),
                message="AWS Access Key: this line seems to hold a secret.",
                location=Location(path="a.yaml", line=4),
            ),
        ),
        looked_at=frozenset({"-x.py", "a.yaml"}),
        assumed=True,
    )
    assert str(AWS["hashed_secret"]) not in repr(report)


def test_a_rule_id_is_a_plain_word() -> None:
    (finding,) = ADAPTER.parse(told({"a.yaml": [{**AWS, "type": "Public IP (ipv4)"}]})).findings

    assert finding.rule.id == "public-ip-ipv4"


NAMES = "has no answer for files of this name"
BACKSLASH = "takes the backslash in this name for a folder"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("poetry.lock", NAMES),
        ("deep/package-lock.json", NAMES),
        ("packages.lock.json", NAMES),
        ("img/logo.svg", NAMES),
        ("site.css", NAMES),
        (".secrets.baseline", NAMES),
        ("a\\b.py", BACKSLASH),
    ],
)
def test_what_it_skips_by_name_is_not_assessed(path: str, reason: str) -> None:
    job = Job(root=JOB.root, inputs=("a.py", path))
    report = ADAPTER.parse(told({}, job=job))

    missed = NotAssessed(subject=path, path=path, reason=f"detect-secrets {reason}")
    assert ((missed,), {"a.py"}) == (report.not_assessed, report.looked_at)


@pytest.mark.parametrize(
    "path", [".lock", "lock", "swagger.json", "a.pnga", "my-package-lock.json"]
)
def test_other_names_are_looked_at(path: str) -> None:
    job = Job(root=JOB.root, inputs=(path,))

    assert ADAPTER.parse(told({}, job=job)).looked_at == {path}


def test_hashes_in_its_own_baseline_are_no_secrets() -> None:
    assert ADAPTER.parse(told({".secrets.baseline": [AWS]})).findings == ()


@pytest.mark.parametrize(
    ("results", "plugins"),
    [({}, []), ({}, {}), ({"a.yaml": []}, PLUGINS), ({"a.yaml": {}}, PLUGINS)],
)
def test_an_answer_without_plugins_or_findings_is_a_failure(
    results: object, plugins: object
) -> None:
    with pytest.raises(ScannerError, match="no plugins"):
        ADAPTER.parse(told(results, plugins=plugins))


@pytest.mark.scanners
def test_the_real_tool_keeps_to_what_the_adapter_says(tmp_path: Path) -> None:
    """Odd names are scanned; names the adapter gives up on are exactly those without a finding."""
    paths = (
        *("-x.py", "new\nline.py", "odd\udcff.py", "swagger.py", "sp ace.txt", "empty.txt"),
        *("poetry.lock", "package-lock.json", "site.css", ".lock"),
    )
    for path in paths:
        (tmp_path / path).write_text('password = "not-a-real-9f8e7d"  # pragma: allowlist secret\n')
    (tmp_path / "empty.txt").write_text("")
    job = Job(root=tmp_path, inputs=paths)
    command = ADAPTER.command(job)

    done = subprocess.run(
        [Path(sys.executable).parent / "detect-secrets", *command.args],
        cwd=command.cwd,
        capture_output=True,
        check=False,
    )
    report = ADAPTER.parse(
        Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    )

    found = {finding.path for finding in report.findings}
    assert {item.path for item in report.not_assessed} == set(paths) - found - {"empty.txt"}
