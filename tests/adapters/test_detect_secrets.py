"""detect-secrets' adapter: no name and no comment hides a secret, hashes go nowhere."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate.adapters.detect_secrets import ADAPTER
from drawgate.core.adapter import Command, Job, Output, Report
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.target import Encoding, File, Form, Target

JOB = Job(root=Path("/target"), inputs=("-x.py", "a.yaml"), scratch=Path("/scratch"))
PLUGINS = [{"name": "AWSKeyDetector"}]
AWS = {
    "type": "AWS Access Key",
    "filename": "/target/a.yaml",
    "hashed_secret": "0446abcae5af23a354d619b3a45104a2dc7460df",
    "is_verified": False,
    "line_number": 4,
}
ALLOWLIST = "detect_secrets.filters.allowlist.is_line_allowlisted"


LOOKED_AT = {"type": "drawgate: looked at", "line_number": 1}


def told(results: object, *, plugins: object = PLUGINS, job: Job = JOB) -> Output:
    answer = {"version": "1.5.0", "plugins_used": plugins, "results": results}
    return Output(job=job, code=0, stdout=json.dumps(answer).encode(), stderr=b"")


def test_no_comment_and_no_name_hides_a_secret() -> None:
    """Nothing is sent out (`-n`), and names are read relative to the root."""
    command = ADAPTER.command(JOB)
    judge = command.files["judge.py"]

    assert command == Command(
        args=(
            *("-C", "/target", "-c", "1", "scan", "-n", "--disable-plugin", "IPPublicDetector"),
            *("--filter", "file:///scratch/judge.py::is_digest"),
            *("--disable-filter", "detect_secrets.filters.heuristic.is_swagger_file"),
            *("--disable-filter", "detect_secrets.filters.heuristic.is_lock_file"),
            *("--disable-filter", ALLOWLIST),
            *("./-x.py", "./a.yaml"),
        ),
        ok=frozenset({0}),
        files={"judge.py": judge},
        cwd=Path("/target"),
        env={"PYTHONUTF8": "1"},
    )
    compile(judge, "judge.py", "exec")


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


def test_a_finding_names_type_and_line_but_no_hash() -> None:
    report = ADAPTER.parse(told({"a.yaml": [AWS, LOOKED_AT], "-x.py": [LOOKED_AT]}))

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
    )
    assert str(AWS["hashed_secret"]) not in repr(report)


def test_only_what_is_said_was_looked_at() -> None:
    """A file that our filter was not asked about, or gave up, counts as nothing."""
    gave_up = {"type": "drawgate: it needs more than 10 s", "line_number": 1}

    report = ADAPTER.parse(told({"a.yaml": [AWS, gave_up]}))

    assert frozenset() == report.looked_at
    assert [("a.yaml", "detect-secrets: it needs more than 10 s")] == [
        (item.path, item.reason) for item in report.not_assessed
    ]
    assert ["aws-access-key"] == [finding.rule.id for finding in report.findings]


def test_a_rule_id_is_a_plain_word() -> None:
    (finding,) = ADAPTER.parse(told({"a.yaml": [{**AWS, "type": "Public IP (ipv4)"}]})).findings

    assert finding.rule.id == "public-ip-ipv4"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (File(path="a.py", size=1, longest_line=512 << 10), ""),
        (File(path="poetry.lock", size=1), ""),
        (File(path="key.svg", size=1), ""),
        (File(path="a\\b.py", size=1), "it takes the backslash in this name for a folder"),
        (
            File(path="a.js", size=1, longest_line=1 << 20),
            "a line of 1,048,576 bytes is too long for it",
        ),
    ],
)
def test_what_it_can_not_read_is_not_given_to_it(file: File, reason: str) -> None:
    """Only what it would drop without a word, or what would take it for ever."""
    assert ADAPTER.refuses is not None
    assert reason == ADAPTER.refuses(file)


@pytest.mark.parametrize(
    ("results", "plugins"),
    [({}, []), ({}, {}), ({"a.yaml": []}, PLUGINS), ({"a.yaml": {}}, PLUGINS)],
)
def test_an_answer_without_plugins_or_findings_is_a_failure(
    results: object, plugins: object
) -> None:
    with pytest.raises(ScannerError, match="no plugins"):
        ADAPTER.parse(told(results, plugins=plugins))


def test_without_our_filter_nothing_is_believed() -> None:
    """It only warns about a filter that it can't load, and would leave files out by name."""
    warning = b"[settings] WARNING Invalid filter: file:///scratch/judge.py::is_digest"

    with pytest.raises(ScannerError, match="can't use our filter"):
        ADAPTER.parse(replace(told({}), stderr=warning))


