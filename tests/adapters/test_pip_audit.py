"""pip-audit's adapter: only pins go in, every pin is accounted for, doubt is a failure."""

import json
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.pip_audit import ADAPTER
from drawgate.core.adapter import Command, Job, Output, Report
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule
from drawgate.core.target import File, Form, NotAssessed, Target

FLASK = Pin(ecosystem="PyPI", name="flask", version="0.12.2", manifest="requirements.txt", line=2)
AGAIN = Pin(ecosystem="PyPI", name="flask", version="0.12.2", manifest="uv.lock", line=9)
SIX = Pin(ecosystem="PyPI", name="six", version="1.0", manifest="requirements.txt", line=3)
LODASH = Pin(ecosystem="npm", name="lodash", version="4.17.11", manifest="package-lock.json")

KNOWN = {
    "id": "PYSEC-2023-62",
    "fix_versions": ["2.3.2", "2.2.5", "0.1"],
    "aliases": ["GHSA-m2qf-hxjv-5gpq", "CVE-2023-30861"],
    "description": "Sessions may\nbe shared.",
}


def job(*pins: Pin) -> Job:
    return Job(
        root=Path("/target"),
        inputs=("requirements.txt",),
        inventory=Inventory(manifests=("requirements.txt",), pins=pins),
        scratch=Path("/scratch"),
        endpoint="http://127.0.0.1:4711",
    )


def told(*dependencies: dict[str, Any], code: int = 0) -> Output:
    answer = json.dumps({"dependencies": dependencies, "fixes": []}).encode()
    return Output(job=job(FLASK, AGAIN, SIX), code=code, stdout=answer, stderr=b"")


def about(pin: Pin, *vulnerabilities: dict[str, Any]) -> dict[str, Any]:
    return {"name": pin.name, "version": pin.version, "vulns": list(vulnerabilities)}


def test_pip_audit_gets_pins_and_nothing_that_runs_code() -> None:
    """No resolving, no pip, no other service; each version once, other ecosystems left out."""
    assert ADAPTER.command(job(AGAIN, FLASK, LODASH, SIX)) == Command(
        args=(
            *("-r", "requirements.txt", "--no-deps", "--disable-pip"),
            *("-s", "osv", "--osv-url", "http://127.0.0.1:4711/v1/query"),
            *("-f", "json", "--progress-spinner", "off"),
        ),
        ok=frozenset({0, 1}),
        files={"requirements.txt": b"flask==0.12.2\nsix==1.0\n"},
        cwd=Path("/scratch"),
    )


def test_each_manifest_gets_its_finding() -> None:
    """One package in two files is two places to mend; aliases are sorted, fixes are upgrades."""
    report = ADAPTER.parse(told(about(FLASK, KNOWN), about(SIX), code=1))

    def finding(manifest: str, line: int) -> Finding:
        return Finding(
            kind=Kind.DEPENDENCIES,
            rule=Rule(id="PYSEC-2023-62", description="Sessions may be shared."),
            message="flask 0.12.2 has PYSEC-2023-62 (CVE-2023-30861, GHSA-m2qf-hxjv-5gpq): "
            "Sessions may be shared. Fixed in 2.2.5, 2.3.2.",
            location=Location(path=manifest, line=line),
            dependency=Dependency(
                ecosystem="PyPI",
                name="flask",
                version="0.12.2",
                advisory="PYSEC-2023-62",
                aliases=("CVE-2023-30861", "GHSA-m2qf-hxjv-5gpq"),
                fixed=("2.2.5", "2.3.2"),
            ),
        )

    assert report == Report(
        findings=(finding("requirements.txt", 2), finding("uv.lock", 9)),
        looked_at=frozenset({FLASK.subject, AGAIN.subject, SIX.subject}),
    )


