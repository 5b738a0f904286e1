"""safety's adapter: with a key and without, and never a clean list where it could not ask."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from drawgate.adapters.safety import ADAPTER
from drawgate.core.adapter import Command, Job, Need, Output, Report
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import ScannerError

KEY = "not-a-real-key-FAKE"
PINS = (
    Pin(ecosystem="PyPI", name="flask", version="3.0.0", manifest="r.txt", line=1),
    Pin(ecosystem="PyPI", name="requests", version="2.0.0", manifest="dev.txt", line=4),
    Pin(ecosystem="PyPI", name="requests", version="2.0.0", manifest="r.txt", line=2),
)
JOB = Job(
    root=Path("/target"),
    inputs=("dev.txt", "r.txt"),
    inventory=Inventory(manifests=("dev.txt", "r.txt"), pins=PINS),
    scratch=Path("/scratch"),
)
META = {
    "base_domain": "https://advisories.example",
    "schema_version": "2.0.0",
    "timestamp": 1_767_225_600,
    "last_updated": "2026-01-01 00:00:00",
    "advisory": "", "attribution": "", "packages_count": 1, "advisories_count": 1,
    "severities": {"CVE-2014-1829": {"cvssv2": None, "cvssv3": {"base_score": 7.5}}},
}  # fmt: skip
ADVISORY = {
    "id": "70001",
    "ids": [{"type": "pyup", "id": "70001"}, {"type": "cve", "id": "CVE-2014-1829"}],
    "cve": "CVE-2014-1829",
    "advisory": "Requests sends credentials to the host that a redirect names.",
    "specs": ["<2.3.0"],
    "fixed_versions": ["2.3.0"],
    "affected_versions": ["2.0.0"],
    "more_info_path": "/v/70001/",
    "transitive": False,
}
PACKAGE = {
    "insecure_versions": ["2.0.0"],
    "secure_versions": ["2.3.0", "2.32.0"],
    "latest_version": "2.32.0",
    "latest_version_without_known_vulnerabilities": "2.32.0",
    "more_info_path": "/p/requests/",
}
FILES: dict[str, Any] = {
    "insecure.json": {"meta": META, "vulnerable_packages": {"requests": ["<2.3.0"]}},
    "insecure_full.json": {
        "meta": META,
        "vulnerable_packages": {"requests": [ADVISORY]},
        "packages": {"requests": PACKAGE},
    },
}


class Maker(BaseHTTPRequestHandler):
    """Answers as the servers of safety's maker do: who signs, and the database."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].rpartition("/")[2]
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        known = FILES | {
            "jwks": {"keys": []},
            "openid-configuration": {
                "issuer": f"{here}/",
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/jwks",
            },
        }
        content = json.dumps(known.get(name, {})).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Maker)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def call(folder: Path, base: str, key: str = "") -> Output:
    """Run the real tool with a home of its own, as the runner would."""
    keys = frozenset({"SAFETY_API_KEY"} if key else ())
    job = replace(JOB, scratch=folder, keys=keys)
    command = ADAPTER.command(job)
    for name, content in command.files.items():
        (folder / name).write_bytes(content)
    (folder / "db").mkdir()
    for name, data in FILES.items():
        (folder / "db" / name).write_text(json.dumps(data))
    # The free database lies on a server of its own, whose address no setting changes.
    source = () if key else ("--db", "db")
    program = Path(sys.executable).with_name("safety")
    places = ("AUTH_SERVER_URL", "PLATFORM_API_BASE_URL", "PLATFORM_URL", "PLATFORM_V2_URL")
    environment = {
        **{f"SAFETY_{place}": base for place in places},
        "SAFETY_DATA_API_BASE_URL": f"{base}/",
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder),
        **command.env,
        **({"SAFETY_API_KEY": key} if key else {}),
    }
    done = subprocess.run(
        [str(program), *command.args, *source],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode in command.ok
    return Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)


def told(report: Report) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], float | None]]:
    return [
        (f.path, f.rule.id, f.dependency.aliases, f.dependency.fixed, f.score)
        for f in report.findings
        if f.dependency
    ]


def test_it_is_given_pins_and_no_folder_of_the_target() -> None:
    """There it would find policies and projects."""
    check = Command(
        args=(
            *("--disable-optional-telemetry", "check", "-r", "requirements.txt"),
            *("--output", "json"),
        ),
        ok=frozenset(range(128)),
        cwd=Path("/scratch"),
        files={"requirements.txt": b"flask==3.0.0\nrequests==2.0.0\n"},
    )
    account = replace(JOB, keys=frozenset({"SAFETY_API_KEY"}))

    assert check == ADAPTER.command(JOB)
    assert ("scan", "--target", ".") == ADAPTER.command(account).args[1:4]
    assert frozenset({Need.NETWORK}) == ADAPTER.needs


@pytest.mark.scanners
def test_without_a_key_it_checks(tmp_path: Path) -> None:
    """A package that two manifests pin is told at both places."""
    with serving() as base:
        output = call(tmp_path, base)
    report = ADAPTER.parse(output)

    assert 64 == output.code
    assert {pin.subject for pin in PINS} == report.looked_at
    assert told(report) == [
        ("dev.txt", "CVE-2014-1829", ("safety-70001",), ("2.3.0",), 7.5),
        ("r.txt", "CVE-2014-1829", ("safety-70001",), ("2.3.0",), 7.5),
    ]


@pytest.mark.scanners
def test_with_a_key_it_scans(tmp_path: Path) -> None:
    """That says little: which version would be fixed, but no CVE and no words."""
    with serving() as base:
        output = call(tmp_path, base, KEY)
    report = ADAPTER.parse(output)

    assert {pin.subject for pin in PINS} == report.looked_at
    assert ["safety-70001"] * 2 == [finding.rule.id for finding in report.findings]
    assert "versions <2.3.0 are affected" in report.findings[0].message


@pytest.mark.scanners
@pytest.mark.parametrize("key", ["", KEY])
def test_without_a_network_it_fails_and_says_why(tmp_path: Path, key: str) -> None:
    output = call(tmp_path, "http://127.0.0.1:1", key)

    with pytest.raises(ScannerError) as raised:
        ADAPTER.parse(output)
    assert "onnect" in raised.value.what


@pytest.mark.parametrize("change", ["package", "version", "banner", "code"])
def test_an_answer_that_contradicts_itself_is_a_failure(change: str) -> None:
    vulnerability = {
        "package_name": "requests" if change != "package" else "django",
        "analyzed_version": "2.0.0" if change != "version" else "2.0.1",
        "vulnerability_id": "1", "CVE": None, "fixed_versions": [], "advisory": "x",
        "severity": None,
    }  # fmt: skip
    packages = {"requests": {"name": "requests", "version": "2.0.0"}}
    answer = {
        "scanned_packages": packages,
        "vulnerabilities": [vulnerability],
        "ignored_vulnerabilities": [],
    }
    around = "+=+ old +=+"
    text = f"{around}\n{json.dumps(answer)}\n{around if change != 'banner' else around[:4]}"
    output = Output(job=JOB, code=64 if change != "code" else 0, stdout=text.encode(), stderr=b"")

    with pytest.raises(ScannerError):
        ADAPTER.parse(output)