Found = Callable[..., set[tuple[str, int | None]]]
PLANTED = 'x = 1\npassword = "not-a-real-9f8e7d"  # pragma: allowlist secret\n'
ODD = ("-x.py", "new\nline.py", "odd\udcff.py", "sp ace.txt")
SKIPPED_BY_NAME = (
    *("poetry.lock", "config.lock", "package-lock.json", "deep/yarn.lock", "Cargo.lock", "go.sum"),
    *("style.css", "key.svg", "app.map", "old.class", "notes.doc", "photo.png", "x.zip", "a.jar"),
    *(
        "swagger.json",
        "swagger/ui.py",
        ".secrets.baseline",
        "Package.resolved",
        "Brewfile.lock.json",
    ),
)


@pytest.mark.scanners
@pytest.mark.parametrize("path", [*ODD, *SKIPPED_BY_NAME])
def test_a_secret_is_found_whatever_its_file_is_called(
    tmp_path: Path, path: str, really_found: Found
) -> None:
    """By itself, and beside other files: the tool sets up its filters in another way then."""
    root = tmp_path / "target"

    assert {(path, 2)} == really_found(root, {path: PLANTED})
    assert {(path, 2)} == really_found(root, {path: PLANTED, "empty.txt": "", "b.py": "x = 1\n"})


@pytest.mark.scanners
def test_comments_of_the_source_count_in_the_second_pass_only(
    tmp_path: Path, really_found: Found
) -> None:
    """Then no file has anything to report, by whatever name."""
    texts = dict.fromkeys((*ODD, *SKIPPED_BY_NAME), PLANTED)

    assert set() == really_found(tmp_path / "target", texts, suppressions=True)


HEX = "5f1d3c9e8b7a6f4e2d1c0b9a8f7e6d5c4b3a29180f1e2d3c4b5a69788796a5b4"
SHA512 = "Elp+iwUx5rN5+Y8xLt5/GRoG20WGoDCQ/1Fb+1LiGtvwbDavuSk0jhD/eZdckHAuzcDzccnkv+rEjyWfRx18gg=="
SHA256 = "WXkYYl6Yr3qBf1K79EBnL4mak0OimBfB0XUf9Vl28OQ="


@pytest.mark.scanners
def test_digests_are_no_secrets_where_digests_belong(tmp_path: Path, really_found: Found) -> None:
    """Lock files are full of them, in any shape; what else looks random there is reported."""
    digests = {
        "package-lock.json": f'{{"a": {{\n"integrity": "sha512-{SHA512}"\n}}}}\n',
        "pnpm-lock.yaml": f"a:\n  resolution: {{integrity: sha512-{SHA512}}}\n",
        "packages.lock.json": f'{{"contentHash": "{SHA512}"}}\n',
        "Cargo.lock": f'[[package]]\nchecksum = "{HEX}"\n',
        "composer.lock": f'{{"reference": "{HEX[:40]}",\n"content-hash": "{HEX[:32]}"}}\n',
        "go.sum": f"example.org/toml v0.3.1 h1:{SHA256}\n",
        ".secrets.baseline": f'{{"type": "Secret Keyword", "hashed_secret": "{HEX[:40]}"}}\n',
    }
    others = {
        "a.py": f'x = "{HEX}"\n',
        "poetry.lock": f'x = "{HEX[:50]}"\n',
        "uv.lock": f'secret = "{HEX}"\n',
    }

    found = really_found(tmp_path / "target", digests | others)

    assert {(path, 1) for path in others} == found