def test_one_advisory_told_twice_is_one_finding() -> None:
    """pip-audit lists a PYSEC id once more for the GHSA record that has it as an alias."""
    first = {**KNOWN, "fix_versions": ["2.2.5"], "aliases": ["CVE-2023-30861"]}
    second = {**KNOWN, "fix_versions": ["2.3.2"], "aliases": ["GHSA-m2qf-hxjv-5gpq"]}

    twice = ADAPTER.parse(told(about(FLASK, first, second), about(SIX), code=1))

    assert twice == ADAPTER.parse(told(about(FLASK, KNOWN), about(SIX), code=1))


def test_an_advisory_without_names_and_fixes_says_so() -> None:
    """Nothing is made up where pip-audit knows nothing."""
    bare = {**KNOWN, "aliases": [], "fix_versions": []}

    report = ADAPTER.parse(told(about(FLASK, bare), about(SIX), code=1))

    assert report.findings[0].message == (
        "flask 0.12.2 has PYSEC-2023-62: Sessions may be shared. No fixed version is known."
    )


def test_what_was_skipped_is_not_assessed() -> None:
    """pip-audit's own reason is passed on, and the pin is not called looked at."""
    skipped = {"name": "six", "skip_reason": "not found"}

    report = ADAPTER.parse(told(about(FLASK), skipped))

    assert (report.looked_at, report.not_assessed) == (
        frozenset({FLASK.subject, AGAIN.subject}),
        (
            NotAssessed(
                subject="requirements.txt: six==1.0",
                reason="not found",
                path="requirements.txt",
                line=3,
            ),
        ),
    )


def test_nothing_asked_and_nothing_said_is_nothing() -> None:
    """An empty layer has no subject, so its report proves nothing."""
    output = Output(job=job(), code=0, stdout=b'{"dependencies": []}', stderr=b"")

    assert ADAPTER.parse(output) == Report()


@pytest.mark.parametrize(
    "stdout",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"dependencies": null}',
        b'{"dependencies": [null]}',
        b'{"dependencies": []}',
        b'{"dependencies": [{"name": "flask"}]}',
        b"Traceback (most recent call last):",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_an_unreadable_answer_is_a_failure(stdout: bytes) -> None:
    """Nothing that pip-audit prints by accident is read as "no vulnerabilities"."""
    output = Output(job=job(FLASK), code=0, stdout=stdout, stderr=b"")

    with pytest.raises(ScannerError, match="pip-audit's answer can't be read"):
        ADAPTER.parse(output)


@pytest.mark.parametrize(
    "answers",
    [
        [about(FLASK)],
        [about(FLASK), {**about(SIX), "version": "2.0"}],
        [about(FLASK), {**about(SIX), "version": "odd"}],
        [about(FLASK), {"name": "six", "version": "1.0"}],
        [about(FLASK, {**KNOWN, "description": None}), about(SIX)],
        [about(FLASK, {**KNOWN, "fix_versions": ["odd"]}), about(SIX)],
        [about(FLASK, {"id": "PYSEC-1"}), about(SIX)],
    ],
)
def test_an_answer_to_another_question_is_a_failure(answers: list[dict[str, Any]]) -> None:
    """A missing pin, another version or a vulnerability without its facts is no answer."""
    with pytest.raises(ScannerError, match="pip-audit's answer can't be read"):
        ADAPTER.parse(told(*answers, code=1))


@pytest.mark.parametrize(("found", "code"), [((), 1), ((KNOWN,), 0)])
def test_code_and_answer_must_agree(found: tuple[dict[str, Any], ...], code: int) -> None:
    """Exit code 1 without a finding, or 0 with one, means that something went wrong."""
    with pytest.raises(ScannerError, match=rf"pip-audit exited with {code} but listed"):
        ADAPTER.parse(told(about(FLASK, *found), about(SIX), code=code))


def test_it_applies_to_manifests_only() -> None:
    """What to read is decided by names, the same that the readers know."""
    paths = ("a.py", "deep/requirements/dev.txt", "pylock.toml", "requirements.txt", "uv.lock")
    target = Target(
        root=Path("/t"), form=Form.GIT, files=tuple(File(path=path, size=1) for path in paths)
    )
    assert paths[1:] == ADAPTER.inputs(target)
