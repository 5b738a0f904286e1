"""The real pip-audit against our endpoint, with no network but loopback where that can be had."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from drawgate.adapters.pip_audit import ADAPTER
from drawgate.advisories.mirror import Mirror, open_any
from drawgate.core.adapter import Job, Output
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding
from drawgate.core.severity import Severity
from drawgate.manifests import layers, read_inventory
from drawgate.triage.enrich import enrich

pytestmark = pytest.mark.scanners

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "fixtures/targets/vulnerable-shop"
ADVISORIES = ROOT / "fixtures/advisories"
RECORDED = ROOT / "fixtures/adapters/pip-audit"

# Runs in a fresh network namespace: raises loopback, serves the advisories, starts the tool.
INSIDE = """
import fcntl, json, socket, struct, subprocess, sys
from pathlib import Path
from drawgate.adapters.pip_audit import ADAPTER
from drawgate.advisories.endpoint import serve
from drawgate.advisories.mirror import open_any
from drawgate.core.adapter import Job
from drawgate.core.dependency import Inventory, Pin

program, scratch, advisories, lo, pins = sys.argv[1:]
if lo == "raise":  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING (linux/if.h)
    with socket.socket() as s:
        fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x41))
keys = ("ecosystem", "name", "version", "manifest", "line")
pins = tuple(Pin(**dict(zip(keys, pin))) for pin in json.loads(pins))
with open_any(Path(advisories)) as mirror, serve(mirror) as url:
    job = Job(root=Path("/"), inputs=(), inventory=Inventory(manifests=(), pins=pins),
              scratch=Path(scratch), endpoint=url)
    command = ADAPTER.command(job)
    for name, content in command.files.items():
        (Path(scratch) / name).write_bytes(content)
    env = {"HOME": scratch, "PATH": "/usr/bin:/bin", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run([program, *command.args], cwd=scratch, env=env, capture_output=True)
print(json.dumps([done.returncode, done.stdout.decode(), done.stderr.decode()]))
"""


@pytest.fixture(scope="module")
def mirror() -> Any:  # noqa: ANN401 - a generator of a Mirror
    with open_any(ADVISORIES) as opened:
        yield opened


def audit(inventory: Inventory, scratch: Path) -> Output:
    """Run pip-audit on an inventory, cut off from the network if the kernel lets us."""
    program = shutil.which("pip-audit", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program
    unshare = ["unshare", "--user", "--map-root-user", "--net", "--"]
    cut = shutil.which("unshare") and not subprocess.run([*unshare, "true"], check=False).returncode
    pins = [[p.ecosystem, p.name, p.version, p.manifest, p.line] for p in inventory.pins]
    done = subprocess.run(
        [
            *(unshare if cut else []),
            *(sys.executable, "-c", INSIDE, program, str(scratch), str(ADVISORIES)),
            *("raise" if cut else "leave", json.dumps(pins)),
        ],
        check=True,
        stdout=subprocess.PIPE,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    code, stdout, stderr = json.loads(done.stdout)
    job = Job(root=SHOP, inputs=inventory.manifests, inventory=inventory)
    return Output(job=job, code=code, stdout=stdout.encode(), stderr=stderr.encode())


def recorded(case: Path) -> Inventory:
    """Read the pins of a recorded case."""
    job = json.loads((case / "job.json").read_text())
    keys = ("ecosystem", "name", "version", "manifest", "line")
    pins = tuple(Pin(**dict(zip(keys, pin, strict=True))) for pin in job["pins"])
    return Inventory(manifests=tuple(job["inputs"]), pins=pins)


def names_by_pin(findings: tuple[Finding, ...]) -> set[tuple[str, frozenset[str]]]:
    """Give the vulnerabilities that pip-audit reports, each by all of its names."""
    return {
        (f"{d.name}=={d.version}", frozenset({d.advisory, *d.aliases}))
        for d in (finding.dependency for finding in findings)
        if d
    }


def known_by_pin(mirror: Mirror, inventory: Inventory) -> set[tuple[str, frozenset[str]]]:
    """Give the mirror's own answer; records that share a name are one, as in pip-audit."""
    known = set()
    for pin in inventory.pins:
        groups: list[set[str]] = []
        for record in mirror.affecting(pin.ecosystem, pin.name, pin.version):
            names = {record["id"], *record.get("aliases", ())}
            apart = [group for group in groups if not group & names]
            groups = [*apart, names.union(*(group for group in groups if group & names))]
        known |= {(f"{pin.name}=={pin.version}", frozenset(group)) for group in groups}
    return known


def test_the_shop_is_audited_without_a_network(tmp_path: Path, mirror: Mirror) -> None:
    """Every pin is looked at, and pip-audit and our own matching agree on all of them."""
    files = {path.name: path.read_bytes() for path in SHOP.glob("requirements*.txt")}
    (inventory,) = layers(read_inventory(files))

    report = ADAPTER.parse(audit(inventory, tmp_path))

    assert report.looked_at == {pin.subject for pin in inventory.pins}
    assert names_by_pin(report.findings) == known_by_pin(mirror, inventory)
    told = [(f.path, f.dependency.name, f.rule.id) for f in report.findings if f.dependency]
    assert len(told) == len(set(told)) > 30


def test_findings_carry_what_the_advisories_know(tmp_path: Path, mirror: Mirror) -> None:
    """After the join no finding is without severity; a GHSA record lends PYSEC its vector."""
    inventory = recorded(RECORDED / "case-findings")

    report = ADAPTER.parse(audit(inventory, tmp_path))
    findings = enrich(report.findings, mirror.advisories(report.findings))

    assert Severity.UNKNOWN not in {finding.severity for finding in findings}
    assert {
        ("CVE-2024-1135", 8.2, (444,), ("22.0.0",)),
        ("PYSEC-2023-62", 7.5, (539,), ("2.2.5", "2.3.2")),
    } <= {(f.rule.id, f.score, f.rule.cwe, f.dependency.fixed) for f in findings if f.dependency}


@pytest.mark.parametrize("case", ["case-findings", "case-clean"])
def test_recordings_are_what_pip_audit_says_today(case: str, tmp_path: Path) -> None:
    """The recorded output that other tests read is not older than the tool."""
    output = audit(recorded(RECORDED / case), tmp_path)

    assert output.code == int((RECORDED / case / "code.txt").read_text())
    assert ordered(output.stdout) == ordered((RECORDED / case / "stdout.txt").read_bytes())


def ordered(stdout: bytes) -> Any:  # noqa: ANN401 - JSON
    """Sort aliases, whose order changes from run to run."""
    answer = json.loads(stdout)
    for dependency in answer["dependencies"]:
        for vulnerability in dependency["vulns"]:
            vulnerability["aliases"].sort()
    return answer


def test_an_endpoint_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    """pip-audit ends with code 1 then, as it does with findings; it is not read as clean."""
    pin = Pin(ecosystem="PyPI", name="six", version="1.0", manifest="requirements.txt", line=1)
    job = Job(
        root=tmp_path,
        inputs=("requirements.txt",),
        inventory=Inventory(manifests=("requirements.txt",), pins=(pin,)),
        scratch=tmp_path,
        endpoint="http://127.0.0.1:9",
    )
    command = ADAPTER.command(job)
    for name, content in command.files.items():
        (tmp_path / name).write_bytes(content)
    program = shutil.which("pip-audit", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program
    done = subprocess.run(
        [program, *command.args], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )

    output = Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    with pytest.raises(ScannerError, match="pip-audit's answer can't be read"):
        ADAPTER.parse(output)
